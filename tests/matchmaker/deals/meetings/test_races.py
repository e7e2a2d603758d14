"""Any two acts on one meeting at the same moment: one follows the other, and no state is illegal.

`--races N` runs each two acts N times (`make races`).
"""

from datetime import timedelta
from itertools import combinations_with_replacement

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.meetings import services as meetings
from matchmaker.models.introduction import Introduction, IntroductionState, IntroductionStep
from matchmaker.models.meeting import LIVE, Meeting, MeetingSlot, MeetingState, MeetingStep
from matchmaker.transitions import WrongStateError
from profiles.models import LimitBucket, OutboxMail
from tests.racing import broken_log

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]

SOON = timezone.now() + timedelta(days=2)
ACTS = [f"{act} {side}" for act in ("propose", "take", "keep", "cancel", "close") for side in Side]
ACTS += ["sweep"]


class Talks:
    """One mutual introduction, and what each act on its meeting is."""

    def __init__(self, introduction, founder, partner):
        self.introduction = introduction
        self.people = {Side.STARTUP: founder, Side.INVESTOR: partner}

    def begin(self, state):
        """Make the meeting new, in this state; the startup's offer stands where there is one."""
        for model in (Meeting, IntroductionStep, LimitBucket, OutboxMail):
            model.objects.all().delete()
        Introduction.objects.update(state=IntroductionState.MUTUAL, ended_at=None)
        if state in LIVE:
            self.act("propose startup")()
        if state in (MeetingState.AGREED, MeetingState.MOVING):
            self.act("take investor")()
        if state == MeetingState.MOVING:
            self.act("propose startup")()

    def act(self, name):
        """Return what someone does, on records read for it alone."""
        verb, _space, side = name.partition(" ")
        if not side:
            return lambda: meetings.advance(at=SOON + timedelta(days=1))
        return lambda: self._do(verb, Side(side))

    def _do(self, verb, side):
        introduction = Introduction.objects.select_related("startup", "investor").get()
        meeting = Meeting.objects.filter(introduction=introduction).order_by("-pk").first()
        slot = MeetingSlot.objects.filter(meeting=meeting).values_list("pk", flat=True).first()
        who = {"side": side, "by": self.people[side], "at": timezone.now()}
        if verb == "propose":
            meetings.propose(introduction, times=[SOON], minutes=30, **who)
        elif verb == "close":
            decisions.withdraw_interest(introduction.startup, introduction.investor, **who)
        elif meeting is None:
            raise WrongStateError
        elif verb == "take":
            meetings.take_time(meeting, slot=slot or 0, **who)
        else:
            {"keep": meetings.keep_time, "cancel": meetings.cancel}[verb](meeting, **who)


@pytest.fixture
def talks(introduction, ayesha, li_wei):
    return Talks(introduction, ayesha, li_wei)


def illegal(*_acts):
    """Return where a meeting, its log, its times and its mails contradict each other."""
    rows = list(Meeting.objects.all())
    found = ["two live meetings"] if sum(row.state in LIVE for row in rows) > 1 else []
    for row in rows:
        found += broken_log(row, MeetingStep.objects.filter(meeting=row))
        if row.slots.exists() != (row.state in (MeetingState.PROPOSED, MeetingState.MOVING)):
            found.append(f"{row.state}: {row.slots.count()} times offered")
    return found


def every_race():
    """Return every two acts in every state."""
    pairs = list(combinations_with_replacement(ACTS, 2))
    return [(state, *pair) for state in (*map(str, LIVE), "none") for pair in pairs]


def telling_races():
    """Return what meets an acceptance while times are offered, and a cancelling while one is agreed."""
    taken = [(str(MeetingState.MOVING), "take investor", each) for each in ACTS]
    others = ("cancel investor", "close investor", "sweep")
    return taken + [(str(MeetingState.AGREED), "cancel startup", each) for each in others]


@pytest.mark.attack
def test_two_acts_at_once(talks, race, rounds):

    def drop():
        meetings.drop_closed(at=timezone.now())  # what the next sweep does where one of the two closed

    wrong = {}
    for state, *pair in every_race() if rounds > 1 else telling_races():
        found = race([pair], lambda *_acts, state=state: talks.begin(state), talks.act, illegal, then=drop)
        wrong |= {f"{state}: {key}": count for key, count in found.items()}
    assert wrong == {}


@pytest.mark.attack
def test_of_two_who_take_a_time_at_once_one_does_and_all_are_told_once(talks, together, rounds, tally):
    tally.count(2 * rounds)
    for _round in range(2 * rounds):
        talks.begin(MeetingState.PROPOSED)
        raised = together(talks.act("take investor"), talks.act("take investor"))
        assert [type(error) for error in raised] == [WrongStateError]
        assert OutboxMail.objects.filter(kind="meeting_agreed").count() == 2
        together(talks.act("sweep"), talks.act("sweep"))
        assert OutboxMail.objects.filter(kind="meeting_over").count() == 2
