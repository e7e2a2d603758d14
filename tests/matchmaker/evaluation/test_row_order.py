"""The order of the rows in the files of a split changes nothing."""

from __future__ import annotations

import csv
import random
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import pytest

from matchmaker import evaluation
from tests.matchmaker.evaluation import splits


def shuffle(directory: Path, seed: int) -> None:
    """Put the rows of every file, and its columns, in another order."""
    chance = random.Random(seed)  # noqa: S311  the same orders in every run
    for path in sorted(directory.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            table = csv.DictReader(file)
            rows, columns = list(table), list(table.fieldnames or ())
        chance.shuffle(rows)
        chance.shuffle(columns)
        splits.save(path, [{name: row[name] for name in columns} for row in rows])


def double(directory: Path) -> None:
    """Note every fifth deal twice, in other words; and every fifth of these once more, saying less."""
    path = directory / "train_deals.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    again = [{**row, "city": splits.WORDS[0], "sector": splits.WORDS[1]} for row in rows[::5]]
    less = [{**row, "city": "", "description": ""} for row in again[::5]]
    splits.save(path, [*rows, *again, *less])


def found(directory: Path) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Return the report, the time it took left out, and everybody's list by ids."""
    report, answer = evaluation.evaluate(directory, ablation=True)
    ids = answer.split.investor_ids
    lists = zip(answer.split.query_ids, answer.ids, strict=True)
    return asdict(replace(report, seconds=0.0)), {q: [ids[j] for j in row if j >= 0] for q, row in lists}


@pytest.mark.parametrize("without", [(), ("pool.csv",)], ids=["a pool", "no pool"])
def test_shuffled_files_give_the_same_report_and_rankings(tmp_path: Path, without: tuple[str, ...]) -> None:
    """Half of the pool has no deal and the others few: most places are settled between equals."""
    splits.market(tmp_path, deals=400, investors=40, queries=20, partners=2, sectors=2, idle=40)
    double(tmp_path)
    for name in without:
        (tmp_path / name).unlink()
    before = found(tmp_path)
    for seed in range(3):
        shuffle(tmp_path, seed)
        assert found(tmp_path) == before


def test_of_two_rows_for_one_deal_the_fuller_counts(tmp_path: Path) -> None:
    splits.market(tmp_path, deals=30, investors=3)
    path = tmp_path / "train_deals.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    emptier = {**rows[0], "city": ""}
    for order in ([emptier, *rows], [*rows, emptier]):
        splits.save(path, order)
        known = evaluation.files.read_files(tmp_path).deals
        assert (len(known), [row["city"] for row in known].count("")) == (30, 0)
