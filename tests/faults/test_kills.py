"""Workers and brokers die in the middle of work: every edit ends up ranked, once, and nothing is lost."""

import os
import random
import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Sum
from django.utils import timezone

from matchmaker.choices import RunState, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.integrations import dispatch
from matchmaker.matching.ranking.services import runs
from matchmaker.matching.ranking.services.market_state import memory
from matchmaker.models.introduction import Introduction, IntroductionStep
from matchmaker.models.ranking import Heartbeat, Ranking, RankingJob, RankingRun, Worker
from profiles.models import Investor, Notice, OutboxMail, Startup
from tests.factories import make_founder, make_partner
from tests.matchmaker import ranked
from tests.servers import wait_for, worker

pytestmark = [pytest.mark.chaos, pytest.mark.django_db(transaction=True)]

EDITS = 10  # before each kill


def database_url():
    """Return the test database's address as DATABASE_URL takes it."""
    found = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{found['NAME']}"
    return f"postgres://{found['USER']}@{found['HOST']}:{found['PORT']}/{found['NAME']}"


@pytest.fixture
def work_force(tmp_path, broker):
    """A worker on the test's database and broker."""
    environment = {"DATABASE_URL": database_url(), "PERIODIC_SECONDS": "1", "LOG_LEVEL": "INFO"}
    server = worker(tmp_path / "worker.log", {**environment, "TEXT_MODEL": "concepts"})
    server.start()
    yield server
    server.kill()


@pytest.fixture
def market(db, monkeypatch):
    """A ranked market, with nothing remembered of any other test."""
    monkeypatch.setattr(settings, "TEXT_MODEL", "concepts")
    memory.clear()
    startups, investors = ranked.make_market(12, 8)
    ranked.rank_whole()
    return [*startups, *investors]


@transaction.atomic
def edit(profile, number):
    """Change what the engine reads, as a form's service does: rows and request in one transaction."""
    if isinstance(profile, Startup):
        profile.ask_min_usd = profile.ask_max_usd = 50_000 + 7_919 * number
        profile.save()
    else:
        profile.theses.update(ticket_min_usd=10_000 + 911 * number, ticket_max_usd=100_000 + 9_973 * number)
    ranked.touch(profile)


def waiting():
    """Return how many jobs are still to do."""
    return RankingJob.objects.filter(completed_version__lt=F("requested_version")).count()


def total(version):
    """Return how often rankings were requested or completed."""
    return int(RankingJob.objects.aggregate(total=Sum(f"{version}_version"))["total"] or 0)


def check_settled(market):
    """Everything asked for is done, nothing is parked, and the lists are what a fresh computation gives."""
    wait_for(lambda: waiting() == 0, seconds=90, what="The last job")
    assert RankingJob.objects.exclude(parked_at=None).count() == 0
    assert Ranking.objects.count() == len(market)
    assert ranked.stored_bytes() == ranked.fresh_bytes()


@pytest.mark.deep
def test_kill_workers_and_brokers_during_edits(market, broker, work_force, tally, depth):
    chance = random.Random(20260105)  # noqa: S311  the same moments in every run
    before, number = total("requested"), 0
    for kill in range(depth(2, deep=800)):
        done = total("completed")
        for _edit in range(EDITS):
            number += 1
            edit(chance.choice(market), number)
            time.sleep(chance.uniform(0, 0.05))
        if kill % 4 == 1:
            broker.restart()
            tally.count()
        # Most kills hit a worker at work, some a worker that is still starting.
        if chance.random() < 0.8:
            wait_for(
                lambda done=done: total("completed") > done,
                seconds=180,
                what="The restarted worker's first job",
            )
        work_force.restart()
        tally.count()
    assert total("requested") - before == number
    check_settled(market)
    tally.measure(f"0 lost of {number:,} edits")


@pytest.mark.deep  # platform/notifications/test_outbox.py has what keeps a mail from being sent twice
def test_kills_lose_no_notice_and_repeat_none(market, broker, work_force, depth):
    """Requests are made, reminded of and closed while workers die: every step is told once, to both."""
    chance = random.Random(20261126)  # noqa: S311  the same moments in every run
    startups = [one for one in market if isinstance(one, Startup)][: depth(3, deep=100)]
    investors = [one for one in market if isinstance(one, Investor)]
    people = {
        **{one: make_founder(f"founder{one.pk}@example.com", one) for one in startups},
        **{one: make_partner(f"partner{one.pk}@example.com", one) for one in investors},
    }
    Investor.objects.update(capacity=99)
    for number, startup in enumerate(startups):
        # The oldest first, as limits count; some are old enough to be reminded of and closed meanwhile.
        ages = sorted(chance.choices([0, 8, 40], k=4), reverse=True)
        for investor, days in zip(chance.sample(investors, 4), ages, strict=True):
            at = timezone.now() - timedelta(days=days)
            decisions.express_interest(startup, investor, side=Side.STARTUP, by=people[startup], at=at)
            time.sleep(chance.uniform(0, 0.05))
        work_force.restart() if number % 2 else time.sleep(0.5)
    wait_for(
        lambda: not Introduction.objects.filter(state="asked", closes_at__lte=timezone.now()).exists(),
        seconds=180,
        what="The last expiry",
    )
    unsent = OutboxMail.objects.filter(sent_at=None)
    wait_for(lambda: not unsent.filter(due_at__lte=timezone.now()).exists(), seconds=60, what="The last mail")
    # A mail that a killed worker held is tried again after two minutes, which no one needs to wait for here.
    unsent.update(due_at=timezone.now())
    wait_for(lambda: not unsent.exists(), seconds=180, what="The mail of a killed worker")
    steps = Counter(IntroductionStep.objects.values_list("act", flat=True))
    told = Counter(Notice.objects.values_list("kind", flat=True))
    assert steps["ask"] == len(startups) * 4
    assert told["request_received"] == steps["ask"]
    assert told["request_expired"] == told["request_lapsed"] == steps["expire"] > 0
    mails = Counter(OutboxMail.objects.values_list("kind", flat=True))
    assert {kind: mails[kind] for kind in ("request_received", "request_expired", "request_lapsed")} == {
        kind: told[kind] for kind in ("request_received", "request_expired", "request_lapsed")
    }


# ranking/test_runs.py and test_jobs.py have what another worker takes up; test_no_process_… kills real ones.
@pytest.mark.deep
def test_kill_workers_in_the_middle_of_a_re_ranking_and_of_edits(market, work_force, tally, depth):
    """A run whose worker is killed is done by another one, and no edit made meanwhile is lost."""
    chance = random.Random(20261127)  # noqa: S311  the same moments in every run
    before, number, kills = total("requested"), 0, depth(1, deep=50)
    held = RankingRun.objects.exclude(claim=None)
    while tally.tried < kills:
        Ranking.objects.update(entries=b"", size=0)  # so that there is everything to write
        run = runs.request(by=None, at=timezone.now(), reason="Test")
        wait_for(held.exists, seconds=180, what="The worker's claim")
        number += 1
        edit(chance.choice(market), number)
        time.sleep(chance.uniform(0, 0.2))
        work_force.kill()
        # What it held would be free after its lease, for which no one needs to wait here.
        tally.count(held.update(leased_until=timezone.now()))
        work_force.start()
        wait_for(
            lambda run=run: not RankingRun.objects.get(pk=run.pk).is_open,
            seconds=180,
            what="The end of the run",
        )
        run.refresh_from_db()
        tally.check(run.state == RunState.DONE, f"{run}: {run.error}")
    assert total("requested") - before == number
    check_settled(market)
    tally.settle()


def test_no_process_of_the_worker_dies_unnoticed(market, work_force):
    """Each is killed in turn; work that no message tells of is done all the same, within seconds."""
    wait_for(Worker.objects.exists, seconds=180, what="The worker's first sign of life")
    assert Worker.objects.get().queues == "celery, periodic, slow, webhooks"
    assert work_force.process
    edit(market[0], 1)
    wait_for(lambda: waiting() == 0, seconds=60, what="The first job")
    main, *others = work_force.processes()
    assert others
    for victim in (*others, main):
        try:
            os.kill(victim, signal.SIGKILL)
        except ProcessLookupError:
            continue  # it had compiled the engine and ended by itself
        if victim == main:  # this one is its supervisor's to start again
            work_force.process.wait(timeout=10)
            work_force.restart()
        time.sleep(3)  # what it had sent before is over
        RankingJob.objects.update(requested_version=F("requested_version") + 1)
        wait_for(lambda: waiting() == 0, seconds=30, what=f"The due job after the end of {victim}")


@pytest.mark.parametrize(
    "trouble",
    [
        pytest.param(signal.SIGKILL, id="dead", marks=pytest.mark.deep),
        pytest.param(signal.SIGSTOP, id="frozen"),  # the harder one: it takes connections and is silent
    ],
)
def test_saving_does_not_wait_for_the_broker(market, broker, work_force, trouble):
    wait_for(Heartbeat.objects.exists, seconds=180, what="The worker's first sign of life")
    broker.signal(trouble)
    longest = 0.0
    for number in range(10):
        begun = time.monotonic()
        edit(market[number], number)
        longest = max(longest, time.monotonic() - begun)
    assert longest < 10  # it was 32 once; on a quiet machine it is 1
    assert waiting() > 0
    broker.signal(signal.SIGCONT) if trouble == signal.SIGSTOP else broker.restart()
    check_settled(market)


def test_every_page_opens_without_a_broker(market, client):
    startup = next(profile for profile in market if isinstance(profile, Startup))
    client.force_login(make_founder("founder@example.com", startup))
    pages = ["/home/", "/matches/", "/deals/", "/settings/"]
    assert [client.get(page).status_code for page in pages] == [200] * len(pages)


@pytest.mark.deep  # ranking/test_jobs.py has what makes a second message harmless
def test_messages_that_come_three_times_in_any_order_change_nothing(market, broker, work_force, tally):
    """Each is sent three times, mixed: jobs are done once, and the lists are those of one process."""
    wait_for(Heartbeat.objects.exists, seconds=180, what="The worker's first sign of life")
    chance = random.Random(9)  # noqa: S311  the same order in every run
    messages = [dispatch.RANK_EDITS, dispatch.RANK_MARKET, dispatch.SEND_MAILS] * 3
    for number in range(20):
        for profile in chance.sample(market, 3):
            edit(profile, number)
        for name in chance.sample(messages, len(messages)):
            dispatch.enqueue(name)
            tally.count()
    check_settled(market)
    assert total("completed") == total("requested")
