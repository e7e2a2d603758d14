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
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from matchmaker.matches.guards import member_required
from matchmaker.matches.selectors.member import Member
from matchmaker.models import Pilot
from matchmaker.models.pilot_table import PilotState
from matchmaker.pilots.forms import CorrectionForm, PartsForm, PilotForm, ResultsForm
from matchmaker.pilots.guards import deal_or_404, hosted_or_404
from matchmaker.pilots.selectors.fits import MOST_COMPANIES, fitting_companies
from matchmaker.pilots.services import applications, corrections, pilots, results
from matchmaker.pilots.services.applications import NoSeatError
from matchmaker.pilots.services.moves import PilotMovedError
from matchmaker.pilots.services.pilots import HostNotOpenError, NotCompleteError, TooManyPilotsError
from matchmaker.pilots.services.results import NoTalksError
from profiles.drafts import services as drafts
from profiles.drafts.forms import opened, posted
from profiles.guards import SignedInRequest

PAGE = require_http_methods(["GET", "HEAD", "POST"])
MOVED = gettext_lazy("That is no longer possible: see where it stands.")
REFUSALS: dict[type[Exception], Promise] = {
    PilotMovedError: MOVED,
    HostNotOpenError: gettext_lazy("Your profile has to be approved first, and to agree to matching."),
    NotCompleteError: gettext_lazy("Say when it runs and what is measured before a curator reads it."),
    NoSeatError: gettext_lazy("All seats are taken."),
    TooManyPilotsError: gettext_lazy("You have as many pilots under way as one may have. End one first."),
    NoTalksError: gettext_lazy("You two have no introduction that both agreed to."),
}
KEPT = {
    PilotState.DRAFT: gettext_lazy("Kept. Only your company reads it until a curator has approved it."),
    PilotState.OPEN: gettext_lazy("Kept. The page says what you corrected."),
    PilotState.SUBMITTED: gettext_lazy(
        "Kept. A curator reads the new text before it stands on the board again."
    ),
}
MOVES = {"submit": pilots.submit_pilot, "start": pilots.start_pilot, "cancel": pilots.cancel_pilot}
MOVED_TO = {
    "submit": gettext_lazy("A curator reads it now and tells you."),
    "start": gettext_lazy("It runs. Who has a seat takes part; who still waited was told no."),
    "cancel": gettext_lazy("Cancelled. Everybody who applied is told."),
}
ANSWERS: dict[str, Callable[..., None]] = {
    "accept": applications.give_seat,
    "decline": applications.refuse_seat,
    "origin": results.name_origin,
    "deal": results.name_deal,
}
ANSWERED = {
    "accept": gettext_lazy("They have a seat and are told."),
    "decline": gettext_lazy("They are told that it does not work out this time, not why."),
    "origin": gettext_lazy("The introduction says now that it grew out of this pilot."),
    "deal": gettext_lazy("Kept. Both of you read here that the deal grew out of this pilot."),
}


@member_required
@PAGE
def pilot_edit(request: SignedInRequest, member: Member, public_id: str = "") -> HttpResponse:
    """Show a draft, an empty one, or what may be corrected of an open one, and keep it."""
    pilot = hosted_or_404(member, public_id) if public_id else None
    if pilot and pilot.state not in (PilotState.DRAFT, PilotState.OPEN):
        raise Http404
    is_fixed = pilot is not None and (pilot.state == PilotState.OPEN or bool(pilot.applications.all()))
    kind = CorrectionForm if is_fixed else PilotForm

    def make(sent: QueryDict | None) -> PilotForm:
        return kind(sent, pilot=pilot)

    typed = posted(request, make) if request.method == "POST" else opened(request, make)
    if not typed.may_save or request.method != "POST":
        context = {"form": typed.form, "typed": typed, "pilot": pilot}
        status = 409 if typed.conflicts else 422 if typed.is_wrong else 200
        return render(request, "pilots/pilot_form.html", context, status=status)
    return _keep(request, member, pilot, typed.form)


def _keep(request: SignedInRequest, member: Member, pilot: Pilot | None, form: PilotForm) -> HttpResponse:
    """Keep a pilot as it was typed, and say what becomes of it."""
    said: dict[str, Any] = {"values": form.pilot_values, "by": request.user, "at": timezone.now()}
    try:
        if pilot and pilot.state == PilotState.OPEN:
            kept = corrections.correct_pilot(pilot, **said)
        else:
            kept = pilots.write_pilot(member.company, **said, aims=form.aims, pilot=pilot)
    except tuple(REFUSALS) as refusal:
        messages.warning(request, str(REFUSALS[type(refusal)]))
        return redirect("own_pilots")
    drafts.discard(request.user, request.path)
    messages.success(request, str(KEPT[PilotState(kept.state)]))
    return redirect("pilot", kept.public_id)


@member_required
@require_POST
def pilot_move(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Submit, start or cancel: `act` says which."""
    pilot, act = hosted_or_404(member, public_id), request.POST.get("act", "")
    if act not in MOVES:
        return redirect("pilot", public_id)
    try:
        MOVES[act](pilot, by=request.user, at=timezone.now())
    except tuple(REFUSALS) as refusal:
        messages.warning(request, str(REFUSALS[type(refusal)]))
    else:
        messages.success(request, str(MOVED_TO[act]))
    return redirect("pilot", public_id)


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
    application = next((one for one in pilot.applications.all() if one.pk == pk), None)
    if application is None:
        raise Http404
    if answer not in ANSWERS:
        return redirect("pilot", public_id)
    said: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if answer == "deal":
        said["deal"] = deal_or_404(member, request.POST.get("deal", ""))
    try:
        ANSWERS[answer](application, **said)
    except tuple(REFUSALS) as refusal:
        messages.warning(request, str(REFUSALS[type(refusal)]))
    else:
        messages.success(request, str(ANSWERED[answer]))
    return redirect("pilot", public_id)


@member_required
@PAGE
def pilot_results(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Ask what came of every aim, and end the pilot."""
    pilot = hosted_or_404(member, public_id)
    if pilot.state != PilotState.RUNNING:
        raise Http404
    form = ResultsForm(request.POST if request.method == "POST" else None, aims=list(pilot.aims.all()))
    if not form.is_valid():
        context = {"form": form, "pilot": pilot}
        return render(request, "pilots/pilot_results.html", context, status=422 if form.is_bound else 200)
    said: dict[str, Any] = {"reached": form.reached, "outcome": form.cleaned_data["outcome"]}
    try:
        results.finish_pilot(pilot, **said, by=request.user, at=timezone.now())
    except PilotMovedError:
        messages.warning(request, str(MOVED))
    else:
        messages.success(request, _("Kept. Who had a seat is asked to confirm it."))
    return redirect("pilot", public_id)


@member_required
@require_safe
def pilot_candidates(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Show who fits an own pilot, with reasons."""
    pilot = hosted_or_404(member, public_id)
    found = fitting_companies(pilot, member, today=timezone.localdate())
    context = {"pilot": pilot, "fitting": found, "side": member.side.other, "most": MOST_COMPANIES}
    return render(request, "pilots/pilot_candidates.html", context)
