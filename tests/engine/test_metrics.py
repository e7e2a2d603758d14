"""Figures of ranking quality, against their definitions worked by hand."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.matching.engine.definition import metrics

TOP = np.arange(64)[np.newaxis]  # one query whose best is 0, then 1, …


@pytest.mark.parametrize(
    ("ids", "right", "scores"),
    [
        (TOP, [1], [1, 1, 1 / math.log2(3), 0.5]),
        (TOP, [0, 30], [0.5, 1, 1 / (1 + 1 / math.log2(3)), 1]),
        (TOP, range(20), [0.5, 1, 1, 1]),
        (np.full((1, 64), -1), [3], [0, 0, 0, 0]),
    ],
    ids=["second place", "one of two is late", "more right ones than places", "padding is nobody"],
)
def test_recall_gain_and_first_place(ids, right, scores):
    assert metrics.per_query(ids, [np.array(right)]).tolist() == [pytest.approx(scores)]


def test_bootstrap_draws_as_python_does():
    """The same resamples as random.Random(0).choices, so that figures compare across tools."""
    rows = np.arange(12.0).reshape(6, 2) ** 2
    stream = random.Random(0)  # noqa: S311 - a bootstrap keeps no secrets
    for column, got in zip(rows.T, metrics.bootstrap(rows, resamples=200), strict=True):
        means = sorted(sum(stream.choices(list(column), k=6)) / 6 for _ in range(200))
        assert got == (column.mean(), pytest.approx(means[5]), pytest.approx(means[194]))


@pytest.mark.parametrize(
    ("amounts", "gini"), [([1, 1, 1, 1], 0.0), ([0, 0, 0, 1], 0.75), ([0, 0], 0.0), ([], 0.0), ([1, 3], 0.25)]
)
def test_gini(amounts, gini):
    assert metrics.gini(np.array(amounts)) == pytest.approx(gini)


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=30), st.floats(0.01, 100))
def test_gini_stays_between_and_knows_no_currency(amounts, rate):
    value = metrics.gini(np.array(amounts))
    assert -1e-9 <= value < 1
    assert metrics.gini(np.array(amounts) * rate) == pytest.approx(value, abs=1e-9)


def test_attention_falls_with_the_rank_and_ends_with_the_top():
    ids = np.array([[2, 0, 1], [2, 1, -1]])
    assert metrics.exposure_each(ids, 4, top=2).tolist() == pytest.approx(
        [1 / math.log2(3), 1 / math.log2(3), 2, 0]
    )


def test_certain_and_wrong_costs_more_than_unsure():
    outcome = np.array([True, False])
    sure, unsure = np.array([0.9, 0.1]), np.array([0.5, 0.5])
    assert metrics.log_loss(sure, outcome) < metrics.log_loss(unsure, outcome) == pytest.approx(math.log(2))
    assert metrics.log_loss(1 - sure, outcome) > math.log(2)


def test_brier_is_the_mean_squared_distance_over_the_pairs_that_there_are():
    chance, outcome = (
        np.array([[0.5, 1.0, 0.9], [0.0, 0.0, 0.0]]),
        np.array([[True, False, True], [False] * 3]),
    )
    counts = np.array([[True, True, False], [False] * 3])
    assert metrics.brier(chance, outcome, counts).tolist() == [0.625, 0.0]
