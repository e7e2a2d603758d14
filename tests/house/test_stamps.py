"""A second `make run` does again what it must, and no more."""

from pathlib import Path

import stamps


def made(var: Path) -> Path:
    """A data folder in which version 1 is prepared."""
    for name in stamps.MADE:
        (var / name).parent.mkdir(exist_ok=True)
        (var / name).touch()
    stamps.keep(var, "1", "The accounts\n")
    return var


def test_what_is_prepared_is_not_prepared_again(tmp_path: Path) -> None:
    assert stamps.prepared(made(tmp_path), {}, "1") == "The accounts\n"


def test_new_code_another_database_and_lost_data_are_prepared(tmp_path: Path) -> None:
    var = made(tmp_path)
    assert stamps.prepared(var, {}, "2") is None
    assert stamps.prepared(var, {"DATABASE_URL": "postgres://localhost/corridor"}, "1") is None
    (var / "corridor.sqlite3").unlink()
    assert stamps.prepared(var, {}, "1") is None


def test_the_version_follows_what_prepare_reads() -> None:
    assert stamps.sources({}) == stamps.sources({"PORT": "8001"})
    assert stamps.sources({}) != stamps.sources({"CORRIDOR_DEMO": "0"})
