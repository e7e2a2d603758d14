"""Durable work: nothing requested is lost, nothing is done twice, what fails is parked with its reason."""

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.db.models import F
from django.test import TestCase
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.integrations import dispatch
from matchmaker.matching.ranking.services import jobs
from matchmaker.models.ranking import RankingJob
from tests.factories import make_user
from tests.matchmaker import ranked
from tests.matchmaker.matching import lists

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite]

NOW = timezone.now()


def request(pk=1):
    jobs.request(Side.STARTUP, pk, at=NOW)
    return RankingJob.objects.get(side=Side.STARTUP, profile_id=pk)


def test_requesting_twice_counts_twice_in_one_row():
    request()
    job = request()
    assert (job.requested_version, job.completed_version, job.requested_at) == (2, 0, NOW)


def test_an_edit_that_is_rolled_back_requests_nothing(startup):
    with transaction.atomic():
        ranked.touch(startup)
        transaction.set_rollback(True)
    assert list(RankingJob.objects.all()) == []


def test_an_edit_requests_its_own_profile(startup):
    ranked.touch(startup)
    assert list(RankingJob.objects.values_list("side", "profile_id", "requested_version")) == [
        ("startup", startup.pk, 1)
    ]


def test_one_transaction_sends_one_message(monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(dispatch, "enqueue", lambda task: sent.append(task) or True)
    with TestCase.captureOnCommitCallbacks(execute=True):
        for pk in range(5):
            request(pk + 1)
    assert sent == [dispatch.RANK_EDITS]


def test_a_claimed_job_is_not_claimed_again_before_its_lease_ends():
    request()
    assert [taken.requested_version for taken in jobs.claim(at=NOW)] == [1]
    assert jobs.claim(at=NOW + jobs.LEASE / 2) == []
    assert [taken.attempts for taken in jobs.claim(at=NOW + jobs.LEASE * 2)] == [2]


def test_a_finished_job_rests_until_it_is_requested_again():
    request()
    jobs.finish(jobs.claim(at=NOW), at=NOW, revision=7)
    job = RankingJob.objects.get()
    assert (job.completed_version, job.attempts, job.leased_until, job.revision) == (1, 0, None, 7)
    assert not jobs.due(NOW + timedelta(days=1)).exists()
    request()
    assert jobs.due(NOW).exists()


def test_what_is_requested_while_the_work_is_done_stays_due():
    request()
    claims = jobs.claim(at=NOW)
    request()
    jobs.finish(claims, at=NOW, revision=1)
    job = RankingJob.objects.get()
    assert (job.completed_version, job.requested_version) == (1, 2)
    assert [taken.requested_version for taken in jobs.claim(at=NOW)] == [2]


def test_finishing_late_takes_nothing_back():
    request()
    late = jobs.claim(at=NOW)
    request()
    jobs.finish(jobs.claim(at=NOW + jobs.LEASE * 2), at=NOW, revision=2)
    jobs.finish(late, at=NOW, revision=3)
    job = RankingJob.objects.get()
    assert (job.completed_version, job.requested_version, job.revision) == (2, 2, 2)


def test_a_job_that_fails_waits_longer_each_time_and_is_parked_in_the_end():
    request()
    at = NOW
    for attempt in range(1, jobs.MOST_ATTEMPTS + 1):
        claims = jobs.claim(at=at)
        assert [taken.attempts for taken in claims] == [attempt]
        jobs.fail(claims, error="ValueError: odd", at=at)
        job = RankingJob.objects.get()
        assert job.leased_until == at + timedelta(seconds=min(2**attempt, jobs.LONGEST_PAUSE))
        at = job.leased_until
    assert (job.parked_at is not None, job.error) == (True, "ValueError: odd")
    assert jobs.claim(at=at + timedelta(days=1)) == []


def test_a_job_that_kills_its_worker_is_parked_too():
    request()
    at = NOW
    for _attempt in range(jobs.MOST_ATTEMPTS):
        assert len(jobs.claim(at=at)) == 1
        at += jobs.LEASE * 2
    assert jobs.claim(at=at) == []
    job = RankingJob.objects.get()
    assert (job.parked_at, job.error) == (at, jobs.KILLED)


def test_an_edit_takes_a_parked_job_up_again():
    job = request()
    RankingJob.objects.update(parked_at=NOW, attempts=8, error="x")
    job = request()
    assert (job.parked_at, job.attempts, job.error) == (None, 0, "")
    assert len(jobs.claim(at=NOW)) == 1


def test_a_curator_takes_a_parked_job_up_again_on_record():
    job = request()
    RankingJob.objects.update(parked_at=NOW, attempts=8, error="x")
    job.refresh_from_db()
    jobs.retry(job, by=make_user("sana2@example.com", "curator"), at=NOW)
    job.refresh_from_db()
    assert (job.parked_at, job.error) == (None, "")


def test_jobs_that_failed_are_tried_alone():
    for pk in range(1, 4):
        request(pk)
    RankingJob.objects.filter(profile_id__in=(1, 2)).update(attempts=jobs.TOGETHER)
    assert [taken.profile_id for taken in jobs.claim(at=NOW)] == [3]
    assert [taken.profile_id for taken in jobs.claim(at=NOW)] == [1]
    assert [taken.profile_id for taken in jobs.claim(at=NOW)] == [2]


@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_gone_costs_a_request_nothing():
    dispatch.breaker.reset()
    begun = timezone.now()
    with transaction.atomic():
        request()
    assert timezone.now() - begun < timedelta(seconds=1)
    assert dispatch.breaker.is_open()
    assert RankingJob.objects.get().requested_version == 1


def test_claiming_and_finishing_three_costs_the_queries_of_one():
    def queries(pks):
        for pk in pks:
            request(pk)
        with CaptureQueriesContext(connection) as seen:
            jobs.finish(jobs.claim(at=NOW), at=NOW, revision=1)
        return len(seen)

    assert queries((1,)) == queries((2, 3, 4))


def test_a_list_says_that_a_change_is_still_to_come(as_user, ayesha, startup):
    lists.store(Side.STARTUP, startup.pk, [])

    def notices():
        return as_user(ayesha).get("/matches/").content.count(b"A new list is coming.")

    request(startup.pk)
    assert notices() == 1
    RankingJob.objects.filter(side=Side.STARTUP, profile_id=startup.pk).update(
        completed_version=F("requested_version")
    )
    assert notices() == 0
