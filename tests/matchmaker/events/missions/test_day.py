"""The day of those who take part: one light page, being late, moving, and what is said after a meeting."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from icalendar import Calendar

from matchmaker.events.missions.selectors.day import code_of
from matchmaker.events.missions.services.clock import advance
from matchmaker.events.programmes.selectors.secrets import secret_of
from matchmaker.events.programmes.services import programmes
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.missions import MissionNote, MissionStep
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.pair_action import Interest
from matchmaker.models.programmes.programme import RESUME_TIME, ProgrammeApplicationState
from profiles.choices import Status
from profiles.models import AuditRecord, Notice, OutboxMail, Startup
from tests import factories
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_slots
from tests.matchmaker.events.programmes.programmed import body, make_application
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
S = MeetingState
PAST, NOW_ON, NEXT, LATER = 0, 2, 3, 5  # slots


def told(kind):
    """Return who has been told of a kind, by name, the addresses of mails besides."""
    people = sorted(Notice.objects.filter(kind=kind).values_list("user__email", flat=True))
    return people, sorted(OutboxMail.objects.filter(kind=kind).values_list("recipient", flat=True))


def test_the_page_of_the_day_is_light_and_takes_the_same_queries_for_one_and_twelve(as_user, today, ayesha):
    client, page = as_user(ayesha), today.at("mission_day", today.ours.public_id)
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    before = queries_of(client, page)
    make_slots(today.mission, today.now + timedelta(hours=5), 11)
    for at in range(11):
        other = today.delegation(factories.make_investor(f"Harbour Fund of the Delta {at}"))
        make_meeting(today.mission, today.ours, other, slot=8 + at)
    today.mission.tables.update(hall="Hall of the Chamber of Commerce")
    answer = client.get(page)
    assert answer.content.count(b"<li class=") == 12
    assert len(answer.content) < 15_000
    for heavy in (b"<script", b"bootstrap", b".woff2", b"<img", b"htmx"):
        assert heavy not in answer.content
    assert queries_of(client, page) == before


def test_the_secret_address_opens_the_schedule_to_read_without_signing_in(as_user, today, ayesha):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, state=S.CONFIRMED)
    nobody, page = as_user(None), reverse("mission_day_open", args=[secret_of(today.ours, ayesha)])
    read = body(nobody, page)
    assert today.theirs.name in read
    assert "<form" not in read
    feed = reverse("mission_feed", args=[secret_of(today.ours, ayesha)])
    assert feed in body(as_user(ayesha), today.at("mission_day", today.ours.public_id))
    (event,) = Calendar.from_ical(nobody.get(feed).content).walk("VEVENT")
    assert event.decoded("dtstart") == meeting.slot.starts_at
    assert (today.theirs.name in event["summary"], "Table 1" in event["location"]) == (True, True)
    as_user(ayesha).post(today.at("programme_withdraw", "startup"))
    assert [nobody.get(each).status_code for each in (page, feed)] == [404, 404]


def test_who_is_late_tells_the_other_side_alone(as_user, today, ayesha, li_wei):
    next_one = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, state=S.CONFIRMED)
    third = today.startup("Ravi Fields")
    make_meeting(today.mission, third, today.theirs, slot=LATER, table=1)
    today.act(as_user(ayesha), next_one, "late", minutes=15)
    next_one.refresh_from_db()
    assert (next_one.startup_late, next_one.investor_late) == (15, 0)
    assert told("mission_late") == ([li_wei.email], [li_wei.email])
    page = body(as_user(li_wei), today.at("mission_day", today.theirs.public_id))
    assert "The other side is 15 minutes late." in page
    today.act(as_user(ayesha), next_one, "late", minutes=15)
    assert len(told("mission_late")[0]) == 1, "the same is told once"
    past = make_meeting(today.mission, third, today.theirs, slot=PAST, state=S.CANCELLED)
    refused = today.act(as_user(third.user), past, "late", minutes=5)
    assert "no longer possible" in refused.content.decode()


def test_a_meeting_moves_when_one_side_proposes_and_the_other_agrees(as_user, today, ayesha, li_wei):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, state=S.CONFIRMED)
    slots = list(today.mission.slots.all())
    us, them = as_user(ayesha), as_user(li_wei)
    today.act(us, meeting, "ask", slot=slots[LATER].pk)
    meeting.refresh_from_db()
    assert (meeting.slot, meeting.asked_slot) == (slots[NEXT], slots[LATER])
    assert told("mission_move_asked")[0] == [li_wei.email]
    today.act(us, meeting, "agree")
    meeting.refresh_from_db()
    assert meeting.slot == slots[NEXT], "who proposes does not agree for the other side"
    assert "The other side proposes another time." in body(
        them, today.at("mission_day", today.theirs.public_id)
    )
    today.act(them, meeting, "agree")
    meeting.refresh_from_db()
    assert (meeting.slot, meeting.state, meeting.sequence) == (slots[LATER], S.CONFIRMED, 1)
    assert (meeting.asked_slot, meeting.asked_by) == (None, "")
    assert told("mission_moved")[0] == [ayesha.email]
    today.act(them, meeting, "ask", slot=slots[NEXT].pk)
    today.act(us, meeting, "keep")
    meeting.refresh_from_db()
    assert (meeting.slot, meeting.asked_by) == (slots[LATER], "")
    assert told("mission_move_refused") == ([li_wei.email], [])


def test_a_finger_that_slips_declines_nothing(as_user, today, ayesha):
    """No one plans a declined meeting again, so it takes a question, also without scripts."""
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    client, declines = as_user(ayesha), 'value="decline"'
    assert declines not in body(client, today.at("mission_day", today.ours.public_id))
    asked = body(client, today.at("mission_day_meeting", meeting.key))
    assert declines in asked[asked.index("<details>") : asked.index("</details>")]
    assert asked.count(declines) == 1


def test_who_has_answered_reads_that_the_other_side_has_not(as_user, today, ayesha, li_wei):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    page, waits = today.at("mission_day", today.ours.public_id), "The other side has not answered yet."
    assert waits not in body(as_user(ayesha), page)
    today.act(as_user(ayesha), meeting, "accept")
    assert waits in body(as_user(ayesha), page)
    slots = list(today.mission.slots.all())
    today.act(as_user(ayesha), meeting, "ask", slot=slots[LATER].pk)
    assert "You have proposed" in body(as_user(ayesha), page)
    today.act(as_user(li_wei), meeting, "agree")
    assert waits not in body(as_user(ayesha), page)


def test_a_day_is_written_as_the_reader_writes_it(today, client, ayesha):
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    day = localtime(today.mission.slots.all()[NEXT].starts_at, today.programme.zone)
    for language, said in (("en", f"{day.day} "), ("zh-hans", f"{day.month}月{day.day}日")):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
        shown = body(client, reverse("mission_day_open", args=[secret_of(today.ours, ayesha)]))
        heading = shown[shown.index("<h2>") : shown.index("</h2>")]
        assert said in heading
        assert "Asia/Karachi" not in shown


def test_a_company_has_the_name_of_the_readers_language(as_user, today, ayesha):
    """Everywhere a delegation is named, the second one of a company too; a search finds what is shown."""
    company = today.theirs.application.company
    company.name_zh = "资本"
    company.save()
    second = make_delegation(today.mission, company, by=today.host, name=f"{company.name_en} – Karachi")
    meeting = make_meeting(today.mission, today.ours, second, slot=NEXT)
    us, host = as_user(ayesha), as_user(today.host)
    for client in (us, host):
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    seen = [
        (us, today.at("mission_day", today.ours.public_id)),
        (us, today.at("mission_day_meeting", meeting.key)),
        (us, today.at("mission_wishes", today.ours.public_id) + "?q=资本"),
        (host, today.at("mission_board")),
        (host, today.at("mission_check_in") + "?q=资本"),
        (host, today.at("mission_delegations") + "?q=资本"),
    ]
    for client, page in seen:
        assert "资本 – Karachi" in body(client, page), page


def test_nothing_moves_to_where_somebody_or_every_table_is_taken(as_user, today, ayesha, li_wei):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    others = [today.startup(name) for name in ("Ravi Fields", "Chenab Cold")]
    free = today.delegation(factories.make_investor("Harbour Fund"))
    slots = list(today.mission.slots.all())
    make_meeting(today.mission, others[0], today.theirs, slot=LATER, table=0)
    make_meeting(today.mission, others[0], free, slot=6, table=0)
    make_meeting(
        today.mission, others[1], today.delegation(factories.make_investor("Delta")), slot=6, table=1
    )
    form = as_user(ayesha).get(today.at("mission_day_meeting", meeting.key)).context["move_form"]
    offered = [slot for slot in slots if slot.pk in dict(form.fields["slot"].choices)]
    assert offered == [slots[4], slots[7]], "neither what is past, nor taken by one of the two, nor full"
    today.act(as_user(ayesha), meeting, "ask", slot=slots[LATER].pk)
    meeting.refresh_from_db()
    assert meeting.asked_slot is None
    # What is taken between the proposal and the answer is refused.
    today.act(as_user(ayesha), meeting, "ask", slot=slots[4].pk)
    make_meeting(today.mission, others[1], today.theirs, slot=4, table=1)
    refused = today.act(as_user(li_wei), meeting, "agree")
    assert "This time is no longer free" in refused.content.decode()
    meeting.refresh_from_db()
    assert meeting.slot == slots[NEXT]


def test_both_want_to_continue_and_it_is_an_introduction(as_user, today, ayesha, li_wei):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=PAST, state=S.CONFIRMED)
    today.act(as_user(ayesha), meeting, "go_on")
    meeting.refresh_from_db()
    assert meeting.state == S.HELD
    asked = Introduction.objects.get()
    assert (asked.state, asked.asked_by) == (IntroductionState.ASKED, "startup")
    assert told("request_received")[0] == [li_wei.email], "told as of every request"
    other = body(as_user(li_wei), today.at("mission_day", today.theirs.public_id))
    assert 'aria-pressed="true"' not in other
    answer = today.act(as_user(li_wei), meeting, "go_on")
    assert "You both want to continue" in answer.content.decode()
    asked.refresh_from_db()
    meeting.refresh_from_db()
    assert (asked.state, meeting.introduction) == (IntroductionState.MUTUAL, asked)
    assert Interest.objects.count() == 2


def test_a_yes_that_could_not_be_taken_counts_once_the_other_side_says_yes(as_user, today, ayesha, li_wei):
    for number in range(5):
        other = factories.make_investor(f"Fund {number}")
        Introduction.objects.create(
            startup=today.ours.application.startup,
            investor=other,
            asked_by="startup",
            by=ayesha,
            state=IntroductionState.ASKED,
            asked_at=today.now,
            delivered_at=today.now,
            due_at=today.now + timedelta(days=14),
            closes_at=today.now + timedelta(days=21),
            remind_at=today.now + timedelta(days=7),
        )
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=PAST)
    refused = today.act(as_user(ayesha), meeting, "go_on")
    assert "All your request slots are in use" in refused.content.decode()
    meeting.refresh_from_db()
    assert (meeting.state, MissionNote.objects.get().answer) == (S.HELD, "go_on")
    today.act(as_user(li_wei), meeting, "go_on")
    made = Introduction.objects.get(investor=li_wei.membership.investor)
    assert made.state == IntroductionState.MUTUAL


def test_a_meeting_was_missed_if_nobody_says_that_it_was_held(as_user, today, ayesha, li_wei):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=PAST, state=S.CONFIRMED)
    today.act(as_user(ayesha), meeting, "absent")
    meeting.refresh_from_db()
    assert meeting.state == S.MISSED
    today.act(as_user(ayesha), meeting, "thanks")
    meeting.refresh_from_db()
    assert meeting.state == S.HELD, "a slip can be put right"
    today.act(as_user(li_wei), meeting, "absent")
    meeting.refresh_from_db()
    assert meeting.state == S.HELD, "who says that it was held is believed"
    assert not Introduction.objects.exists()
    ahead = make_meeting(today.mission, today.startup("Ravi Fields"), today.theirs, slot=NEXT)
    early = today.act(as_user(li_wei), ahead, "absent")
    assert "around the time of the meeting" in early.content.decode()


def test_a_note_is_read_by_the_own_team_alone_and_goes_with_the_company(
    as_user, today, organiser, ayesha, li_wei
):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=PAST, state=S.CONFIRMED)
    as_user(ayesha).post(today.at("mission_note", meeting.key), {"text": "CANARY: they were tired"})
    today.act(as_user(ayesha), meeting, "thanks")
    own = today.at("mission_day_meeting", meeting.key)
    assert "CANARY" in body(as_user(ayesha), own)
    pages = [
        (as_user(li_wei), own),
        (as_user(li_wei), today.at("mission_day", today.theirs.public_id)),
        (organiser, today.at("mission_day", today.ours.public_id)),
        (organiser, today.at("mission_board") + f"?cell={meeting.key}"),
        (organiser, today.at("mission_check_in")),
        (organiser, today.at("mission_changes")),
        (as_user(None), reverse("mission_day_open", args=[secret_of(today.ours, ayesha)])),
    ]
    for client, address in pages:
        read = client.get(address)
        assert read.status_code == 200, address
        assert b"CANARY" not in read.content
        assert b'aria-pressed="true"' not in read.content
    assert organiser.get(own).status_code == 404
    assert "CANARY" not in str(list(AuditRecord.objects.values()))
    today.ours.application.startup.delete()
    assert not MissionNote.objects.exists()


def test_after_the_end_one_can_still_say_how_it_went(as_user, today, ayesha):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=PAST, state=S.CONFIRMED)
    today.mission.state, today.mission.ended_at = MissionState.OVER, today.now
    today.mission.save()
    today.act(as_user(ayesha), meeting, "thanks")
    meeting.refresh_from_db()
    assert meeting.state == S.HELD


def test_a_person_without_a_company_is_not_offered_an_introduction(as_user, today, li_wei):
    person = factories.make_founder("person@example.com", None)
    application = make_application(
        today.programme, person, by=person, state=ProgrammeApplicationState.ACCEPTED
    )
    alone = today.mission.delegations.create(
        application=application, side="startup", name="Bilal", languages=["en"]
    )
    meeting = make_meeting(today.mission, alone, today.theirs, slot=PAST, state=S.CONFIRMED)
    for user in (person, li_wei):
        page = body(as_user(user), today.at("mission_day_meeting", meeting.key))
        assert 'value="go_on"' not in page
        assert 'value="thanks"' in page
    today.act(as_user(person), meeting, "go_on")
    assert not Introduction.objects.exists()


def test_who_reads_the_code_at_the_entrance_is_checked_in(as_user, today, ayesha):
    code = today.at("mission_here", code_of(today.mission))
    assert code in body(as_user(today.host), today.at("mission_check_in"))
    client = as_user(ayesha)
    assert client.get(code).status_code == 200
    today.ours.refresh_from_db()
    assert today.ours.checked_in_at is None, "looking alone writes nothing"
    client.post(code)
    today.ours.refresh_from_db()
    assert today.ours.checked_in_at is not None
    wrong = today.at("mission_here", "0" * 24)
    stranger = factories.make_founder("stranger2@example.com", factories.make_startup("Ravi Fields"))
    assert [client.post(wrong).status_code, as_user(stranger).post(code).status_code] == [404, 404]


def test_an_act_on_what_has_changed_since_it_was_read_is_refused(as_user, today, ayesha, li_wei):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, state=S.CONFIRMED)
    read, slots = meeting.version, list(today.mission.slots.all())
    today.act(as_user(li_wei), meeting, "ask", slot=slots[LATER].pk)
    meeting.refresh_from_db()
    asked = meeting.version
    today.act(as_user(li_wei), meeting, "keep")
    today.act(as_user(li_wei), meeting, "ask", slot=slots[6].pk)
    for seen in (read, asked):
        as_user(ayesha).post(today.at("mission_day_meeting", meeting.key), {"act": "agree", "seen": seen})
    meeting.refresh_from_db()
    assert meeting.slot == slots[NEXT]
    assert MissionStep.objects.filter(act="swap").count() == 0


def test_home_names_the_next_meeting_and_leads_to_it(as_user, today, ayesha):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NOW_ON + 1)
    make_meeting(today.mission, today.ours, today.delegation(factories.make_investor("Past")), slot=PAST)
    coming = as_user(ayesha).get("/home/").context["page"]["agenda"]["coming"]
    starts = localtime(meeting.slot.starts_at, today.programme.zone)
    assert [row.url for row in coming] == [today.at("mission_day_meeting", meeting.key)]
    said = coming[0].text
    assert said.startswith(f"Meeting with {today.theirs.called}: ")
    assert f"{starts:%H:%M} (" in said
    assert said.endswith("Hall A · Table 1")


def test_who_is_suspended_is_asked_for_nothing_of_a_mission(as_user, today, startup, ayesha):
    make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    client = as_user(ayesha)
    assert client.get("/home/").context["page"]["agenda"]["waiting"]
    Startup.objects.filter(pk=startup.pk).update(status=Status.SUSPENDED)
    agenda = client.get("/home/").context["page"]["agenda"]
    assert (agenda["waiting"], agenda["coming"]) == ([], [])


def test_one_is_late_from_the_schedule_and_reads_what_was_said(as_user, today, ayesha, li_wei):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT, state=S.CONFIRMED)
    client, page = as_user(ayesha), today.at("mission_day", today.ours.public_id)
    assert 'name="act" value="late"' in body(client, page)
    assert "The other side has been told." in today.act(client, meeting, "late", minutes=10).content.decode()
    said = today.act(client, meeting, "late", minutes=0).content.decode()
    assert "has been told" not in said
    assert "The other side no longer reads that you are late." in said
    assert "minutes late" not in body(as_user(li_wei), today.at("mission_day", today.theirs.public_id))


def test_after_the_end_of_the_programme_nothing_is_offered_and_undoing_it_brings_all_back(
    as_user, today, ayesha
):
    meeting = make_meeting(today.mission, today.ours, today.theirs, slot=NEXT)
    founder, host = as_user(ayesha), as_user(today.host)
    pages = (today.at("mission_day", today.ours.public_id), today.at("mission_day_meeting", meeting.key))
    offers = ("Accept", "Tell the other side", "Propose")
    assert all(any(words in body(founder, page) for page in pages) for words in offers)
    assert "Change the schedule" in body(host, today.at("mission_board"))

    programmes.finish_programme(today.programme, by=today.host, at=today.now)
    advance(at=today.now)
    assert not [words for words in offers for page in pages if words in body(founder, page)]
    assert "Change the schedule" not in body(host, today.at("mission_board"))
    assert "1 meeting is waiting for your answer" not in body(founder, reverse("home"))
    today.mission.refresh_from_db()
    assert today.mission.state == MissionState.RUNNING

    programmes.resume_programme(today.programme, by=today.host, at=today.now)
    assert all(any(words in body(founder, page) for page in pages) for words in offers)
    programmes.finish_programme(today.programme, by=today.host, at=today.now)
    advance(at=today.now + RESUME_TIME)
    today.mission.refresh_from_db()
    assert today.mission.state == MissionState.OVER
