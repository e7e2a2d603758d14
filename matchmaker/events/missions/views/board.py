"""The organiser on the day: the board, who has come, what changes, and what is printed."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from matchmaker.events.missions.forms import ArrivalForm
from matchmaker.events.missions.selectors import board as boards
from matchmaker.events.missions.selectors import papers
from matchmaker.events.missions.selectors.changes import facts_of, proposal_page
from matchmaker.events.missions.selectors.day import code_of
from matchmaker.events.missions.services import changes, day
from matchmaker.events.missions.views.missions import organised_or_404
from matchmaker.events.programmes.guards import organiser_required
from matchmaker.events.programmes.selectors.programmes import Reader, address_of
from matchmaker.events.programmes.selectors.share_card import qr_picture
from matchmaker.integrations.typesetting import typeset
from matchmaker.models.missions import Mission
from matchmaker.models.missions.mission import HAS_SCHEDULE
from profiles.downloads import download
from profiles.guards import SignedInRequest
from profiles.pages import form_page, found_or_404, keys_in, message_on_error, page_with_form

PRESENCE = {"here": True, "missing": False, "unknown": None}


def scheduled_or_404(reader: Reader, public_id: str) -> Mission:
    mission = organised_or_404(reader, public_id)
    if mission.state not in HAS_SCHEDULE or mission.published_at is None:
        raise Http404
    return mission


@organiser_required
@page_with_form
def show_board(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    mission, now = scheduled_or_404(reader, public_id), timezone.now()
    if request.method == "POST":
        meeting = found_or_404(boards.organised_meeting(mission, request.POST.get("key", "")))
        meeting.mission = mission
        with message_on_error(request, _("Saved.")):
            took_place = request.POST.get("act") == "held"
            day.set_took_place(meeting, took_place=took_place, by=request.user, at=now)
        return redirect(request.get_full_path())
    asked = {name: request.GET.get(name, "") for name in ("day", "page", "cell")}
    with timezone.override(mission.programme.zone):
        context = {
            "mission": mission,
            "programme": mission.programme,
            **boards.board(mission, day=asked["day"], number=asked["page"] or "1", at=now),
            "gauges": boards.gauges(mission),
            "chosen": boards.organised_meeting(mission, asked["cell"]) if asked["cell"] else None,
            "papers": papers.papers_of(mission),
            "now": now,
        }
        return render(request, "events/missions/board.html", context)


@organiser_required
@page_with_form
def check_in(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    mission = scheduled_or_404(reader, public_id)
    if request.method == "POST":
        delegation = get_object_or_404(mission.delegations, public_id=request.POST.get("who", ""))
        delegation.mission = mission
        act = request.POST.get("act", "")
        if act not in PRESENCE:
            raise Http404
        with message_on_error(request, _("Saved.")):
            day.set_presence(delegation, is_here=PRESENCE[act], by=request.user, at=timezone.now())
            if act == "missing":
                messages.info(request, _("Their meetings stay until you change the schedule."))
        return redirect(request.get_full_path())
    address = address_of("mission_here", public_id, code_of(mission))
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "show", "page")}
    context = {
        "mission": mission,
        "programme": mission.programme,
        **boards.check_in_page(mission, asked["q"], asked["show"], asked["page"] or "1"),
        "address": address,
        "picture": qr_picture(address),
    }
    with timezone.override(mission.programme.zone):
        return render(request, "events/missions/check_in.html", context)


@organiser_required
@page_with_form
def show_changes(request: SignedInRequest, reader: Reader, public_id: str) -> HttpResponse:
    mission = scheduled_or_404(reader, public_id)
    with timezone.override(mission.programme.zone):
        sent = request.POST if request.POST.get("act") == "arrives" else None
        form = ArrivalForm(sent, mission=mission)
        if request.method == "POST" and not (sent and not form.is_valid()):
            made = None
            with message_on_error(request):
                made = _change(request, mission, form)
            if made:
                return redirect("mission_proposal", public_id, made)
            return redirect("mission_changes", public_id)
        context = {"mission": mission, "programme": mission.programme, **facts_of(mission, at=timezone.now())}
        return form_page(request, "events/missions/changes.html", form, **context)


def _change(request: SignedInRequest, mission: Mission, form: ArrivalForm) -> int | None:
    act = request.POST.get("act", "")
    kwargs: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if act == "propose":
        return changes.propose(mission, **kwargs, is_free="anywhere" in request.POST).pk
    if act == "arrives":
        delegation = form.cleaned_data["who"]
        delegation.mission = mission
        day.set_arrival(delegation, arrives_at=form.cleaned_data["arrives_at"], **kwargs)
    elif act in ("close", "open"):
        table = get_object_or_404(mission.tables, pk__in=keys_in(request, "table")[:1])
        table.mission = mission
        day.set_closed(table, is_closed=act == "close", **kwargs)
    else:
        raise Http404
    messages.success(request, _("Saved."))
    return None


@organiser_required
@page_with_form
def show_proposal(request: SignedInRequest, reader: Reader, public_id: str, pk: int) -> HttpResponse:
    mission = scheduled_or_404(reader, public_id)
    plan = get_object_or_404(mission.plans.select_related("by"), pk=pk, mends=True)
    plan.mission = mission
    if request.method == "POST":
        with message_on_error(
            request, _("The schedule has been changed. We are telling the delegations whose meetings change.")
        ):
            changes.apply(plan, by=request.user, at=timezone.now())
            return redirect("mission_board", public_id)
        return redirect("mission_changes", public_id)
    with timezone.override(mission.programme.zone):
        context = {"mission": mission, "programme": mission.programme, **proposal_page(mission, plan)}
        return render(request, "events/missions/proposal.html", context)


@organiser_required
@require_POST
def print_all(
    request: SignedInRequest, reader: Reader, public_id: str, kind: str, part: int
) -> HttpResponseBase:
    mission = scheduled_or_404(reader, public_id)
    if kind not in ("calendar", "schedules", "signs", "badges"):
        raise Http404
    changes.record_schedule_download(mission, by=request.user, at=timezone.now())
    if kind == "calendar":
        return download(papers.calendar_of_all(mission), f"meetings-{public_id}.ics")
    with timezone.override(mission.programme.zone):
        template = papers.BADGES if kind == "badges" else papers.TEMPLATE
        sheet = typeset(template, found_or_404(papers.paper(mission, kind, part)))
    return download(sheet, f"{kind}-{public_id}-{part}.pdf")
