"""Acts on one mission at the same moment: one schedule, no seat twice, no answer lost.

`--races N` runs each two acts N times (`make races`).
"""

from functools import partial
from itertools import combinations_with_replacement

import pytest
from django.db import IntegrityError
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.events.missions.services import meetings, missions, plans
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionPlan, MissionStep
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.programmes import Programme
from matchmaker.transitions import TransitionRefusedError
from profiles.models import LimitBucket, Notice
from tests import factories
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_mission, make_wish
from tests.racing import at_once, kinds

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.races]
ANSWERS = ("startup accepts", "investor accepts", "startup declines", "investor declines")


def begin(by, state, slots=2, tables=1):
    """Return a mission of two startups and two investors, with as little room as is enough."""
    for model in (Programme, LimitBucket, Notice):
        model.objects.all().delete()
    mission = make_mission(by.membership.investor, by=by, state=state, slots=slots, tables=tables)
    for number in range(2):
        for make, join in (
            (factories.make_startup, factories.make_founder),
            (factories.make_investor, factories.make_partner),
        ):
            company = make(f"{make.__name__} {number} {timezone.now()}")
            join(f"{company.public_id.lower()}@example.com", company)
            make_delegation(mission, company, by=by)
    return mission


def person_of(delegation):
    return delegation.application.company.memberships.get().user


def sides(mission):
    rows = mission.delegations.order_by("pk")
    return list(rows.filter(side="startup")), list(rows.filter(side="investor"))


def answer(name, pk):
    side, act = name.split()
    meeting = MissionMeeting.objects.select_related("mission").get(pk=pk)
    by = person_of(getattr(meeting, side))
    do = meetings.accept if act == "accepts" else meetings.decline
    do(meeting, side=Side(side), by=by, at=timezone.now())


def test_both_sides_answer_at_once_and_no_answer_is_lost(li_wei, rounds):
    pairs = list(combinations_with_replacement(ANSWERS, 2))
    for one, other in pairs * rounds:
        mission = begin(li_wei, MissionState.PUBLISHED)
        (startup, _), (investor, _other) = sides(mission)
        meeting = make_meeting(mission, startup, investor)
        raised = at_once(*(partial(answer, name, meeting.pk) for name in (one, other)))
        errors = [each for each in raised if isinstance(each, Exception)]
        assert all(isinstance(each, TransitionRefusedError) for each in errors), (one, other, errors)

        meeting.refresh_from_db()
        steps = list(MissionStep.objects.filter(meeting=meeting).values_list("act", flat=True))
        assert len(steps) == 2 - len(errors)
        if {one, other} == set(ANSWERS[:2]):
            assert (meeting.state, sorted(steps)) == (MeetingState.CONFIRMED, ["accept", "confirm"])
        elif "declines" in one + other:
            assert meeting.state in (MeetingState.DECLINED, MeetingState.CANCELLED)
            assert sum(act in ("decline", "cancel") for act in steps) == 1
            told = Notice.objects.filter(kind="mission_meeting_off").count()
            assert told <= 1


def publish(pk, by):
    plans.publish(MissionPlan.objects.select_related("mission").get(pk=pk), by=by, at=timezone.now())


def test_two_plans_published_at_once_are_one_schedule(li_wei, rounds):
    for _round in range(rounds):
        mission = begin(li_wei, MissionState.PLANNING)
        startups, investors = sides(mission)
        for startup, investor in zip(startups, investors, strict=True):
            make_wish(startup, investor, by=li_wei)
        made = [plans.plan_by_steps(mission, by=li_wei, at=timezone.now()).pk for _plan in range(2)]
        assert kinds(at_once(*(partial(publish, pk, li_wei) for pk in made))) == ["", "WrongStateError"]
        assert Mission.objects.get(pk=mission.pk).state == MissionState.PUBLISHED
        assert MissionMeeting.objects.filter(mission=mission).count() == 2
        assert MissionPlan.objects.filter(published_at__isnull=False).count() == 1


def test_the_last_place_is_given_once_whoever_writes(li_wei, rounds):
    """Two meetings for one table in one slot: the database keeps one, without any lock of a service."""
    for _round in range(rounds):
        mission = begin(li_wei, MissionState.PUBLISHED)
        startups, investors = sides(mission)
        pairs = zip(startups, investors, strict=True)
        raised = at_once(*(partial(make_meeting, mission, *pair) for pair in pairs))
        assert [type(each) for each in raised if isinstance(each, Exception)] == [IntegrityError]
        assert MissionMeeting.objects.filter(mission=mission).count() == 1


def choose(giver, wanted, by):
    own = Delegation.objects.select_related("mission").get(pk=giver)
    missions.choose(own, wishes=wanted, by=by, at=timezone.now())


def test_two_people_of_a_delegation_choose_at_once_and_wishes_close(li_wei, rounds):
    for _round in range(rounds):
        mission = begin(li_wei, MissionState.WISHES)
        (startup, _), (first, second) = sides(mission)
        said = {first.pk: "must"}, {first.pk: "no", second.pk: "want"}
        raised = at_once(*(partial(choose, startup.pk, each, person_of(startup)) for each in said))
        assert kinds(raised) == ["", ""]
        kept = dict(startup.wishes.values_list("receiver", "wish"))
        assert kept[second.pk] == "want"
        assert kept[first.pk] in ("must", "no")
        close = partial(missions.close_wishes, mission, by=li_wei, at=timezone.now())
        late = at_once(partial(choose, startup.pk, {first.pk: "want"}, person_of(startup)), close)
        assert kinds(late) in (["", ""], ["", "WrongStateError"])
