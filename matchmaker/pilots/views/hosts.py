"""What a host does with its pilots: write, move, answer, open parts, end with results, look for who fits."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matchmaker.lists.guards import member_required
from matchmaker.lists.selectors.cards import CurrentCompany as Member
from matchmaker.models import Pilot, PilotApplication
from matchmaker.models.pilot_table import PilotState
from matchmaker.pairs.guards import acting
from matchmaker.pilots.forms import CorrectionForm, PartsForm, PilotForm, ResultsForm
from matchmaker.pilots.guards import deal_or_404, hosted_or_404
from matchmaker.pilots.selectors.fits import MOST_COMPANIES, fitting_companies
from matchmaker.pilots.services import applications, corrections, pilots, results
from matchmaker.pilots.services.applications import NoSeatError, NotForYouError
from matchmaker.pilots.services.pilots import (
    HostNotOpenError,
    NotCompleteError,
    PilotOverError,
    TooManyPilotsError,
)
from matchmaker.pilots.services.results import NoTalksError
from matchmaker.transitions import TransitionRefusedError
from profiles.drafts.draft_forms import handle_form
from profiles.guards import SignedInRequest
from profiles.pages import found_or_404, message_on_error, page_with_form

MOVED = gettext_lazy("That is no longer possible: see where it stands.")
REFUSALS: dict[type[Exception], Promise] = {
    TransitionRefusedError: MOVED,
    NotForYouError: MOVED,
    HostNotOpenError: gettext_lazy("Your profile has to be approved first, and to agree to matching."),
    NotCompleteError: gettext_lazy("Say when it runs and what is measured before a curator reads it."),
    PilotOverError: gettext_lazy("Its last day is over. Change it, and choose a day, today or later."),
    NoSeatError: gettext_lazy("All seats are taken."),
    TooManyPilotsError: gettext_lazy("You have as many pilots under way as one may have. End one first."),
    NoTalksError: gettext_lazy("You two have no introduction that both agreed to."),
}
SAVED = {
    PilotState.DRAFT: gettext_lazy("Kept. Only your company reads it until a curator has approved it."),
    PilotState.OPEN: gettext_lazy("Kept. The page says what you corrected."),
    PilotState.SUBMITTED: gettext_lazy(
        "Kept. A curator reads the new text before it stands on the board again."
    ),
}
Acts = dict[str, tuple[Callable[..., None], Promise]]  # what does it, and what is said then
MOVES: Acts = {
    "submit": (pilots.submit_pilot, gettext_lazy("A curator reads it now and tells you.")),
    "start": (
        pilots.start_pilot,
        gettext_lazy("It runs. Who has a seat takes part; who still waited was told no."),
    ),
    "cancel": (pilots.cancel_pilot, gettext_lazy("Cancelled. Everybody who applied is told.")),
}
# What both host and applicant may say of a seat.
GROWN: Acts = {
    "origin": (
        results.name_origin,
        gettext_lazy("The introduction says now that it grew out of this pilot."),
    ),
    "deal": (
        results.name_deal,
        gettext_lazy("Kept. Both of you read here that the deal grew out of this pilot."),
    ),
}
ANSWERS: Acts = {
    "accept": (applications.give_seat, gettext_lazy("They have a seat and are told.")),
    "decline": (
        applications.refuse_seat,
        gettext_lazy("They are told that it does not work out this time, not why."),
    ),
    **GROWN,
}


@member_required
@page_with_form
def pilot_edit(request: SignedInRequest, member: Member, public_id: str = "") -> HttpResponse:
    """Show a draft, an empty one, or what may be corrected of an open one, and keep it."""
    pilot = hosted_or_404(member, public_id) if public_id else None
    if pilot and pilot.state not in (PilotState.DRAFT, PilotState.OPEN):
        raise Http404
    is_fixed = pilot is not None and (pilot.state == PilotState.OPEN or bool(pilot.applications.all()))
    kind = CorrectionForm if is_fixed else PilotForm

    def make(sent: QueryDict | None) -> PilotForm:
        return kind(sent, pilot=pilot)

    def save(form: PilotForm) -> HttpResponse:
        said: dict[str, Any] = {"values": form.pilot_values, "by": request.user, "at": timezone.now()}
        if pilot and pilot.state == PilotState.OPEN:
            kept = corrections.correct_pilot(pilot, side=member.side, **said)
        else:
            kept = pilots.write_pilot(member.company, **said, aims=form.aims, pilot=pilot)
        messages.success(request, str(SAVED[PilotState(kept.state)]))
        return redirect("pilot", kept.public_id)

    return handle_form(request, make, "pilots/pilot_form.html", save, {"pilot": pilot}, refusals=REFUSALS)


@member_required
@require_POST
def pilot_move(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Submit, start or cancel: `act` says which."""
    pilot, act = hosted_or_404(member, public_id), request.POST.get("act", "")
    return do_one_of(MOVES, act, pilot, request, member)


@member_required
@require_POST
def pilot_open(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Let everybody read the parts that are ticked, and no other."""
    pilot = hosted_or_404(member, public_id)
    form = PartsForm(request.POST)
    if form.is_valid():
        parts = form.cleaned_data["parts"]
        pilots.open_parts(pilot, parts=parts, by=request.user, at=timezone.now())
        messages.success(request, _("Saved. It holds from now on."))
    return redirect("pilot", public_id)


@member_required
@require_POST
def pilot_answer(request: SignedInRequest, member: Member, public_id: str, pk: int) -> HttpResponse:
    """Answer an application, or say that the introduction with its company grew out of this pilot."""
    pilot, answer = hosted_or_404(member, public_id), request.POST.get("answer", "")
    application = found_or_404(next((one for one in pilot.applications.all() if one.pk == pk), None))
    return do_one_of(ANSWERS, answer, application, request, member)


def do_one_of(
    acts: Acts, name: str, subject: Pilot | PilotApplication, request: SignedInRequest, member: Member
) -> HttpResponse:
    """Do what a button says about a pilot or an application for it, and say what came of it."""
    pilot = subject if isinstance(subject, Pilot) else subject.pilot
    if name in acts:
        do, done = acts[name]
        said: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        if name not in GROWN:
            said["side"] = member.side
        elif name == "deal":
            said["deal"] = deal_or_404(member, request.POST.get("deal", ""))
        with message_on_error(request, REFUSALS, done):
            do(subject, **said)
    return redirect("pilot", pilot.public_id)


@member_required
@page_with_form
def pilot_results(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Ask what came of every aim, and end the pilot."""
    pilot = hosted_or_404(member, public_id)
    if pilot.state != PilotState.RUNNING:
        raise Http404

    def make(sent: QueryDict | None) -> ResultsForm:
        return ResultsForm(sent, aims=list(pilot.aims.all()))

    def save(form: ResultsForm) -> HttpResponse:
        said: dict[str, Any] = {"reached": form.reached, "outcome": form.cleaned_data["outcome"]}
        results.finish_pilot(pilot, **said, **acting(request, member))
        messages.success(request, _("Kept. Who had a seat is asked to confirm it."))
        return redirect("pilot", public_id)

    return handle_form(request, make, "pilots/pilot_results.html", save, {"pilot": pilot}, refusals=REFUSALS)


@member_required
@require_safe
def pilot_candidates(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Show who fits an own pilot, with reasons."""
    pilot = hosted_or_404(member, public_id)
    found = fitting_companies(pilot, member, today=timezone.localdate())
    context = {"pilot": pilot, "fitting": found, "company": member.company, "most": MOST_COMPANIES}
    return render(request, "pilots/pilot_candidates.html", context)
