"""The organiser's board: tables and slots, who is missing or late, gaps, and figures."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.events.missions.selectors import missions
from matchmaker.events.missions.selectors.day import place_of
from matchmaker.events.missions.selectors.plans import acceptance
from matchmaker.events.programmes.selectors.programmes import FEWEST
from matchmaker.models.meeting import Meeting
from matchmaker.models.meeting import MeetingState as IntroductionMeetingState
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionSlot, MissionTable
from matchmaker.models.missions.mission import COMPANIES, COMPANIES_OF_BOTH
from matchmaker.models.missions.plan import LIVE, OCCUPIES, MeetingState

TABLES_SHOWN, PEOPLE_SHOWN, LISTED = 20, 30, 12
NEAR = timedelta(minutes=30)  # before the first meeting: who has not come by then is looked for
SECOND_MEETINGS = (
    IntroductionMeetingState.AGREED,
    IntroductionMeetingState.MOVING,
    IntroductionMeetingState.OVER,
)
SHOWN = (*OCCUPIES, MeetingState.MISSED)


@dataclass(frozen=True)
class Gauge:
    """One figure, drawn on a line from 0 to 100."""

    label: str
    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        return round(100 * self.part / self.whole) if self.whole else None

    @property
    def width(self) -> int:
        return 10 * (self.percent or 0)


@dataclass(frozen=True)
class Cell:
    meeting: MissionMeeting | None
    state: str  # of the meeting, or "free", "closed", "blocked", "unsaid", "missing", "late"
    late: int  # minutes
    slot: MissionSlot | None = None  # where it is free

    @property
    def word(self) -> str:
        words = {
            "missing": _("One side is missing"),
            "late": _("%(minutes)d minutes late") % {"minutes": self.late},
            "free": _("Free"),
            "closed": _("Closed"),
            "unsaid": _("No one has said how it went"),
        }
        return words.get(self.state) or (str(self.meeting.get_state_display()) if self.meeting else "")


def board(mission: Mission, *, day: str, number: str, at: datetime) -> dict[str, Any]:
    slots = list(mission.slots.order_by("starts_at", "pk"))
    days = list(dict.fromkeys(missions.zone_now(mission, each.starts_at).date() for each in slots))
    chosen = next((each for each in days if each.isoformat() == day), None)
    now = missions.zone_now(mission, at).date()
    chosen = chosen or (now if now in days else days[0] if days else now)
    slots = [each for each in slots if missions.zone_now(mission, each.starts_at).date() == chosen]
    tables = Paginator(mission.tables.order_by("hall", "pk"), TABLES_SHOWN).get_page(number)
    rows = mission.meetings.filter(state__in=SHOWN, slot__in=slots).order_by("-pk")
    meetings, known_by = list(rows.select_related("slot")), by_key(mission)
    for meeting in meetings:
        meeting.startup, meeting.investor = known_by[meeting.startup_id], known_by[meeting.investor_id]
    # Of a table that was used twice in a slot, what stands now.
    at_table = {(each.table_id, each.slot_id): each for each in meetings if each.state == MeetingState.MISSED}
    at_table |= {
        (each.table_id, each.slot_id): each for each in meetings if each.state != MeetingState.MISSED
    }
    busy = Counter(each.slot_id for each in meetings if each.state in OCCUPIES)
    open_tables = mission.tables.filter(closed_at=None).count()
    here = set(missions.present_delegations(mission).values_list("pk", flat=True))
    return {
        "days": [(each, each == chosen) for each in days],
        "day": chosen,
        "columns": [
            {
                "slot": slot,
                "is_now": slot.starts_at <= at < slot.ends_at,
                "busy": busy[slot.pk],
                "free": max(open_tables - busy[slot.pk], 0),
                "share": round(100 * busy[slot.pk] / open_tables) if open_tables else 0,
            }
            for slot in slots
        ],
        "tables": tables,
        "rows": [
            (
                table,
                place_of(table),
                [_cell(at_table.get((table.pk, slot.pk)), table, slot, here, at) for slot in slots],
            )
            for table in tables
        ],
        "people": people(mission, meetings, known_by, here, at=at),
    }


def by_key(mission: Mission) -> dict[int, Delegation]:
    names = [f"{company}__name_{language}" for company in COMPANIES for language in ("en", "ur", "zh")]
    fields = ("public_id", "name", "side", "mission", "checked_in_at", "missing_at")
    rows = mission.delegations.select_related(*COMPANIES).only(*fields, *names)
    return {delegation.pk: delegation for delegation in rows.order_by("name", "pk")}


def _cell(
    meeting: MissionMeeting | None, table: MissionTable, slot: MissionSlot, here: set[int], at: datetime
) -> Cell:
    if slot.blocked:
        return Cell(None, "blocked", 0)
    if meeting is None:
        return Cell(None, "closed" if table.closed_at else "free", 0, slot)
    late = max(meeting.startup_late, meeting.investor_late)
    if meeting.state not in LIVE:
        return Cell(meeting, str(meeting.state), late)
    if slot.ends_at <= at:
        return Cell(meeting, "unsaid", late)
    is_missed = any(
        delegation.pk not in here or (slot.starts_at <= at and delegation.checked_in_at is None)
        for delegation in (meeting.startup, meeting.investor)
    )
    if is_missed:
        return Cell(meeting, "missing", late)
    return Cell(meeting, "late" if late else str(meeting.state), late)


def people(
    mission: Mission,
    meetings: Iterable[MissionMeeting],
    delegations: Mapping[int, Delegation],
    here: Collection[int],
    *,
    at: datetime,
) -> dict[str, Any]:
    live = [
        meeting
        for meeting in meetings
        if meeting.state in LIVE and meeting.slot and meeting.slot.ends_at > at
    ]
    soon = {
        who.pk: who
        for meeting in live
        for who in (meeting.startup, meeting.investor)
        if meeting.slot and meeting.slot.starts_at - NEAR <= at
    }
    waited = [
        delegation
        for delegation in soon.values()
        if delegation.checked_in_at is None and delegation.missing_at is None
    ]
    late = [meeting for meeting in live if meeting.startup_late or meeting.investor_late]
    missing = [delegation for delegation in delegations.values() if delegation.missing_at]
    counts = met(mission)
    few = [each for each in delegations.values() if each.pk in here and counts[each.pk] < mission.wanted]
    few.sort(key=lambda each: counts[each.pk])
    return {
        "missing": missing[: LISTED + 1],
        "waited": sorted(waited, key=lambda each: each.name)[:LISTED],
        "late": sorted(late, key=lambda each: each.slot.starts_at if each.slot else at)[:LISTED],
        "few": [(each, counts[each.pk]) for each in few[:LISTED]],
        "few_count": len(few),
    }


def met(mission: Mission) -> Counter[int]:
    counts: Counter[int] = Counter()
    for pair in mission.meetings.filter(state__in=OCCUPIES).values_list("startup", "investor"):
        counts.update(pair)
    return counts


def gauges(mission: Mission) -> list[Gauge]:
    """Return the figures of the mission. Five queries."""
    said = acceptance(mission)
    took_place = Q(state=MeetingState.HELD)
    done = mission.meetings.aggregate(
        held=Count("pk", filter=took_place), missed=Count("pk", filter=Q(state=MeetingState.MISSED))
    )
    later = Meeting.objects.filter(state__in=SECOND_MEETINGS, starts_at__gt=F("introduction__asked_at"))
    again = mission.meetings.filter(introduction__in=later.values("introduction")).count()
    told = done["held"] if done["held"] >= FEWEST else 0
    counts = met(mission)
    delegation_pks = set(missions.taking_part(mission).values_list("pk", flat=True))
    two = sum(counts[delegation] >= 2 for delegation in delegation_pks)
    kept, asked = done["held"] + done["missed"], said["planned"] + said["declined"]
    return [
        Gauge(_("Meetings accepted by both sides"), said["by_both"], asked),
        Gauge(_("Meetings that took place"), done["held"], kept),
        Gauge(_("Of these, companies that met again or have planned to"), min(again, told), told),
        Gauge(_("Delegations with two meetings or more"), two, len(delegation_pks)),
    ]


def check_in_page(mission: Mission, words: str, show: str, number: str) -> dict[str, Any]:
    rows = missions.taking_part(mission).select_related("application__startup", "application__investor")
    kinds = {"here": Q(checked_in_at__isnull=False), "missing": Q(missing_at__isnull=False)}
    kinds["waited"] = ~kinds["here"] & ~kinds["missing"]
    counts = missions.taking_part(mission).aggregate(
        **{name: Count("pk", filter=rule) for name, rule in kinds.items()}
    )
    if words:
        rows = rows.filter(missions.name_filter(words) | Q(people__icontains=words))
    if show in kinds:
        rows = rows.filter(kinds[show])
    paged = Paginator(rows.order_by("name", "pk"), PEOPLE_SHOWN).get_page(number)
    labels = {
        "": _("All"),
        "waited": _("Not checked in yet"),
        "here": _("Checked in"),
        "missing": _("Not coming"),
    }
    return {
        "page": paged,
        "rows": [(delegation, Side(delegation.side).label) for delegation in paged],
        "words": words,
        "show": show if show in kinds else "",
        "counts": counts,
        "choices": [(code, label, counts.get(code, sum(counts.values()))) for code, label in labels.items()],
    }


def organised_meeting(mission: Mission, key: str) -> MissionMeeting | None:
    rows = mission.meetings.select_related("slot", "table", "interpreter", *COMPANIES_OF_BOTH)
    return rows.filter(key=key).first()
