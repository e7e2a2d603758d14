"""Every table of states: an act moves a record along its line for who may do it; all else is refused."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from itertools import permutations, product
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.introductions.services import decisions
from matchmaker.models.introduction import TRANSITIONS, Introduction, IntroductionState, IntroductionStep
from matchmaker.models.meeting import AGREED_STATES, DONE, MEETING_LINES, Meeting, MeetingState, MeetingStep
from matchmaker.models.pilot import APPLICATION_LINES, PILOT_LINES, ApplicationState, PilotState, PilotStep
from matchmaker.models.stage import DECIDED, STAGE_LINES, IntroductionStage, StageState, StageStep
from matchmaker.transitions import ChangedSinceReadError, TransitionRefusedError, WrongSideError, transition
from profiles.choices import Role
from tests.matchmaker.introduced import make_introduction
from tests.matchmaker.pilots.piloted import make_application, make_pilot

pytestmark = pytest.mark.django_db
NOW = timezone.now()
LATER = NOW + timedelta(hours=1)


class Cast:
    """A startup that asks, proposes and hosts, and an investor that answers and applies."""

    def __init__(self, startup, ayesha, li_wei):
        self.startup, self.investor, self.by = startup, li_wei.membership.investor, ayesha

    def introduction(self, state):
        return make_introduction(self.startup, self.investor, by=self.by, state=state)

    def mutual(self):
        mutual, _made = Introduction.objects.get_or_create(
            startup=self.startup,
            investor=self.investor,
            state=IntroductionState.MUTUAL,
            defaults={"asked_by": Side.STARTUP, "by": self.by, "delivered_at": NOW, "answered_at": NOW},
        )
        return mutual

    def meeting(self, state):
        has_time = state in (*AGREED_STATES, MeetingState.OVER)
        return Meeting.objects.create(
            introduction=self.mutual(),
            state=state,
            proposed_by=Side.STARTUP,
            starts_at=NOW if has_time else None,
            ends_at=LATER if has_time else None,
            ended_at=NOW if state in DONE else None,
        )

    def stage(self, state):
        return IntroductionStage.objects.create(
            introduction=self.mutual(),
            kind="sample",
            state=state,
            proposed_by=Side.STARTUP,
            since_on=NOW.date(),
            doer=Side.STARTUP,
            next_step="Send it",
            due_on=NOW.date(),
            decided_at=NOW if state in DECIDED else None,
        )

    def pilot(self, state):
        return make_pilot(self.startup, by=self.by, state=state)

    def application(self, state):
        return make_application(self.pilot(PilotState.OPEN), self.investor, by=self.by, state=state)


@dataclass(frozen=True)
class Table:
    """One table, how to make a record in a state, and whose the acts of each mover are."""

    lines: tuple[Any, ...]
    states: type[models.TextChoices]
    make: Callable[[Cast, Any], Any]
    sides: dict[str, set[str | None]]
    step: Callable[..., models.Model]


STARTUP, INVESTOR = str(Side.STARTUP), str(Side.INVESTOR)
BOTH = {"either": {STARTUP, INVESTOR}, "time": {None}}
TABLES = {
    "introduction": Table(
        TRANSITIONS,
        IntroductionState,
        Cast.introduction,
        {**BOTH, "asker": {STARTUP}, "asked": {INVESTOR}},
        lambda record, **row: IntroductionStep(introduction=record, **row),
    ),
    "meeting": Table(
        MEETING_LINES,
        MeetingState,
        Cast.meeting,
        {**BOTH, "other": {INVESTOR}},
        lambda record, **row: MeetingStep(meeting=record, **row),
    ),
    "stage": Table(
        STAGE_LINES,
        StageState,
        Cast.stage,
        {**BOTH, "other": {INVESTOR}, "proposer": {STARTUP}, "doer": {STARTUP}},
        lambda record, **row: StageStep(stage=record, **row),
    ),
    "pilot": Table(
        PILOT_LINES,
        PilotState,
        Cast.pilot,
        {"host": {STARTUP}, "curator": {str(Role.CURATOR)}},
        lambda record, side, **row: PilotStep(pilot=record, **row),
    ),
    "application": Table(
        APPLICATION_LINES,
        ApplicationState,
        Cast.application,
        {"host": {STARTUP}, "applicant": {INVESTOR}},
        lambda record, side, **row: PilotStep(pilot=record.pilot, application=record, **row),
    ),
}
IN_EACH_STATE = [(name, state) for name, table in TABLES.items() for state in table.states]


@pytest.fixture
def cast(startup, ayesha, li_wei):
    return Cast(startup, ayesha, li_wei)


def tried(record, act, side, by, changes):
    """Return the state after an act, which is undone; "refused" where it is."""
    try:
        with transaction.atomic():
            transition(record, act, side=side, by=by if side else None, at=NOW, **changes)
            transaction.set_rollback(True)
    except TransitionRefusedError:
        return "refused"
    return str(record.state)


def moments_in(table, state, cast):
    """Return what the database asks of a record's moments in a state."""
    with transaction.atomic():
        example = table.make(cast, state)
        transaction.set_rollback(True)
    kinds = (models.DateTimeField, models.PositiveSmallIntegerField)
    fields = (each for each in example._meta.fields if isinstance(each, kinds) and each.null)
    return {each.name: getattr(example, each.name) for each in fields}


@pytest.mark.parametrize(("name", "state"), IN_EACH_STATE)
def test_every_act_of_every_side_moves_along_its_line_or_is_refused(name, state, cast):
    table = TABLES[name]
    moments = {line.target: moments_in(table, line.target, cast) for line in table.lines}
    stored, wrong = table.make(cast, state), []
    for line, side in product(table.lines, (STARTUP, INVESTOR, str(Role.CURATOR), None)):
        record = type(stored).objects.get(pk=stored.pk)
        may = state in line.sources and side in table.sides[line.mover]
        found = tried(record, line.act, side, cast.by, moments[line.target])
        if found != (line.target if may else "refused"):
            wrong.append((line.act, side, found))
    stored.refresh_from_db()
    assert (wrong, stored.state) == ([], state)


@pytest.mark.parametrize(("name", "state"), IN_EACH_STATE)
def test_who_comes_late_is_refused(name, state, cast):
    """The record in hand says what another worker has changed meanwhile."""
    table = TABLES[name]
    stored = table.make(cast, state)
    for line in table.lines:
        for source in set(line.sources) - {state}:
            late = type(stored).objects.get(pk=stored.pk)
            late.state = source
            side = next(iter(table.sides[line.mover]))
            assert tried(late, line.act, side, cast.by, {}) == "refused"


TWO_SOURCES = [
    (name, line.act, was, now)
    for name, table in TABLES.items()
    for line in table.lines
    for was, now in permutations(line.sources, 2)
]


@pytest.mark.parametrize(("name", "act", "was", "now"), TWO_SOURCES)
def test_an_act_on_what_has_changed_since_it_was_read_is_refused(name, act, was, now, cast):
    """The act's line leads from both states, so that only the version tells them apart."""
    table = TABLES[name]
    line = next(each for each in table.lines if each.act == act)
    side = next(iter(table.sides[line.mover]))
    said = {"side": side, "by": cast.by if side else None, "at": NOW, **moments_in(table, line.target, cast)}
    stored = table.make(cast, now)
    model = type(stored)
    read = model(**{each.attname: getattr(stored, each.attname) for each in model._meta.concrete_fields})
    read.state = was
    with pytest.raises(ChangedSinceReadError), transaction.atomic():
        transition(model.objects.get(pk=stored.pk), act, seen=read.version, **said)
    stored.refresh_from_db()
    assert stored.state == now
    with transaction.atomic():
        fresh = model.objects.get(pk=stored.pk)
        transition(fresh, act, seen=fresh.version, **said)
        transaction.set_rollback(True)
    assert fresh.state == line.target


DOC = (Path(settings.BASE_DIR) / "docs" / "introductions.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["introduction", "meeting", "stage"])
def test_the_page_about_introductions_has_every_line_of_the_table_and_no_other(name):
    told = [
        re.findall(r"^\| (\w+) \| ([\w, –]+) \| (\w+) \| (\w+) \|$", part, re.M)
        for part in DOC.split("\n## ")
    ]
    lines = [
        (line.act, ", ".join(line.sources) or "–", line.target, line.mover) for line in TABLES[name].lines
    ]
    assert [tuple(map(str, line)) for line in lines] in [found[1:] for found in told]


@pytest.mark.parametrize("name", TABLES)
def test_the_database_logs_the_lines_of_the_table_and_no_others(name, cast):
    table = TABLES[name]
    record = table.make(cast, next(iter(table.states)))
    acts, states = type(table.lines[0].act), table.states.values
    lines = {(line.act, source, line.target) for line in table.lines for source in (line.sources or ("",))}
    kept = set()
    for act, source, target in product(acts.values, ("", *states), states):
        for by, side in ((cast.by, STARTUP), (None, "")):
            step = table.step(record, act=act, source=source, target=target, by=by, side=side)
            try:
                with transaction.atomic():
                    step.save(force_insert=True)
                    transaction.set_rollback(True)
            except IntegrityError:
                continue
            kept.add((act, source, target))
    assert kept == lines


def test_who_asked_cannot_answer_for_the_other_side(cast):
    made = cast.introduction(IntroductionState.ASKED)
    with pytest.raises(WrongSideError):
        decisions.answer_later(
            cast.startup, cast.investor, side=Side.STARTUP, line="", by=cast.by, at=timezone.now()
        )
    made.refresh_from_db()
    assert made.state == IntroductionState.ASKED
