"""Published hours: which times are free, who may choose one, and what becomes of it."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.hours import services
from matchmaker.deals.hours.selectors import busy_times, free_times, hours_in
from matchmaker.deals.meetings import services as meetings
from matchmaker.models.hours import AvailableHours
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.meeting import Meeting, MeetingState
from matchmaker.models.missions.mission import MissionState
from matchmaker.transitions import TakenError, TransitionRefusedError
from profiles.models import AuditRecord, Membership, OutboxMail, User
from tests import factories
from tests.attack.test_events import (
    EVENTS,
    ask_to_delete_company,
    choose_address,
    choose_password,
    lose_role,
    merge_records,
)
from tests.mails import delivered
from tests.matchmaker.deals.decks.decked import agree_to_all
from tests.matchmaker.deals.hours.conftest import publish
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_mission
from tests.matchmaker.introduced import make_introduction, told

pytestmark = pytest.mark.django_db
SHANGHAI = ZoneInfo("Asia/Shanghai")


def free(introduction, at=None):
    """Return when Ayesha can meet Li Wei, by his hours."""
    at = at or timezone.now()
    hours = hours_in(introduction.investor).get()
    return [each.starts_at for each in free_times(hours, busy_times(introduction, at=at), at=at)]


def choose(introduction, starts_at, by, *, side=Side.STARTUP):
    hours = hours_in(introduction.company_on(side.other)).get().pk
    said = {"side": side, "by": by, "at": timezone.now()}
    return meetings.choose_time(introduction, hours=hours, starts_at=starts_at, **said)


def other_talk(introduction, by):
    """Return an introduction of another startup with the same investor, and its founder."""
    startup = factories.make_startup("Ravi Fields")
    founder = factories.make_founder("ravi@example.com", startup)
    at = timezone.now()
    talk = make_introduction(
        startup, introduction.investor, by=founder, state=IntroductionState.MUTUAL, at=at, answered_at=at
    )
    return talk, founder


# --- Which times are free ----------------------------------------------------------------------------------


def test_times_are_those_of_the_clock_in_the_zone_after_the_notice(introduction, li_wei):
    publish(li_wei)
    at = timezone.now()
    times = free(introduction, at)
    assert {each.astimezone(SHANGHAI).strftime("%H:%M") for each in times} == {
        *("09:00", "09:30", "10:00", "10:30", "11:00", "11:30")
    }
    assert min(times) >= at + timedelta(hours=24)
    assert max(times) <= at + timedelta(days=15)
    assert len({each.astimezone(SHANGHAI).date() for each in times}) in (13, 14)


def test_an_hour_that_the_clock_leaves_out_or_repeats_is_offered_once_or_not(introduction, li_wei):
    for at, expected in (
        # The clock goes from 1:00 to 2:00: the half hours between them do not exist.
        (datetime(2027, 3, 26, tzinfo=UTC), ["00:00Z", "00:30Z", "01:00Z", "01:30Z"]),
        # It goes from 2:00 back to 1:00: of the repeated hour the first one counts.
        (datetime(2027, 10, 29, tzinfo=UTC), ["23:00Z", "23:30Z", "00:00Z", "00:30Z", "02:00Z", "02:30Z"]),
        (datetime(2027, 6, 4, tzinfo=UTC), ["23:00Z", "23:30Z", "00:00Z", "00:30Z", "01:00Z", "01:30Z"]),
    ):
        publish(li_wei, zone="Europe/London", days={6: (time(0), time(3))}, weeks=1)
        times = free(introduction, at)
        assert [each.strftime("%H:%MZ") for each in times] == expected
        assert all(one + timedelta(minutes=30) <= two for one, two in pairwise(times))


def test_days_off_are_left_out(introduction, li_wei):
    today = timezone.now().astimezone(SHANGHAI).date()
    off = [(today + timedelta(days=3), today + timedelta(days=4)), (today + timedelta(days=7),) * 2]
    publish(li_wei, off=off)
    days = {(each.astimezone(SHANGHAI).date() - today).days for each in free(introduction)}
    assert days & {3, 4, 7} == set()
    assert {2, 5, 6, 8} <= days


def test_what_either_company_has_is_not_free(introduction, ayesha, li_wei):
    publish(li_wei)
    times = free(introduction)[6:]  # of whole days
    nine = next(at for at, each in enumerate(times) if each.astimezone(SHANGHAI).time() == time(9))
    first, second, third = times[nine : nine + 3]
    other, ravi = other_talk(introduction, li_wei)
    said = {"minutes": 30, "side": Side.STARTUP, "by": ravi, "at": timezone.now()}
    meetings.propose(other, times=[first + timedelta(minutes=10)], **said)  # reaches into the second
    assert {first, second} & set(free(introduction)) == set()
    assert third in free(introduction)
    assert first in free(other)  # its own proposal gives way

    mission = make_mission(introduction.investor, by=li_wei, state=MissionState.PUBLISHED)
    guest = factories.make_investor("Guest Fund")
    pair = [make_delegation(mission, each, by=li_wei) for each in (introduction.startup, guest)]
    slot = mission.slots.first()
    make_meeting(mission, *pair, slot=0)
    hours = publish(li_wei, zone="UTC")
    in_hours = slot.starts_at.replace(hour=9)
    type(slot).objects.filter(pk=slot.pk).update(starts_at=in_hours, ends_at=in_hours + timedelta(minutes=20))
    assert hours.minutes == 30
    assert in_hours not in free(introduction)
    assert in_hours + timedelta(minutes=30) in free(introduction)


# --- Choosing one ------------------------------------------------------------------------------------------


def test_a_chosen_time_is_agreed_and_both_get_the_entry(introduction, ayesha, li_wei):
    publish(li_wei)
    starts_at = free(introduction)[0]
    meeting = choose(introduction, starts_at, ayesha)
    assert (meeting.state, meeting.starts_at) == (MeetingState.AGREED, starts_at)
    assert [(step.act, step.side) for step in meeting.steps.order_by("pk")] == [
        ("propose", "investor"),
        ("take", "startup"),
    ]
    assert (told(ayesha), told(li_wei)) == (["meeting_agreed"], ["meeting_agreed"])
    assert all(mail.attachments for mail in delivered())
    record = AuditRecord.objects.get(action="met")
    assert (record.actor, record.details["done"]) == (ayesha, "agreed")
    meetings.cancel(meeting, side=Side.INVESTOR, by=li_wei, at=timezone.now())
    assert starts_at in free(introduction)


def test_it_takes_the_place_of_a_proposal_and_of_no_agreed_time(introduction, ayesha, li_wei):
    publish(li_wei)
    first, second, *_rest = free(introduction)
    said = {"minutes": 30, "side": Side.STARTUP, "by": ayesha, "at": timezone.now()}
    meetings.propose(introduction, times=[first], **said)
    chosen = choose(introduction, second, ayesha)
    assert (Meeting.objects.count(), chosen.starts_at, chosen.slots.count()) == (1, second, 0)
    with pytest.raises(TransitionRefusedError):
        choose(introduction, first, ayesha)


@pytest.mark.parametrize("wrong", ["unpublished", "taken", "past", "of ours", "between"])
def test_only_a_free_time_of_the_other_side_can_be_chosen(introduction, ayesha, li_wei, wrong):
    hours = publish(li_wei)
    starts_at, said = free(introduction)[0], {"side": Side.STARTUP, "by": ayesha, "at": timezone.now()}
    if wrong == "unpublished":
        services.remove(li_wei.membership, by=li_wei, at=timezone.now())
    elif wrong == "taken":
        other, ravi = other_talk(introduction, li_wei)
        choose(other, starts_at, ravi)
    elif wrong == "past":
        said["at"] = starts_at
    elif wrong == "of ours":
        said |= {"side": Side.INVESTOR, "by": li_wei}
    else:
        starts_at += timedelta(minutes=5)
    with pytest.raises(TakenError):
        meetings.choose_time(introduction, hours=hours.pk, starts_at=starts_at, **said)
    assert not Meeting.objects.filter(introduction=introduction).exists()


def test_the_database_takes_no_second_meeting_in_one_hour(introduction, ayesha, li_wei):
    publish(li_wei)
    meeting = choose(introduction, free(introduction)[0], ayesha)
    other, ravi = other_talk(introduction, li_wei)
    second = choose(other, free(other)[0], ravi)
    with pytest.raises(IntegrityError), transaction.atomic():
        Meeting.objects.filter(pk=second.pk).update(host_hour=meeting.host_hour)
    for values in ({"minutes": 20}, {"weeks": 0}, {"weeks": 9}):
        with pytest.raises(IntegrityError), transaction.atomic():
            AvailableHours.objects.update(**values)


def test_who_has_changed_the_company_keeps_the_hours_of_agreed_meetings(introduction, ayesha, li_wei):
    publish(li_wei)
    starts_at = free(introduction)[0]
    choose(introduction, starts_at, ayesha)
    li_wei.membership.delete()
    new = factories.make_investor("Second Fund")
    Membership.objects.create(user=li_wei, investor=new)
    person = User.objects.get(pk=li_wei.pk)
    talk, ravi = other_talk(SimpleNamespace(investor=new), person)
    for later in (timedelta(), timedelta(minutes=15)):  # the same time, and one that begins during it
        begins = (datetime.min + timedelta(hours=9) + later).time()
        publish(person, days=dict.fromkeys(range(7), (begins, time(12))))
        with pytest.raises(TakenError):
            choose(talk, starts_at + later, ravi)


def test_who_leaves_or_has_an_introduction_with_no_one_offers_nothing(introduction, ayesha, li_wei, as_user):
    publish(li_wei)
    page = reverse("meeting", args=[introduction.investor.public_id])
    assert "Choose a free time" in as_user(ayesha).get(page).content.decode()
    stranger = factories.make_founder("stranger2@example.com", factories.make_startup("Stranger"))
    assert as_user(stranger).get(page).status_code == 404
    li_wei.membership.delete()
    assert "Choose a free time" not in as_user(ayesha).get(page).content.decode()
    assert not AvailableHours.objects.exists()


GO_ON = (lose_role, choose_address, choose_password, merge_records, ask_to_delete_company)


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)
def test_hours_end_as_docs_events_says(introduction, ayesha, li_wei, sana, as_user, event):
    """Ayesha's hours can be chosen from exactly while the two could also propose times to each other."""
    hours = publish(ayesha, zone="Asia/Karachi")
    factories.make_founder("colleague@example.com", introduction.startup)
    world = SimpleNamespace(
        startups={"talks": introduction.startup},
        investor=introduction.investor,
        founders={"talks": ayesha},
        partner=li_wei,
        curator=sana,
        at=timezone.now(),
    )
    starts_at = free_times(hours, [], at=timezone.now())[0].starts_at
    agree_to_all(introduction.startup, ayesha)
    event(world)
    introduction.refresh_from_db()
    path = reverse("meeting_choose", args=[introduction.startup.public_id])
    as_user(li_wei).post(path, {"hours": hours.pk, "time": int(starts_at.timestamp()), "seen": ""})
    assert Meeting.objects.filter(starts_at=starts_at).exists() is (event in GO_ON)


# --- The pages ---------------------------------------------------------------------------------------------


def sent(**changes):
    """Return the form of hours as a browser sends it."""
    empty = {f"{end}_{weekday}": "" for end in ("from", "until") for weekday in range(7)}
    kept = {"time_zone": "Asia/Shanghai", "minutes": "30", "notice_hours": "24", "weeks": "2"}
    return empty | kept | {"from_0": "09:00", "until_0": "12:00"} | changes


def test_hours_are_published_changed_and_removed(partner):
    assert "China (Shanghai) Time" in partner.get("/hours/").content.decode()
    off = {"off_from_0": "2027-02-06", "off_until_0": "2027-02-12", "off_from_1": "2027-05-01"}
    assert partner.post("/hours/", sent(**off)).headers["Location"] == "/hours/"
    hours = AvailableHours.objects.get()
    assert [(each.weekday, each.begins, each.ends) for each in hours.days.all()] == [(0, time(9), time(12))]
    assert [(each.first_on, each.last_on) for each in hours.days_off.all()] == [
        (date(2027, 2, 6), date(2027, 2, 12)),
        (date(2027, 5, 1), date(2027, 5, 1)),
    ]
    page = partner.get("/hours/").content.decode()
    assert 'value="2027-02-06"' in page
    assert "sees this name next to the times: <bdi>Li Wei</bdi>" in " ".join(page.split())
    partner.post("/hours/", sent(from_0="", until_0="", from_4="14:00", until_4="16:00"))
    assert list(AvailableHours.objects.get().days.values_list("weekday", flat=True)) == [4]
    assert AvailableHours.objects.get().days_off.count() == 0
    partner.post("/hours/remove/")
    assert not AvailableHours.objects.exists()
    acts = AuditRecord.objects.filter(action="hours").order_by("pk")
    assert [record.details.get("done") for record in acts] == [None, None, "removed"]


def test_hours_that_cannot_be_are_refused(li_wei, as_user):
    for wrong in (
        {"until_0": ""},
        {"until_0": "08:00"},
        {"until_0": "09:20"},
        {"from_0": "", "until_0": ""},
        {"time_zone": "Mars/Olympus"},
        {"minutes": "7"},
        {"weeks": "9"},
        {"off_from_0": "2027-02-06", "off_until_0": "2027-02-01"},
        {"off_until_0": "2027-02-01"},
    ):
        assert as_user(li_wei).post("/hours/", sent(**wrong)).status_code == 422
        assert not AvailableHours.objects.exists()


def test_the_page_of_a_meeting_offers_free_times_on_both_clocks(introduction, ayesha, li_wei, as_user):
    publish(li_wei)
    founder = as_user(ayesha)
    path = reverse("meeting", args=[introduction.investor.public_id])
    page = " ".join(founder.get(path).content.decode().split())
    at_six = next(each for each in free(introduction) if each.astimezone(SHANGHAI).hour == 9)
    assert "A meeting with <bdi>Li Wei</bdi>" in page
    assert "· 06:00 · For them:" in page
    assert "· 30 minutes" in page
    assert "Their time zone: China (Shanghai) Time." in page
    assert li_wei.email not in page
    hours, time_sent = AvailableHours.objects.get().pk, int(at_six.timestamp())
    answer = founder.post(f"{path}choose/", {"hours": hours, "time": time_sent, "seen": ""}, follow=True)
    assert "The time is agreed" in answer.content.decode()
    assert Meeting.objects.get().starts_at == at_six
    assert OutboxMail.objects.filter(kind="meeting_agreed").count() == 2
    assert "Choose a free time" not in answer.content.decode()


def test_what_no_browser_sends_is_answered_in_words(introduction, ayesha, as_user):
    for wrong in ({}, {"hours": "x", "time": "1"}, {"hours": "1", "time": "9" * 30}):
        path = reverse("meeting_choose", args=[introduction.investor.public_id])
        answer = as_user(ayesha).post(path, wrong, follow=True)
        assert "This time is no longer free" in answer.content.decode()


def test_many_hours_take_as_many_queries_as_one(
    introduction, ayesha, li_wei, as_user, django_assert_num_queries, django_assert_max_num_queries
):
    publish(li_wei)
    client, path = as_user(ayesha), reverse("meeting", args=[introduction.investor.public_id])
    client.get(path)
    with django_assert_max_num_queries(60) as one:
        client.get(path)
    for number in range(2):
        other = factories.make_partner(f"more{number}@example.com", introduction.investor)
        publish(other)
    with django_assert_num_queries(len(one)):
        client.get(path)
