"""One account brings one person few mails, whatever it does and undoes; what does not last is not mailed."""

from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from matchmaker.deals.conversations.services import block_company
from matchmaker.events.programmes.services import telling
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.programmes import ProgrammeHost, ProgrammeOutcome
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeState
from profiles.choices import Side
from profiles.models import LimitBucket, Notice, OutboxMail
from profiles.platform.notifications import services as notifications
from tests import factories
from tests.mails import delivered
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.missions.missioned import make_meeting
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.matchmaker.events.programmes.test_outcomes import saying

pytestmark = [pytest.mark.attack, pytest.mark.django_db]
AT_ONCE = 12  # mails of one sender to one reader
TIMES = 4


def sent_to(user, *, after=timedelta(minutes=2)):
    """Let the minute pass for which mails wait, and return how many have gone out to a person."""
    delivered(timezone.now() + after)
    return len([each for each in mail.outbox if each.to == [user.email]])


@pytest.fixture
def day(startup, ayesha, li_wei):
    """A meeting of Ayesha and Li Wei that begins soon."""
    made = DayOf()
    made.ours, made.theirs = made.delegation(startup), made.delegation(li_wei.membership.investor)
    state = MeetingState.CONFIRMED
    made.meeting = make_meeting(made.mission, made.ours, made.theirs, slot=3, state=state)
    return made


def be_late(client, day):
    day.act(client, day.meeting, "late", minutes=5)
    day.act(client, day.meeting, "late", minutes=0)


def ask_to_move(client, day):
    day.act(client, day.meeting, "ask", slot=day.mission.slots.all()[5].pk)
    day.act(client, day.meeting, "keep")


@pytest.mark.parametrize("act", [be_late, ask_to_move])
def test_what_is_taken_back_at_once_is_not_mailed(day, founder, li_wei, act):
    for _number in range(TIMES):
        act(founder, day)
    assert Notice.objects.filter(user=li_wei).exists(), "the page of notices says it"
    assert sent_to(li_wei) == 0


def test_a_state_that_lasts_is_mailed_once(day, founder, li_wei):
    for minutes in (5, 10, 0, 15):
        day.act(founder, day.meeting, "late", minutes=minutes)
    assert sent_to(li_wei, after=timedelta()) == 0
    assert sent_to(li_wei) == 1


@pytest.fixture
def over(li_wei, startup, ayesha):
    """A programme of Li Wei's that is over, and Ayesha's part in it."""
    made = make_programme(li_wei.membership.investor, by=li_wei, state=ProgrammeState.FINISHED)
    made.part = make_application(made, startup, by=ayesha, state=ProgrammeApplicationState.ACCEPTED)
    return made


def record_and_retract(client, programme):
    client.post(
        reverse("programme_outcomes", args=[programme.public_id]), saying("organiser", programme.part)
    )
    made = ProgrammeOutcome.objects.order_by("pk").last()
    client.post(reverse("programme_outcome", args=[programme.public_id, made.pk]), {"act": "retract"})


def ask_and_remove(client, programme, email):
    client.post(reverse("programme_hosts", args=[programme.public_id]), {"email": email})
    for host in ProgrammeHost.objects.all():
        client.post(reverse("programme_host", args=[programme.public_id, host.pk]), {"act": "end"})


def test_outcomes_that_are_retracted_are_not_mailed(over, ayesha, partner):
    for _number in range(TIMES):
        record_and_retract(partner, over)
    assert ProgrammeOutcome.objects.count() == TIMES
    assert sent_to(ayesha) == 0


def test_requests_to_co_organise_are_not_mailed_once_withdrawn(li_wei, partner, sana):
    programme = make_programme(li_wei.membership.investor, by=li_wei)
    for _number in range(TIMES):
        ask_and_remove(partner, programme, sana.email)
    assert not ProgrammeHost.objects.exists()
    assert Notice.objects.filter(user=sana).count() == TIMES
    assert sent_to(sana) == 0


def test_who_has_blocked_the_sender_is_not_invited_and_the_sender_reads_nothing_of_it(
    as_user, startup, ayesha, li_wei, sana
):
    investor = li_wei.membership.investor
    programme, client = make_programme(investor, by=li_wei), as_user(li_wei)
    page = reverse("programme_hosts", args=[programme.public_id])
    block_company(startup, investor, side=Side.STARTUP, by=ayesha, at=timezone.now())
    answers = [client.post(page, {"email": each.email}) for each in (ayesha, sana)]
    assert [each.status_code for each in answers] == [302, 302]
    assert [host.email for host in programme.hosts.order_by("pk")] == [ayesha.email, sana.email]
    told = Notice.objects.filter(kind="programme_host_asked").values_list("user__email", flat=True)
    assert (list(told), sent_to(ayesha), sent_to(sana)) == ([sana.email], 0, 1)


def test_one_sender_brings_one_reader_few_mails_across_all_capabilities(as_user, day, over, ayesha, li_wei):
    """Each state lasts until its mail has gone out; the acts' own limits are full every time."""
    client, host = as_user(li_wei), make_programme(li_wei.membership.investor, by=li_wei)
    hosts = reverse("programme_hosts", args=[host.public_id])
    rounds = AT_ONCE // 3  # of four mails each
    for _number in range(rounds):
        LimitBucket.objects.exclude(key__startswith="mail:").delete()
        day.act(client, day.meeting, "late", minutes=5)
        day.act(client, day.meeting, "ask", slot=day.mission.slots.all()[5].pk)
        client.post(reverse("programme_outcomes", args=[over.public_id]), saying("organiser", over.part))
        client.post(hosts, {"email": ayesha.email})
        sent_to(ayesha)
        day.act(client, day.meeting, "late", minutes=0)
        day.act(client, day.meeting, "keep")
        record_and_retract(client, over)
        ask_and_remove(client, host, ayesha.email)
    many = sent_to(ayesha)
    assert AT_ONCE / 2 < many <= AT_ONCE
    kinds = set(OutboxMail.objects.filter(recipient=ayesha.email).values_list("kind", flat=True))
    assert len(kinds) == 4, "of four capabilities"
    assert Notice.objects.filter(user=ayesha).count() > 3 * rounds, "the page of notices has all"
    LimitBucket.objects.all().delete()
    day.act(as_user(day.host), day.meeting, "late", minutes=5)
    day.act(client, day.meeting, "late", minutes=10)
    assert sent_to(ayesha) == many + 1, "another day another mail goes out"


def test_what_the_worker_tells_later_counts_for_the_organiser(over, ayesha):
    """More than a few are told by the worker, which has no request."""
    for number in range(3 * AT_ONCE):
        telling.notify_later(
            "programme_corrected", over, [over.part.pk], event=str(number), at=timezone.now()
        )
    while telling.notify_waiting(at=timezone.now()):
        pass
    assert Notice.objects.filter(user=ayesha).count() == 3 * AT_ONCE
    assert OutboxMail.objects.filter(recipient=ayesha.email).count() == AT_ONCE


def test_no_limit_holds_back_what_is_about_the_own_account(as_user, startup, ayesha):
    """Who takes an account over would use the limit up first."""
    spent = {"key__startswith": "mail:"}
    colleague = factories.make_founder("colleague@example.com", startup)
    told = {"kind": "team_changed", "path": "/team/", "at": timezone.now(), "context": {"company": ""}}
    with notifications.sent_by(lambda: ayesha):
        for number in range(2 * AT_ONCE):
            notifications.notify(colleague, notifications.Message(event=str(number), **told))
    assert OutboxMail.objects.filter(recipient=colleague.email).count() == 2 * AT_ONCE
    assert not LimitBucket.objects.filter(**spent).exists()
