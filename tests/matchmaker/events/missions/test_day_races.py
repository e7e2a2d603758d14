"""Acts on the day at the same moment: no one is in two places, and nothing is done twice.

`--races N` runs each two acts N times (`make races`).
"""

from functools import partial

import pytest
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.events.missions.services import changes, day, meetings
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.missions import MissionMeeting, MissionPlan, MissionStep
from matchmaker.models.missions.plan import AfterMeeting, MeetingState
from matchmaker.models.pair_action import Interest
from matchmaker.transitions import TakenError, TransitionRefusedError
from profiles.models import LimitBucket, Notice
from tests import factories
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.missions.missioned import make_meeting
from tests.racing import at_once

pytestmark = pytest.mark.django_db(transaction=True)
S = MeetingState
ACTS = ("agree one", "agree two", "cancel one", "carry out")


def read(meeting):
    """Return a meeting as a request reads it."""
    related = ("mission__programme", "startup__application__startup", "investor__application__investor")
    return MissionMeeting.objects.select_related(*related).get(pk=meeting.pk)


@pytest.fixture
def today(startup, ayesha, li_wei):
    """One table, and two meetings that would both move into one slot."""
    made = DayOf(tables=1)
    harbour = factories.make_partner("harbour@example.com", factories.make_investor("Harbour Fund"))
    made.pairs = [
        (made.delegation(startup), made.delegation(li_wei.membership.investor)),
        (made.startup("Ravi Fields"), made.delegation(harbour.membership.investor)),
    ]
    made.answerers = [li_wei, harbour]
    for pair in made.pairs:
        made.wish(*pair)
    return made


def begin(today):
    for model in (MissionMeeting, MissionPlan, Notice, LimitBucket):
        model.objects.all().delete()
    asked = {"asked_by": "startup", "asked_slot": today.mission.slots.all()[6]}
    found = [
        make_meeting(today.mission, *pair, slot=3 + at, state=S.CONFIRMED, **asked)
        for at, pair in enumerate(today.pairs)
    ]
    placed = [[found[0].startup_id, found[0].investor_id, found[0].slot_id, found[0].table_id, None]]
    plan = MissionPlan.objects.create(
        mission=today.mission, mends=True, state="done", by=today.host, placed=placed
    )
    return found, plan


def do(name, found, plan, today):
    """Act on records that are read for this act alone."""
    by = today.host if name == "carry out" else today.answerers[name == "agree two"]
    said = {"by": by, "at": timezone.now()}
    if name == "carry out":
        stored = MissionPlan.objects.select_related("mission__programme").get(pk=plan.pk)
        changes.apply(stored, **said)
    elif name == "cancel one":
        meetings.decline(read(found[0]), side=Side.INVESTOR, **said)
    else:
        meeting = read(found[name == "agree two"])
        day.answer_move(meeting, side=Side.INVESTOR, agrees=True, version_read=None, **said)


def test_two_acts_at_once_leave_nobody_in_two_places(today, rounds):
    pairs = [(one, other) for at, one in enumerate(ACTS) for other in ACTS[at:]]
    for one, other in pairs * rounds:
        found, plan = begin(today)
        acts = [partial(do, name, found, plan, today) for name in (one, other)]
        raised = [each for each in at_once(*acts) if isinstance(each, Exception)]
        refusals = (TransitionRefusedError, TakenError, changes.NotValidError)
        assert all(isinstance(each, refusals) for each in raised), (one, other, raised)
        assert len(raised) < 2 or "carry out" in (one, other), (one, other, raised)
        live = MissionMeeting.objects.filter(state__in=("planned", "confirmed"))
        places = [(each.slot_id, each.table_id) for each in live]
        assert len(places) == len(set(places))
        assert None not in {slot for slot, _table in places}
        swaps = MissionStep.objects.filter(act="swap").values_list("meeting", flat=True)
        assert len(swaps) == len(set(swaps)) == Notice.objects.filter(kind="mission_moved").count()


def test_two_who_continue_at_once_have_one_introduction(today, ayesha, li_wei, rounds):
    for _round in range(rounds):
        Introduction.objects.all().delete()
        for model in (MissionMeeting, Interest, Notice, LimitBucket):
            model.objects.all().delete()
        meeting = make_meeting(today.mission, *today.pairs[0], slot=0, state=S.CONFIRMED)
        acts = [
            partial(
                day.say_after,
                read(meeting),
                own=getattr(meeting, str(side)),
                answer=AfterMeeting.GO_ON,
                by=by,
                at=timezone.now(),
            )
            for side, by in ((Side.STARTUP, ayesha), (Side.INVESTOR, li_wei))
        ]
        raised = [each for each in at_once(*acts) if isinstance(each, Exception)]
        assert raised == []
        made = Introduction.objects.get()
        meeting.refresh_from_db()
        assert (made.state, meeting.introduction, meeting.state) == (IntroductionState.MUTUAL, made, S.HELD)
        assert MissionStep.objects.filter(meeting=meeting, act="hold").count() == 1
