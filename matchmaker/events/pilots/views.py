"""The pages of pilots: the board, what a host and who applies do, and what a curator decides."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.events.pilots.forms import ApplicationForm, CorrectionForm, PartsForm, PilotForm, ResultsForm
from matchmaker.events.pilots.selectors.board import (
    FILTERS,
    MOST_COMPANIES,
    board_page,
    fitting_companies,
    own_pilots_page,
    season_calendar,
)
from matchmaker.events.pilots.selectors.pilot import (
    PilotReader,
    own_drafts,
    pilot_page,
    reader_of,
    waiting_pilots,
    with_parts,
)
from matchmaker.events.pilots.services import applications, pilots
from matchmaker.events.pilots.services.pilots import PilotOverError
from matchmaker.events.reviews import review_page
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.pairs.guards import acting, seen_in, signed
from matchmaker.matching.pairs.selectors.pair import pair_of
from matchmaker.models.pilot import Pilot, PilotApplication, PilotState
from matchmaker.transitions import PausedError, TransitionRefusedError
from profiles.guards import SignedInRequest, curator_required, reader_in
from profiles.models import Deal, Investor
from profiles.pages import Words, found_or_404, message_on_error, page_with_form
from profiles.platform.drafts.draft_forms import handle_form


def page_or_404(reader: PilotReader, public_id: str) -> dict[str, Any]:
    return found_or_404(pilot_page(reader, public_id))


def deal_or_404(member: CurrentCompany, number: str) -> Deal:
    company = member.company
    if not isinstance(company, Investor) or not number.isascii() or not number.isdecimal():
        raise Http404
    return get_object_or_404(company.deals, pk=min(int(number[:18]), 2**53))


def hosted_or_404(member: CurrentCompany, public_id: str) -> Pilot:
    return get_object_or_404(with_parts(own_drafts(member)), public_id=public_id)


@require_safe
def pilot_board(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    reader = reader_of(reader_in(request))
    board = board_page(reader, asked, request.GET.get("page", "1"))
    return render(request, "events/pilots/pilots.html", {"board": board, "reader": reader})


@require_safe
def show_pilot(request: HttpRequest, public_id: str) -> HttpResponse:
    page = page_or_404(reader_of(reader_in(request)), public_id)
    context: dict[str, Any] = {"page": page}
    if page["is_host"]:
        context["parts_form"] = PartsForm(initial={"parts": page["pilot"].opened})
    return render(request, "events/pilots/pilot.html", context)


@require_safe
def pilot_calendar(request: HttpRequest) -> HttpResponse:
    """Show when main crops are sown and harvested, so that a pilot finds its dates."""
    return render(request, "events/pilots/pilot_calendar.html", {"calendar": season_calendar()})


SAVED = {
    PilotState.DRAFT: _("Saved. Only your company can see it until a curator has approved it."),
    PilotState.OPEN: _("Saved. The page says what you updated."),
    PilotState.SUBMITTED: _(
        "Saved. A curator reviews the new text before the pilot is listed on the pilot board again."
    ),
}
Acts = dict[str, tuple[Callable[..., None], Promise]]  # what does it, and what is said then
MOVES: Acts = {
    "submit": (pilots.submit_pilot, _("A curator will review it and tell you.")),
    "start": (
        pilots.start_pilot,
        _("The pilot is running. Companies with a slot take part. Those still waiting have been told no."),
    ),
    "cancel": (pilots.cancel_pilot, _("Cancelled. Everyone who applied has been told.")),
}
# What both host and applicant may say of a seat.
GROWN: Acts = {
    "origin": (applications.name_origin, _("The introduction now says that it came from this pilot.")),
    "deal": (
        applications.name_deal,
        _("Saved. Both of you can see here that the deal came from this pilot."),
    ),
}
READ_FIRST = ("submit", "start", "cancel", "accept", "decline", "withdraw")  # refused on what has changed
ANSWERS: Acts = {
    "accept": (applications.give_slot, _("They have a slot and have been told.")),
    "decline": (applications.refuse_slot, _("They have been told that you declined this time, but not why.")),
    **GROWN,
}


@current_company_required
@page_with_form
def pilot_edit(request: SignedInRequest, member: CurrentCompany, public_id: str = "") -> HttpResponse:
    """Show a draft, an empty one, or what may be corrected of an open one, and keep it."""
    pilot = hosted_or_404(member, public_id) if public_id else None
    if pilot and pilot.state not in (PilotState.DRAFT, PilotState.OPEN):
        raise Http404
    is_fixed = pilot is not None and (pilot.state == PilotState.OPEN or bool(pilot.applications.all()))
    make = partial(CorrectionForm if is_fixed else PilotForm, pilot=pilot)

    def save(form: PilotForm) -> HttpResponse:
        kwargs: dict[str, Any] = {"values": form.pilot_values, "by": request.user, "at": timezone.now()}
        if pilot and pilot.state == PilotState.OPEN:
            saved = pilots.correct_pilot(pilot, side=member.side, **kwargs)
        else:
            saved = pilots.write_pilot(member.company, **kwargs, aims=form.aims, pilot=pilot)
        messages.success(request, str(SAVED[PilotState(saved.state)]))
        return redirect("pilot", saved.public_id)

    return handle_form(request, make, "events/pilots/pilot_form.html", save, {"pilot": pilot})


@current_company_required
@require_POST
def pilot_move(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    pilot, act = hosted_or_404(member, public_id), request.POST.get("act", "")
    return do_one_of(MOVES, act, pilot, request, member)


@current_company_required
@require_POST
def pilot_open(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    pilot = hosted_or_404(member, public_id)
    form = PartsForm(request.POST)
    if form.is_valid():
        parts = form.cleaned_data["parts"]
        pilots.open_parts(pilot, parts=parts, **signed(request))
        messages.success(request, gettext("Saved. The change applies from now on."))
    return redirect("pilot", public_id)


@current_company_required
@require_POST
def pilot_answer(request: SignedInRequest, member: CurrentCompany, public_id: str, pk: int) -> HttpResponse:
    pilot, answer = hosted_or_404(member, public_id), request.POST.get("answer", "")
    application = found_or_404(next((one for one in pilot.applications.all() if one.pk == pk), None))
    return do_one_of(ANSWERS, answer, application, request, member)


def do_one_of(
    acts: Acts, name: str, subject: Pilot | PilotApplication, request: SignedInRequest, member: CurrentCompany
) -> HttpResponse:
    pilot = subject if isinstance(subject, Pilot) else subject.pilot
    if name in acts:
        do, done = acts[name]
        kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
        if name not in GROWN:
            kwargs["side"] = member.side
        if name in READ_FIRST:
            kwargs["version_read"] = seen_in(request)
        elif name == "deal":
            kwargs["deal"] = deal_or_404(member, request.POST.get("deal", ""))
        with message_on_error(request, done):
            do(subject, **kwargs)
    return redirect("pilot", pilot.public_id)


@current_company_required
@page_with_form
def pilot_results(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    pilot = hosted_or_404(member, public_id)
    if pilot.state != PilotState.RUNNING:
        raise Http404
    make = partial(ResultsForm, aims=list(pilot.aims.all()))

    def save(form: ResultsForm) -> HttpResponse:
        kwargs: dict[str, Any] = {"reached": form.reached, "outcome": form.cleaned_data["outcome"]}
        applications.finish_pilot(pilot, **kwargs, **acting(request, member))
        messages.success(request, gettext("Saved. The companies that had a slot are asked to confirm it."))
        return redirect("pilot", public_id)

    return handle_form(request, make, "events/pilots/pilot_results.html", save, {"pilot": pilot})


@current_company_required
@require_safe
def pilot_candidates(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    pilot = hosted_or_404(member, public_id)
    fitting = fitting_companies(pilot, member, today=timezone.localdate())
    context = {"pilot": pilot, "fitting": fitting, "company": member.company, "most": MOST_COMPANIES}
    late = pilot.is_past_deadline(timezone.localdate())
    context["may_invite"] = pilot.state == PilotState.OPEN and not late
    return render(request, "events/pilots/pilot_candidates.html", context)


@current_company_required
@require_POST
def pilot_invite(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    pilot = hosted_or_404(member, public_id)
    pair = pair_of(member, request.POST.get("company", ""))
    done = gettext("Invited. We tell you if they apply.")
    with message_on_error(request, done):
        if pair is None:  # it has left meanwhile
            raise TransitionRefusedError
        applications.invite(pilot, pair.counterpart, **acting(request, member))
    return redirect("pilot_candidates", public_id)


ACTS: Acts = {
    "withdraw": (applications.withdraw_application, _("Withdrawn.")),
    "name": (partial(applications.set_named, is_named=True), _("Everyone can read it now.")),
    "unname": (
        partial(applications.set_named, is_named=False),
        _("Your name has been removed from the public page."),
    ),
    "confirm": (applications.confirm_results, _("Confirmed. It now appears on both profiles.")),
    **GROWN,
}


@current_company_required
@require_safe
def own_pilots(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    page = own_pilots_page(member, today=timezone.localdate())
    return render(request, "events/pilots/own_pilots.html", {"own": page, "company": member.company})


@current_company_required
@page_with_form
def pilot_apply(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    page = page_or_404(PilotReader(member.viewer, member), public_id)
    if not page["may_apply"] and request.method != "POST":
        return redirect("pilot", public_id)

    def save(form: ApplicationForm) -> HttpResponse:
        kwargs = {**form.cleaned_data, **signed(request), "version_read": seen_in(request)}
        applications.apply_for_slot(page["pilot"], member.company, **kwargs)
        done = gettext("Your application has been sent to the host. You will be told when it is answered.")
        messages.success(request, done)
        return redirect("pilot", public_id)

    words: Words = {PausedError: gettext("The host is not taking new applications at the moment.")}
    template = "events/pilots/pilot_apply.html"
    return handle_form(request, ApplicationForm, template, save, {"page": page}, words=words)


@current_company_required
@require_POST
def pilot_slot(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    page = page_or_404(PilotReader(member.viewer, member), public_id)
    application = found_or_404(page["own"])["application"]
    return do_one_of(ACTS, request.POST.get("act", ""), application, request, member)


@curator_required
@require_safe
def pilot_reviews(request: SignedInRequest) -> HttpResponse:
    return render(request, "events/pilots/pilot_reviews.html", {"rows": waiting_pilots()})


@curator_required
@page_with_form
def pilot_review(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show a pilot as its host wrote it, and take a decision."""

    def page() -> dict[str, Any]:
        return page_or_404(reader_of(request.user), public_id)

    def context() -> dict[str, Any]:
        shown = page()
        return {"page": shown, "waits": shown["pilot"].state == PilotState.SUBMITTED}

    over = gettext("Its last day has passed. Return it so that the host can choose other days.")
    return review_page(
        request,
        "events/pilots/pilot_review.html",
        context,
        subject=lambda: page()["pilot"],
        acts=(pilots.approve_pilot, pilots.send_back_pilot),
        label=gettext("What should change? The host will read this."),
        moved=gettext("It is no longer waiting, or its host is not approved."),
        words={PilotOverError: over},
        done=gettext("Decided. The host has been told."),
        queue="pilot_reviews",
    )
