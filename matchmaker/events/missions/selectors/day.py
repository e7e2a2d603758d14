"""The day of those who take part: their meetings on one light page, and to where one can still be moved."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.crypto import salted_hmac

from matchmaker.choices import Side
from matchmaker.events.missions.selectors.missions import MissionRole, taking_part, words_of
from matchmaker.events.programmes.selectors.programmes import Reader
from matchmaker.events.programmes.selectors.secrets import opened_with
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionNote, MissionSlot
from matchmaker.models.missions import MissionTable as Table
from matchmaker.models.missions.mission import COMPANIES, HAS_SCHEDULE
from matchmaker.models.missions.plan import LIVE, OCCUPIES, AfterMeeting, MeetingState
from matchmaker.models.programmes import ProgrammeApplication
from matchmaker.models.programmes.programme import ONGOING, PUBLIC, ProgrammeApplicationState

LATE = (5, 10, 15, 20, 30, 45, 60)  # minutes that one can say
EARLY = timedelta(hours=3)  # before a meeting from which one can say that one is late for it
HAS_BEEN = (*LIVE, MeetingState.HELD, MeetingState.MISSED)


@dataclass(frozen=True)
class DayRow:
    meeting: MissionMeeting
    own: Delegation
    note: MissionNote | None
    at: datetime

    @property
    def side(self) -> Side:
        return Side(self.own.side)

    @property
    def other(self) -> Delegation:
        delegation: Delegation = getattr(self.meeting, str(self.side.other))
        return delegation

    @property
    def company_id(self) -> str:
        company = self.other.application.company
        return company.public_id if company and company.is_published else ""

    @property
    def languages(self) -> list[str]:
        return words_of(self.other.languages)

    @property
    def is_live(self) -> bool:
        return self.meeting.state in LIVE

    @property
    def may_change(self) -> bool:
        """Whether the meeting can still be answered and moved: not once the programme has ended."""
        return self.is_live and self.own.mission.programme.state in ONGOING

    @property
    def accepted(self) -> bool:
        return getattr(self.meeting, f"{self.side}_accepted_at") is not None

    @property
    def own_late(self) -> int:
        return int(getattr(self.meeting, f"{self.side}_late"))

    @property
    def other_late(self) -> int:
        return int(getattr(self.meeting, f"{self.side.other}_late"))

    @property
    def is_asked(self) -> bool:
        return self.may_change and self.meeting.asked_by == self.side.other

    @property
    def has_begun(self) -> bool:
        return self.meeting.slot is not None and self.meeting.slot.starts_at <= self.at

    @property
    def may_accept(self) -> bool:
        return self.may_change and not self.has_begun and not self.accepted

    @property
    def may_be_late(self) -> bool:
        """Whether one can say that one is late: from three hours before it until its end."""
        slot = self.meeting.slot
        return self.may_change and slot is not None and slot.starts_at - EARLY <= self.at < slot.ends_at

    @property
    def may_answer(self) -> bool:
        return self.has_begun and self.meeting.state in HAS_BEEN

    @property
    def answers(self) -> list[tuple[str, Any]]:
        of_companies = self.own.application.company and self.other.application.company
        return [
            (answer.value, answer.label)
            for answer in AfterMeeting
            if answer != AfterMeeting.GO_ON or of_companies
        ]


def place_of(table: Table | None) -> str:
    return " · ".join(part for part in (table.hall, table.name) if part) if table else ""


def own_day(delegation: Delegation, *, at: datetime) -> list[DayRow]:
    """Return the meetings of a delegation in the order of time, with its own answers. Two queries."""
    side = Side(delegation.side)
    of_other = (f"{side.other}__{company}" for company in COMPANIES)
    rows = MissionMeeting.objects.filter(**{str(side): delegation}, slot__isnull=False)
    rows = rows.select_related("slot", "asked_slot", "table", "interpreter", *of_other)
    meetings = list(rows.order_by("slot__starts_at", "pk"))
    notes = {note.meeting_id: note for note in delegation.notes.filter(meeting__in=meetings)}
    for meeting in meetings:
        setattr(meeting, str(side), delegation)
    return [DayRow(each, delegation, notes.get(each.pk), at) for each in meetings]


def opened_by(token: str) -> Delegation | None:
    """Return the delegation of a secret schedule address, while its person takes part or organises."""
    rows = Delegation.objects.filter(
        application__state=ProgrammeApplicationState.ACCEPTED,
        mission__state__in=HAS_SCHEDULE,
        mission__published_at__isnull=False,
        mission__programme__state__in=PUBLIC,
    )
    related = ("mission__programme", "application__startup", "application__investor")
    delegation, reader = opened_with(token, rows.select_related(*related)) or (None, Reader())
    if delegation is None or not taking_part(delegation.mission).filter(pk=delegation.pk).exists():
        return None
    is_own = ProgrammeApplication.objects.filter(reader.own, pk=delegation.application_id).exists()
    return delegation if is_own or reader.organises(delegation.mission.programme) else None


def own_row(part: MissionRole, key: str, *, at: datetime) -> DayRow | None:
    rows = (row for delegation in part.own for row in own_day(delegation, at=at))
    return next((row for row in rows if row.meeting.key == key), None)


def free_slots(meeting: MissionMeeting, *, at: datetime) -> list[tuple[MissionSlot, Table]]:
    """Return to where a meeting can be moved, each slot with its table. Three queries."""
    own = meeting.table
    if meeting.slot is None or own is None:
        return []
    taken: set[tuple[str, int | None, int | None]] = set()
    people = [("people", delegation) for delegation in (meeting.startup_id, meeting.investor_id)]
    for row in meeting.mission.meetings.filter(state__in=OCCUPIES).exclude(pk=meeting.pk):
        taken |= {("people", row.startup_id, row.slot_id), ("people", row.investor_id, row.slot_id)}
        taken |= {("table", row.table_id, row.slot_id), ("interpreter", row.interpreter_id, row.slot_id)}
    tables = [
        each
        for each in meeting.mission.tables.filter(closed_at=None)
        if bool(each.address) == bool(own.address) and (each == own or not each.reserved_for)
    ]
    tables.sort(key=lambda each: (each != own, each.hall != own.hall, each.pk))
    hours = [(key.arrives_at, key.leaves_at) for key in (meeting.startup, meeting.investor)]
    if meeting.interpreter:
        hours.append((meeting.interpreter.starts_at, meeting.interpreter.ends_at))
        people.append(("interpreter", meeting.interpreter.pk))
    free = []
    for slot in meeting.mission.slots.filter(blocked="", starts_at__gt=at).exclude(pk=meeting.slot.pk):
        is_there = all(
            (begins is None or begins <= slot.starts_at) and (ends is None or slot.ends_at <= ends)
            for begins, ends in hours
        )
        if not is_there or any((kind, key, slot.pk) in taken for kind, key in people):
            continue
        table = next((each for each in tables if ("table", each.pk, slot.pk) not in taken), None)
        if table:
            free.append((slot, table))
    return free


def code_of(mission: Mission) -> str:
    return salted_hmac("matchmaker.mission_here", str(mission.pk)).hexdigest()[:24]
