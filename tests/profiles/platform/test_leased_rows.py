"""One worker at a time has a row of work, and who lost it changes nothing."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from matchmaker.models.ranking import RankingRun
from matchmaker.models.report import ReportRun
from profiles.models import OutboxMail
from profiles.models.leased_row import LeaseLostError

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LEASE = timedelta(minutes=1)
CLAIMS = {
    ReportRun: lambda rows, at: rows.claim(until=at + LEASE, state="running", started_at=at),
    RankingRun: lambda rows, at: rows.claim(
        until=at + LEASE, state="running", claim=f"00000000-0000-0000-0000-{at:%H%M%S%f}"
    ),
    OutboxMail: lambda rows, at: rows.claim(until=at + LEASE),
}


def claim(model, at):
    return CLAIMS[model](model.objects.free(at=at), at)


@pytest.mark.parametrize("model", CLAIMS)
def test_only_the_newest_claim_counts(model):
    model.objects.create(**{model.lease_field: NOW})
    late = claim(model, NOW)
    assert claim(model, NOW) is None
    newest = claim(model, NOW + LEASE)
    assert newest.attempts == 2

    with pytest.raises(LeaseLostError):
        late.renew(until=NOW + 9 * LEASE)
    with pytest.raises(LeaseLostError):
        late.finish()
    assert not late.release()

    newest.renew(until=NOW + 3 * LEASE)
    assert claim(model, NOW + 2 * LEASE) is None
    assert newest.release(until=NOW + 4 * LEASE)
    assert claim(model, NOW + 3 * LEASE) is None
    assert claim(model, NOW + 4 * LEASE).attempts == 3


@pytest.mark.parametrize("model", [ReportRun, RankingRun])
def test_a_result_that_could_not_be_stored_leaves_the_row_to_its_worker(model):
    model.objects.create()
    row = claim(model, NOW)
    with transaction.atomic():
        row.finish(state="done")
        transaction.set_rollback(True)
    assert row.release(error="Not stored")
    assert claim(model, NOW).error == "Not stored"
