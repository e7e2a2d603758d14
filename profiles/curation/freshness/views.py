"""The page behind the mail that asks whether a profile is still true: one button."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.curation.freshness import services
from profiles.guards import SignedInRequest
from profiles.models import Investor, Startup
from profiles.pages import page_with_form
from profiles.people.accounts.guards import company_required


@company_required()
@page_with_form
def still_true(request: SignedInRequest, company: Startup | Investor) -> HttpResponse:
    if request.method != "POST":
        context = {"company": company, "days": settings.FRESH_ANSWER_DAYS}
        return render(request, "curation/freshness/still_true.html", context)
    services.confirm(company, by=request.user, at=timezone.now())
    if company.stale_at:
        messages.success(
            request, _("Thank you. Your profile is shown again. Match lists on both sides are being updated.")
        )
    else:
        messages.success(
            request, _("Thank you. We will ask again if the profile does not change for a long time.")
        )
    return redirect("home")
