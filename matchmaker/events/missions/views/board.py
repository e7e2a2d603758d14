"""The organiser on the day: the board, who has come, what changes, also by hand, and what is printed."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matchmaker.events.missions.forms import ArrivalForm, ByHandForm
from matchmaker.events.missions.selectors import board as boards
from matchmaker.events.missions.selectors import papers
from matchmaker.events.missions.selectors.changes import (
    facts_of,
    movable,
    placings_of,
    preview,
    proposal_page,
)
from matchmaker.events.missions.selectors.day import code_of
from matchmaker.events.missions.services import changes, day
from matchmaker.events.missions.services.meetings import ONGOING
from matchmaker.events.missions.views.missions import draw, mission_required
from matchmaker.events.programmes.selectors.programmes import address_of
from matchmaker.events.programmes.selectors.share_card import qr_picture
from matchmaker.integrations.typesetting import typeset
from matchmaker.matching.pairs.guards import signed
from matchmaker.models.missions import Mission, MissionMeeting
from profiles.downloads import download
from profiles.guards import SignedInRequest
from profiles.pages import form_error_on, found_or_404, keys_in, message_on_error, page_with_form

PRESENCE = {"here": True, "missing": False, "unknown": None}


schedule_required = partial(mission_required, needs_schedule=True)


@schedule_required(page_with_form)
def show_board(request: SignedInRequest, mission: Mission, public_id: str) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        meeting = found_or_404(boards.organised_meeting(mission, request.POST.get("key", "")))
        meeting.mission = mission
        with message_on_error(request, _("Saved.")):
            took_place = request.POST.get("act") == "held"
            day.set_took_place(meeting, took_place=took_place, by=request.user, at=now)
        return redirect(request.get_full_path())
    asked = {name: request.GET.get(name, "") for name in ("day", "page", "cell")}
    context = {
        **boards.board(mission, day=asked["day"], number=asked["page"] or "1", at=now),
        "gauges": boards.gauges(mission),
        "chosen": boards.organised_meeting(mission, asked["cell"]) if asked["cell"] else None,
        "papers": papers.papers_of(mission),
        "now": now,
    }
    return draw(request, "board", mission, **context)


@schedule_required(page_with_form)
def check_in(request: SignedInRequest, mission: Mission, public_id: str) -> HttpResponse:
    if request.method == "POST":
        delegation = get_object_or_404(mission.delegations, public_id=request.POST.get("who", ""))
        delegation.mission = mission
        act = request.POST.get("act", "")
        if act not in PRESENCE:
            raise Http404
        with message_on_error(request, _("Saved.")):
            day.set_presence(delegation, is_here=PRESENCE[act], **signed(request))
            if act == "missing":
                messages.info(request, _("Their meetings stay until you change the schedule."))
        return redirect(request.get_full_path())
    address = address_of("mission_here", public_id, code_of(mission))
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "show", "page")}
    page = boards.check_in_page(mission, asked["q"], asked["show"], asked["page"] or "1")
    return draw(request, "check_in", mission, **page, address=address, picture=qr_picture(address))


@schedule_required(page_with_form)
def show_changes(request: SignedInRequest, mission: Mission, public_id: str) -> HttpResponse:
    sent = request.POST if request.POST.get("act") == "arrives" else None
    form = ArrivalForm(sent, mission=mission)
    if request.method == "POST" and not (sent and not form.is_valid()):
        made = None
        with message_on_error(request):
            made = _change(request, mission, form)
        if made:
            return redirect("mission_proposal", public_id, made)
        return redirect("mission_changes", public_id)
    facts, status = facts_of(mission, at=timezone.now()), 422 if form.is_bound else 200
    return draw(request, "changes", mission, **facts, form=form, status=status)


def _change(request: SignedInRequest, mission: Mission, form: ArrivalForm) -> int | None:
    act = request.POST.get("act", "")
    if act == "propose":
        return changes.propose(mission, **signed(request), is_free="anywhere" in request.POST).pk
    if act == "arrives":
        delegation = form.cleaned_data["who"]
        delegation.mission = mission
        day.set_arrival(delegation, arrives_at=form.cleaned_data["arrives_at"], **signed(request))
    elif act in ("close", "open"):
        table = get_object_or_404(mission.tables, pk__in=keys_in(request, "table")[:1])
        table.mission = mission
        day.set_closed(table, is_closed=act == "close", **signed(request))
    else:
        raise Http404
    messages.success(request, _("Saved."))
    return None


@schedule_required(page_with_form)
def show_proposal(request: SignedInRequest, mission: Mission, public_id: str, pk: int) -> HttpResponse:
    plan = get_object_or_404(mission.plans.select_related("by"), pk=pk, mends=True)
    plan.mission = mission
    if request.method == "POST":
        with message_on_error(
            request, _("The schedule has been changed. We are telling the delegations whose meetings change.")
        ):
            changes.apply(plan, **signed(request))
            return redirect("mission_board", public_id)
        return redirect("mission_changes", public_id)
    return draw(request, "proposal", mission, **proposal_page(mission, plan))


@schedule_required(require_POST)
def print_all(
    request: SignedInRequest, mission: Mission, public_id: str, kind: str, part: int
) -> HttpResponseBase:
    if kind not in ("calendar", "schedules", "signs", "badges"):
        raise Http404
    changes.record_schedule_download(mission, **signed(request))
    if kind == "calendar":
        return download(papers.calendar_of_all(mission), f"meetings-{public_id}.ics")
    template = papers.BADGES if kind == "badges" else papers.TEMPLATE
    sheet = typeset(template, found_or_404(papers.paper(mission, kind, part, by=request.user)))
    return download(sheet, f"{kind}-{public_id}-{part}.pdf")


@schedule_required(page_with_form)
def change_by_hand(request: SignedInRequest, mission: Mission, public_id: str) -> HttpResponse:
    """Show what a change means before it is confirmed, then carry it out."""
    at = timezone.now()
    if mission.state not in ONGOING:
        raise Http404
    act = request.POST.get("act", "")
    meeting = _chosen(request, mission)
    forms = _forms(request, mission, meeting, act)
    form, found = forms.get(act), None
    if form and form.is_valid():
        found = preview(mission, placings_of(form.cleaned_data), at=at)
        if "confirm" in request.POST and not found.conflicts:
            with form_error_on(form):
                seen = request.POST.get("seen", "")
                kwargs: dict[str, Any] = {"by": request.user, "at": at, "version_read": seen}
                changes.change_by_hand(mission, form.cleaned_data, **kwargs)
                messages.success(
                    request, _("The schedule has been changed. We are notifying the delegations concerned.")
                )
                return redirect("mission_board", public_id)
    shown = found if form and form.is_valid() else None
    context = {"meeting": meeting, "forms": forms, "checked": form, "found": shown}
    is_fine = found is not None and not found.conflicts and form is not None and form.is_valid()
    is_wrong = request.method == "POST" and not is_fine
    return draw(request, "by_hand", mission, **context, status=422 if is_wrong else 200)


def _chosen(request: SignedInRequest, mission: Mission) -> MissionMeeting | None:
    key = request.POST.get("meeting") or request.GET.get("meeting", "")
    return get_object_or_404(movable(mission, at=timezone.now()), key=key) if key else None


def _forms(
    request: SignedInRequest, mission: Mission, meeting: MissionMeeting | None, sent: str
) -> dict[str, ByHandForm]:
    start: dict[str, Any] = {name: request.GET.get(name, "") for name in ("slot", "table")}
    if meeting:
        start = {"meeting": meeting.key, "slot": meeting.slot_id, "table": meeting.table_id}
    return {
        act: ByHandForm(request.POST if act == sent else None, mission=mission, act=act, initial=start)
        for act in (("move", "swap", "cancel") if meeting else ("add",))
    }


@mission_required(require_POST)
def reserve_table(request: SignedInRequest, mission: Mission, public_id: str, pk: int) -> HttpResponse:
    table = get_object_or_404(mission.tables, pk=pk)
    table.mission = mission
    with message_on_error(request, _("Saved.")):
        words = request.POST.get("reserved_for", "").strip()[:60]
        changes.reserve_table(table, reserved_for=words, **signed(request))
    return redirect("mission_rooms", public_id)
