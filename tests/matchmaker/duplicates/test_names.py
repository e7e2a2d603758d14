"""How well names of one company are told from names of two: a table that was graded before any code."""

import csv
from pathlib import Path

from matchmaker.duplicates.names import ALIKE, keys_of, likeness

PAIRS = Path(__file__).parent / "pairs.csv"


def test_names_across_scripts_are_found_and_others_left_alone():
    with PAIRS.open(encoding="utf-8") as file:
        rows = [(row["first"], row["second"], row["same"] == "1") for row in csv.DictReader(file)]
    told = [
        (likeness(first, second) >= ALIKE and bool(keys_of(first) & keys_of(second)), same)
        for first, second, same in rows
    ]
    found = sum(said and same for said, same in told)
    assert len(rows) >= 100
    assert found / sum(said for said, _same in told) >= 0.95, "precision"
    assert found / sum(same for _said, same in told) >= 0.95, "recall"
