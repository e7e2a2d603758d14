"""What a company does about the pilots of others: look, apply, take back, be named, confirm results."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matchmaker.lists.guards import member_required
from matchmaker.lists.selectors.cards import CurrentCompany as Member
from matchmaker.pilots.forms import ApplicationForm
from matchmaker.pilots.guards import page_or_404
from matchmaker.pilots.selectors.fits import own_pilots_page
from matchmaker.pilots.selectors.pilot import PilotReader
from matchmaker.pilots.services import applications, results
from matchmaker.pilots.views.hosts import GROWN, REFUSALS, Acts, do_one_of
from profiles.drafts.draft_forms import handle_form
from profiles.guards import SignedInRequest
from profiles.pages import found_or_404, page_with_form

ACTS: Acts = {
    "withdraw": (applications.withdraw_application, gettext_lazy("Taken back.")),
    "name": (partial(applications.set_named, is_named=True), gettext_lazy("Everybody may read it now.")),
    "unname": (
        partial(applications.set_named, is_named=False),
        gettext_lazy("Your name is off the public page."),
    ),
    "confirm": (results.confirm_results, gettext_lazy("Confirmed. It stands on both profiles now.")),
    **GROWN,
}


@member_required
@require_safe
def own_pilots(request: SignedInRequest, member: Member) -> HttpResponse:
    """Show a company's own pilots, its applications, and the pilots that fit it."""
    page = own_pilots_page(PilotReader(member.viewer, member), today=timezone.localdate())
    return render(request, "pilots/own_pilots.html", {"own": page, "company": member.company})


@member_required
@page_with_form
def pilot_apply(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Ask for a seat with a few words, which are kept until they are sent."""
    page = page_or_404(PilotReader(member.viewer, member), public_id)
    if not page.may_apply and request.method != "POST":
        return redirect("pilot", public_id)

    def save(form: ApplicationForm) -> HttpResponse:
        said = {**form.cleaned_data, "by": request.user, "at": timezone.now()}
        applications.apply_for_seat(page.pilot, member.company, **said)
        done = _("Your application is with the host. You are told when it is answered.")
        messages.success(request, done)
        return redirect("pilot", public_id)

    return handle_form(
        request, ApplicationForm, "pilots/pilot_apply.html", save, {"page": page}, refusals=REFUSALS
    )


@member_required
@require_POST
def pilot_seat(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Do something about the own application: `act` says what."""
    page = page_or_404(PilotReader(member.viewer, member), public_id)
    own = found_or_404(page.own).application
    return do_one_of(ACTS, request.POST.get("act", ""), own, request, member)
