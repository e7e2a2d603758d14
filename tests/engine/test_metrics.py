"""Figures of ranking quality, against their definitions worked by hand."""

import math
import random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaker.engine.definition import metrics

TOP = np.arange(64)[np.newaxis]  # one query whose best is 0, then 1, …


def test_one_right_answer_in_second_place():
    got = metrics.per_query(TOP, [np.array([1])])
    assert got.tolist() == [[1.0, 1.0, pytest.approx(1 / math.log2(3)), 0.5]]


def test_two_right_answers_one_of_them_late():
    got = metrics.per_query(TOP, [np.array([0, 30])])
    assert got.tolist() == [[0.5, 1.0, pytest.approx(1 / (1 + 1 / math.log2(3))), 1.0]]


def test_more_right_answers_than_places_can_still_be_perfect():
    recall, _, gain, first = metrics.per_query(TOP, [np.arange(20)])[0]
    assert (recall, gain, first) == (0.5, pytest.approx(1.0), 1.0)


def test_not_found_scores_nothing_and_padding_is_nobody():
    padded = np.full((1, 64), -1)
    assert metrics.per_query(padded, [np.array([3])]).tolist() == [[0.0] * 4]


def test_bootstrap_draws_as_python_does():
    """The same resamples as random.Random(0).choices, so that figures compare across tools."""
    rows = np.arange(12.0).reshape(6, 2) ** 2
    stream = random.Random(0)  # noqa: S311 - a bootstrap keeps no secrets
    for column, got in zip(rows.T, metrics.bootstrap(rows, resamples=200), strict=True):
        means = sorted(sum(stream.choices(list(column), k=6)) / 6 for _ in range(200))
        assert got == (column.mean(), pytest.approx(means[5]), pytest.approx(means[194]))


def test_paired_bootstrap_of_a_ranking_with_itself_is_nought():
    rows = np.random.default_rng(1).random((30, 4))
    assert metrics.paired_bootstrap(rows, rows) == [(0.0, 0.0, 0.0)] * 4


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
