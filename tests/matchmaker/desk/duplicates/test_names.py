"""How well names of one company are told from names of two: tables that were graded before the code."""

import csv
from pathlib import Path

import pytest

from matchmaker.desk.duplicates.names import ALIKE, keys_of, likeness


# The second table came when the code stood, to see how well it does on names that it was not made with.
@pytest.mark.parametrize(
    ("table", "precision", "recall"), [("pairs.csv", 0.95, 0.95), ("second_pairs.csv", 0.75, 0.75)]
)
def test_names_across_scripts_are_found_and_others_left_alone(table, precision, recall):
    with (Path(__file__).parent / table).open(encoding="utf-8") as file:
        rows = [(row["first"], row["second"], row["same"] == "1") for row in csv.DictReader(file)]
    told = [
        (likeness(first, second) >= ALIKE and bool(keys_of(first) & keys_of(second)), same)
        for first, second, same in rows
    ]
    found = sum(said and same for said, same in told)
    assert found / sum(said for said, _same in told) >= precision
    assert found / sum(same for _said, same in told) >= recall
