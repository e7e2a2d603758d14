"""The rows of bytes that a thesis keeps ready, and those that a startup mixes into its levels.

Every factor but the forms is a mean of such rows: one a sector, stage, place, need; one a range of ticket
buckets that can be asked; one for what the startup did not state; the activity; the best that a text can be.
Of the forms, which are counted, there is one each: 1 where the thesis accepts it. The last row holds what
needs count at least: neutral where the thesis offers nothing but money.
"""

import numpy as np

from matchmaker.matching.engine.definition.columns import (
    BUCKETS,
    FACTORS,
    MAX_FORMS,
    TOP_LEVEL,
    Array,
    Snapshot,
    Theses,
)
from matchmaker.matching.engine.definition.factors import (
    SHARES,
    bits_of,
    offers_nothing,
    shares,
    ticket_levels,
)
from matchmaker.matching.engine.kernel.tiles import LANES, tiled

SECTOR, STAGE, TICKET, PLACE, NEEDS, FORMS, TEXT, ACTIVITY = range(8)
# Needs are mixed apart from the factors: those that count as they are and those that depend on the field.
PLAIN, BY_FIELD, MIXES = range(8, 11)
ASKED = np.stack(np.triu_indices(BUCKETS), axis=1)  # every range of ticket buckets: first, last
RANGE = np.zeros((BUCKETS, BUCKETS), np.int64)  # … and its place in ASKED
RANGE[ASKED[:, 0], ASKED[:, 1]] = np.arange(len(ASKED))
# uint8[300,300]: the level of every range asked with every range that a ticket can be.
TICKETS = ticket_levels(*ASKED.T, *ASKED.T[..., None]).astype(np.uint8)


def first_rows(snapshot: Snapshot) -> Array:
    """int64[11]: where the rows of each factor begin, those of what is not stated, that of what needs
    count at least, and how many there are."""
    m, sizes = snapshot.theses, [0] * len(FACTORS)
    sizes[SECTOR], sizes[STAGE] = m.sector_affinity.shape[1], m.stage_affinity.shape[1]
    sizes[PLACE], sizes[NEEDS] = m.place_affinity.shape[1], snapshot.startups.needs.shape[1]
    sizes[TICKET], sizes[FORMS], sizes[TEXT], sizes[ACTIVITY] = len(ASKED), MAX_FORMS, 1, 1
    return np.cumsum([0, *sizes, len(FACTORS), 1])


def level_rows(snapshot: Snapshot, order: Array, idle: int) -> Array:
    """uint8[T·R·512]: the rows of the theses in this order, then idle lanes, tile by tile."""
    m, neutral = snapshot.theses, snapshot.market.neutral
    kinds = np.arange(snapshot.startups.needs.shape[1], dtype=np.uint32)
    offers = m.offers[order]
    offered = TOP_LEVEL * ((offers >> kinds[:, None]) & np.uint32(1))
    best_text = np.where(m.text[order].any(axis=1), snapshot.market.text_level[-1], neutral[TEXT])
    rows = [
        m.sector_affinity[order].T,
        m.stage_affinity[order].T,
        _tickets(m, order, int(neutral[TICKET])),
        m.place_affinity[order].T,
        offered,
        (m.forms[order].astype(np.uint32) >> np.arange(MAX_FORMS, dtype=np.uint32)[:, None]) & np.uint32(1),
        best_text[None],
        m.activity[order][None],
        np.repeat(neutral[:, None], len(order), axis=1),
        np.where(offers_nothing(m, snapshot.market)[order], neutral[NEEDS], 0)[None],
    ]
    return tiled([x.astype(np.uint8) for x in rows], idle)


def _tickets(m: Theses, order: Array, neutral: int) -> Array:
    """uint8[300,m]: factors.ticket_levels for every range that can be asked."""
    low, high = m.ticket[order].T
    return np.where(low < 0, np.uint8(neutral), TICKETS[:, RANGE[low, high]])


def slots(snapshot: Snapshot) -> tuple[Array, Array, Array, Array]:
    """The rows that each startup mixes, their shares, and their shares without what money meets.

    Startup by startup and mix by mix.
    """
    first, rows = first_rows(snapshot), []
    all_shares: list[Array] = []
    all_others: list[Array] = []
    for factor, row, share, other, silent in _mixes(snapshot):
        not_stated = np.full_like(share[:, :1], first[len(FACTORS)] + factor)
        rows.append(np.concatenate([row + first[factor], not_stated], axis=1))
        for found, shared in ((all_shares, share), (all_others, other)):
            found.append(np.concatenate([shared, SHARES * silent[:, None]], axis=1))
    is_used = [(share > 0) | (other > 0) for share, other in zip(all_shares, all_others, strict=True)]
    counts = np.stack([used.sum(axis=1) for used in is_used], axis=1).ravel()
    every = np.concatenate(is_used, axis=1)
    row, share, other = (np.concatenate(x, axis=1)[every] for x in (rows, all_shares, all_others))
    slot = np.concatenate([[0], np.cumsum(counts)])
    return slot, (row * LANES).astype(np.int32), share.astype(np.uint16), other.astype(np.uint16)


def forms(snapshot: Snapshot) -> tuple[Array, Array]:
    """(start int64[n+1], row int32[…]): rows of the forms that each startup accepts, of investing first."""
    s, first = snapshot.startups, first_rows(snapshot)
    by_money = np.argsort(~bits_of(snapshot.market.investing, MAX_FORMS), kind="stable")
    accepted = (s.forms[:, None] >> by_money.astype(np.uint64)) & np.uint64(1)
    startup, place = np.nonzero(accepted)
    start = np.searchsorted(startup, np.arange(len(s) + 1))
    return start, ((by_money[place] + first[FORMS]) * LANES).astype(np.int32)


def _mixes(snapshot: Snapshot) -> list[tuple[int, Array, Array, Array, Array]]:
    """For each mix its factor, rows int64[n,k] of that factor with shares of 256 (zero: not used), the same
    without what money meets, and who states none, bool[n]."""
    s, market = snapshot.startups, snapshot.market
    mix = shares(s, market)
    only, none = np.zeros((len(s), 1), np.int64), np.zeros((len(s), 1), np.int64)
    asking = (s.ask[:, 0] >= 0) & s.seeks_capital
    kinds = np.broadcast_to(np.arange(s.needs.shape[1]), s.needs.shape)
    by_field, never = bits_of(market.by_field, s.needs.shape[1]), np.zeros(len(s), np.bool_)
    means = [
        (s.sectors, mix.sectors),
        (s.stage[:, None], _whole(s.stage >= 0)),
        (RANGE[s.ask[:, :1], s.ask[:, 1:]], _whole(asking)),
        (s.places, mix.places),
        (only, none),
        (only, none),
        (only, _whole(np.asarray(s.text.any(axis=1)))),
        (only, none + SHARES),
    ]
    found = [(factor, rows, share, share, ~share.any(axis=1)) for factor, (rows, share) in enumerate(means)]
    for kind in (~by_field, by_field):
        found.append((NEEDS, kinds, mix.needs * kind, mix.other_needs * kind, never))
    return found


def most_needs(snapshot: Snapshot) -> Array:
    """uint8[2,n]: what needs give at most that count as they are, and that without what money meets."""
    mix = shares(snapshot.startups, snapshot.market)
    plain = ~bits_of(snapshot.market.by_field, mix.needs.shape[1])
    totals = [(share * plain).sum(axis=1) for share in (mix.needs, mix.other_needs)]
    return (TOP_LEVEL * np.stack(totals) >> 8).astype(np.uint8)


def least_needs(snapshot: Snapshot) -> Array:
    """int32[n]: where the row of what needs count at least begins: the theses' own, or neutral for all."""
    first, other = first_rows(snapshot), shares(snapshot.startups, snapshot.market).other_needs
    row = np.where(other.any(axis=1), first[-2], first[len(FACTORS)] + NEEDS)
    return (row * LANES).astype(np.int32)


def _whole(stated: Array) -> Array:
    """int64[n,1]: all of the share where something is stated."""
    return SHARES * stated[:, None].astype(np.int64)
