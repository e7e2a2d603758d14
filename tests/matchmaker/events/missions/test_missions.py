"""Missions by their pages: set up, wished, planned, published, answered."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.events.missions.services import clock, meetings, missions, plans
from matchmaker.models.missions import Delegation, Mission, MissionMeeting, MissionPlan
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeKind, ProgrammeState
from matchmaker.portal.own_data import services as own_data
from matchmaker.portal.own_data.selectors import copy_for
from profiles.choices import Status
from profiles.models import AuditRecord, Notice, OutboxMail
from tests import factories
from tests.matchmaker.events.missions import missioned
from tests.matchmaker.events.missions.missioned import company, planned, seated
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.matchmaker.events.programmes.test_programmes import at, body, told, when

pytestmark = pytest.mark.django_db
S = MissionState


def wish_page(delegation):
    return at("mission_wishes", delegation.mission.programme, delegation.public_id)


def refresh(*rows):
    for row in rows:
        row.refresh_from_db()


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
        assert "The pairs fit at least 29.1% as well as in the best possible plan." in shown, (
            "not: 71 % better at most"
        )

        MissionPlan.objects.filter(pk=plan.pk).update(best=876543, bound=987654)
        shown = body(as_user(li_wei), at("mission_plan", mission.programme, plan.pk))
        assert "876543" not in shown.replace(",", "")
        assert "987654" not in shown.replace(",", "")

        compared = {"meetings": 3, "with_wanted": 0, "best": 0}
        MissionPlan.objects.filter(pk=plan.pk).update(compared=compared, short=[[own.pk, 1, "no_one_wants"]])
        shown = body(as_user(li_wei), at("mission_plan", mission.programme, plan.pk))
        figures = shown[shown.index("<tbody>") : shown.index("</tbody>")]
        assert re.search(r'<td class="number"[^>]*>\s*0\s*</td>', figures)
        assert "–" not in figures
        assert at("mission_delegation", mission.programme, own.public_id) in shown, "a name leads on"

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
