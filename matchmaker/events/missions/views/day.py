"""The day of those who take part: a light page, one page per meeting, a calendar, a sheet of paper."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matchmaker.events.missions.forms import DayForm, LateForm, NoteForm
from matchmaker.events.missions.selectors.day import DayRow, code_of, free_slots, opened_by, own_day, own_row
from matchmaker.events.missions.selectors.missions import MissionRole, by_day, part_in, readable_delegation
from matchmaker.events.missions.selectors.papers import TEMPLATE, calendar_of, schedules
from matchmaker.events.missions.selectors.plans import too_few
from matchmaker.events.missions.services import day, meetings
from matchmaker.events.missions.services.changes import record_schedule_download
from matchmaker.events.missions.views.missions import draw
from matchmaker.events.programmes.guards import participant_required, reader_required
from matchmaker.events.programmes.selectors.programmes import Reader
from matchmaker.events.programmes.selectors.secrets import secret_of
from matchmaker.integrations.typesetting import typeset
from matchmaker.matching.pairs.guards import seen_in, signed
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.missions import Delegation, Mission
from matchmaker.models.missions.plan import AfterMeeting
from matchmaker.transitions import NotOpenError
from profiles.downloads import download
from profiles.guards import SignedInRequest
from profiles.pages import Words, found_or_404, message_on_error, page_with_form
from profiles.platform.drafts.draft_forms import handle_form

DONE = {
    "accept": gettext_lazy("Accepted."),
    "decline": gettext_lazy("The meeting will not take place. The other side has been told."),
    "late": gettext_lazy("The other side has been told."),
    "on time": gettext_lazy("Saved. The other side no longer reads that you are late."),
    "ask": gettext_lazy("Proposed. The meeting keeps its time until the other side agrees."),
    "agree": gettext_lazy("The meeting has been moved. The other side has been told."),
    "keep": gettext_lazy("The meeting keeps its time."),
}
MUTUAL = gettext_lazy("You both want to continue. The introduction has started.")
SAID = gettext_lazy("Thank you. Your answer has been recorded.")
ASKED = gettext_lazy("Thank you. You have requested an introduction to the other side.")


def scheduled_or_404(part: MissionRole | None) -> MissionRole:
    return found_or_404(part if part and part.mission.is_scheduled else None)


def draw_day(request: HttpRequest, mission: Mission, delegation: Delegation, **context: Any) -> HttpResponse:
    delegation.mission, now = mission, timezone.now()
    rows = own_day(delegation, at=now)
    context |= {
        "delegation": delegation,
        "days": by_day(mission, rows, lambda row: row.meeting.slot.starts_at),
        "too_few": too_few(mission, sum(row.is_live for row in rows)),
        "now": now,
        "late_form": LateForm(auto_id=False),
    }
    return draw(request, "day", mission, **context)


@reader_required
@require_safe
def show_day(request: SignedInRequest, reader: Reader, public_id: str, delegation: str) -> HttpResponse:
    part = scheduled_or_404(part_in(reader, public_id))
    shown = found_or_404(readable_delegation(part, delegation))
    is_own = shown in part.own
    secret = secret_of(shown, request.user) if is_own else ""
    return draw_day(request, part.mission, shown, acts=is_own, organises=not is_own, secret=secret)


@require_safe
def open_day(request: HttpRequest, token: str) -> HttpResponse:
    """Show the meetings of a delegation by the secret in its address, without signing in, to read only."""
    delegation = found_or_404(opened_by(token))
    return draw_day(request, delegation.mission, delegation, acts=False, organises=False)


@require_safe
def feed(_request: HttpRequest, token: str) -> HttpResponse:
    text = calendar_of(found_or_404(opened_by(token)), token)
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")


@reader_required
@require_POST
def print_day(request: SignedInRequest, reader: Reader, public_id: str, delegation: str) -> HttpResponseBase:
    part = scheduled_or_404(part_in(reader, public_id))
    shown = found_or_404(readable_delegation(part, delegation))
    record_schedule_download(part.mission, **signed(request))
    with timezone.override(part.mission.programme.zone):
        sheet = typeset(TEMPLATE, schedules(part.mission, [shown], by=request.user))
    return download(sheet, f"schedule-{shown.public_id}.pdf")


@participant_required
@page_with_form
def meeting(request: SignedInRequest, reader: Reader, public_id: str, key: str) -> HttpResponse:
    part, now = scheduled_or_404(part_in(reader, public_id)), timezone.now()
    row = found_or_404(own_row(part, key, at=now))
    row.meeting.mission = part.mission
    places = free_slots(row.meeting, at=now)
    with timezone.override(part.mission.programme.zone):
        form = DayForm(request.POST, places=places) if request.method == "POST" else None
        if form and form.is_valid():
            words: Words = {
                NotOpenError: _("One of the two companies is not taking new introductions at the moment.")
            }
            with message_on_error(request, words=words):
                messages.success(request, _act(request, row, form.cleaned_data))
            return redirect("mission_day", public_id, row.own.public_id)
        context = {
            "delegation": row.own,
            "row": row,
            "meeting": row.meeting,
            "move_form": DayForm(places=places),
            "late_form": LateForm(initial={"minutes": row.own_late}),
            "now": now,
        }
        return draw(request, "day_meeting", part.mission, **context, status=422 if form else 200)


@participant_required
@page_with_form
def note(request: SignedInRequest, reader: Reader, public_id: str, key: str) -> HttpResponse:
    part = scheduled_or_404(part_in(reader, public_id))
    row = found_or_404(own_row(part, key, at=timezone.now()))
    make = partial(NoteForm, initial={"text": row.note.text if row.note else ""})

    def save(form: NoteForm) -> HttpResponse:
        text = form.cleaned_data["text"]
        day.write_note(row.meeting, own=row.own, text=text, **signed(request))
        messages.success(request, _("Saved. Only your team can read it."))
        return redirect("mission_day_meeting", public_id, key)

    context = {"programme": part.mission.programme, "row": row, "meeting": row.meeting}
    return handle_form(request, make, "events/missions/day_note.html", save, context)


def _act(request: SignedInRequest, row: DayRow, kwargs: dict[str, Any]) -> str:
    act, one, side = kwargs["act"], row.meeting, row.side
    by, seen = signed(request), seen_in(request)
    if act == "accept":
        meetings.accept(one, side=side, version_read=seen, **by)
    elif act == "decline":
        meetings.decline(one, side=side, version_read=seen, **by)
    elif act == "late":
        day.run_late(one, side=side, minutes=kwargs["minutes"] or 0, **by)
        return str(DONE["late" if kwargs["minutes"] else "on time"])
    elif act == "ask":
        day.ask_move(one, side=side, slot=kwargs["slot"] or 0, version_read=seen, **by)
    elif act in ("agree", "keep"):
        day.answer_move(one, side=side, agrees=act == "agree", version_read=seen, **by)
    else:
        made = day.say_after(one, own=row.own, answer=AfterMeeting(act), **by)
        if made is None:
            return str(SAID)
        return str(MUTUAL if made.state == IntroductionState.MUTUAL else ASKED)
    return str(DONE[act])


@participant_required
@page_with_form
def here(request: SignedInRequest, reader: Reader, public_id: str, code: str) -> HttpResponse:
    part = scheduled_or_404(part_in(reader, public_id))
    if not part.own or not constant_time_compare(code, code_of(part.mission)):
        raise Http404
    if request.method == "POST":
        with message_on_error(request, _("Thank you. You are checked in.")):
            for own_delegation in part.own:
                own_delegation.mission = part.mission
                day.set_presence(own_delegation, is_here=True, **signed(request))
        return redirect("mission_day", public_id, part.own[0].public_id)
    return draw(request, "day_here", part.mission, own=part.own)
