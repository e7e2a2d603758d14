"""The page on which a person publishes weekly hours."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matchmaker.deals.hours import services
from matchmaker.deals.hours.forms import HoursForm
from matchmaker.deals.hours.selectors import hours_of
from matchmaker.matching.pairs.guards import signed
from profiles.guards import SignedInRequest
from profiles.models import Investor, Startup
from profiles.pages import found_or_404, page_with_form
from profiles.people.accounts.guards import company_required
from profiles.people.accounts.time_zones import zone_of
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.memberships import membership_of


@company_required()
@page_with_form
def hours(request: SignedInRequest, company: Startup | Investor) -> HttpResponse:
    published = hours_of(request.user)

    def save(form: HoursForm) -> HttpResponse:
        membership = found_or_404(membership_of(request.user))
        services.publish(
            membership, values=form.values, days=form.days, days_off=form.days_off, **signed(request)
        )
        messages.success(request, _("Saved. Companies that you have an introduction with can choose a time."))
        return redirect("hours")

    zone = zone_of(request.user, company).key
    return handle_form(
        request,
        lambda sent: HoursForm(sent, hours=published, zone=zone),
        "deals/hours/hours.html",
        save,
        {"published": published},
    )


@company_required()
@require_POST
def hours_remove(request: SignedInRequest, _company: Startup | Investor) -> HttpResponse:
    membership = found_or_404(membership_of(request.user))
    services.remove(membership, **signed(request))
    messages.success(request, _("Your hours are no longer published. Agreed meetings stay."))
    return redirect("hours")
