"""The day of those who take part: their meetings on one light page, and to where one can still be moved."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from matchmaker.choices import Side
from matchmaker.missions.selectors.missions import Part, taking_part
from matchmaker.missions.selectors.plans import Appointment, schedule
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionNote, MissionSlot
from matchmaker.models.missions import MissionTable as Table
from matchmaker.models.missions.mission import HAS_SCHEDULE
from matchmaker.models.missions.plan import LIVE, OCCUPIES, AfterMeeting, MeetingState
from matchmaker.models.programmes.programme import PUBLIC, ApplicationState

LATE = (5, 10, 15, 20, 30, 45, 60)  # minutes that one can say
EARLY = timedelta(hours=3)  # before a meeting from which one can say that one is late for it
HAS_BEEN = (*LIVE, MeetingState.HELD, MeetingState.MISSED)


@dataclass(frozen=True)
class DayRow:
    """One meeting on the page of the day, as the reader's side sees it."""

    appointment: Appointment
    side: Side
    note: MissionNote | None
    at: datetime

    @property
    def meeting(self) -> MissionMeeting:
        """The meeting."""
        return self.appointment.meeting

    @property
    def own_late(self) -> int:
        """The minutes that the reader's side has said it is late."""
        return int(getattr(self.meeting, f"{self.side}_late"))

    @property
    def other_late(self) -> int:
        """The minutes that the other side has said it is late."""
        return int(getattr(self.meeting, f"{self.side.other}_late"))

    @property
    def is_asked(self) -> bool:
        """Whether the other side would rather meet at another time."""
        return self.appointment.is_live and self.meeting.asked_by == self.side.other

    @property
    def has_begun(self) -> bool:
        """Whether its time has come."""
        return self.meeting.slot is not None and self.meeting.slot.starts_at <= self.at

    @property
    def may_accept(self) -> bool:
        """Whether the reader's side has yet to accept it."""
        return self.appointment.is_live and not self.has_begun and not self.appointment.accepted

    @property
    def may_be_late(self) -> bool:
        """Whether one can say that one is late: from three hours before it until its end."""
        slot = self.meeting.slot
        return (
            self.appointment.is_live and slot is not None and slot.starts_at - EARLY <= self.at < slot.ends_at
        )

    @property
    def may_answer(self) -> bool:
        """Whether one can say how it went."""
        return self.has_begun and self.meeting.state in HAS_BEEN

    @property
    def answer(self) -> str:
        """What the reader's side has said of it."""
        return self.note.answer if self.note else ""

    @property
    def answers(self) -> list[tuple[str, Any]]:
        """What one can say: introductions, and so continuing, are for two companies."""
        own: Delegation = getattr(self.meeting, str(self.side))
        of_companies = own.application.company and self.appointment.other.application.company
        return [
            (each.value, each.label) for each in AfterMeeting if each != AfterMeeting.GO_ON or of_companies
        ]


def place_of(table: Table | None) -> str:
    """Return where a meeting is, in words; an online room has a link besides."""
    return " · ".join(part for part in (table.hall, table.name) if part) if table else ""


def own_day(delegation: Delegation, *, at: datetime) -> list[DayRow]:
    """Return the meetings of a delegation in the order of time, with its own answers. Two queries."""
    found = [each for each in schedule(delegation) if each.meeting.slot]
    keys = [each.meeting.pk for each in found]
    notes = {note.meeting_id: note for note in delegation.notes.filter(meeting__in=keys)}
    side = Side(delegation.side)
    for each in found:
        setattr(each.meeting, str(side), delegation)
    return [DayRow(each, side, notes.get(each.meeting.pk), at) for each in found]


@dataclass(frozen=True)
class Day:
    """One day of a schedule."""

    date: Any
    rows: list[DayRow]


def days_of(rows: Iterable[DayRow]) -> list[Day]:
    """Return rows day by day, on the clock of the active zone."""
    found: dict[Any, list[DayRow]] = {}
    for row in rows:
        if row.meeting.slot:
            found.setdefault(timezone.localtime(row.meeting.slot.starts_at).date(), []).append(row)
    return [Day(date, each) for date, each in found.items()]


def opened_by(token: str) -> Delegation | None:
    """Return the delegation whose schedule a secret address opens, while it takes part."""
    rows = Delegation.objects.filter(
        token=token,
        application__state=ApplicationState.ACCEPTED,
        mission__state__in=HAS_SCHEDULE,
        mission__published_at__isnull=False,
        mission__programme__state__in=PUBLIC,
    )
    related = ("mission__programme", "application__startup", "application__investor")
    found = rows.select_related(*related).first()
    return found if found and taking_part(found.mission).filter(pk=found.pk).exists() else None


def own_row(part: Part, key: str, *, at: datetime) -> tuple[DayRow, Delegation] | None:
    """Return one meeting of the reader's delegations, with that delegation."""
    for own in part.own:
        row = next((each for each in own_day(own, at=at) if each.meeting.key == key), None)
        if row:
            return row, own
    return None


def busy(mission: Mission) -> QuerySet[MissionMeeting]:
    """Return the meetings that occupy their slots."""
    return mission.meetings.filter(state__in=OCCUPIES, slot__isnull=False)


def free_slots(meeting: MissionMeeting, *, at: datetime) -> list[tuple[MissionSlot, Table]]:
    """Return to where a meeting can be moved, each slot with its table. Three queries.

    Both are there and free, a table of its kind too, and its interpreter: it stays the same one.
    """
    own = meeting.table
    if meeting.slot is None or own is None:
        return []
    taken: set[tuple[str, int | None, int | None]] = set()
    people = [("people", each) for each in (meeting.startup_id, meeting.investor_id)]
    for row in busy(meeting.mission).exclude(pk=meeting.pk):
        taken |= {("people", row.startup_id, row.slot_id), ("people", row.investor_id, row.slot_id)}
        taken |= {("table", row.table_id, row.slot_id), ("interpreter", row.interpreter_id, row.slot_id)}
    tables = [
        each
        for each in meeting.mission.tables.filter(closed_at=None)
        if bool(each.address) == bool(own.address)
    ]
    tables.sort(key=lambda each: (each != own, each.hall != own.hall, each.pk))
    hours = [(each.arrives_at, each.leaves_at) for each in (meeting.startup, meeting.investor)]
    if meeting.interpreter:
        hours.append((meeting.interpreter.starts_at, meeting.interpreter.ends_at))
        people.append(("interpreter", meeting.interpreter.pk))
    found = []
    for slot in meeting.mission.slots.filter(blocked="", starts_at__gt=at).exclude(pk=meeting.slot.pk):
        is_there = all(
            (begins is None or begins <= slot.starts_at) and (ends is None or slot.ends_at <= ends)
            for begins, ends in hours
        )
        if not is_there or any((kind, key, slot.pk) in taken for kind, key in people):
            continue
        table = next((each for each in tables if ("table", each.pk, slot.pk) not in taken), None)
        if table:
            found.append((slot, table))
    return found


def code_of(mission: Mission) -> str:
    """Return the secret in the QR code at the entrance."""
    return salted_hmac("matchmaker.mission_here", str(mission.pk)).hexdigest()[:24]


def is_code_of(mission: Mission, code: str) -> bool:
    """Tell whether somebody has read the code at the entrance."""
    return constant_time_compare(code, code_of(mission))
