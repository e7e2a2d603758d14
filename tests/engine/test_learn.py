"""What decisions and deals teach."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.engine import DEFAULT_FOR_INVESTOR, DEFAULT_FOR_STARTUP, learning
from matchmaker.matching.engine.affinity.affinity import Deals, Related
from matchmaker.matching.engine.affinity.axis_weights import worth
from matchmaker.matching.engine.affinity.history import WORTH

DEFAULT = np.array(DEFAULT_FOR_INVESTOR)


def decisions(count, slopes, seed=0):
    """Levels of random pairs, and answers given with these slopes per factor."""
    random = np.random.default_rng(seed)
    levels = random.integers(0, 256, (count, 8), dtype=np.uint8)
    score = (levels / 255 - 0.5) @ np.array(slopes)
    return levels, random.random(count) < 1 / (1 + np.exp(-score))


ONLY_NEEDS = [0.0, 0, 0, 0, 9, 0, 0, 0]


def test_few_decisions_change_nothing_and_say_so():
    got = learning.weights(*decisions(learning.MIN_DECISIONS - 1, ONLY_NEEDS), DEFAULT, DEFAULT)
    assert (got.points.tolist(), got.reason) == (DEFAULT.tolist(), learning.TOO_FEW)


def test_answers_of_one_kind_change_nothing():
    levels, _ = decisions(200, ONLY_NEEDS)
    assert learning.weights(levels, np.ones(200, np.bool_), DEFAULT, DEFAULT).reason == learning.TOO_FEW


def test_many_decisions_move_the_weight_to_what_people_decide_by():
    got = learning.weights(*decisions(2000, ONLY_NEEDS), DEFAULT, DEFAULT)
    assert got.reason == learning.ADOPT
    assert got.loss < got.loss_before
    assert got.points.argmax() == 4
    assert got.points[4] > 600 > DEFAULT[4]


def test_as_few_decisions_as_anything_is_learned_from_leave_most_of_the_belief():
    """However clear they are: forty decisions go less than two thirds of the way, on average."""
    made = [decisions(learning.MIN_DECISIONS, ONLY_NEEDS, seed) for seed in range(20)]
    few = [learning.weights(*some, DEFAULT, DEFAULT) for some in made]
    moved = [np.abs(got.points - DEFAULT).sum() / 2 for got in few]
    assert {got.reason for got in few} == {learning.ADOPT}
    assert 0 < np.mean(moved) < (1000 - DEFAULT[4]) * 2 / 3


def test_decisions_that_follow_the_defaults_leave_them():
    levels, answers = decisions(400, (DEFAULT / 1000 * 12).tolist())
    got = learning.weights(levels, answers, DEFAULT, DEFAULT)
    assert got.reason == learning.NO_BETTER or np.abs(got.points - DEFAULT).max() < 120


def test_answers_at_random_are_not_adopted():
    found = [learning.weights(*decisions(300, [0.0] * 8, seed), DEFAULT, DEFAULT) for seed in range(8)]
    assert sum(got.reason == learning.ADOPT for got in found) <= 2


def test_a_factor_that_seems_to_repel_gets_nothing_rather_than_less():
    got = learning.weights(*decisions(2000, [6.0, 0, 0, 0, -6, 0, 0, 0]), DEFAULT, DEFAULT)
    assert got.points[4] == 0


@settings(max_examples=25)
@given(
    st.integers(40, 300),
    st.lists(st.floats(-8, 8), min_size=8, max_size=8),
    st.integers(0, 99),
    st.sampled_from([DEFAULT_FOR_INVESTOR, DEFAULT_FOR_STARTUP, (1000, 0, 0, 0, 0, 0, 0, 0)]),
)
def test_points_are_always_weights(count, slopes, seed, force):
    got = learning.weights(*decisions(count, slopes, seed), np.array(force), DEFAULT)
    assert got.points.sum() == 1000
    assert got.points.min() >= 0
    if got.reason == learning.ADOPT:
        assert got.loss < got.loss_before


def test_the_order_of_factors_does_not_matter():
    levels, answers = decisions(500, [5.0, 0, 1, 0, 7, 0, 2, 0])
    turn = np.array([3, 1, 4, 0, 5, 7, 2, 6])
    straight = learning.weights(levels, answers, DEFAULT, DEFAULT).points
    turned = learning.weights(levels[:, turn], answers, DEFAULT[turn], DEFAULT[turn]).points
    assert np.abs(turned - straight[turn]).max() <= 1


def test_the_chance_shown_is_the_share_that_accepted():
    random = np.random.default_rng(3)
    score = random.random(5000)
    accepted = random.random(5000) < 1 / (1 + np.exp(-(6 * score - 4)))
    found = learning.calibrate(score, accepted)
    assert found is not None
    near = np.abs(score - 0.5) < 0.05
    assert found.chance(np.array([0.5]))[0] == pytest.approx(accepted[near].mean(), abs=0.04)
    assert found.slope == pytest.approx(6, abs=0.6)


@pytest.mark.parametrize(("count", "yes"), [(99, 50), (200, 19), (200, 190)])
def test_no_chance_is_shown_on_thin_evidence(count, yes):
    accepted = np.arange(count) < yes
    assert learning.calibrate(np.linspace(0, 1, count), accepted) is None


def test_a_chance_never_falls_while_the_score_rises():
    score = np.linspace(0, 1, 300)
    found = learning.calibrate(score, score < 0.4)
    assert found is not None
    assert (np.diff(found.chance(score)) >= 0).all()


def test_choices_recover_what_choosers_go_by():
    random = np.random.default_rng(5)
    lifts = random.normal(size=(800, 20, 3))
    luck = random.gumbel(size=(800, 20))
    taken = (lifts @ np.array([1.5, 0.5, 0.0]) + luck).argmax(axis=1)
    found = learning.choices([lifts], [[np.array([t]) for t in taken]], np.ones(3), 1.0)
    assert found == pytest.approx([1.5, 0.5, 0.0], abs=0.15)


def test_choices_without_any_choice_are_the_belief():
    assert learning.choices([], [], np.array([1.0, 2.0]), 1.0).tolist() == [1.0, 2.0]


TODAY = 739_000
S, B, P = 4, 3, 3
RELATED = Related.none(S, B, P)


def market(count, seed=0, days=1500):
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


def test_an_empty_record_leaves_the_belief():
    deals, startup = market(0)
    assert worth(deals, startup, RELATED, today=TODAY).tolist() == list(WORTH)


def test_a_thin_record_moves_it_a_little():
    deals, startup = market(15)
    assert worth(deals, startup, RELATED, today=TODAY) == pytest.approx(list(WORTH), abs=1)


def test_what_investors_are_true_to_is_worth_more_than_chance():
    deals, startup = market(900)
    sector, stage, place, *_ = worth(deals, startup, RELATED, today=TODAY)
    assert sector > 1
    assert max(stage, place) < 1


def test_a_young_market_is_asked_too():
    deals, startup = market(300, days=60)
    sector, stage, place, *_ = worth(deals, startup, RELATED, today=TODAY)
    assert sector > 1
    assert max(stage, place) < 1


def test_a_record_that_ended_long_ago_is_asked_up_to_its_end():
    deals, startup = market(300, days=600)
    at_once = worth(deals, startup, RELATED, today=int(deals.day.max()))
    assert worth(deals, startup, RELATED, today=TODAY + 2000).tolist() == at_once.tolist()


def test_an_odd_old_date_moves_next_to_nothing():
    deals, startup = market(300, days=60)
    before = worth(deals, startup, RELATED, today=TODAY)
    deals.day[0] = TODAY - 30_000
    assert worth(deals, startup, RELATED, today=TODAY) == pytest.approx(before.tolist(), abs=0.2)


def test_startups_known_before_a_look_are_not_foretold():
    deals, _ = market(300)
    everybody_known = np.zeros(300, np.int64)
    assert worth(deals, everybody_known, RELATED, today=TODAY).tolist() == list(WORTH)


def test_the_order_of_the_deals_does_not_matter():
    deals, startup = market(400)
    turn = np.random.default_rng(2).permutation(400)
    turned = Deals(
        deals.owner[turn], deals.day[turn], deals.sectors[turn], deals.stage[turn], deals.place[turn]
    )
    straight = worth(deals, startup, RELATED, today=TODAY)
    assert worth(turned, startup[turn], RELATED, today=TODAY) == pytest.approx(straight, abs=1e-9)


def test_weights_are_judged_by_what_came_later():
    got = learning.judged(*decisions(300, ONLY_NEEDS), DEFAULT, DEFAULT)
    assert (got.reason, got.judged, got.missing) == (learning.ADOPT, 100, (0, 0, 0))
    assert got.loss_before - got.loss > got.margin > 0
    assert got.points.argmax() == 4


def test_a_random_record_is_no_better():
    found = [learning.judged(*decisions(120, [0.0] * 8, seed), DEFAULT, DEFAULT) for seed in range(20)]
    assert {got.reason for got in found} == {learning.NO_BETTER}


def test_a_preference_that_ended_before_the_last_third_is_no_better():
    early, yes = decisions(200, ONLY_NEEDS)
    late, said = decisions(100, [0, 0, 9.0, 0, 0, 0, 0, 0], seed=1)
    levels, accepted = np.concatenate([early, late]), np.concatenate([yes, said])
    assert learning.weights(early, yes, DEFAULT, DEFAULT).reason == learning.ADOPT
    assert learning.judged(levels, accepted, DEFAULT, DEFAULT).reason == learning.NO_BETTER


@pytest.mark.parametrize(
    ("answers", "missing"),
    [
        ([], (60, 12, 12)),
        ([True] * 60, (12, 0, 12)),
        ([True, False] * 25, (10, 0, 0)),
        ([True] * 30 + [False] * 30, (4, 4, 0)),
    ],
)
def test_what_is_missing_is_counted(answers, missing):
    levels = decisions(len(answers), ONLY_NEEDS)[0] if answers else np.zeros((0, 8), np.uint8)
    got = learning.judged(levels, np.array(answers, np.bool_), DEFAULT, DEFAULT)
    assert (got.reason, got.missing) == (learning.TOO_FEW, missing)
