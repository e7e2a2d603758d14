"""How much a ticket, forms in common, a text are worth, and where points go that nobody can earn."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker import engine
from matchmaker.engine.definition.columns import FACTORS, POINTS
from matchmaker.engine.definition.factors import RECORDED, form_levels, market_of, share_out, ticket_levels
from tests.engine.markets import market


@pytest.mark.parametrize(
    ("low", "high", "level"),
    [(0, 23, 255), (10, 13, 255), (13, 20, 159), (12, 16, 191), (14, 16, 64), (5, 9, 64), (15, 16, 0)],
)
def test_a_ticket_that_nearly_meets_the_ask_is_worth_a_talk_and_one_further_off_nothing(
    low: int, high: int, level: int
) -> None:
    assert ticket_levels(np.array([low]), np.array([high]), 10, 13).tolist() == [level]


def test_one_form_in_common_is_half_and_all_are_everything() -> None:
    ours = np.array([0b111], np.uint64)
    assert [int(form_levels(ours, np.array([x], np.uint64))[0]) for x in (0b1000, 0b1001, 0b11, 0b111)] == [
        0,
        128 + 63,
        255,
        255,
    ]


def test_strangers_texts_are_worth_nothing() -> None:
    snapshot = market(3, 60, 60, stated=1.0)
    level = market_of(snapshot.startups, snapshot.mandates).text_level.astype(int)
    dots = snapshot.startups.text.astype(int) @ snapshot.mandates.text.astype(int).T
    found = level[np.clip(dots, 0, 16383) >> 3]
    assert 0.35 < (found == 0).mean() < 0.55
    assert 0 < (found == 255).mean() < 0.03
    assert found[dots == dots.max()].max() == 255


@pytest.mark.parametrize("points", [engine.DEFAULT_FOR_STARTUP, engine.DEFAULT_FOR_INVESTOR])
def test_points_that_nobody_can_earn_go_to_the_record(points: tuple[int, ...]) -> None:
    every, record = np.ones(8, np.bool_), np.isin(np.arange(8), RECORDED)
    given = np.array(points)
    assert share_out(given, every).tolist() == list(points)
    assert share_out(given, record)[RECORDED].tolist() == [250] * 4
    no_text = every & (np.arange(8) != FACTORS.index("text"))
    some = share_out(given, no_text)
    assert some.sum() == POINTS
    assert some[FACTORS.index("text")] == 0
    assert some[~record].tolist() == np.where(no_text, given, 0)[~record].tolist()
    assert some[0] == some.max()
