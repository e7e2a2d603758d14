"""Plans of a mission: who meets no one, what is published, and what the database refuses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from matchmaker.events.missions.services import clock, missions, plans
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.missions import Delegation, MissionMeeting, MissionPlan, MissionStep
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.programmes.programme import ProgrammeApplicationState
from profiles.choices import Status
from profiles.models import Notice
from profiles.refusals import RefusedError
from tests.matchmaker.events.missions import missioned
from tests.matchmaker.events.missions.missioned import company, planned, seated
from tests.matchmaker.events.programmes.test_programmes import at, body

pytestmark = pytest.mark.django_db
S = MissionState
TOKEN = 'name="csrfmiddlewaretoken" value="'


def wish_page(delegation):
    return at("mission_wishes", delegation.mission.programme, delegation.public_id)


class TestWhoMeetsNobody:
    @pytest.fixture
    def mission(self, host, li_wei):
        return missioned.make_mission(host, by=li_wei, state=S.PLANNING)

    @pytest.fixture
    def pair(self, mission, guests, li_wei):
        own, _rival, first, _second = seated(mission, guests, li_wei)
        missioned.make_wish(own, first, by=guests[0])
        return own, first

    @pytest.mark.parametrize("side", ["startup", "investor"])
    def test_a_block_of_either_side_and_neither_learns_of_it(
        self, as_user, mission, pair, guests, li_wei, side
    ):
        own, first = pair
        by = guests[0] if side == "startup" else guests[2]
        shown = body(as_user(guests[0]), wish_page(own))
        both = {"startup": company(guests[0]), "investor": company(guests[2])}
        CompanyBlock.objects.create(**both, side=side, by=by, at=timezone.now())
        assert planned(mission, li_wei).placed == []
        if side == "investor":
            same = body(as_user(guests[0]), wish_page(own))
            assert [part[64:] for part in same.split(TOKEN)] == [part[64:] for part in shown.split(TOKEN)]
        else:
            assert first.public_id not in body(as_user(guests[0]), wish_page(own))

    @pytest.mark.parametrize("leaves", ["suspended", "withdrawn", "missing"])
    def test_who_has_left(self, mission, pair, guests, li_wei, leaves):
        _own, first = pair
        if leaves == "suspended":
            type(company(guests[2])).objects.filter(pk=company(guests[2]).pk).update(status=Status.SUSPENDED)
        elif leaves == "withdrawn":
            first.application.state, first.application.place_number = (
                ProgrammeApplicationState.WITHDRAWN,
                None,
            )
            first.application.save()
        else:
            Delegation.objects.filter(pk=first.pk).update(missing_at=timezone.now())
        plan = planned(mission, li_wei)
        assert (plan.placed, plan.participants) == ([], 3)

    def test_after_a_block_a_published_meeting_goes_and_both_are_told_the_same(
        self, mission, pair, guests, li_wei
    ):
        plans.publish(planned(mission, li_wei), by=li_wei, at=timezone.now())
        both = {"startup": company(guests[0]), "investor": company(guests[2])}
        CompanyBlock.objects.create(**both, side="investor", by=guests[2], at=timezone.now())
        clock.advance(at=timezone.now())
        assert MissionMeeting.objects.get().state == MeetingState.CANCELLED
        rows = Notice.objects.filter(kind="mission_meeting_off")
        assert set(rows.values_list("user__email", flat=True)) == {guests[0].email, guests[2].email}
        assert set(MissionStep.objects.filter(act="leave").values_list("by", "side")) == {(None, "")}

    def test_two_meet_only_with_a_common_language_a_room_and_no_refusal(self, mission, pair, guests, li_wei):
        own, first = pair
        Delegation.objects.filter(pk=own.pk).update(languages=["ur"])
        Delegation.objects.filter(pk=first.pk).update(languages=["zh"])
        plan = planned(mission, li_wei)
        assert plan.placed == []
        missioned.make_interpreter(mission, languages=("ur", "en"))
        interpreter = missioned.make_interpreter(mission, "Sun Li", languages=("ur", "zh"))
        plan = planned(mission, li_wei)
        assert [row[-1] for row in plan.placed] == [interpreter.pk]

        Delegation.objects.filter(pk=own.pk).update(is_online=True)
        assert planned(mission, li_wei).placed == []
        room = mission.tables.create(name="Room", address="https://room.example/1")
        assert [row[3] for row in planned(mission, li_wei).placed] == [room.pk]

        missioned.make_wish(first, own, "no", by=guests[2])
        assert planned(mission, li_wei).placed == []


class TestPublishing:
    @pytest.fixture
    def mission(self, host, li_wei):
        return missioned.make_mission(host, by=li_wei, state=S.PLANNING)

    @pytest.fixture
    def plan(self, mission, guests, li_wei):
        own, rival, first, second = seated(mission, guests, li_wei)
        for giver, receiver in ((own, first), (own, second), (rival, first), (second, rival)):
            missioned.make_wish(giver, receiver, by=li_wei)
        return planned(mission, li_wei)

    def test_a_plan_keeps_to_every_rule_and_is_published_once(self, plan, mission, li_wei):
        assert (plan.meetings, len(plan.placed), plan.state) == (4, 4, "done")
        assert {len({(row[at], row[2]) for row in plan.placed}) for at in (0, 1, 3)} == {4}

        plans.publish(plan, by=li_wei, at=timezone.now())
        with pytest.raises(missions.WrongStateError):
            plans.publish(plan, by=li_wei, at=timezone.now())
        assert MissionMeeting.objects.count() == 4
        assert set(MissionStep.objects.filter(act="plan").values_list("by", flat=True)) == {li_wei.pk}

    @pytest.mark.parametrize("change", ["no", "slot", "table", "left", "arrives"])
    def test_what_has_become_impossible_is_not_published(
        self, as_user, mission, plan, guests, li_wei, change
    ):
        startup, investor, slot, table, _interpreter = plan.placed[0]
        one = Delegation.objects.get(pk=startup)
        if change == "no":
            one.wishes.all().delete()
            missioned.make_wish(Delegation.objects.get(pk=investor), one, "no", by=li_wei)
        elif change == "slot":
            mission.slots.filter(pk=slot).update(blocked="prayer")
        elif change == "table":
            mission.tables.filter(pk=table).update(closed_at=timezone.now())
        elif change == "left":
            Delegation.objects.filter(pk=startup).update(missing_at=timezone.now())
        else:
            Delegation.objects.filter(pk=startup).update(arrives_at=mission.slots.last().ends_at)
        page = at("mission_plan", mission.programme, plan.pk)
        said = as_user(li_wei).post(page, {"act": "publish"}, follow=True).content.decode()
        assert "Something has changed since this plan was made" in said
        assert not MissionMeeting.objects.exists()
        assert not Notice.objects.filter(kind="mission_published").exists()

    def test_the_database_refuses_two_places_at_once(self, mission, plan, guests):
        own, rival, first, second = mission.delegations.order_by("pk")
        missioned.make_meeting(mission, own, first, slot=0, table=0)
        for startup, investor, slot, table in (
            (own, second, 0, 1),  # a startup twice
            (rival, first, 0, 1),  # an investor twice
            (rival, second, 0, 0),  # a table twice
            (own, first, 1, 0),  # a pair twice
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                missioned.make_meeting(mission, startup, investor, slot=slot, table=table)
        missioned.make_meeting(mission, own, second, slot=0, table=1, state=MeetingState.DECLINED)

    def test_the_planner_stops_with_the_best_so_far_and_a_killed_one_is_taken_up(self, mission, plan, li_wei):
        now = timezone.now()
        again = plans.start(mission, by=li_wei, at=now)
        with pytest.raises(RefusedError, match="The planner is running"):
            plans.start(mission, by=li_wei, at=now)
        plans.stop(again, by=li_wei, at=now)
        MissionPlan.objects.filter(pk=again.pk).update(state="running", leased_until=now, attempts=1)
        assert plans.work(at=now + timedelta(seconds=1))
        again.refresh_from_db()
        assert (again.state, again.stopped, again.meetings, again.attempts) == ("done", True, 4, 2)
        once = plans.start(mission, by=li_wei, at=now)
        MissionPlan.objects.filter(pk=once.pk).update(attempts=3)
        assert not plans.work(at=now)
        once.refresh_from_db()
        assert once.state == "failed"
