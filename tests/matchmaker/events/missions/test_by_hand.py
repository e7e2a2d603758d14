"""The organiser changes single meetings by hand; the planner keeps them, and moves no one far on its own."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaker.events.missions.services import changes, missions, plans
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.missions import Delegation, MissionMeeting, MissionPlan, MissionSlot
from matchmaker.models.missions.mission import MissionState, Wish
from matchmaker.models.missions.plan import LIVE, MeetingState
from profiles.choices import Side, Status
from profiles.models import Notice, Startup
from tests import factories
from tests.matchmaker.events.missions import missioned
from tests.matchmaker.events.missions.day_of import DayOf

pytestmark = pytest.mark.django_db
NEXT, LATER, LAST = 3, 4, 7  # the first slot that has not begun, one after it, one in more than two hours


@pytest.fixture
def today(today):
    """Ayesha's and Li Wei's delegations and Hina's, who all wish to meet; eight slots, two tables."""
    today.third = today.startup("Ravi Fields")
    today.wish(today.ours, today.theirs)
    today.wish(today.third, today.theirs)
    today.slots, today.tables = list(today.mission.slots.all()), list(today.mission.tables.all())
    return today


def send(host, today, **said):
    return host.post(today.at("mission_by_hand"), said)


def confirm(host, today, **said):
    """Check a change, then confirm what the page shows; return the last answer."""
    page = send(host, today, **said).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert seen, "the page offers a confirmation"
    return send(host, today, **said, confirm="1", seen=seen[1])


def adding(today, startup, investor, slot, table=0):
    return {
        "act": "add",
        "startup": startup.public_id,
        "investor": investor.public_id,
        "slot": today.slots[slot].pk,
        "table": today.tables[table].pk,
    }


def moving(today, meeting, slot, table=0):
    return {
        "act": "move",
        "meeting": meeting.key,
        "slot": today.slots[slot].pk,
        "table": today.tables[table].pk,
    }


def places(today):
    rows = MissionMeeting.objects.filter(mission=today.mission, state__in=LIVE)
    return {(row.startup.name, row.investor.name): (row.slot_id, row.table_id) for row in rows}


def told():
    return sorted(Notice.objects.filter(kind="mission_changed").values_list("user__email", flat=True))


# --- One meeting -------------------------------------------------------------------------------------------


def test_a_meeting_is_added_moved_swapped_and_cancelled_on_the_board(today, organiser, ayesha, li_wei):
    board = organiser.get(today.board(NEXT)).content.decode()
    slot, table = today.slots[NEXT].pk, today.tables[0].pk
    assert f"slot={slot}&amp;table={table}" in board, "a free place leads to the form"
    assert send(organiser, today, **adding(today, today.ours, today.theirs, NEXT)).status_code == 200
    assert not MissionMeeting.objects.exists(), "nothing changes before the confirmation"
    confirm(organiser, today, **adding(today, today.ours, today.theirs, NEXT))
    meeting = MissionMeeting.objects.get()
    assert (meeting.slot_id, meeting.table_id, meeting.state) == (slot, table, MeetingState.PLANNED)
    assert told() == sorted([ayesha.email, li_wei.email])
    page = organiser.get(today.at("mission_board") + f"?cell={meeting.key}").content.decode()
    assert f"?meeting={meeting.key}" in page

    confirm(organiser, today, **moving(today, meeting, LATER, 1))
    other = missioned.make_meeting(today.mission, today.third, today.theirs, slot=NEXT)
    confirm(organiser, today, act="swap", meeting=meeting.key, other=other.key)
    swapped = {row.pk: (row.slot_id, row.table_id) for row in MissionMeeting.objects.all()}
    assert swapped == {
        meeting.pk: (today.slots[NEXT].pk, today.tables[0].pk),
        other.pk: (today.slots[LATER].pk, today.tables[1].pk),
    }
    confirm(organiser, today, act="cancel", meeting=meeting.key)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED
    assert today.host.email not in told()


def test_conflicts_are_named_first_and_refused(today, organiser):
    other = today.delegation(factories.make_investor("Harbour Fund"))
    today.wish(today.ours, other)
    missioned.make_meeting(today.mission, today.third, today.theirs, slot=NEXT)
    missioned.make_meeting(today.mission, today.ours, other, slot=LATER)
    Delegation.objects.filter(pk=today.ours.pk).update(arrives_at=today.slots[NEXT].starts_at)
    today.mission.slots.filter(pk=today.slots[5].pk).update(blocked="prayer")
    for said, words in (
        (adding(today, today.ours, today.theirs, NEXT, 1), "Pearl River Capital has a meeting at this time"),
        (adding(today, today.ours, today.theirs, NEXT), "Hall A · Table 1 is taken at this time"),
        (adding(today, today.third, today.theirs, LAST), "These two already have a meeting"),
        (adding(today, today.third, other, LAST), "These two cannot meet"),
        (adding(today, today.ours, today.theirs, LATER, 1), "Indus Grow has a meeting at this time"),
    ):
        answer = send(organiser, today, **said)
        text = answer.content.decode()
        assert (answer.status_code, words in text, 'name="confirm"' in text) == (422, True, False), words
        send(organiser, today, **said, confirm="1", seen="")
    assert MissionMeeting.objects.count() == 2
    past = adding(today, today.ours, today.theirs, 0)
    kept_free = adding(today, today.ours, today.theirs, 5)
    for said in (past, kept_free):
        assert send(organiser, today, **said).status_code == 422, "not among the times"


@pytest.mark.parametrize("why", ["no", "no wish", "block", "suspended", "declined"])
def test_the_organiser_learns_of_no_wish_and_no_block(as_user, today, startup, li_wei, why):
    if why == "no":
        today.ours.wishes.update(wish=Wish.NO)
    elif why == "no wish":
        today.ours.wishes.all().delete()
        today.theirs.wishes.filter(receiver=today.ours).delete()
    elif why == "block":
        CompanyBlock.objects.create(
            startup=startup, investor=li_wei.membership.investor, side=Side.STARTUP, by=li_wei
        )
    elif why == "suspended":
        Startup.objects.filter(pk=startup.pk).update(status=Status.SUSPENDED)
    else:
        missioned.make_meeting(today.mission, today.ours, today.theirs, state=MeetingState.DECLINED)
    answer = send(as_user(today.host), today, **adding(today, today.ours, today.theirs, NEXT))
    text = answer.content.decode()
    assert answer.status_code == 422
    if why in ("no", "no wish", "block"):
        assert "These two cannot meet: neither has chosen the other, or a rule prevents it." in text
    assert "block" not in re.sub(r"<[^>]*>", "", text)


def test_a_meeting_that_has_changed_since_is_not_changed(today, organiser):
    meeting = missioned.make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    said = moving(today, meeting, LATER)
    page = send(organiser, today, **said).content.decode()
    seen = re.search(r'name="seen" value="([^"]*)"', page)[1]
    MissionMeeting.objects.filter(pk=meeting.pk).update(slot=today.slots[6], sequence=1)
    assert send(organiser, today, **said, confirm="1", seen=seen).status_code == 422
    meeting.refresh_from_db()
    assert meeting.slot == today.slots[6]


def test_cautions_are_named_and_can_be_overruled(today, organiser):
    today.mission.tables.filter(pk=today.tables[1].pk).update(reserved_for="The minister")
    Delegation.objects.filter(pk=today.theirs.pk).update(most=1, languages=["zh"])
    missioned.make_meeting(today.mission, today.third, today.theirs, slot=NEXT)
    said = adding(today, today.ours, today.theirs, LATER, 1)
    text = send(organiser, today, **said).content.decode()
    for words in (
        "reserved for The minister",
        "within the next two hours",
        "as many meetings as it takes",
        "no interpreter is free",
    ):
        assert words in text, words
    confirm(organiser, today, **said)
    assert len(places(today)) == 2
    agreed = missioned.make_meeting(
        today.mission, today.third, today.delegation(factories.make_investor("Delta")), slot=LAST,
        state=MeetingState.CONFIRMED,
    )  # fmt: skip
    text = send(organiser, today, **moving(today, agreed, 6)).content.decode()
    assert "Both sides have accepted this meeting" in text


def test_an_interpreter_comes_along(today, organiser):
    Delegation.objects.filter(pk=today.theirs.pk).update(languages=["zh"])
    helper = missioned.make_interpreter(today.mission, languages=("en", "zh"))
    confirm(organiser, today, **adding(today, today.ours, today.theirs, NEXT))
    assert MissionMeeting.objects.get().interpreter == helper


def test_only_the_organiser_of_this_mission_changes_it(as_user, today, organiser, ayesha, li_wei):
    said = adding(today, today.ours, today.theirs, NEXT)
    for user in (ayesha, li_wei, factories.make_partner("x@example.com", factories.make_investor("X"))):
        assert send(as_user(user), today, **said, confirm="1", seen="").status_code == 404
    far = DayOf.__new__(DayOf)
    far.company = factories.make_investor("Far Board")
    by = factories.make_partner("far@example.com", far.company)
    mission = missioned.make_mission(far.company, by=by, state=MissionState.PUBLISHED)
    foreign = missioned.make_meeting(
        mission,
        missioned.make_delegation(mission, factories.make_startup("One"), by=by),
        missioned.make_delegation(mission, factories.make_investor("Two"), by=by),
    )
    assert send(organiser, today, act="cancel", meeting=foreign.key).status_code == 404
    for name in ("slot", "table", "startup", "investor"):
        assert send(organiser, today, **{**said, name: "999999"}).status_code == 422
    assert send(organiser, today, act="nonsense").status_code == 422


# --- What the planner does with it -------------------------------------------------------------------------


def proposed(today, **said):
    return changes.propose(today.mission, by=today.host, at=timezone.now(), **said)


def test_a_proposal_keeps_what_was_placed_and_cancelled_by_hand(today, organiser):
    confirm(organiser, today, **adding(today, today.ours, today.theirs, LATER, 1))
    cancelled = missioned.make_meeting(today.mission, today.third, today.theirs, slot=NEXT)
    confirm(organiser, today, act="cancel", meeting=cancelled.key)
    plan = proposed(today)
    assert [row[:2] for row in plan.placed] == [[today.ours.pk, today.theirs.pk]]
    assert plan.placed[0][2:4] == [today.slots[LATER].pk, today.tables[1].pk]


def test_a_reserved_table_is_left_to_the_organiser(today, organiser):
    for table in today.tables:
        address = today.at("mission_room_reserve", table.pk)
        assert organiser.post(address, {"reserved_for": "The minister"}).status_code == 302
    assert "The minister" in organiser.get(today.at("mission_rooms")).content.decode()
    stays = missioned.make_meeting(today.mission, today.third, today.theirs, slot=LATER)
    assert [row[:4] for row in proposed(today).placed] == [
        [today.third.pk, today.theirs.pk, today.slots[LATER].pk, stays.table_id]
    ]
    organiser.post(today.at("mission_room_reserve", today.tables[0].pk))
    assert len(proposed(today).placed) == 2


def test_a_plan_uses_no_reserved_table(li_wei, startup):
    host = li_wei.membership.investor
    mission = missioned.make_mission(host, by=li_wei, state=MissionState.PLANNING, tables=2)
    one = missioned.make_delegation(mission, startup, by=li_wei)
    for number in range(2):
        missioned.make_wish(
            one, missioned.make_delegation(mission, factories.make_investor(f"Fund {number}"), by=li_wei)
        )
    reserved = mission.tables.first()
    mission.tables.filter(pk=reserved.pk).update(reserved_for="The minister")
    plan = plans.plan_by_steps(mission, by=li_wei, at=timezone.now())
    assert plan.placed
    assert reserved.pk not in {row[3] for row in plan.placed}


def test_a_proposal_moves_nobody_to_another_day_or_to_soon(as_user, today):
    """One side leaves early: its meeting does not move to another day, unless the organiser allows it."""
    far_off = today.now + timedelta(days=2)
    own = MissionSlot.objects.create(
        mission=today.mission, starts_at=far_off, ends_at=far_off + timedelta(minutes=20)
    )
    meeting = missioned.make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    MissionMeeting.objects.filter(pk=meeting.pk).update(slot=own)
    Delegation.objects.filter(pk=today.theirs.pk).update(leaves_at=far_off - timedelta(hours=2))
    today.third.wishes.all().delete()
    today.theirs.wishes.filter(receiver=today.third).delete()
    assert proposed(today).placed == [], "dropped, and not moved to this evening"
    free = proposed(today, is_free=True)
    assert [row[:2] for row in free.placed] == [[today.ours.pk, today.theirs.pk]]
    answer = as_user(today.host).post(
        today.at("mission_changes"), {"act": "propose", "anywhere": "1"}, follow=True
    )
    assert answer.status_code == 200
    assert MissionPlan.objects.latest("pk").placed


def test_a_proposal_puts_no_new_meeting_into_the_next_two_hours(today):
    """Both sides must hear of it in time; the organiser may allow it all the same."""
    soon = timezone.now() + timedelta(hours=2)

    def begins(**said):
        plan = proposed(today, **said)
        slots = MissionSlot.objects.in_bulk([row[2] for row in plan.placed])
        return plan, [slots[row[2]].starts_at for row in plan.placed]

    _plan, late = begins()
    assert late
    assert min(late) >= soon
    plan, early = begins(is_free=True)
    assert min(early) < soon
    plan.compared = {}
    plan.save()
    with pytest.raises(plans.NotValidError):  # as one is that became too soon while it was read
        changes.apply(plan, by=today.host, at=timezone.now())


def test_a_closed_table_moves_a_meeting_to_the_next_table_and_not_to_another_hour(today):
    missioned.make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    today.mission.tables.filter(pk=today.tables[0].pk).update(closed_at=timezone.now())
    row = next(row for row in proposed(today).placed if row[0] == today.ours.pk)
    assert row[2:4] == [today.slots[NEXT].pk, today.tables[1].pk]


def test_a_proposal_that_has_become_too_soon_is_refused(today):
    meeting = missioned.make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    plan = proposed(today)
    plan.placed = [[today.ours.pk, today.theirs.pk, today.slots[LATER].pk, meeting.table_id, None]]
    plan.save()
    with pytest.raises(plans.NotValidError):
        changes.apply(plan, by=today.host, at=timezone.now())
    plan.refresh_from_db()
    plan.compared = {"is_free": True}
    plan.published_at = None
    plan.save()
    changes.apply(plan, by=today.host, at=timezone.now())
    meeting.refresh_from_db()
    assert meeting.slot == today.slots[LATER]


# --- Meetings at most --------------------------------------------------------------------------------------


def test_the_maximum_says_when_it_limits_and_is_set_for_a_side(as_user, li_wei, ayesha, startup):
    board = factories.make_investor("Trade Board")
    by = factories.make_partner("board@example.com", board)
    mission = missioned.make_mission(board, by=by, state=MissionState.PLANNING, slots=8, tables=4)
    startups = [missioned.make_delegation(mission, factories.make_startup(f"S{n}"), by=by) for n in range(4)]
    funds = [missioned.make_delegation(mission, factories.make_investor(f"F{n}"), by=by) for n in range(2)]
    for one in startups:
        for other in funds:
            missioned.make_wish(one, other)
    host = as_user(by)
    page = f"/programmes/{mission.programme.public_id}/mission/delegations/"
    assert "2 × 8 = 16" in host.get(page).content.decode()
    Delegation.objects.filter(pk=startups[0].pk).update(most=5)
    assert host.post(page, {"startup": "0", "investor": "2"}).status_code == 422
    assert host.post(page, {"startup": "6", "investor": "2"}).status_code == 302
    counts = list(mission.delegations.order_by("pk").values_list("most", flat=True))
    assert counts == [5, 6, 6, 6, 2, 2], "who has chosen another number keeps it"
    assert "2 × 2 = 4" in host.get(page).content.decode()
    plan = plans.plan_by_steps(mission, by=by, at=timezone.now())
    assert plan.meetings == 4
    text = host.get(f"/programmes/{mission.programme.public_id}/mission/plans/{plan.pk}/").content.decode()
    assert "The maximum number of meetings limits this plan." in text
    assert "2 × 2 = 4" in text
    mission.refresh_from_db()
    newest = missions.add_delegation(funds[0], label="Second", by=by, at=timezone.now())
    assert newest.most == 2
    wide = plans.plan_by_steps
    missions.set_most(mission, most={Side.STARTUP: 6, Side.INVESTOR: 8}, by=by, at=timezone.now())
    mission.refresh_from_db()
    plan = wide(mission, by=by, at=timezone.now())
    text = host.get(f"/programmes/{mission.programme.public_id}/mission/plans/{plan.pk}/").content.decode()
    assert "limits this plan" not in text
