"""Taking an edit back that waits."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from profiles.companies.held_edits import services
from profiles.guards import SignedInRequest
from profiles.models import Investor, Startup
from profiles.pages import message_on_error
from profiles.people.accounts.guards import company_required


@require_POST
@company_required()
def edit_take_back(request: SignedInRequest, company: Startup | Investor) -> HttpResponse:
    with message_on_error(request, _("Withdrawn. Your profile is as it was last approved.")):
        services.take_back(company, by=request.user, at=timezone.now())
    return redirect(f"{company.side}_status")
