"""The measurements of the worker and its storage: they tell the truth and leave the database as it was."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from matchmaker.models import Ranking
from matchmaker.services.benchmark import edits
from profiles.models import Startup
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db


def test_storage_is_measured_and_rolled_back(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("bench_storage", profiles=600, sample=20, json=True)
    found = json.loads(capsys.readouterr().out)
    assert sorted(found) == ["again_s", "database", "megabytes", "packed_s", "pairs_s", "profiles", "ratio"]
    assert (found["profiles"], round(found["megabytes"], 2)) == (600, 1.16)
    assert found["ratio"] == pytest.approx(found["pairs_s"] / found["packed_s"])
    assert Ranking.objects.count() == 0


def test_without_a_worker_no_edit_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(edits, "PATIENCE", 0.05)
    ranked.make_market(2, 2)
    with pytest.raises(CommandError) as refused:
        call_command("bench_refresh", end_to_end=4)
    assert str(refused.value) == "An edit was not ranked within 30 s: is a worker running?"


def test_edits_are_changed_back(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    ranked.make_market(3, 3)
    ranked.rank_whole()
    before = list(Startup.objects.values_list("pk", "summary_en")), ranked.stored_bytes()
    monkeypatch.setattr(edits.time, "sleep", lambda _seconds: ranked.work())  # the worker
    call_command("bench_refresh", end_to_end=8, json=True)
    assert json.loads(capsys.readouterr().out)["edits"] == 8
    assert (list(Startup.objects.values_list("pk", "summary_en")), ranked.stored_bytes()) == before
