"""Missions by their pages: set up, wished, planned, published, answered."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from matchmaker.events.missions.selectors.plans import problem_of
from matchmaker.events.missions.services import clock, meetings, missions, plans
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionPlan, MissionStep
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeKind, ProgrammeState
from matchmaker.portal.own_data import services as own_data
from matchmaker.portal.own_data.selectors import copy_for
from profiles.choices import Status
from profiles.models import AuditRecord, Notice, OutboxMail
from profiles.refusals import RefusedError
from tests import factories
from tests.matchmaker.events.missions import missioned
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.matchmaker.events.programmes.test_programmes import at, body, told, when

pytestmark = pytest.mark.django_db
S = MissionState
TOKEN = 'name="csrfmiddlewaretoken" value="'


def thorough(*values):
    """Return what the full share tries besides."""
    return [pytest.param(each, marks=pytest.mark.thorough) for each in values]


@pytest.fixture
def host(li_wei):
    """The organiser's investor."""
    return li_wei.membership.investor


@pytest.fixture
def guests(startup, ayesha):
    """Two founders and two people of investors, each with a company."""
    rival = factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields"))
    others = [
        factories.make_partner(f"guest{number}@example.com", factories.make_investor(f"Guest {number}"))
        for number in (1, 2)
    ]
    return [ayesha, rival, *others]


def company(user):
    return user.membership.company


def seated(mission, guests, by):
    """Return a delegation for each guest."""
    return [missioned.make_delegation(mission, company(each), by=by) for each in guests]


def wish_page(delegation):
    return at("mission_wishes", delegation.mission.programme, delegation.public_id)


def refresh(*rows):
    for row in rows:
        row.refresh_from_db()


def planned(mission, by):
    """Run the planner to its end and return the run."""
    plan = plans.start(mission, by=by, at=timezone.now())
    assert plans.work(at=timezone.now())
    plan.refresh_from_db()
    assert plan.error == ""
    return plan


def test_from_the_first_slot_to_a_published_schedule(as_user, host, guests, li_wei):
    """The whole story by the pages: the organiser, both sides, the planner."""
    moment = timezone.now()
    programme = make_programme(
        host,
        by=li_wei,
        kind=ProgrammeKind.MISSION,
        state=ProgrammeState.CLOSED,
        place_count=20,
        is_online=False,
        apply_by=moment,
        starts_at=moment + timedelta(days=9),
        ends_at=moment + timedelta(days=10),
    )
    for guest in guests:
        make_application(programme, company(guest), by=guest, state=ProgrammeApplicationState.ACCEPTED)
    organiser, founder, *_others = (as_user(each) for each in (li_wei, *guests))
    page = at("mission", programme)
    assert "Set up meetings" in body(organiser, at("programme", programme))
    assert organiser.get(page).status_code == founder.get(page).status_code == 404, "there is none yet"
    grid = {
        "first_day": (moment + timedelta(days=9)).strftime("%Y-%m-%d"),
        "last_day": (moment + timedelta(days=10)).strftime("%Y-%m-%d"),
        "day_from": "09:00",
        "day_until": "12:00",
        "slot_minutes": "20",
        "pause": "10",
        "wanted": "2",
        "kind_1": "prayer",
        "from_1": "10:05",
        "until_1": "10:25",
    }
    assert founder.post(at("mission_set_up", programme), grid).status_code == 404
    assert organiser.post(at("mission_set_up", programme), {**grid, "day_until": "08:00"}).status_code == 422
    assert organiser.post(at("mission_set_up", programme), {**grid, "kind_2": "meal"}).status_code == 422
    organiser.post(at("mission_set_up", programme), grid)
    mission = Mission.objects.get(programme=programme)
    slots = list(mission.slots.all())
    assert [each.blocked for each in slots] == ["", "", "prayer", "", "", ""] * 2
    local = [timezone.localtime(each.starts_at, programme.zone) for each in slots]
    assert {f"{each:%H:%M}" for each in local} == {"09:00", "09:30", "10:00", "10:30", "11:00", "11:30"}
    again = organiser.get(at("mission_set_up", programme)).context["form"]
    entered = {
        name: again[name].value() or "" for name in ("kind_1", "from_1", "until_1", "day_until", "kind_2")
    }
    assert entered == {
        "kind_1": "prayer",
        "from_1": "10:05",
        "until_1": "10:25",
        "day_until": "12:00",
        "kind_2": "",
    }
    organiser.post(at("mission_slots", programme), {f"slot_{slots[-1].pk}": "meal"})
    assert mission.slots.filter(blocked="meal").count() == 1
    assert {each.name for each in mission.delegations.all()} == {company(each).name for each in guests}

    rooms = at("mission_rooms", programme)
    hall = {"what": "tables", "name": "Table", "count": "2", "hall": "Hall A"}
    organiser.post(rooms, hall)
    assert [each.name for each in mission.tables.all()] == ["Table 1", "Table 2"]
    assert organiser.post(rooms, hall).status_code == 422, "the names are taken"
    assert organiser.post(rooms, {**hall, "address": "https://room.example"}).status_code == 422
    one = {"what": "interpreter", "name": "Zhao Min", "languages": ["ur"]}
    assert organiser.post(rooms, one).status_code == 422, "between two languages at least"
    organiser.post(rooms, {**one, "languages": ["ur", "zh"]})
    assert mission.interpreters.get().languages == ["ur", "zh"]

    assert founder.post(wish_page(mission.delegations.first())).status_code in (302, 404)
    organiser.post(at("mission_move", programme), {"act": "open", "until": when(5)})
    refresh(mission)
    assert mission.state == S.WISHES
    assert told(guests[0], "mission") == ["mission_wishes"]
    own, rival, first, second = (mission.delegations.get(name=company(each).name) for each in guests)
    own.mission = mission
    edit = at("mission_delegation", programme, own.public_id)
    form = {"people": "Ayesha Khan", "languages": ["en"], "most": "3", "arrives_at": "", "leaves_at": ""}
    assert as_user(guests[1]).post(edit, form).status_code == 404
    founder.post(edit, form)
    refresh(own)
    assert (own.people, own.most) == ("Ayesha Khan", 3)
    shown = body(founder, wish_page(own))
    assert first.name in shown
    assert rival.name not in shown, "nobody meets the own side"
    founder.post(
        wish_page(own),
        {
            f"wish-{first.public_id}": "must",
            f"wish-{second.public_id}": "no",
            f"wish-{rival.public_id}": "must",
        },
    )
    assert dict(own.wishes.values_list("receiver__name", "wish")) == {first.name: "must", second.name: "no"}

    organiser.post(at("mission_move", programme), {"act": "close"})
    refresh(mission)
    assert mission.state == S.PLANNING
    late = founder.post(wish_page(own), {f"wish-{first.public_id}": "none"}, follow=True).content.decode()
    assert "The deadline has passed" in late
    assert own.wishes.count() == 2
    organiser.post(at("mission_plans", programme))
    plan = MissionPlan.objects.get()
    assert "Stop and keep the best plan so far" in body(organiser, at("mission_plan", programme, plan.pk))
    assert organiser.post(at("mission_plan", programme, plan.pk), {"act": "publish"}).status_code == 302
    assert not MissionMeeting.objects.exists(), "nothing is published that is not done"
    assert plans.work(at=timezone.now())
    refresh(plan)
    shown = body(organiser, at("mission_plan", programme, plan.pk))
    assert second.name in shown
    assert "Too few wishes from either side" in shown
    said = organiser.post(at("mission_plan", programme, plan.pk), {"act": "publish"}, follow=True)
    assert "Published. We are notifying all delegations" in said.content.decode()
    refresh(mission)
    assert mission.state == S.PUBLISHED
    assert MissionMeeting.objects.filter(startup=own, investor=first).count() == 1
    assert not MissionMeeting.objects.filter(startup=own, investor=second).exists(), "a no is a no"
    for guest in guests:
        assert told(guest, "mission").count("mission_published") == 1
        assert OutboxMail.objects.filter(kind="mission_published", recipient=guest.email).count() == 1

    meeting = MissionMeeting.objects.get(startup=own, investor=first)
    schedule = at("mission_day", programme, own.public_id)
    assert first.name in body(founder, schedule)
    assert as_user(guests[1]).get(schedule).status_code == 404
    answer = at("mission_day_meeting", programme, meeting.key)
    assert as_user(guests[3]).post(answer, {"act": "accept"}).status_code == 404, "it is not theirs"
    founder.post(answer, {"act": "accept", "seen": meeting.version})
    refresh(meeting)
    as_user(guests[2]).post(answer, {"act": "accept", "seen": meeting.version})
    refresh(meeting)
    assert meeting.state == MeetingState.CONFIRMED
    total = MissionMeeting.objects.count()
    assert f"1 of {total} meetings" in body(organiser, page)
    founder.post(answer, {"act": "decline", "seen": meeting.version})
    refresh(meeting)
    assert meeting.state == MeetingState.CANCELLED
    assert told(guests[2], "mission")[-1] == "mission_meeting_off"


class TestWishesAreNobodyElses:
    """What someone chose, and whom they do not want, is told to no one: not even that it was said."""

    @pytest.fixture
    def mission(self, host, li_wei):
        return missioned.make_mission(host, by=li_wei)

    def test_not_by_any_page_file_notice_or_record(self, as_user, mission, guests, li_wei):
        own, rival, first, second = seated(mission, guests, li_wei)
        readers = {each: as_user(each) for each in (li_wei, *guests[1:])}
        programme = mission.programme
        addresses = {
            li_wei: [at(name, programme) for name in ("mission", "mission_delegations", "mission_plans")],
            **{
                guest: [at("mission", programme), wish_page(delegation)]
                for guest, delegation in zip(guests[1:], (rival, first, second), strict=True)
            },
        }

        def read():
            return {
                (user, page): body(readers[user], page).split("csrf", 1)[0]
                for user, pages in addresses.items()
                for page in pages
            }

        missioned.make_wish(own, first, "want", by=guests[0])
        before = read()
        as_user(guests[0]).post(
            wish_page(own), {f"wish-{first.public_id}": "must", f"wish-{second.public_id}": "no"}
        )
        counted = at("mission_delegations", programme)
        after = read()
        assert {key for key in before if before[key] != after[key]} <= {(li_wei, counted)}
        assert not Notice.objects.filter(kind__startswith="mission").exists()
        record = AuditRecord.objects.filter(action="mission").latest("pk")
        assert record.details == {"done": "wishes"}
        for other in guests[1:]:
            assert "matchmaker.MissionWish" not in copy_for(other)
        assert {row["wish"] for row in copy_for(guests[0])["matchmaker.MissionWish"]} == {"must", "no"}

    def test_the_organiser_reads_neither_worth_nor_scores(self, as_user, mission, guests, li_wei):
        own, _rival, first, second = seated(mission, guests, li_wei)
        missioned.make_wish(own, first, by=guests[0])
        missioned.make_wish(own, second, by=guests[0])
        plan = planned(mission, li_wei)
        MissionPlan.objects.filter(pk=plan.pk).update(best=876543, bound=987654)
        shown = body(as_user(li_wei), at("mission_plan", mission.programme, plan.pk))
        assert "876543" not in shown.replace(",", "")
        assert "987654" not in shown.replace(",", "")

    def test_a_nought_of_the_comparison_is_a_nought(self, as_user, mission, guests, li_wei):
        own, _rival, first, _second = seated(mission, guests, li_wei)
        missioned.make_wish(own, first, by=guests[0])
        plan = planned(mission, li_wei)
        compared = {"meetings": 3, "with_wanted": 0, "best": 0}
        MissionPlan.objects.filter(pk=plan.pk).update(compared=compared, short=[[own.pk, 1, "no_one_wants"]])
        shown = body(as_user(li_wei), at("mission_plan", mission.programme, plan.pk))
        figures = shown[shown.index("<tbody>") : shown.index("</tbody>")]
        assert re.search(r'<td class="number"[^>]*>\s*0\s*</td>', figures)
        assert "–" not in figures
        assert at("mission_delegation", mission.programme, own.public_id) in shown, "a name leads on"

    def test_how_many_could_have_enough_is_said_with_and_without_interpreters(
        self, as_user, mission, guests, li_wei
    ):
        own, _rival, first, _second = seated(mission, guests, li_wei)
        missioned.make_wish(own, first, by=guests[0])
        plan = planned(mission, li_wei)
        assert plan.with_wanted <= plan.possible <= plan.compared["flow"]
        address = at("mission_plan", mission.programme, plan.pk)
        assert "Without limits on" not in body(as_user(li_wei), address), "the same number is not said twice"
        more = {**plan.compared, "flow": plan.possible + 7}
        MissionPlan.objects.filter(pk=plan.pk).update(
            compared=more, best=1930, bound=6624, gap=1 - 1930 / 6624
        )
        shown = body(as_user(li_wei), address)
        assert f"it could be up to {plan.possible + 7}." in shown
        assert "The pairs fit at least 29.1 % as well as in any other plan." in shown, (
            "not: 71 % better at most"
        )

    def test_at_most_five_musts(self, as_user, mission, guests, li_wei):
        own = missioned.make_delegation(mission, company(guests[0]), by=li_wei)
        others = [
            missioned.make_delegation(mission, factories.make_investor(f"Fund {number}"), by=li_wei)
            for number in range(6)
        ]
        sent = {f"wish-{each.public_id}": "must" for each in others}
        said = as_user(guests[0]).post(wish_page(own), sent, follow=True).content.decode()
        assert "“Must meet” for at most five" in said
        assert not own.wishes.exists()


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

    def test_a_no_beats_a_must(self, mission, pair, guests, li_wei):
        own, first = pair
        missioned.make_wish(first, own, "no", by=guests[2])
        assert planned(mission, li_wei).placed == []

    @pytest.mark.parametrize("leaves", ["suspended", *thorough("withdrawn", "missing")])
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

    def test_without_a_common_language_nobody_meets_unless_somebody_interprets(
        self, mission, pair, guests, li_wei
    ):
        own, first = pair
        Delegation.objects.filter(pk=own.pk).update(languages=["ur"])
        Delegation.objects.filter(pk=first.pk).update(languages=["zh"])
        plan = planned(mission, li_wei)
        assert plan.placed == []
        missioned.make_interpreter(mission, languages=("ur", "en"))
        interpreter = missioned.make_interpreter(mission, "Sun Li", languages=("ur", "zh"))
        plan = planned(mission, li_wei)
        assert [row[-1] for row in plan.placed] == [interpreter.pk]

    def test_who_takes_part_online_needs_a_room(self, mission, pair, li_wei):
        own, _first = pair
        Delegation.objects.filter(pk=own.pk).update(is_online=True)
        assert planned(mission, li_wei).placed == []
        room = mission.tables.create(name="Room", address="https://room.example/1")
        assert [row[3] for row in planned(mission, li_wei).placed] == [room.pk]


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

    def test_a_plan_keeps_to_every_rule_and_everybody_has_what_they_want(self, plan):
        assert (plan.meetings, len(plan.placed), plan.state) == (4, 4, "done")
        assert {len({(row[at], row[2]) for row in plan.placed}) for at in (0, 1, 3)} == {4}

    @pytest.mark.parametrize("change", ["no", "slot", *thorough("table", "left", "arrives")])
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

    def test_not_while_the_organiser_is_suspended(self, as_user, mission, plan, host, li_wei):
        type(host).objects.filter(pk=host.pk).update(status=Status.SUSPENDED)
        page = at("mission_plan", mission.programme, plan.pk)
        as_user(li_wei).post(page, {"act": "publish"})
        assert not MissionMeeting.objects.exists()
        assert not Notice.objects.filter(kind="mission_published").exists()

    def test_only_once(self, mission, plan, li_wei):
        plans.publish(plan, by=li_wei, at=timezone.now())
        with pytest.raises(missions.WrongStateError):
            plans.publish(plan, by=li_wei, at=timezone.now())
        assert MissionMeeting.objects.count() == 4
        assert set(MissionStep.objects.filter(act="plan").values_list("by", flat=True)) == {li_wei.pk}

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
        refresh(again)
        assert (again.state, again.stopped, again.meetings, again.attempts) == ("done", True, 4, 2)
        once = plans.start(mission, by=li_wei, at=now)
        MissionPlan.objects.filter(pk=once.pk).update(attempts=3)
        assert not plans.work(at=now)
        refresh(once)
        assert once.state == "failed"


class TestTime:
    def test_who_has_chosen_nothing_is_reminded_twice_and_no_more(self, host, guests, li_wei):
        mission = missioned.make_mission(host, by=li_wei)
        own, *_others = seated(mission, guests, li_wei)
        Delegation.objects.update(prefilled_at=timezone.now())
        missioned.make_wish(own, _others[1], by=guests[0])
        until = mission.wishes_until
        for hours in (80, 71, 70, 60, 23, 22, 1):
            clock.advance(at=until - timedelta(hours=hours))
        assert told(guests[0], "mission") == []
        assert told(guests[1], "mission") == ["mission_reminder"] * 2
        clock.advance(at=until)
        refresh(mission)
        assert mission.state == S.PLANNING
        step = mission.steps.get()
        assert (step.act, step.by) == ("deadline", None)

    def test_late_ones_are_taken_in_and_may_still_wish(self, as_user, host, guests, li_wei):
        mission = missioned.make_mission(host, by=li_wei, state=S.PLANNING, wishes_until=timezone.now())
        on_time = [
            missioned.make_delegation(
                mission, company(each), by=li_wei, at=timezone.now() - timedelta(days=1)
            )
            for each in guests[1:]
        ]
        Delegation.objects.update(prefilled_at=timezone.now())
        make_application(
            mission.programme, company(guests[0]), by=guests[0], state=ProgrammeApplicationState.ACCEPTED
        )
        clock.advance(at=timezone.now())
        clock.advance(at=timezone.now())
        late = Delegation.objects.get(application__startup=company(guests[0]))
        assert told(guests[0], "mission") == ["mission_wishes"]
        page, other = wish_page(late), on_time[1]
        as_user(guests[0]).post(page, {f"wish-{other.public_id}": "want"})
        assert late.wishes.get(receiver=other).wish == "want"
        as_user(guests[2]).post(wish_page(other), {f"wish-{late.public_id}": "no"})
        assert not other.wishes.exists(), "the others had their time"

    def test_it_begins_and_ends_by_itself_and_with_its_programme(self, host, guests, li_wei):
        mission = missioned.make_mission(host, by=li_wei, state=S.PUBLISHED)
        first, last = mission.slots.first(), mission.slots.last()
        clock.advance(at=first.starts_at)
        refresh(mission)
        assert mission.state == S.RUNNING
        clock.advance(at=last.ends_at)
        refresh(mission)
        assert mission.state == S.OVER
        cancelled = missioned.make_mission(factories.make_investor("Other host"), by=li_wei, state=S.WISHES)
        programme = cancelled.programme
        programme.state, programme.ended_at = ProgrammeState.CANCELLED, timezone.now()
        programme.save()
        clock.advance(at=timezone.now())
        refresh(cancelled)
        assert cancelled.state == S.OVER

    def test_the_other_side_is_told_when_a_company_is_deleted(self, host, guests, li_wei):
        mission = missioned.make_mission(host, by=li_wei, state=S.PUBLISHED)
        own, _rival, first, _second = seated(mission, guests, li_wei)
        missioned.make_meeting(mission, own, first)
        meetings.leave(Delegation.objects.filter(pk=own.pk), at=timezone.now())
        assert told(guests[2], "mission") == ["mission_meeting_off"]
        assert told(guests[0], "mission") == []


class TestQueries:
    def test_every_list_asks_the_same_however_long_it_is(self, as_user, same_queries, host, guests, li_wei):
        mission = missioned.make_mission(host, by=li_wei, slots=3)
        own = missioned.make_delegation(mission, company(guests[0]), by=li_wei)
        first = missioned.make_delegation(mission, company(guests[2]), by=li_wei)
        missioned.make_wish(own, first, by=guests[0])
        plan = planned(mission, li_wei)
        organiser, founder = as_user(li_wei), as_user(guests[0])
        pages = [
            (founder, wish_page(own)),
            (founder, at("mission", mission.programme)),
            (organiser, at("mission_delegations", mission.programme)),
            (organiser, at("mission_rooms", mission.programme)),
            (organiser, at("mission_plan", mission.programme, plan.pk)),
            (organiser, at("mission", mission.programme)),
        ]

        for number in range(3):
            with same_queries():
                shown = [client.get(page).status_code for client, page in pages]
            assert set(shown) == {200}
            other = missioned.make_delegation(mission, factories.make_investor(f"Fund {number}"), by=li_wei)
            missioned.make_wish(own, other, by=guests[0])
            missioned.make_interpreter(mission, f"Interpreter {number}")
            mission.tables.create(name=f"New {number}")
            again = planned(mission, li_wei)
            MissionPlan.objects.filter(pk=plan.pk).update(placed=again.placed, short=again.short)
            again.delete()

    def test_the_problem_is_read_in_a_fixed_number(self, django_assert_num_queries, host, guests, li_wei):
        mission = missioned.make_mission(host, by=li_wei)
        own, rival, first, second = seated(mission, guests, li_wei)
        missioned.make_wish(own, first)
        mission = Mission.objects.select_related("programme").get()
        with django_assert_num_queries(11):
            problem_of(mission)
        missioned.make_wish(rival, second)
        with django_assert_num_queries(11):
            problem_of(mission)


def test_addresses_of_what_is_not_there(as_user, host, guests, li_wei):
    mission = missioned.make_mission(host, by=li_wei)
    seated(mission, guests, li_wei)
    organiser = as_user(li_wei)
    for name, *more in (("mission_plan", 9), ("mission_plan_progress", 9)):
        assert organiser.get(at(name, mission.programme, *more)).status_code == 404
    gone = reverse("mission_room_remove", args=[mission.programme.public_id, "table", 9])
    assert organiser.post(gone).status_code == 404


def test_a_plan_tells_nothing_of_wishes_that_can_still_change(as_user, host, guests, li_wei):
    """Planning again after each change would tell who wants and who refuses whom: so no meeting is shown."""
    mission = missioned.make_mission(host, by=li_wei, wanted=1)
    ours, _rival, first, _second = seated(mission, guests, li_wei)
    missioned.make_wish(ours, first, by=guests[0])
    early, organiser = planned(mission, li_wei), as_user(li_wei)
    assert early.meetings == 1
    shown = body(organiser, at("mission_plan", mission.programme, early.pk))
    assert "after the wishes are closed" in shown
    meeting = 'data-label="When"'
    assert meeting not in shown, "no meeting stands there"
    missions.close_wishes(mission, by=li_wei, at=timezone.now())
    assert meeting not in body(organiser, at("mission_plan", mission.programme, early.pk))
    with pytest.raises(plans.NotValidError):
        plans.publish(early, by=li_wei, at=timezone.now())
    final = planned(mission, li_wei)
    assert first.name in body(organiser, at("mission_plan", mission.programme, final.pk))
    plans.publish(final, by=li_wei, at=timezone.now())


@pytest.mark.parametrize("why", ["suspended", "taken off", "left the team"])
def test_who_organises_no_more_finds_no_page_of_the_day(as_user, host, guests, li_wei, why):
    mission = missioned.make_mission(host, by=li_wei, state=S.RUNNING)
    (own, *_others), user = seated(mission, guests, li_wei), li_wei
    pages = ["mission_check_in", "mission_board", "mission_changes", "mission_delegations", "mission_rooms"]
    if why == "taken off":
        other = factories.make_investor("Harbour Fund")
        user = factories.make_partner("harbour@example.com", other)
        helper = mission.programme.hosts.create(
            email=user.email, user=user, investor=other, accepted_at=timezone.now()
        )
    client = as_user(user)
    assert {client.get(at(name, mission.programme)).status_code for name in pages} == {200}
    if why == "suspended":
        type(host).objects.filter(pk=host.pk).update(status=Status.SUSPENDED)
    elif why == "taken off":
        helper.delete()
    else:
        user.membership.delete()
    gone = 302 if why == "left the team" else 404  # to where one joins a company
    assert {client.get(at(name, mission.programme)).status_code for name in pages} == {gone}
    sent = {"who": own.public_id, "act": "here"}
    assert client.post(at("mission_check_in", mission.programme), sent).status_code == gone
    refresh(own)
    assert own.checked_in_at is None
    if why == "suspended":
        assert as_user(guests[0]).get(at("mission_day", mission.programme, own.public_id)).status_code == 200


def test_of_many_runs_the_newest_five_and_the_published_one_are_kept(host, guests, li_wei):
    mission = missioned.make_mission(host, by=li_wei, state=S.PLANNING, wanted=1)
    ours, _rival, first, _second = seated(mission, guests, li_wei)
    missioned.make_wish(ours, first, by=guests[0])
    said = {"by": li_wei, "state": "done"}
    published = mission.plans.create(**said, published_at=timezone.now())
    old = [mission.plans.create(**said).pk for _run in range(6)]
    proposal = mission.plans.create(**said, mends=True)
    newest = planned(mission, li_wei)
    assert set(mission.plans.values_list("pk", flat=True)) == {
        published.pk,
        proposal.pk,
        newest.pk,
        *old[-4:],
    }


def test_a_company_that_leaves_is_in_no_run_any_more(as_user, host, guests, li_wei):
    mission = missioned.make_mission(host, by=li_wei, state=S.PLANNING, wanted=2)
    ours, rival, first, second = seated(mission, guests, li_wei)
    missioned.make_wish(ours, first, by=guests[0])
    missioned.make_wish(rival, second, by=guests[1])
    plan = planned(mission, li_wei)
    assert [ours.pk in {row[0] for row in found} for found in (plan.placed, plan.short)] == [True, True]
    own_data.erase_company(company(guests[0]), by=guests[0], at=timezone.now())
    refresh(plan)
    assert [row[0] for row in plan.placed] == [rival.pk]
    assert ours.pk not in {row[0] for row in plan.short}


def test_a_copy_holds_the_meetings_of_a_person_on_either_side(host, li_wei):
    mission = missioned.make_mission(host, by=li_wei)
    people, delegations = [], []
    for side in ("startup", "investor"):
        person = factories.make_user(f"{side}@example.com")
        application = make_application(
            mission.programme, person, by=person, state=ProgrammeApplicationState.ACCEPTED
        )
        said = {"side": side, "name": person.full_name, "at": timezone.now()}
        people.append(person)
        delegations.append(Delegation.objects.create(mission=mission, application=application, **said))
    meeting = missioned.make_meeting(mission, *delegations)
    for person in people:
        (row,) = copy_for(person)["matchmaker.MissionMeeting"]
        assert row["id"] == meeting.pk


def test_a_mission_begins_with_its_tables_and_keeps_them_when_its_times_change(as_user, li_wei):
    now = timezone.now()
    programme = make_programme(
        li_wei.membership.investor, by=li_wei, kind=ProgrammeKind.MISSION, state=ProgrammeState.CLOSED,
        starts_at=now + timedelta(days=20), ends_at=now + timedelta(days=21),
    )  # fmt: skip
    host, page = as_user(li_wei), reverse("mission_set_up", args=[programme.public_id])
    form = host.get(page).context["form"]
    said = {name: form[name].value() or "" for name in form.fields}
    assert host.post(page, {**said, "table_count": "81"}).status_code == 422
    assert not Mission.objects.exists()
    assert host.post(page, {**said, "table_count": "25"}).status_code == 302
    tables = Mission.objects.get().tables
    assert tables.count() == 25
    assert {"Table 1", "Table 25"} <= set(tables.values_list("name", flat=True))
    assert "table_count" not in host.get(page).content.decode()
    assert host.post(page, {**said, "pause": "10"}).status_code == 302
    assert tables.count() == 25
