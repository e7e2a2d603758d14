"""The files of a run: stored for all machines, copied once to each, gone when the run is over."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.conf import settings
from django.utils import timezone

from matchmaker.choices import RunState
from matchmaker.models import RankingRun, RunFile, RunFilePart
from matchmaker.operations import services as sweep
from matchmaker.ranking.services import full_run, run_files, runs
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db

NAME = "columns"


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> RankingRun:
    """A run under way on a machine with a data folder of its own."""
    move_to(monkeypatch, tmp_path / "one")
    return runs.ask(by=None, at=timezone.now(), reason="Test")


def move_to(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Go on as if on a machine with this data folder."""
    monkeypatch.setattr(settings, "VAR_DIR", folder)


def arrays(number: int = 0) -> dict[str, Any]:
    """Return some arrays of several kinds; together more than one part."""
    return {"a": np.arange(900_000) + number, "b": np.array("x"), "c": np.zeros((0, 3), np.int8)}


def copies() -> list[Path]:
    """Return the files that this machine holds of all runs."""
    return [path for path in run_files.folder().rglob("*") if path.is_file()]


def assert_same(found: dict[str, Any], number: int = 0) -> None:
    """The arrays are those that were saved."""
    for name, array in arrays(number).items():
        np.testing.assert_array_equal(found[name], array, strict=True)


def test_another_machine_fetches_a_file_once(
    run: RankingRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    run_files.save(run.pk, NAME, arrays())
    assert RunFilePart.objects.count() == 2
    with django_assert_num_queries(1):
        assert_same(run_files.load(run.pk, NAME))
    move_to(monkeypatch, tmp_path / "two")
    assert copies() == []
    with django_assert_num_queries(3):
        assert_same(run_files.load(run.pk, NAME))
    with django_assert_num_queries(1):
        assert_same(run_files.load(run.pk, NAME))
    assert len(copies()) == 1


def test_the_newest_file_of_a_name_counts_everywhere(
    run: RankingRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    run_files.save(run.pk, NAME, arrays())
    first = run_files.token(run.pk, NAME)
    move_to(monkeypatch, tmp_path / "two")
    run_files.load(run.pk, NAME)
    run_files.save(run.pk, NAME, arrays(1))
    for machine in ("one", "two"):
        move_to(monkeypatch, tmp_path / machine)
        assert_same(run_files.load(run.pk, NAME), 1)
    assert run_files.token(run.pk, NAME) not in (first, None)


def test_what_is_not_whole_is_not_taken(
    run: RankingRun, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(run_files.NoFileError):
        run_files.load(run.pk, NAME)
    run_files.save(run.pk, NAME, arrays())
    RunFilePart.objects.filter(number=1).delete()
    move_to(monkeypatch, tmp_path / "two")
    with pytest.raises(run_files.NoFileError):
        run_files.load(run.pk, NAME)
    RunFilePart.objects.all().delete()
    RunFile.objects.all().delete()
    with pytest.raises(run_files.NoFileError):
        run_files.load(run.pk, NAME)


def test_a_run_goes_from_machine_to_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Every step and every block on another machine than the one before."""
    ranked.make_market(6, 3)
    now = timezone.now()
    run = runs.ask(by=None, at=now, reason="Test")
    for turn in range(100):
        move_to(monkeypatch, tmp_path / f"machine {turn % 3}")
        full_run.prepared_cache.key = None  # and in another process
        if not (full_run.work_block(run.pk, at=now) or full_run.advance(run.pk, at=now, size=2)):
            break
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.DONE, "")
    assert ranked.stored_bytes() == ranked.fresh_bytes()
    assert (RunFile.objects.count(), RunFilePart.objects.count()) == (0, 0)
    for turn in range(3):
        move_to(monkeypatch, tmp_path / f"machine {turn}")
        sweep.resume(at=now)
        assert copies() == []


@pytest.mark.parametrize("state", [RunState.DONE, RunState.FAILED])
def test_the_sweep_removes_what_a_killed_worker_left(run: RankingRun, state: RunState) -> None:
    run_files.save(run.pk, NAME, arrays())
    run_files.remove_old()
    assert (RunFilePart.objects.count(), len(copies())) == (2, 1)  # still needed
    RankingRun.objects.update(state=state, finished_at=timezone.now() + timedelta(seconds=1))
    run_files.remove_old()
    assert (RunFile.objects.count(), RunFilePart.objects.count(), copies()) == (0, 0, [])
    assert list(run_files.folder().iterdir()) == []
