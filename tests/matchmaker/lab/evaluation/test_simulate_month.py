"""A month of requests adds up, and a row that is missing is noticed."""

import pytest

from matchmaker.lab.evaluation import simulate_month as months
from profiles.models import Notice


@pytest.mark.django_db
@pytest.mark.deep
def test_a_month_adds_up_and_a_lost_notice_is_noticed():
    played = months.play(startups=3, investors=2, seed=4)
    lines = list(months.sums(played))
    assert [line for line in lines if not line.holds] == []
    assert len(lines) >= 14

    Notice.objects.filter(kind="request_received").earliest("pk").delete()

    assert [line.name for line in months.sums(played) if not line.holds] == ["notices: request_received"]
