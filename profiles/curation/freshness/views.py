"""The page behind the mail that asks whether a profile is still true: one button."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.choices import Side
from profiles.curation.freshness import services
from profiles.guards import SignedInRequest
from profiles.pages import page_with_form
from profiles.people.accounts.guards import redirect_to_onboarding
from profiles.people.accounts.selectors import company_of


@login_required
@page_with_form
def still_true(request: SignedInRequest) -> HttpResponse:
    if request.user.role not in Side:
        raise Http404
    company = company_of(request.user)
    if company is None:
        return redirect_to_onboarding(request)
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
