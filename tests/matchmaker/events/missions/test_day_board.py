"""The organiser on the day: who has come, the board, changes of the schedule, and what is printed."""

import re
from datetime import timedelta

import pypdfium2
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from matchmaker.events.missions.selectors.board import gauges
from matchmaker.events.missions.selectors.papers import badges
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import Meeting
from matchmaker.models.meeting import MeetingState as LaterState
from matchmaker.models.missions import MissionMeeting, MissionPlan
from matchmaker.models.missions.plan import LIVE, MeetingState
from profiles.models import Notice
from tests import factories
from tests.house.tree import ROOT
from tests.matchmaker.events.missions.missioned import make_interpreter, make_meeting, make_slots
from tests.matchmaker.events.missions.test_day import LATER, NEXT, PAST, body, told
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
S = MeetingState


@pytest.fixture
def today(today):
    """Ayesha's and Li Wei's delegations, and Hina's of Ravi Fields."""
    today.third = today.startup("Ravi Fields")
    return today


def places(mission):
    """Return where everyone meets."""
    rows = MissionMeeting.objects.filter(mission=mission, state__in=LIVE)
    return {
        (each.startup.name, each.investor.name): (each.slot_id, each.table_id)
        for each in rows.select_related("startup", "investor")
    }


def proposed(host, today):
    """Have changes worked out; return the proposal, its address and its page."""
    answer = host.post(today.at("mission_changes"), {"act": "propose"}, follow=True)
    plan = MissionPlan.objects.filter(mends=True).latest("pk")
    return plan, today.at("mission_proposal", plan.pk), answer.content.decode()


def missing(host, today, delegation):
    host.post(today.at("mission_check_in"), {"who": delegation.public_id, "act": "missing"})


def test_a_no_show_changes_nothing_until_it_is_read_and_then_tells_those_concerned_alone(
    as_user, today, ayesha, li_wei
):
    host, slots = as_user(today.host), list(today.mission.slots.all())
    other = today.delegation(factories.make_investor("Harbour Fund"))
    partner = factories.make_partner("harbour@example.com", other.application.investor)
    bystander = today.startup("Chenab Cold")
    delta = today.delegation(factories.make_investor("Delta Fund"))
    for startup, investor in ((today.ours, today.theirs), (today.ours, other), (bystander, delta)):
        today.wish(startup, investor)
    past = make_meeting(today.mission, today.ours, other, slot=PAST, state=S.HELD)
    gone = make_meeting(today.mission, today.third, today.theirs, slot=NEXT, state=S.CONFIRMED)
    agreed = make_meeting(today.mission, bystander, delta, slot=NEXT, table=1, state=S.CONFIRMED)
    missing(host, today, today.third)
    gone.refresh_from_db()
    assert gone.state == S.CONFIRMED, "their meetings stay until the organiser changes the schedule"
    before = places(today.mission)
    plan, address, page = proposed(host, today)
    assert "Cancelled" in page
    assert (places(today.mission), Notice.objects.filter(kind="mission_changed").count()) == (before, 0)
    host.post(address)
    gone.refresh_from_db()
    assert gone.state == S.CANCELLED
    after = places(today.mission)
    assert after[bystander.name, delta.name] == (slots[NEXT].pk, agreed.table_id)
    slot, _table = after[today.ours.name, today.theirs.name]
    assert slot in [each.pk for each in slots if each.starts_at > today.now], "free, so they meet now"
    past.refresh_from_db()
    assert (past.state, past.slot) == (S.HELD, slots[PAST])
    people = [ayesha.email, li_wei.email, today.third.user.email]
    assert told("mission_changed") == (sorted(people), sorted(people))
    assert partner.email not in people
    plan.refresh_from_db()
    assert plan.published_at is not None
    again = host.post(address, follow=True).content.decode()
    assert "no longer possible" in again


def test_late_arrivals_are_placed_without_moving_anybody(as_user, today):
    host, slots = as_user(today.host), list(today.mission.slots.all())
    for slot in (3, 4, 5):
        other = today.delegation(factories.make_investor(f"Fund {slot}"))
        today.wish(today.ours, other)
        make_meeting(today.mission, today.ours, other, slot=slot, state=S.CONFIRMED)
    before = places(today.mission)
    late = today.startup("Late Lassi")
    today.wish(late, today.theirs)
    arrival = slots[6].starts_at.astimezone(today.programme.zone)
    said = {"who": late.public_id, "arrives_at": f"{arrival:%Y-%m-%dT%H:%M}", "act": "arrives"}
    assert host.post(today.at("mission_changes"), said).status_code == 302
    _plan, address, _page = proposed(host, today)
    host.post(address)
    after = places(today.mission)
    slot, _table = after.pop((late.name, today.theirs.name))
    assert slot in {slots[6].pk, slots[7].pk}
    assert after == before


def test_of_a_closed_table_only_its_own_meetings_move_and_at_the_same_time(today, organiser, li_wei):
    today.wish(today.ours, today.theirs)
    moved = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, table=0, state=S.CONFIRMED)
    delta = today.delegation(factories.make_investor("Delta Fund"))
    stays = make_meeting(today.mission, today.third, delta, slot=LATER, table=1)
    first, second = today.mission.tables.all()
    organiser.post(today.at("mission_changes"), {"act": "close", "table": first.pk})
    _plan, address, page = proposed(organiser, today)
    assert "1 meeting changes. 2 delegations are notified." in page
    organiser.post(address)
    was = moved.slot
    for each in (moved, stays):
        each.refresh_from_db()
    assert (moved.slot, moved.table, moved.state, moved.sequence) == (was, second, S.PLANNED, 1)
    assert (stays.table, stays.sequence) == (second, 0)
    assert li_wei.email in told("mission_changed")[0]


def test_what_was_declined_or_cancelled_by_a_side_is_never_planned_again(as_user, today, organiser, li_wei):
    today.wish(today.ours, today.theirs)
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, state=S.CONFIRMED)
    today.act(as_user(li_wei), meeting, "decline")
    meeting.refresh_from_db()
    assert meeting.state == S.CANCELLED
    _plan, _address, page = proposed(organiser, today)
    assert "No changes are needed" in page


def test_a_proposal_that_does_not_fit_any_more_is_refused_whole(as_user, today, organiser, ayesha, li_wei):
    today.wish(today.ours, today.theirs)
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, table=0)
    today.mission.tables.filter(name="Table 1").update(closed_at=today.now)
    plan, address, _page = proposed(organiser, today)
    today.mission.tables.update(closed_at=None)
    for user in (ayesha, li_wei):
        today.act(as_user(user), meeting, "accept")
    answer = organiser.post(address, follow=True).content.decode()
    assert "The schedule has changed in the meantime" in answer
    meeting.refresh_from_db()
    plan.refresh_from_db()
    assert (meeting.state, meeting.table.name, plan.published_at) == (S.CONFIRMED, "Table 1", None)
    assert told("mission_changed") == ([], [])


def test_two_meetings_change_places_although_each_is_in_the_others_way(as_user, today):
    """The plan that the solver would hardly ever make is carried out all the same."""
    host, (first, second) = as_user(today.host), today.mission.tables.all()
    delta = today.delegation(factories.make_investor("Delta Fund"))
    for one, other in ((today.ours, today.theirs), (today.third, delta)):
        today.wish(one, other)
    a = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, table=0)
    b = make_meeting(today.mission, today.third, delta, slot=NEXT, table=1)
    placed = [
        [each.startup_id, each.investor_id, each.slot_id, table.pk, None]
        for each, table in ((a, second), (b, first))
    ]
    plan = MissionPlan.objects.create(
        mission=today.mission, mends=True, state="done", by=today.host, placed=placed
    )
    host.post(today.at("mission_proposal", plan.pk))
    for each, table in ((a, second), (b, first)):
        each.refresh_from_db()
        assert each.table == table


def test_an_interpreter_stays_with_the_meeting_that_needs_one(today, organiser):
    today.mission.delegations.filter(pk=today.theirs.pk).update(languages=["zh"])
    between = make_interpreter(today.mission, languages=("en", "zh"))
    today.wish(today.ours, today.theirs)
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, table=0, interpreter=between)
    today.mission.tables.filter(name="Table 1").update(closed_at=today.now)
    _plan, address, _page = proposed(organiser, today)
    organiser.post(address)
    meeting = MissionMeeting.objects.get()
    assert (meeting.table.name, meeting.interpreter) == ("Table 2", between)


def test_the_board_shows_every_table_and_asks_the_same_queries_for_one_and_many(as_user, today):
    host, page = as_user(today.host), today.at("mission_board")
    make_meeting(today.mission, today.ours, today.theirs, slot=2, state=S.CONFIRMED)
    before = queries_of(host, page)
    read = body(host, page)
    assert 'hx-trigger="every 15s"' in read
    assert "One side is missing" in read, "it has begun, and nobody is checked in"
    make_meeting(today.mission, today.third, today.theirs, slot=NEXT, state=S.CONFIRMED, startup_late=15)
    for at in range(4):
        delta = today.delegation(factories.make_investor(f"Fund {at}"))
        make_meeting(today.mission, today.third, delta, slot=4 + at, table=1)
    assert queries_of(host, page) == before
    assert "15 minutes late" in body(host, page)
    for delegation in (today.ours, today.theirs):
        host.post(today.at("mission_check_in"), {"who": delegation.public_id, "act": "here"})
    assert "One side is missing" not in body(host, page)
    assert as_user(today.third.user).get(page).status_code == 404


def test_the_organiser_writes_down_that_a_meeting_took_place_or_did_not(as_user, today):
    host, page = as_user(today.host), today.at("mission_board")
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=PAST, state=S.CONFIRMED)
    for act, state in (("missed", S.MISSED), ("held", S.HELD)):
        host.post(page, {"key": meeting.key, "act": act})
        meeting.refresh_from_db()
        assert meeting.state == state
    assert host.post(page, {"key": "no-such", "act": "held"}).status_code == 404


def test_figures_count_second_meetings_and_are_compared_with_no_one_elses(as_user, today, ayesha):
    held = make_meeting(today.mission, today.ours, today.theirs, slot=PAST, state=S.HELD)
    made = Introduction.objects.create(
        startup=today.ours.application.startup,
        investor=today.theirs.application.investor,
        asked_by="startup",
        by=ayesha,
        state=IntroductionState.MUTUAL,
        asked_at=today.now - timedelta(minutes=20),
        delivered_at=today.now,
        answered_by=ayesha,
        answered_at=today.now,
    )
    MissionMeeting.objects.filter(pk=held.pk).update(introduction=made)
    make_meeting(today.mission, today.third, today.theirs, slot=1, state=S.MISSED)
    make_meeting(today.mission, today.third, today.delegation(factories.make_investor("Delta")), slot=NEXT)
    found = [(gauge.part, gauge.whole) for gauge in gauges(today.mission)]
    assert found == [(1, 2), (1, 2), (0, 0), (0, 4)]
    Meeting.objects.create(
        introduction=made,
        state=LaterState.AGREED,
        proposed_by="startup",
        starts_at=today.now + timedelta(days=30),
        ends_at=today.now + timedelta(days=30, hours=1),
    )
    assert [gauge.percent for gauge in gauges(today.mission)] == [50, 50, None, 0], (
        "of one pair nothing is told"
    )
    for at in range(5):
        fund = today.delegation(factories.make_investor(f"Fund {at}"))
        other = today.startup(f"Startup{at} of the Ravi")
        make_meeting(today.mission, other, fund, slot=4 + at % 4, table=at // 4, state=S.HELD)
    again = gauges(today.mission)[2]
    assert (again.part, again.whole) == (1, 6)
    MissionMeeting.objects.filter(pk=held.pk).update(state=S.MISSED)
    assert gauges(today.mission)[2].part == 1, "what the organiser writes down tells no pair apart"
    read = body(as_user(today.host), today.at("mission_board"))
    assert "Delegations with two meetings or more" in read
    assert "benchmark" not in read, "figures of other products tell an organiser nothing"


def test_the_list_at_the_entrance_is_filtered_and_takes_the_same_queries(as_user, today):
    host, page = as_user(today.host), today.at("mission_check_in")
    missing(host, today, today.third)
    before = queries_of(host, page)
    for at in range(3):
        today.delegation(factories.make_investor(f"Fund {at}"))
    assert queries_of(host, page) == before
    assert today.third.name not in body(host, page + "?show=waited")
    assert today.third.name in body(host, page + "?show=missing")
    assert today.third.name in body(host, page + "?q=ravi")
    assert host.post(page, {"who": today.third.public_id, "act": "x"}).status_code == 404


def test_schedules_and_signs_are_pages_of_a_pdf_in_three_languages(as_user, today, ayesha):
    between = make_interpreter(today.mission)
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, interpreter=between)
    host, founder = as_user(today.host), as_user(ayesha)
    for language in ("en", "ur", "zh-hans"):
        host.post(reverse("set_language"), {"language": language})
        for kind, pages in (("schedules", 3), ("signs", 2)):
            answer = host.post(today.at("mission_papers", kind, 1))
            assert answer["Content-Type"] == "application/pdf"
            document = pypdfium2.PdfDocument(answer.content)
            assert len(document) == pages
            text = "".join(page.get_textpage().get_text_range() for page in document)
            # From right to left, the words are read backwards; in English, a comma may follow one.
            names = [*today.theirs.name.split(), *between.name.split()]
            assert [word for word in names if word not in text] == []
    assert host.post(today.at("mission_papers", "signs", 2)).status_code == 404
    own = founder.post(today.at("mission_day_paper", today.ours.public_id))
    assert own.content.startswith(b"%PDF")
    assert founder.post(today.at("mission_day_paper", today.theirs.public_id)).status_code == 404
    assert founder.post(today.at("mission_papers", "signs", 1)).status_code == 404


def test_a_sign_is_for_one_day_so_that_it_can_be_read(as_user, today):
    """On one page for all days, the signs of a mission of four days were in letters of nine points."""
    make_slots(today.mission, today.now + timedelta(days=1), 3)
    tomorrow = today.mission.slots.count() - 1
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    make_meeting(today.mission, today.third, today.theirs, slot=tomorrow)
    answer = as_user(today.host).post(today.at("mission_papers", "signs", 1))
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content)]
    assert [("Table 1" in page, today.ours.name in page, today.third.name in page) for page in pages[:2]] == [
        (True, True, False),
        (True, False, True),
    ]


def test_the_board_of_a_large_mission_reads_only_the_names_of_companies(today, organiser):
    """With all columns of both companies of a thousand meetings it took a second, every 15 seconds."""
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    with CaptureQueriesContext(connection) as queries:
        assert today.theirs.name in body(organiser, today.at("mission_board"))
    of_meetings = [each["sql"] for each in queries if "matchmaker_delegation" in each["sql"]]
    assert of_meetings
    assert not any("summary_en" in sql for sql in of_meetings)


def test_the_organiser_takes_all_meetings_into_a_calendar(as_user, today):
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    make_meeting(today.mission, today.third, today.theirs, slot=LATER, state=S.DECLINED)
    answer = as_user(today.host).post(today.at("mission_papers", "calendar", 1))
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert f"{today.ours.name} – {today.theirs.name}" in event["summary"]


def test_badges_have_name_company_languages_and_a_code_without_a_secret(
    as_user, today, organiser, ayesha, depth
):
    names = "Ayesha Khan, Bilal Ahmed؛ 王伟"
    today.mission.delegations.filter(pk=today.ours.pk).update(people=names)
    assert "Badges (PDF)" in body(organiser, today.at("mission_board"))
    for language in ("en", "ur", "zh-hans"):
        today.host.language = language
        today.host.save()
        answer = organiser.post(today.at("mission_papers", "badges", 1))
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        text = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(answer.content))
        for name in ("Ayesha Khan", "Bilal Ahmed", "王伟", "Indus Grow", "Pearl River Capital"):
            assert name in text, (language, name)
    data = badges(today.mission, list(today.mission.delegations.order_by("pk")))
    assert [each["name"] for each in data["badges"]] == [
        "Ayesha Khan", "Bilal Ahmed", "王伟", "Pearl River Capital", "Ravi Fields",
    ]  # fmt: skip
    assert not any(each.token in str(data) for each in today.mission.delegations.all())
    assert organiser.post(today.at("mission_papers", "badges", 2)).status_code == 404
    assert as_user(ayesha).post(today.at("mission_papers", "badges", 1)).status_code == 404


def test_the_board_has_whole_names_and_the_schedule_parts_time_and_table(as_user, today, ayesha):
    long = today.startup("An exceedingly long name of a company that grows seeds in Sindh Limited")
    make_meeting(today.mission, long, today.theirs, slot=NEXT)
    make_meeting(today.mission, today.ours, today.theirs, slot=LATER)
    assert long.name in body(as_user(today.host), today.board(NEXT))
    style = (ROOT / "static" / "corridor" / "board.css").read_text()
    assert "ellipsis" not in style
    page = body(as_user(ayesha), today.at("mission_day", today.ours.public_id))
    assert re.search(r"</b></bdi></p>\s*<p><bdi>Table 1</bdi> · <bdi>Hall A</bdi>", page)
