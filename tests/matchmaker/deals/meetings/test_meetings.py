"""Meetings: proposed on one's own clock, taken on the other's, in both calendars, and asked about after."""

import logging
import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from matchmaker.choices import Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.meetings import services as meetings
from matchmaker.deals.meetings.forms import CallAddressForm, TimesForm
from matchmaker.deals.meetings.selectors import meeting_sums
from matchmaker.deals.meetings.services import PastTimeError
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import Meeting, MeetingAnswer, MeetingReply, MeetingState
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_company
from matchmaker.transitions import TransitionRefusedError
from profiles.models import AuditRecord, Notice, OutboxMail, Startup
from tests import factories
from tests.mails import delivered
from tests.matchmaker.introduced import told
from tests.queries import queries_of

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
NOW = timezone.now().replace(second=0, microsecond=0)
SOON = NOW + 3 * DAY


def propose(introduction, by, *times, **more):
    """Offer times for the person's side."""
    given = {"minutes": 30, "side": Side(by.role), "by": by, "at": NOW, **more}
    return meetings.propose(introduction, times=times or (SOON,), **given)


def take(meeting, by, *, at=NOW):
    """Accept the first of the times."""
    return meetings.take_time(meeting, slot=meeting.slots.all()[0].pk, side=Side(by.role), by=by, at=at)


@pytest.fixture
def agreed(introduction, ayesha, li_wei):
    """A meeting in three days."""
    return take(propose(introduction, ayesha), li_wei)


def entries(user):
    """Return the calendar entries that went to a person, oldest first."""
    mails = [mail for mail in delivered(at=NOW + 400 * DAY) if mail.to == [user.email] and mail.attachments]
    return [Calendar.from_ical(mail.attachments[0].content) for mail in mails]


def test_no_name_in_an_entry_becomes_a_link(introduction, ayesha, li_wei):
    Startup.objects.update(name_en="Pump.example")
    introduction.startup.refresh_from_db()
    take(propose(introduction, ayesha), li_wei)
    summary = str(entries(li_wei)[0].events[0]["summary"])
    assert summary == "Meeting: Pearl River Capital and Pump.\u200bexample"


# --- The table ---------------------------------------------------------------------------------------------


def test_the_database_knows_the_table(introduction, ayesha, agreed):
    wrong = [
        {"state": "friends"},
        {"state": "proposed"},
        {"state": "over", "remind_at": None},
        {"state": "cancelled", "ended_at": NOW},
        {"starts_at": None},
        {"ends_at": NOW},
        {"ended_at": NOW},
        {"proposed_by": "curator"},
        {"state": "over", "remind_at": None, "ended_at": NOW, "call_address": "zoom"},
    ]
    for values in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Meeting.objects.filter(pk=agreed.pk).update(**values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.create(introduction=introduction, state="proposed", proposed_by="startup")


# --- From the first time to the last question, on the pages ------------------------------------------------


def test_a_time_is_offered_on_one_clock_and_taken_on_the_other(introduction, ayesha, li_wei, as_user):
    founder, partner = as_user(ayesha), as_user(li_wei)
    page = reverse("meeting", args=[introduction.investor.public_id])
    theirs = reverse("meeting", args=[introduction.startup.public_id])
    day = (NOW + 10 * DAY).astimezone(ZoneInfo("Asia/Karachi")).date()
    form = {
        "first": f"{day}T15:00",
        "second": f"{day}T16:30",
        "minutes": "45",
        "call_address": "WeChat: khan88",
    }

    assert founder.post(page, {"first": "", "minutes": "30"}).status_code == 422
    assert founder.post(page, {"first": "2020-01-01T10:00", "minutes": "30"}).status_code == 422
    assert founder.post(page, {"first": f"{day}T15:00", "minutes": "20"}).status_code == 422
    assert founder.post(page, form).status_code == 302
    meeting = Meeting.objects.get()
    assert [slot.starts_at.astimezone(UTC).hour for slot in meeting.slots.all()] == [10, 11]

    seen = partner.get(theirs).content.decode()
    for words in (
        "18:00–18:45",
        "China (Shanghai) Time",
        "For them:",
        "15:00–15:45",
        "Pakistan Time",
        f"{day:%A}",
    ):
        assert words in seen
    own_times = founder.get(page).content.decode()
    assert "Choose this time" not in own_times
    assert "Choose this time" in seen
    taken = meeting.slots.all()[1]
    assert founder.post(reverse("meeting_take", args=[introduction.investor.public_id]), {"slot": taken.pk})
    assert Meeting.objects.get().state == MeetingState.PROPOSED  # no one takes the own offer
    partner.post(reverse("meeting_take", args=[introduction.startup.public_id]), {"slot": taken.pk})
    meeting.refresh_from_db()
    assert (meeting.state, meeting.starts_at, meeting.slots.count()) == ("agreed", taken.starts_at, 0)
    assert "WeChat: khan88" in partner.get(theirs).content.decode()
    file = partner.get(reverse("meeting_file", args=[introduction.startup.public_id]))
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    event = Calendar.from_ical(file.content).events[0]
    assert (event.start, event["location"]) == (taken.starts_at, "WeChat: khan88")
    assert told(li_wei) == ["meeting_proposed", "meeting_agreed"]
    assert told(ayesha) == ["meeting_agreed"]


def test_a_new_offer_replaces_the_old_one_and_past_times_are_told(introduction, ayesha, li_wei, as_user):
    meeting = propose(introduction, ayesha, SOON, SOON + HOUR)
    old = meeting.slots.all()[0]
    propose(introduction, li_wei, SOON + DAY)
    with pytest.raises(TransitionRefusedError):
        meetings.take_time(meeting, slot=old.pk, side=Side.INVESTOR, by=li_wei, at=NOW)
    meeting.refresh_from_db()
    assert (meeting.proposed_by, [slot.starts_at for slot in meeting.slots.all()]) == (
        "investor",
        [SOON + DAY],
    )
    with pytest.raises(PastTimeError):
        take(meeting, ayesha, at=SOON + DAY)
    with pytest.raises(PastTimeError):
        propose(introduction, ayesha, NOW)
    meeting.slots.update(starts_at=NOW - HOUR)
    page = as_user(ayesha).get(reverse("meeting", args=[introduction.investor.public_id])).content.decode()
    assert "All of these times have passed. Propose others." in page
    assert "Choose this time" not in page


def test_a_moved_meeting_keeps_its_time_until_another_is_taken(introduction, ayesha, li_wei, agreed):
    propose(introduction, li_wei, SOON + DAY)
    agreed.refresh_from_db()
    assert (agreed.state, agreed.starts_at) == (MeetingState.MOVING, SOON)
    meetings.keep_time(agreed, side=Side.STARTUP, by=ayesha, at=NOW)
    assert (agreed.state, agreed.starts_at, agreed.slots.count()) == (MeetingState.AGREED, SOON, 0)
    propose(introduction, li_wei, SOON + DAY)
    take(agreed, ayesha)
    meetings.set_call_address(agreed, address="https://meet.example/1", side=Side.STARTUP, by=ayesha, at=NOW)
    meetings.cancel(agreed, side=Side.STARTUP, by=ayesha, at=NOW)
    calendars = entries(li_wei)
    events = [calendar.events[0] for calendar in calendars]
    assert [str(calendar["method"]) for calendar in calendars] == ["REQUEST", "REQUEST", "REQUEST", "CANCEL"]
    assert [event["sequence"] for event in events] == [0, 1, 2, 3]
    assert len({str(event["uid"]) for event in events}) == 1
    assert [event.start for event in events] == [SOON, SOON + DAY, SOON + DAY, SOON + DAY]
    assert [str(event["status"]) for event in events] == ["CONFIRMED"] * 3 + ["CANCELLED"]
    assert [str(event.get("location", "")) for event in events] == ["", "", "https://meet.example/1", ""]
    assert OutboxMail.objects.exclude(calendar="").count() == 0  # forgotten once it is sent
    assert told(li_wei)[-2:] == ["meeting_address", "meeting_cancelled"]


@pytest.mark.parametrize("zone", ["Europe/London", "Asia/Karachi"])
def test_an_entry_says_the_same_moment_in_every_zone(introduction, ayesha, li_wei, zone):
    """Before and after London's clocks change, read back with the rules that the file brings."""
    ayesha.time_zone = zone
    ayesha.save()
    for moment in (datetime(2027, 3, 26, 9, tzinfo=UTC), datetime(2027, 3, 29, 9, tzinfo=UTC)):
        at = moment - 3 * DAY
        meeting = take(propose(introduction, li_wei, moment, at=at), ayesha, at=at)
        local = moment.astimezone(ZoneInfo(zone))
        calendar = entries(ayesha)[-1]
        event, told_zone = calendar.events[0], calendar.timezones[0]
        assert (event.start, event.end) == (moment, moment + timedelta(minutes=30))
        assert event["dtstart"].params["TZID"] == str(told_zone["tzid"]) == zone
        assert event.start.replace(tzinfo=told_zone.to_tz()).utcoffset() == local.utcoffset()
        assert event.start.replace(tzinfo=None) == local.replace(tzinfo=None)
        assert entries(li_wei)[-1].events[0].start == moment
        meetings.cancel(meeting, side=Side.INVESTOR, by=li_wei, at=at)


def test_an_hour_that_the_clocks_skip_is_refused(introduction, ayesha, as_user):
    with timezone.override(ZoneInfo("Europe/London")):
        for skipped in ("2027-03-28T01:30", "2026-10-25T01:30"):
            at, theirs = datetime.fromisoformat(f"{skipped}:00Z") - DAY, ZoneInfo("Asia/Shanghai")
            form = TimesForm({"first": skipped, "minutes": "30"}, at=at, their_zone=theirs)
            assert list(form.errors) == ["first"]


def test_a_time_at_night_on_the_other_clock_warns_before_it_is_proposed(introduction, ayesha, as_user):
    founder, page = as_user(ayesha), reverse("meeting", args=[introduction.investor.public_id])
    day = (NOW + 10 * DAY).astimezone(ZoneInfo("Asia/Karachi")).date()
    late = {"first": f"{day}T20:00", "second": f"{day}T15:00", "minutes": "30"}
    assert "Propose this time anyway" not in founder.get(page).content.decode()
    warned = founder.post(page, late)
    words = warned.content.decode()
    assert warned.status_code == 422
    assert words.count("This is at night for them:") == 1
    assert "23:00 (China (Shanghai) Time)" in words
    assert "Propose this time anyway" in words
    assert not Meeting.objects.exists()
    assert founder.post(page, {**late, "at_night": "on"}).status_code == 302
    assert Meeting.objects.get().slots.count() == 2


# --- Time --------------------------------------------------------------------------------------------------


def test_reminders_come_a_day_and_an_hour_before_once_each(agreed, ayesha):
    moments = [
        SOON - 2 * DAY,
        SOON - DAY,
        SOON - DAY + HOUR,
        SOON - HOUR,
        SOON - HOUR,
        SOON,
        SOON + 20 * HOUR,
    ]
    counts = []
    for moment in moments:
        for _again in range(2):
            meetings.advance(at=moment)
        kinds = (
            OutboxMail.objects.filter(recipient=ayesha.email).order_by("pk").values_list("kind", flat=True)
        )
        counts.append((list(kinds).count("meeting_reminder"), list(kinds).count("meeting_over")))
    assert counts == [(0, 0), (1, 0), (1, 0), (2, 0), (2, 0), (2, 0), (2, 1)]


def without_tokens(client, path):
    """Return a page without what is new in each answer: tokens, and how long ago something was."""
    changing = r'(value|nonce|content|headers|hx-headers)="[^"]{20,}"|[^">]* ago</time>'
    return re.sub(changing, "", client.get(path).text)


def test_after_the_meeting_each_side_answers_for_itself(introduction, agreed, ayesha, li_wei, as_user):
    founder, partner = as_user(ayesha), as_user(li_wei)
    id = introduction.investor.public_id
    meetings.set_call_address(agreed, address="zoom", side=Side.STARTUP, by=ayesha, at=NOW)
    with pytest.raises(TransitionRefusedError):
        meetings.reply(agreed, answer=MeetingAnswer.CLOSE, side=Side.STARTUP, by=ayesha, at=NOW)
    meetings.advance(at=SOON + HOUR)
    agreed.refresh_from_db()
    assert (agreed.state, agreed.call_address) == (MeetingState.OVER, "")
    assert "Did the meeting happen?" in founder.get(reverse("meeting", args=[id])).content.decode()
    theirs = introduction.startup.public_id
    page = reverse("meeting", args=[theirs])
    before = without_tokens(partner, page)
    founder.post(reverse("meeting_reply", args=[id]), {"answer": "missed"})
    founder.post(reverse("meeting_reply", args=[id]), {"answer": "go_on"})  # the first answer counts
    again = founder.get(reverse("meeting", args=[id])).content.decode()
    assert "Did the meeting happen?" not in again
    assert "Propose new times" in again
    assert "Did the meeting happen?" in before
    assert without_tokens(partner, page) == before
    partner.post(reverse("meeting_reply", args=[theirs]), {"answer": "close"})
    assert list(MeetingReply.objects.order_by("pk").values_list("side", "answer")) == [
        ("startup", "missed"),
        ("investor", "close"),
    ]
    introduction.refresh_from_db()
    assert introduction.state == IntroductionState.CLOSED
    assert founder.get(reverse("meeting", args=[id])).url == reverse("introduction", args=[id])
    trail = str(list(AuditRecord.objects.values_list("details", flat=True)))
    assert "missed" not in trail


def test_a_closed_introduction_takes_its_meeting_out_of_both_calendars(introduction, agreed, ayesha, li_wei):
    pair = introduction.startup, introduction.investor
    decisions.withdraw_interest(*pair, side=Side.STARTUP, by=ayesha, at=NOW)
    for _again in range(2):
        meetings.advance(at=NOW)
    assert Meeting.objects.get().state == MeetingState.CANCELLED
    for person in (ayesha, li_wei):
        assert [str(each["method"]) for each in entries(person)] == ["REQUEST", "CANCEL"]
    meetings.advance(at=SOON + DAY)
    assert "meeting_over" not in told(ayesha)


# --- Who reads what ----------------------------------------------------------------------------------------

CANARY = "canary-room-77"


def test_the_address_of_a_call_is_for_the_two_teams_alone(
    introduction, agreed, ayesha, li_wei, sana, as_user, caplog
):
    caplog.set_level(logging.DEBUG)
    address = f"https://meet.example/{CANARY}"
    ours, theirs = introduction.investor.public_id, introduction.startup.public_id
    as_user(ayesha).post(reverse("meeting_address", args=[ours]), {"call_address": address})
    page = " ".join(as_user(li_wei).get(reverse("meeting", args=[theirs])).content.decode().split())
    assert f'href="{address}" rel="noopener noreferrer nofollow"' in page
    rival = factories.make_founder("rival@example.com", factories.make_startup("Ravi Fields"))
    operator = factories.make_user("root@example.com", is_staff=True, is_superuser=True)
    for outsider in (None, rival, sana, operator):
        for name in ("meeting", "meeting_file", "introduction", "match"):
            for public_id in (ours, theirs):
                answer = as_user(outsider).get(reverse(name, args=[public_id]))
                assert CANARY not in answer.content.decode()
                assert answer.status_code != 200 or name in ("match", "introduction")
    mails = [mail for mail in delivered() if CANARY in str(mail.message())]
    assert {address for mail in mails for address in mail.to} <= {ayesha.email, li_wei.email}
    assert CANARY not in caplog.text
    assert CANARY not in str(list(AuditRecord.objects.values()))
    assert CANARY not in str(list(Notice.objects.values()))
    decisions.withdraw_interest(
        introduction.startup, introduction.investor, side=Side.INVESTOR, by=li_wei, at=NOW
    )
    led = as_user(ayesha).get(reverse("meeting", args=[ours]), follow=True)
    assert (led.redirect_chain[-1][0], CANARY in led.content.decode()) == (
        reverse("introduction", args=[ours]),
        False,
    )
    assert as_user(ayesha).get(reverse("meeting_file", args=[ours])).status_code == 404
    meetings.advance(at=NOW)
    assert not Meeting.objects.filter(call_address__contains=CANARY).exists()


@pytest.mark.parametrize(("address", "is_fine"), [
    ("https://meet.example/abc?x=1", True), ("tel:+86 138 0013 8000", True), ("+92 300 1234567", True),
    ("WeChat: khan88", True), ("微信 khan88", True), ("微信：khan88", True),
    ("Room 7: ask at the desk", True), ("http://meet.example/abc", False),
    ("search-ms:query=x&crumb=location:\\\\evil.example", False), ("ms-msdt:/id PCWDiagnostic", False),
    ("ms-msdt: /id PCWDiagnostic", False), ("MS-Word:ofe|u|https://evil.example/x", False),
    ("\\\\evil.example\\share", False), ("//evil.example/share", False),
    ("see \\\\evil.example\\share", False), ("Join search-ms:query=x", False),
    ("https://meet.example\\@evil.example", False), ("javascript:alert(1)", False),
    (" JavaScript : alert(1)", False), ("data:text/html,x", False), ("ftp://files.example", False),
    ("http://", False), ("tel:call-me", False), ("zoom \u202e gnp", False), ("x" * 201, False),
])  # fmt: skip
def test_an_address_is_words_or_a_link_that_is_safe_to_open(address, *, is_fine):
    assert CallAddressForm({"call_address": address}).is_valid() is is_fine


def test_what_is_not_mutual_has_no_meeting(introduction, ayesha, li_wei, as_user):
    meeting = propose(introduction, ayesha)
    Introduction.objects.update(state=IntroductionState.CLOSED, ended_at=NOW)
    for act in (
        lambda: propose(introduction, ayesha),
        lambda: take(meeting, li_wei),
        lambda: meetings.cancel(meeting, side=Side.STARTUP, by=ayesha, at=NOW),
    ):
        with pytest.raises(TransitionRefusedError):
            act()
    page = reverse("meeting", args=[introduction.investor.public_id])
    assert as_user(ayesha).get(page).url == reverse("introduction", args=[introduction.investor.public_id])
    assert as_user(ayesha).post(page, {}).status_code in (404, 422)


@pytest.mark.parametrize("is_blocked", [False, True])
def test_the_end_of_an_introduction_settles_the_question_how_the_meeting_went(
    introduction, agreed, ayesha, li_wei, as_user, is_blocked
):
    """Who was blocked reads what everyone reads whose introduction was closed."""
    meetings.advance(at=SOON + HOUR)
    asked = Notice.objects.filter(kind="meeting_over", read_at=None)
    assert asked.count() == 2
    meetings.reply(agreed, answer=MeetingAnswer.GO_ON, side=Side.INVESTOR, by=li_wei, at=NOW)
    assert [notice.user for notice in asked.all()] == [ayesha]
    end = conversations.block_company if is_blocked else decisions.withdraw_interest
    end(introduction.startup, introduction.investor, side=Side.INVESTOR, by=li_wei, at=NOW)
    assert not asked.all().exists()
    ours = introduction.investor.public_id
    led = as_user(ayesha).get(reverse("meeting", args=[ours]), follow=True)
    assert led.status_code == 200
    assert "Did the meeting happen?" not in led.content.decode()


def test_the_page_asks_the_same_queries_for_one_time_and_for_three(introduction, ayesha, li_wei, as_user):
    client, path = as_user(li_wei), reverse("meeting", args=[introduction.startup.public_id])
    counts = []
    for times in ((SOON,), (SOON, SOON + HOUR, SOON + DAY)):
        propose(introduction, ayesha, *times)
        counts.append(queries_of(client, path))
    assert counts[0] == counts[1]
    assert counts[0] <= 16


def test_a_copy_holds_the_own_answer_and_a_deleted_company_leaves_the_facts(
    introduction, agreed, ayesha, li_wei
):
    meetings.set_call_address(agreed, address=CANARY, side=Side.INVESTOR, by=li_wei, at=NOW)
    assert CANARY not in str(copy_for(ayesha))
    meetings.advance(at=SOON + HOUR)
    meetings.reply(agreed, answer=MeetingAnswer.GO_ON, side=Side.STARTUP, by=ayesha, at=NOW)
    meetings.reply(agreed, answer=MeetingAnswer.MISSED, side=Side.INVESTOR, by=li_wei, at=NOW)
    copy = copy_for(ayesha)
    assert [row["starts_at"] for row in copy["matchmaker.Meeting"]] == [SOON]
    assert [row["answer"] for row in copy["matchmaker.MeetingReply"]] == ["go_on"]
    sums = meeting_sums()
    assert sums == {"agreed": 0, "over": 1, "go_on": 1, "close": 0, "missed": 1}
    erase_company(introduction.startup, by=ayesha, at=NOW)
    kept = Meeting.objects.get()
    assert (kept.starts_at, kept.call_address) == (SOON, "")
    assert [reply.side for reply in kept.replies.all()] == ["investor"]
    assert meeting_sums()["over"] == 0
    assert not OutboxMail.objects.filter(calendar__contains="Indus Grow").exists()


def test_a_company_that_deletes_itself_leaves_the_other_calendar(agreed, introduction, ayesha, li_wei):
    (entered,) = entries(li_wei)
    gone = introduction.startup
    erase_company(gone, by=ayesha, at=NOW + HOUR)
    assert told(li_wei)[-1] == "meeting_cancelled"
    assert Notice.objects.filter(user=li_wei).latest("pk").path == reverse("pipeline")
    left = entries(li_wei)[-1]
    (before,), (after,) = entered.walk("VEVENT"), left.walk("VEVENT")
    assert (left["METHOD"], after["STATUS"], after["UID"]) == ("CANCEL", "CANCELLED", before["UID"])
    assert after["SEQUENCE"] > before["SEQUENCE"]
    mail = OutboxMail.objects.get(recipient=li_wei.email, kind="meeting_cancelled")
    assert not any(
        word in f"{mail.subject}{mail.body}{mail.calendar}" for word in (gone.name, gone.public_id)
    )
    assert "meeting_cancelled" not in told(ayesha)


def test_home_says_what_waits_and_what_comes(introduction, ayesha, li_wei, as_user):
    def agenda(user):
        shown = as_user(user).get(reverse("home")).context["page"]["agenda"]
        return [row.text for row in shown["waiting"]], [row.text for row in shown["coming"]]

    meeting = propose(introduction, ayesha)
    assert agenda(li_wei) == (["Indus Grow proposes times for a meeting"], [])
    assert agenda(ayesha) == ([], [])
    take(meeting, li_wei)
    (waiting, coming), day = agenda(li_wei), SOON.astimezone(ZoneInfo("Asia/Shanghai"))
    assert waiting == []
    assert coming == [
        f"Meeting with Indus Grow: {day:%A} {day.day} {day:%B %Y, %H:%M} (China (Shanghai) Time)"
    ]
    Meeting.objects.update(starts_at=NOW - 2 * HOUR, ends_at=NOW - HOUR)
    meetings.advance(at=NOW)
    assert agenda(ayesha) == (["Did the meeting with Pearl River Capital happen?"], [])


def test_a_mail_about_a_meeting_names_the_other_company(introduction, ayesha, li_wei):
    propose(introduction, ayesha)
    mail = OutboxMail.objects.get(kind="meeting_proposed")
    other = introduction.startup.name_en
    assert other in mail.subject
    assert mail.body.startswith(f"About: {other}\n\n")
