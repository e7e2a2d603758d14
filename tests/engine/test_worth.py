"""Worth: one where nothing is known, more for what foretells, and no trace of days to come."""

from __future__ import annotations

import numpy as np
import pytest

from matchmaker.engine.affinity.affinity import Deals, Related
from matchmaker.engine.affinity.axis_weights import worth
from matchmaker.engine.affinity.history import WORTH
from matchmaker.engine.definition.columns import Array

TODAY = 739_000
S, B, P = 4, 3, 3
RELATED = Related.none(S, B, P)


def market(count: int, seed: int = 0, days: int = 1500) -> tuple[Deals, Array]:
    """Deals of twelve investors in so many days, each true to one sector; stage and place by chance."""
    random = np.random.default_rng(seed)
    owner = random.integers(0, 12, count)
    sectors = np.full((count, 6), -1, np.int16)
    sectors[:, 0] = owner % S
    stage, place = random.integers(0, B, count), random.integers(0, P, count)
    day = TODAY - random.integers(0, days, count)
    deals = Deals(
        owner.astype(np.int32), day.astype(np.int32), sectors, stage.astype(np.int8), place.astype(np.int16)
    )
    return deals, np.arange(count)


def test_an_empty_record_leaves_the_belief() -> None:
    deals, startup = market(0)
    assert worth(deals, startup, RELATED, today=TODAY).tolist() == list(WORTH)


def test_a_thin_record_moves_it_a_little() -> None:
    deals, startup = market(15)
    assert worth(deals, startup, RELATED, today=TODAY) == pytest.approx(list(WORTH), abs=1)


def test_what_investors_are_true_to_is_worth_more_than_chance() -> None:
    deals, startup = market(900)
    sector, stage, place, *_ = worth(deals, startup, RELATED, today=TODAY)
    assert sector > 1
    assert max(stage, place) < 1


def test_a_young_market_is_asked_too() -> None:
    deals, startup = market(300, days=60)
    sector, stage, place, *_ = worth(deals, startup, RELATED, today=TODAY)
    assert sector > 1
    assert max(stage, place) < 1


def test_a_record_that_ended_long_ago_is_asked_up_to_its_end() -> None:
    deals, startup = market(300, days=600)
    at_once = worth(deals, startup, RELATED, today=int(deals.day.max()))
    assert worth(deals, startup, RELATED, today=TODAY + 2000).tolist() == at_once.tolist()


def test_an_odd_old_date_moves_next_to_nothing() -> None:
    deals, startup = market(300, days=60)
    before = worth(deals, startup, RELATED, today=TODAY)
    deals.day[0] = TODAY - 30_000
    assert worth(deals, startup, RELATED, today=TODAY) == pytest.approx(before.tolist(), abs=0.2)


def test_startups_known_before_a_look_are_not_foretold() -> None:
    deals, _ = market(300)
    everybody_known = np.zeros(300, np.int64)
    assert worth(deals, everybody_known, RELATED, today=TODAY).tolist() == list(WORTH)


def test_the_order_of_the_deals_does_not_matter() -> None:
    deals, startup = market(400)
    turn = np.random.default_rng(2).permutation(400)
    turned = Deals(
        deals.owner[turn], deals.day[turn], deals.sectors[turn], deals.stage[turn], deals.place[turn]
    )
    straight = worth(deals, startup, RELATED, today=TODAY)
    assert worth(turned, startup[turn], RELATED, today=TODAY) == pytest.approx(straight, abs=1e-9)
