"""Affinities: thesis without deals, record with many, nought with neither; never dependent on the others."""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.matching.engine.affinity import affinity
from matchmaker.matching.engine.affinity.affinity import (
    Affinities,
    Deals,
    Declared,
    Events,
    MarketRecord,
    Related,
)
from matchmaker.matching.engine.affinity.history import KINDS
from matchmaker.matching.engine.definition.columns import FACTORS
from matchmaker.matching.engine.definition.columns import NEUTRAL as NOT_STATED

TODAY = 739_000
S, B, P = 5, 4, 3
NEUTRAL = 85
AXES = ("sector", "stage", "place")
HALF_LIFE = int(affinity.RULE.half_life)


def deals(*rows):
    """(owner, age in days, sector, stage, place) per row."""
    table = np.array(rows, np.int64).reshape(-1, 5)
    sectors = np.full((len(table), 6), -1, np.int16)
    sectors[:, 0] = table[:, 2]
    return Deals(
        owner=table[:, 0].astype(np.int32),
        day=(TODAY - table[:, 1]).astype(np.int32),
        sectors=sectors,
        stage=table[:, 3].astype(np.int8),
        place=table[:, 4].astype(np.int16),
    )


def declared(owners, sectors=None, **more):
    named = np.zeros((len(owners), S), np.uint8)
    for row, values in (sectors or {}).items():
        named[row, values] = 1
    none = np.zeros((len(owners), B), np.uint8), np.zeros((len(owners), P), np.uint8)
    return Declared(np.array(owners, np.int32), named, *none, **more)


def work_out(record, theses, related=None, **more):
    related = related or Related.none(S, B, P)
    investors = int(theses.owner.max()) + 1
    market = affinity.market_record(record, investors, related, today=TODAY)
    return affinity.affinities(record, theses, market, related, **more)


def even_market():
    """Where no one has done anything: every value of an axis has the same share."""
    return affinity.market_record(deals(), 1, Related.none(S, B, P), today=TODAY)


def test_without_thesis_and_record_everything_is_neutral():
    got = work_out(deals(), declared([0, 1]))
    for factor, column in (("sector", got.sector), ("stage", got.stage), ("place", got.place)):
        assert np.unique(column).tolist() == [NOT_STATED[FACTORS.index(factor)]]
    assert got.activity.tolist() == [NEUTRAL, NEUTRAL]


@pytest.mark.parametrize("axis", AXES)
@pytest.mark.parametrize("count", [1, 3, 30])
def test_what_a_thesis_does_not_name_is_never_held_against_anyone(axis, count):
    """Whatever the record: its deals raise what they were in, and lower nothing."""
    record = deals(*[(0, 10 * at, 1, 1, 1) for at in range(count)], *[(1, 10, 0, 0, 0)] * 9)
    got = getattr(work_out(record, declared([0, 1, 2])), axis)
    neutral = NOT_STATED[FACTORS.index(axis)]
    assert (got >= neutral).all()
    assert got[0, 1] > neutral
    assert (got[2] == neutral).all()


def test_few_deals_or_none_are_not_held_against_anyone():
    record = deals((0, 10, 0, 0, 0), *[(1, 10 * at, 0, 0, 0) for at in range(40)])
    got = work_out(record, declared([0, 1, 2])).activity
    assert got[1] > got[0] == got[2] == NEUTRAL


def test_sectors_that_are_only_read_from_a_description_raise_and_lower_nothing():
    said = declared([0, 1], {0: [0], 1: [0]}, only_inferred=np.array([True, False]))
    read, stated = work_out(deals(), said).sector
    assert read[0] == stated[0] == 255
    assert (read[1:] == NOT_STATED[0]).all()
    assert (stated[1:] < NOT_STATED[0]).all()


def test_without_record_the_thesis_speaks_and_related_sectors_lie_between():
    similar = np.eye(S, dtype=np.float32)
    similar[0, 1] = similar[1, 0] = 0.6
    related = replace(Related.none(S, B, P), sector=similar)
    got = work_out(deals(), declared([0], {0: [0]}), related).sector[0]
    assert got[0] > got[1] > NEUTRAL > got[2]
    assert got[2] == got[3] == got[4]


def test_many_deals_outweigh_the_thesis():
    thesis = declared([0, 1], {0: [0], 1: [0]})
    record = deals(*[(0, 100, 3, 0, 0)] * 50, *[(1, 100, 0, 0, 0)] * 50)
    got = work_out(record, thesis).sector[0]
    assert got[3] > NEUTRAL
    assert got[0] < got[3]


def test_the_record_is_shared_by_the_theses_of_an_investor():
    got = work_out(deals(*[(0, 10, 2, 1, 1)] * 8, (1, 10, 0, 0, 0)), declared([0, 0, 1], {1: [4]}))
    assert np.array_equal(got.stage[0], got.stage[1])
    assert got.activity[0] == got.activity[1] > got.activity[2]
    assert got.sector[1, 4] > got.sector[0, 4]


def test_old_deals_fade_and_answers_count():
    record = deals((0, 10, 0, 0, 0), (1, 3000, 0, 0, 0))
    got = work_out(record, declared([0, 1, 2]))
    assert got.activity[0] > got.activity[1] >= got.activity[2]
    answers = Events(np.array([2], np.int32), np.array([TODAY], np.int32))
    assert work_out(record, declared([0, 1, 2]), answered=answers).activity[2] > got.activity[2]


@pytest.mark.parametrize("axis", AXES)
def test_two_deals_of_a_half_life_ago_say_what_one_of_today_says(axis):
    record = deals(*[(0, HALF_LIFE, 1, 1, 1)] * 2, (1, 0, 1, 1, 1), (2, HALF_LIFE, 1, 1, 1))
    got = affinity.affinities(record, declared([0, 1, 2]), even_market(), Related.none(S, B, P))
    two_old, one_new, one_old = getattr(got, axis)
    assert two_old.tolist() == one_new.tolist()
    assert one_new[1] > one_old[1] > NEUTRAL


@pytest.mark.parametrize("axis", AXES)
def test_two_deals_of_a_half_life_ago_are_the_share_of_one_of_today(axis):
    record = deals(*[(0, HALF_LIFE, 0, 0, 0)] * 2, (0, 0, 1, 1, 1))
    market = affinity.market_record(record, 1, Related.none(S, B, P), today=TODAY)
    old, new, none = getattr(market, f"{axis}_share")[:3]
    assert old == new == pytest.approx(3 * none)  # one deal and the half that everyone starts with


@pytest.mark.parametrize("axis", AXES)
def test_a_deal_speaks_for_its_neighbours_too(axis):
    similar = getattr(Related.none(S, B, P), axis)
    similar[0, 1] = similar[1, 0] = 0.6
    related = replace(Related.none(S, B, P), **{axis: similar})
    theses = declared([0], hearsay=True)
    got = affinity.affinities(deals((0, 0, 0, 0, 0)), theses, even_market(), related)
    own, neighbour, stranger = getattr(got, axis)[0, :3]
    assert own > neighbour > stranger


@pytest.mark.parametrize("axis", AXES)
def test_a_thesis_speaks_on_every_axis(axis):
    named = np.zeros_like(getattr(declared([0]), f"{axis}s"))
    named[0, 0] = 1
    got = work_out(deals(), replace(declared([0]), **{f"{axis}s": named}))
    said = {name: getattr(got, name)[0] for name in AXES}
    neutral = dict(zip(FACTORS, NOT_STATED, strict=True))
    assert said[axis][0] > neutral[axis] > said[axis][1]
    assert all((said[other] == neutral[other]).all() for other in AXES if other != axis)


@pytest.mark.parametrize("kind", KINDS)
def test_a_lift_counts_what_its_kind_is_worth_in_the_market(kind):
    """Only one kind is worth anything, twice its lift: it alone makes its byte, all others stay neutral."""
    record, theses, related = deals((0, 0, 1, 1, 1)), declared([0, 1], hearsay=True), Related.none(S, B, P)
    market = replace(even_market(), worth=2.0 * np.array([name == kind for name in KINDS]))
    got = affinity.affinities(record, theses, market, related)
    lift = getattr(affinity.lifts(record, theses, market, related), kind)
    assert np.ptp(lift) > 0
    for column in (f.name for f in fields(Affinities)):
        counts = column == (kind if kind in AXES else "activity")
        expected = affinity.to_level(2 * lift) if counts else NEUTRAL
        assert (getattr(got, column) == expected).all()


def test_a_round_of_many_counts_less_than_one_alone():
    record = replace(deals((0, 10, 0, 0, 0), (1, 10, 0, 0, 0)), partners=np.array([1, 9], np.int16))
    got = work_out(record, declared([0, 1]))
    assert got.activity[0] > got.activity[1]


def test_ever_counts_old_deals_and_every_partner_in_full():
    record = replace(deals((0, 10, 0, 0, 0), (1, 3000, 0, 0, 0)), partners=np.array([1, 9], np.int16))
    related = Related.none(S, B, P)
    market = affinity.market_record(record, 3, related, today=TODAY)
    ever = affinity.lifts(record, declared([0, 1, 2]), market, related).ever
    assert market.ever == pytest.approx(2 / 3)
    assert ever[0] == ever[1] > 0 > ever[2]


@pytest.mark.parametrize(("lift", "level"), [(-9, 0), (-2, 0), (0, 85), (1, 128), (4, 255), (9, 255)])
def test_levels(lift, level):
    assert affinity.to_level(np.array([lift]))[0] == level


def test_a_market_record_survives_storage():
    record = affinity.market_record(deals((0, 5, 1, 1, 1)), 2, Related.none(S, B, P), today=TODAY)
    back = MarketRecord.from_arrays(record.to_arrays())
    for name in ("today", "lately", "steadily", "ever"):
        assert getattr(back, name) == getattr(record, name)
    assert back.worth.tolist() == record.worth.tolist()
    assert np.array_equal(back.sector_share, record.sector_share)


def test_startups_on_the_platform_shape_the_market():
    sectors = np.full((3, 6), -1, np.int16)
    sectors[:, 0] = 4
    stage, home = np.zeros(3, np.int8), np.array([0, -1, 2], np.int16)
    related = Related.none(S, B, P)
    market = affinity.market_record(deals(), 1, related, today=TODAY, sectors=sectors, stage=stage, home=home)
    assert market.sector_share.tolist() == [pytest.approx(x) for x in (0.5 / 5.5,) * 4 + (3.5 / 5.5,)]
    assert market.place_share.argmin() == 1


AGES, VALUES = st.integers(0, 5000), [st.integers(-1, k - 1) for k in (S, B, P)]
row = st.tuples(st.integers(0, 5), AGES, *VALUES)
similar = np.eye(S, dtype=np.float32)
similar[0, 1] = similar[1, 0] = similar[2, 3] = 0.6
RELATED = replace(Related.none(S, B, P), sector=similar)


@settings(max_examples=60)
@given(st.lists(row, max_size=40), st.randoms(use_true_random=False), st.integers(0, 5))
def test_neither_row_order_nor_the_others_matter(rows, random, alone):
    theses = declared(list(range(6)), {1: [0, 2], 4: [3]})
    theses = replace(theses, fields=theses.sectors * (np.arange(S, dtype=np.uint8) != 2))
    market = affinity.market_record(deals(*rows), 6, RELATED, today=TODAY)
    whole = affinity.affinities(deals(*rows), theses, market, RELATED)

    shuffled = sorted(rows, key=lambda _: random.random())
    again = affinity.affinities(deals(*shuffled), theses, market, RELATED)

    own = [(0, *r[1:]) for r in rows if r[0] == alone]
    columns = {f.name: getattr(theses, f.name) for f in fields(theses)}
    columns = {name: column for name, column in columns.items() if isinstance(column, np.ndarray)}
    mine = replace(theses, **{name: column[alone : alone + 1] for name, column in columns.items()})
    mine = replace(mine, owner=np.zeros(1, np.int32))
    one = affinity.affinities(deals(*own), mine, market, RELATED)
    for f in fields(Affinities):
        assert np.array_equal(getattr(whole, f.name), getattr(again, f.name))
        assert np.array_equal(getattr(whole, f.name)[alone], getattr(one, f.name)[0])


@settings(max_examples=60)
@given(st.lists(row, min_size=1, max_size=30), st.integers(0, S - 1))
def test_one_more_deal_never_lowers_its_own_affinity(rows, sector):
    theses = declared(list(range(6)))
    market = affinity.market_record(deals(*rows), 6, Related.none(S, B, P), today=TODAY)
    before = affinity.affinities(deals(*rows), theses, market, Related.none(S, B, P))
    more = deals(*rows, (0, 0, sector, -1, -1))
    after = affinity.affinities(more, theses, market, Related.none(S, B, P))
    assert after.sector[0, sector] >= before.sector[0, sector]
    assert after.activity[0] >= before.activity[0]
    assert np.array_equal(after.sector[1:], before.sector[1:])
