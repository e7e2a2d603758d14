"""The measurements of engine, worker and storage: they tell the truth and leave the database as it was."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse

from matchmaker.lab.evaluation import benchmarks
from matchmaker.lab.evaluation.synthetic_market import synthetic
from matchmaker.management.commands.walks import entered
from matchmaker.matching import engine
from matchmaker.models.ranking import Ranking
from profiles.models import Startup
from tests.matchmaker import ranked

SMALL = 100, 60  # startups and investors


@pytest.mark.django_db
def test_storage_is_measured_and_rolled_back(capsys):
    call_command("bench_storage", profiles=600, sample=20, json=True)
    found = json.loads(capsys.readouterr().out)
    assert sorted(found) == ["again_s", "database", "megabytes", "packed_s", "pairs_s", "profiles", "ratio"]
    assert (found["profiles"], round(found["megabytes"], 2)) == (600, 1.12)
    assert found["ratio"] == pytest.approx(found["pairs_s"] / found["packed_s"])
    assert Ranking.objects.count() == 0


@pytest.mark.deep
def test_a_full_ranking_is_measured_and_compared(monkeypatch, capsys):
    monkeypatch.setitem(benchmarks.SIZES, "S", SMALL)
    call_command("bench_matching", size="S", repeats=1, json=True)
    found = json.loads(capsys.readouterr().out)
    assert found.keys() >= {
        "size", "market", "pairs_per_s", "ratio_to_sgemm", "density", "peak_mb", "identical", "kernel",
    }  # fmt: skip
    assert (found["size"], found["market"], found["identical"]) == ("S", "strict", True)
    assert found["pairs_per_s"] > 0
    assert found["peak_mb"] > 0
    assert 0 < found["density"] < 1


def test_a_list_that_is_not_the_definitions_is_told():
    snapshot = synthetic(*SMALL, "strict")
    rankings = engine.rank_all(snapshot, k=benchmarks.K)
    assert benchmarks.compare(snapshot, rankings, everyone=True)[1]
    for side in (rankings.startups, rankings.investors):
        side.v[:, 0] += 1
        assert not benchmarks.compare(snapshot, rankings, everyone=True)[1]
        side.v[:, 0] -= 1


@pytest.mark.deep
def test_edits_of_a_market_are_measured(monkeypatch, capsys):
    monkeypatch.setitem(benchmarks.SIZES, "S", (300, 15 * 64))  # 15 batches of 64 investors, none twice
    call_command("bench_refresh", size="S", json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["size"], found["market"]) == ("S", "open")
    for edit in ("startup", "investor", "batch"):
        assert 0 < found[f"{edit}_ms"] <= found[f"{edit}_worst_ms"]
    assert found["batch_applied_ms"] >= found["batch_ms"]
    assert found["lists_changed_by_startup"] > 0
    assert found["lists_changed_by_investor"] > 0


def simulated(capsys, **market):
    call_command("simulate_market", **market, json=True)
    return {outcome["way"]: outcome for outcome in json.loads(capsys.readouterr().out)}


@pytest.mark.deep
def test_fair_attention_makes_more_matches_and_spreads_them(capsys):
    found = simulated(capsys, startups=2000, investors=400, seed=1)
    searched, fair = found["one-sided"], found["product x handicap"]
    assert fair["matches"] > 1.5 * searched["matches"]
    assert fair["matches"] > found["product"]["matches"]
    assert fair["gini_startups"] < found["product"]["gini_startups"]
    assert fair["gini_investors"] < min(found["product"]["gini_investors"], searched["gini_investors"])
    assert (fair["unseen_startups"], fair["unseen_investors"]) == (0, 0)


def test_a_small_market_needs_no_handicap(capsys):
    found = simulated(capsys, startups=100, investors=40, seed=1)
    assert found["product x handicap"]["matches"] == found["product"]["matches"]


@pytest.mark.deep  # tests/engine/test_fairness.py holds that all are seen; this is what it costs
@pytest.mark.parametrize("seed", [1, 2])
def test_that_everybody_is_seen_costs_few_matches_where_lists_are_few(seed, capsys):
    found = simulated(capsys, startups=300, investors=60, seed=seed)
    fair = found["product x handicap"]
    assert fair["matches"] > 0.99 * found["product"]["matches"]
    assert found["product"]["unseen_startups"] > 0.03
    assert (fair["unseen_startups"], fair["unseen_investors"]) == (0, 0)


@pytest.mark.django_db
def test_without_a_worker_no_edit_is_seen(monkeypatch):
    monkeypatch.setattr(benchmarks, "PATIENCE", 0.05)
    ranked.make_market(2, 2)
    with pytest.raises(CommandError) as refused:
        call_command("bench_refresh", end_to_end=4)
    assert str(refused.value) == "An edit was not ranked within 30 s: is a worker running?"


@pytest.mark.django_db
def test_edits_are_changed_back(monkeypatch, capsys):
    ranked.make_market(3, 3)
    ranked.rank_whole()
    before = list(Startup.objects.values_list("pk", "summary_en")), ranked.stored_bytes()
    monkeypatch.setattr(benchmarks.time, "sleep", lambda _seconds: ranked.work())  # the worker
    call_command("bench_refresh", end_to_end=8, json=True)
    assert json.loads(capsys.readouterr().out)["edits"] == 8
    assert (list(Startup.objects.values_list("pk", "summary_en")), ranked.stored_bytes()) == before


@pytest.mark.django_db
def test_a_missing_demonstration_is_named_before_anything_is_measured(settings):
    settings.DEMO = True
    with pytest.raises(CommandError, match="prepare database tables demo static"):
        call_command("bench_scale")


@pytest.mark.django_db
def test_what_a_request_enters_is_counted_and_nothing_stays(as_user, ayesha, startup):
    client, path, before = as_user(ayesha), reverse("still_true"), startup.confirmed_on
    shown, sent = entered(client, path, None), entered(client, path, {"next": ""})

    assert "curation/freshness/still_true.html" in shown - sent
    assert any("freshness/services.py" in name for name in sent - shown)
    startup.refresh_from_db()
    assert startup.confirmed_on == before
