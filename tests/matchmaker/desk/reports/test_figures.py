"""The figures of a market that was counted by hand; hand_counted.py tells what happened in it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaker import registry
from matchmaker.desk.reports.selectors.periods import newest, period_of, quarter, week
from matchmaker.models.introduction import Introduction
from matchmaker.portal.own_data.services import erase_account, erase_company
from matchmaker.registry import register_funnel_step
from profiles.choices import ReviewOutcome, Status
from profiles.curation.reviews import services as curation
from profiles.models import Startup
from tests.matchmaker.desk.reports.hand_counted import AT, on

pytestmark = pytest.mark.django_db


def step(startups, records, both, days=None):
    found = {"startups": startups, "records": records, "both": both}
    return found if days is None else {**found, "days": days}


# No one has got there.
STAGES = ("stage_sample", "stage_confidentiality", "stage_terms", "stage_signed", "outcome")


def test_the_funnel(market, compute):
    assert compute()["funnel", "", ""] == {
        # S1 to S11.
        "approved": step(11, 11, 0),
        # S1 to S10; since when is not kept.
        "matched": step(10, 10, 10),
        # S1 twice, S2, S3, S5 to S9 once. Days since the approval: 3, 10, 15, 8, 20, 21, 56, 23.
        "requested": step(8, 9, 8, 17.5),
        # S1 after 2 days, S2 after 36, S7 after 1.
        "agreed": step(3, 3, 3, 2),
        # S1 twice, first after 10 days; S7 after 8. Of S2's meeting a side says that it did not happen.
        "met": step(2, 3, 2, 9),
        # S1 (40 days after it met), S4 (which met no one), and S7 as a host (31 days).
        "piloted": step(3, 3, 2, 35.5),
        # S1 with I1, after 11 days; S7 with I6, before its pilot. The other two deals follow no introduction.
        "dealt": step(2, 2, 0, 11),
    }


def test_the_funnel_by_group(market, compute):
    found = compute()
    expected = {
        ("sector", "AGR"): step(4, 5, 4, 9),  # S1 twice, S2, S3, S5: after 3, 10, 15, 8 days
        ("sector", "HLT"): step(4, 4, 4, 22),  # S6 to S9: after 20, 21, 56, 23 days
        ("place", "PK-PB"): step(3, 4, 3, 10),  # S1 to S3; S4 in Lahore asked no one
        ("place", "PK"): step(1, 1, 1, 23),  # S9
        ("stage", "series_a"): step(3, 3, 3, 23),  # S7, S8, S9
        ("women", "yes"): step(2, 3, 2, 6.5),  # S1 and S2
        ("week", "2026-01-05"): step(3, 4, 3, 10),  # approved in week 1: S1, S2, S3
        ("week", "2026-01-12"): step(5, 5, 5, 21),  # in week 2: S5 to S9
    }
    assert {key: found["funnel", *key]["requested"] for key in expected} == expected


def test_each_startup_is_in_one_group_of_each_kind(market, compute):
    found = compute()
    approved = {
        group: {key: values["approved"]["startups"] for (report, by, key), values in found.items() if
                report == "funnel" and by == group and "approved" in values}
        for group in ("week", "sector", "place", "stage", "women")
    }  # fmt: skip
    assert approved == {
        "week": {"2026-01-05": 4, "2026-01-12": 6, "2026-01-19": 1},
        "sector": {"AGR": 6, "HLT": 4, "": 1},
        "place": {"PK-PB": 4, "PK-SD": 5, "PK": 1, "": 1},
        "stage": {"seed": 6, "series_a": 4, "": 1},
        "women": {"yes": 2, "no": 6, "": 3},
    }


def weekly(found, code):
    return {
        key: values[code]
        for (report, _by, key), values in found.items()
        if report == "weeks" and values[code]
    }


def test_a_week_is_the_same_week_for_whoever_computes(market, compute):
    found = compute()
    for zone in ("Asia/Karachi", "America/Los_Angeles"):
        with timezone.override(zone):
            assert compute() == found
    # The last second of Sunday belongs to week 2, the first of Monday to week 3.
    assert weekly(found, "approved") == {"2026-01-05": 4, "2026-01-12": 6, "2026-01-19": 1}
    assert weekly(found, "requested") == {
        "2026-01-05": 1, "2026-01-12": 2, "2026-01-19": 2, "2026-02-02": 2, "2026-02-09": 1, "2026-03-09": 1,
    }  # fmt: skip
    assert weekly(found, "agreed") == {"2026-01-05": 1, "2026-02-02": 1, "2026-02-16": 1}
    # Sunday 1 March, Monday 2 March, and half an hour before midnight of Sunday 15 March.
    assert weekly(found, "piloted") == {"2026-02-23": 1, "2026-03-02": 1, "2026-03-09": 1}


def test_periods_meet_without_a_gap():
    assert [each.key for each in newest("week", 3, at=on(1, 5, 0))] == [
        "2025-12-22",
        "2025-12-29",
        "2026-01-05",
    ]
    for kind, count in (("week", 120), ("month", 30), ("quarter", 12)):
        found = newest(kind, count, at=AT)
        assert [one.end for one in found[:-1]] == [one.first for one in found[1:]]
    assert week(on(1, 1).date()).key == "2025-12-29"
    assert quarter(on(12, 31).date()).span == (on(10, 1, 0), on(12, 31, 0) + timedelta(days=1))
    with pytest.raises(ValueError, match="2026-01-06"):
        period_of("week", "2026-01-06")


def test_answers_by_month_and_side(market, compute):
    found = compute()
    nothing = {"reached": 0, "due": 0, "answered": 0, "in_time": 0}
    # To partners: 2 days, 2 days, 5 days (3 were promised), and one that expired. One was withdrawn before it
    # was answered, and one waits in the queue: they do not count.
    assert found["answers", "month", "2026-01-01"] == {
        "startup": nothing,
        "investor": {"reached": 4, "due": 4, "answered": 3, "in_time": 2, "days": 2.0},
    }
    # To startups: one day; and one that is overdue since Thursday.
    assert found["answers", "month", "2026-02-01"] == {
        "startup": {"reached": 2, "due": 2, "answered": 1, "in_time": 1, "days": 1.0},
        "investor": nothing,
    }
    assert found["answers", "month", "2026-03-01"]["investor"] == {**nothing, "reached": 1}


def test_time_in_the_queue(market, compute):
    found = compute()
    # Hours: 2, 4, 6, 48.
    assert found["queue", "week", "2026-01-05"] == {"decisions": 4, "median": 5.0, "most": 48.0}
    # Four times 10, twice 1.
    assert found["queue", "week", "2026-01-12"] == {"decisions": 6, "median": 10.0, "most": 10.0}
    # S11 after 24, S12 sent back after 30.
    assert found["queue", "week", "2026-01-19"] == {"decisions": 2, "median": 27.0, "most": 30.0}
    assert found["queue", "week", "2026-01-26"] == {"decisions": 0}
    # S12 since Sunday noon.
    assert found["queue", "now", ""] == {"waiting": 1, "hours": 24.0}


def test_a_decision_keeps_since_when_the_profile_waited(sana, startup):
    Startup.objects.filter(pk=startup.pk).update(status=Status.SUBMITTED, submitted_at=on(3, 1))
    refused = curation.decide(startup, ReviewOutcome.REJECTED, message="No", by=sana, at=on(3, 2))
    curation.reopen(startup, by=sana, at=on(3, 9))
    approved = curation.decide(startup, ReviewOutcome.APPROVED, by=sana, at=on(3, 10))
    assert refused.waited_since == on(3, 1)
    assert approved.waited_since == on(3, 9)  # the week in which it was refused is not waiting


def test_exposure_against_the_share_of_the_market(market, compute):
    found = compute()
    # First places count 65536, second ones 65536 / log2(3) = 41349. S1 has two first places, S2 a second one,
    # S5 a first one; eight of the eleven startups are in no top 20.
    first, second = 65536, 41349
    whole = {"all": 11, "whole": 3 * first + second}
    assert {
        key: values
        for (report, group, key), values in found.items()
        if (report, group) == ("exposure", "place")
    } == {
        "PK-PB": {"startups": 4, "exposure": 2 * first + second, "unseen": 2, **whole},
        "PK-SD": {"startups": 5, "exposure": first, "unseen": 4, **whole},
        "PK": {"startups": 1, "exposure": 0, "unseen": 1, **whole},
        "": {"startups": 1, "exposure": 0, "unseen": 1, **whole},
    }
    assert found["exposure", "women", "yes"] == {
        "startups": 2, "exposure": 2 * first + second, "unseen": 0, **whole,
    }  # fmt: skip


def test_concentration_is_that_of_fair_dealing(market, compute):
    found = compute()
    # Farming: three, two and one of six deals: 50² + 33.3² + 16.7² = 3889. Health has one deal.
    assert found["concentration", "sector", "AGR"] == {
        "deals": 6, "partners": 3, "by_count": [3889, 50], "by_amount": None,
    }  # fmt: skip
    assert found["concentration", "sector", "HLT"] == {
        "deals": 1, "partners": 1, "by_count": None, "by_amount": None,
    }  # fmt: skip


def test_the_quarter_adds_up_what_happened_in_it(market, compute):
    found = compute()
    first = found["quarters", "quarter", "2026-01-01"]
    happened = {"approved": 11, "requested": 9, "agreed": 3, "met": 3, "piloted": 3, "dealt": 2}
    assert first["steps"] == happened | dict.fromkeys(STAGES, 0)
    assert first["partners"] == 6
    assert first["answers"]["investor"] == {"reached": 5, "due": 4, "answered": 3, "in_time": 2, "days": 2.0}
    assert first["queue"] == {"decisions": 12, "median": 10.0, "most": 30.0}
    assert set(found["quarters", "quarter", "2025-10-01"]["steps"].values()) == {0}


def test_what_has_not_happened_yet_is_not_counted(market, compute):
    found = compute(at=on(1, 19, 0))
    assert found["funnel", "", ""]["requested"] == step(2, 3, 2, 6.5)
    assert found["quarters", "quarter", "2026-01-01"]["steps"] == {
        "approved": 11, "requested": 3, "agreed": 1, "met": 0, "piloted": 0, "dealt": 0,
        **dict.fromkeys(STAGES, 0),
    }  # fmt: skip


def test_a_deleted_company_leaves_every_count_and_a_deleted_account_none(market, compute):
    before = compute()
    owner = market.startups["S1"].memberships.create(user=market.by, is_owner=True).user
    colleague = market.startups["S1"].memberships.create(user=market.curator, is_owner=True).user
    erase_account(owner, at=AT)
    assert compute() == before

    erase_company(market.startups["S1"], by=colleague, at=AT)
    after = compute()
    # Without S1: its two requests, its yes, both meetings, its slot and its deal are gone.
    assert after["funnel", "", ""] == {
        "approved": step(10, 10, 0),
        "matched": step(9, 9, 9),
        "requested": step(7, 7, 7, 20),
        "agreed": step(2, 2, 2, 18.5),
        "met": step(1, 1, 1, 8),
        "piloted": step(2, 2, 1, 31),
        "dealt": step(1, 1, 0),
    }
    assert after["quarters", "quarter", "2026-01-01"]["steps"]["requested"] == 7
    # What a partner recorded with it stays on the partner's record, without its name.
    assert after["concentration", "sector", "AGR"]["deals"] == 6


def test_a_capability_adds_a_step_of_its_own(market, compute, as_user):
    steps = list(registry.FUNNEL)
    closed = Introduction.objects.filter(ended_at__isnull=False)

    def ended():
        from django.db.models import F

        return closed.annotate(of_startup=F("startup"), of_investor=F("investor"), moment=F("ended_at"))

    try:
        register_funnel_step(45, "ended", "Introductions ended", ended, meaning="Those that are over.")
        found = compute()["funnel", "", ""]
        # Ended: S1 with I2, S3, S5, S7. Of the two that met, S1's ended before it met, S7's 17 days after.
        assert found["ended"] == step(4, 4, 2, 17)
        assert found["piloted"]["both"] == 2
        page = as_user(market.curator).get("/desk/reports/funnel/")
        assert "Introductions ended" in page.content.decode()
    finally:
        registry.FUNNEL[:] = steps
