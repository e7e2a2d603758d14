"""An act that changes no state is its side's own too: the database says who is on which side."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from matchmaker.choices import RunState, Side
from matchmaker.events.missions.services import changes, day, missions, plans
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import AfterMeeting
from matchmaker.transitions import WrongSideError
from tests import factories
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_mission

pytestmark = pytest.mark.django_db
S = MissionState


class Cast:
    """A mission in a state with a meeting that has just begun, and everybody who is near it."""

    def __init__(self, host, state):
        self.now = timezone.now()
        self.mission = make_mission(host.membership.investor, by=host, state=state)
        companies = {"startup": factories.make_startup("Ours"), "investor": factories.make_investor("Theirs")}
        elsewhere = factories.make_startup("Elsewhere"), factories.make_startup("Third")
        self.people = {
            "host": host,
            "startup": factories.make_founder("ours@example.com", companies["startup"]),
            "investor": factories.make_partner("theirs@example.com", companies["investor"]),
            "third": factories.make_founder("third@example.com", elsewhere[1]),
            "outsider": factories.make_founder("elsewhere@example.com", elsewhere[0]),
        }
        self.own, self.other = (make_delegation(self.mission, each, by=host) for each in companies.values())
        self.third = make_delegation(self.mission, elsewhere[1], by=host)
        slot = self.mission.slots.first()
        slot.starts_at, slot.ends_at = self.now + timedelta(minutes=9), self.now + timedelta(minutes=29)
        slot.save()
        if state == S.PUBLISHED:
            self.meeting = make_meeting(self.mission, self.own, self.other)
        self.said = {"at": self.now}


def stop(cast, by):
    plan = cast.mission.plans.create(by=cast.people["host"], state=RunState.WAITING)
    plans.stop(plan, by=by, **cast.said)


def move(cast, by):
    slot = cast.mission.slots.last().pk
    day.ask_move(cast.meeting, side=Side.STARTUP, slot=slot, version_read=None, by=by, **cast.said)


def answer(cast, by):
    cast.meeting.asked_slot, cast.meeting.asked_by = cast.mission.slots.last(), "investor"
    cast.meeting.save()
    day.answer_move(cast.meeting, side=Side.STARTUP, agrees=False, version_read=None, by=by, **cast.said)


def absent(cast, by):
    """Say of a meeting that was recorded as missed that the other side did not come."""
    later = {"by": by, "at": cast.now + timedelta(minutes=10)}
    type(cast.meeting).objects.filter(pk=cast.meeting.pk).update(state="missed", ended_at=cast.now)
    day.say_after(cast.meeting, own=cast.own, answer=AfterMeeting.ABSENT, **later)


def missed(cast, by):
    later = {"by": by, "at": cast.now + timedelta(minutes=10)}
    type(cast.meeting).objects.filter(pk=cast.meeting.pk).update(state="missed", ended_at=cast.now)
    day.set_took_place(cast.meeting, took_place=False, **later)


HOST, STARTUP, BOTH = ("host",), ("startup",), ("host", "startup")
# For each state of the mission and who may act then: the acts.
BY_STATE = {
    (S.WISHES, HOST): {
        "times": lambda c, by: missions.block_slots(c.mission, blocked={}, by=by, **c.said),
        "dates": lambda c, by: missions.set_up(
            c.mission.programme, mission=c.mission, values={}, slots=[], by=by, **c.said
        ),
        "tables": lambda c, by: missions.add_tables(c.mission, tables=[{"name": "New"}], by=by, **c.said),
        "interpreter": lambda c, by: missions.add_interpreter(
            c.mission, values={"name": "A", "languages": ["en"]}, by=by, **c.said
        ),
        "no table": lambda c, by: missions.remove_room(c.mission.tables.last(), by=by, **c.said),
    },
    (S.WISHES, BOTH): {
        "delegation": lambda c, by: missions.write_delegation(c.own, values={"most": 3}, by=by, **c.said),
        "second delegation": lambda c, by: missions.add_delegation(c.own, label="B", by=by, **c.said),
    },
    (S.WISHES, STARTUP): {
        "wishes": lambda c, by: missions.choose(c.own, wishes={c.other.pk: "want"}, by=by, **c.said)
    },
    (S.PLANNING, HOST): {"plan": lambda c, by: plans.start(c.mission, by=by, **c.said), "no plan": stop},
    (S.PUBLISHED, HOST): {
        "changes": lambda c, by: changes.propose(c.mission, by=by, **c.said),
        "arrival": lambda c, by: day.set_arrival(c.own, arrives_at=c.now, by=by, **c.said),
        "closed table": lambda c, by: day.set_closed(
            c.mission.tables.last(), is_closed=True, by=by, **c.said
        ),
        "missed": missed,
    },
    (S.PUBLISHED, BOTH): {"presence": lambda c, by: day.set_presence(c.own, is_here=True, by=by, **c.said)},
    (S.PUBLISHED, STARTUP): {
        "late": lambda c, by: day.run_late(c.meeting, side=Side.STARTUP, minutes=5, by=by, **c.said),
        "another time": move,
        "answer": answer,
        "absent": absent,
        "note": lambda c, by: day.write_note(c.meeting, own=c.own, text="A note", by=by, **c.said),
    },
}
ACTS = {name: (*key, act) for key, acts in BY_STATE.items() for name, act in acts.items()}


@pytest.mark.parametrize("act", ACTS)
def test_only_its_side_does_it(act, li_wei):
    state, able, do = ACTS[act]
    cast = Cast(li_wei, state)
    done = set()
    for name, by in cast.people.items():
        with suppress(WrongSideError), transaction.atomic():
            do(cast, by)
            done.add(name)
            transaction.set_rollback(True)
    assert done == set(able)


def test_a_delegation_writes_about_its_own_meetings_alone(li_wei):
    cast = Cast(li_wei, S.PUBLISHED)
    with pytest.raises(WrongSideError):
        day.write_note(cast.meeting, own=cast.third, text="A note", by=cast.people["third"], **cast.said)
