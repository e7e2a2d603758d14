"""The gates as bitmaps of lanes: the rows that a thesis keeps ready, and those that a startup unites.

A startup's gates are unions that a lane must be in, one after the other: the lanes that let in one of its
sectors, those that let in its stage, … , those that do not refuse its first trait, its second trait …
"""

import numpy as np

from matchmaker.matching.engine.definition.columns import BUCKETS, MAX_FORMS, Array, Must, Snapshot
from matchmaker.matching.engine.kernel.tiles import LANES, WORDS

IN_USE, SECTOR, STAGE, LOW, HIGH, PLACE, FORM, ADMITS, LACKS = range(9)


def first_rows(snapshot: Snapshot) -> Array:
    """int64[10]: where the rows of each kind begin, and how many there are.

    Those of the must-haves come twice: first where the thesis must have it, then where the startup must.
    """
    m = snapshot.theses
    sectors, bands, places = (x.shape[1] for x in (m.sector_affinity, m.stage_affinity, m.place_affinity))
    traits = 64 * m.traits.shape[1]
    twice = (2 * x for x in (sectors, bands, BUCKETS, BUCKETS, places, MAX_FORMS))
    return np.cumsum([0, 1, *twice, traits, traits])


def gate_rows(snapshot: Snapshot, order: Array, idle: int) -> Array:
    """uint64[T·G·8]: the bitmaps of the theses in this order, then idle lanes, tile by tile."""
    m, buckets = snapshot.theses, np.arange(BUCKETS)
    sectors, places, traits = m.sector_affinity.shape[1], m.place_affinity.shape[1], 64 * m.traits.shape[1]
    asking = m.ticket[:, 0] >= 0

    def gate(bit: Must, lets_in: Array, stated: Array) -> Array:
        """Lanes without the must-have pass, and so does a startup without the field."""
        passes = lets_in | ~stated[:, None]
        return np.concatenate([passes | ((m.must & bit) == 0)[:, None], passes], axis=1)

    kinds = [
        np.ones((len(m), 1), np.bool_),
        gate(Must.SECTOR, bits(m.sector_scope, sectors), _any(m.sector_scope)),
        gate(Must.STAGE, bits(m.stage_scope[:, None], m.stage_affinity.shape[1]), m.stage_scope != 0),
        gate(Must.TICKET, m.ticket[:, :1] <= buckets, asking),
        gate(Must.TICKET, m.ticket[:, 1:] >= buckets, asking),
        gate(Must.PLACE, bits(m.place_scope, places), _any(m.place_scope)),
        gate(Must.FORMS, bits(m.forms[:, None], MAX_FORMS), m.forms != 0),
        ~bits(m.refuses, traits),
        ~bits(m.traits, traits),
    ]
    rows = [_words(kind, order, idle) for kind in kinds]
    return np.concatenate(rows, axis=1).ravel()


def _any(sets: Array) -> Array:
    """bool[r]: which rows have a bit at all."""
    return np.asarray(sets.any(axis=1))


def _words(kind: Array, order: Array, idle: int) -> Array:
    """bool[m,r] as uint64[T,r,8] in the order of the lanes."""
    laid = np.pad(kind[order].T, ((0, 0), (0, idle))).reshape(kind.shape[1], -1, LANES)
    packed = np.packbits(np.ascontiguousarray(laid.transpose(1, 0, 2)), axis=2, bitorder="little")
    return packed.view(np.uint64)


def bits(sets: Array, size: int) -> Array:
    """bool[r,size]: bit sets uint64[r,⌈size/64⌉], or wider, unpacked."""
    raw = np.ascontiguousarray(sets).view(np.uint8)
    return np.unpackbits(raw, axis=1, bitorder="little")[:, :size].astype(np.bool_)


def unions(snapshot: Snapshot) -> tuple[Array, Array, Array]:
    """(start int64[n+1], row int32[…], open uint64[…]): the rows that each startup unites, see Asks."""
    s, first = snapshot.startups, first_rows(snapshot)
    m, words = snapshot.theses, s.traits.shape[1]
    at, which, row = [], [], []

    def unite(clause: Array | int, who: Array, rows: Array) -> None:
        at.append(who)
        which.append(np.broadcast_to(clause, who.shape))
        row.append(rows)

    def chosen(kind: int, bit: Must, size: int, who: Array, value: Array) -> None:
        unite(kind, who, first[kind] + size * ((s.must[who] & bit) != 0) + value)

    for kind, bit, column, size in (
        (SECTOR, Must.SECTOR, s.sectors, m.sector_affinity.shape[1]),
        (STAGE, Must.STAGE, s.stage[:, None], m.stage_affinity.shape[1]),
        (PLACE, Must.PLACE, s.places, m.place_affinity.shape[1]),
    ):
        who, place = np.nonzero(column >= 0)
        chosen(kind, bit, size, who, column[who, place])
    asking = np.flatnonzero((s.ask[:, 0] >= 0) & s.seeks_capital)
    chosen(LOW, Must.TICKET, BUCKETS, asking, s.ask[asking, 1])
    chosen(HIGH, Must.TICKET, BUCKETS, asking, s.ask[asking, 0])
    chosen(FORM, Must.FORMS, MAX_FORMS, *np.nonzero(bits(s.forms[:, None], MAX_FORMS)))
    for kind, sets in ((ADMITS, s.traits), (LACKS, s.refuses)):
        who, trait = np.nonzero(bits(sets, 64 * words))
        unite(first[kind] + trait, who, first[kind] + trait)
    startup, clause, rows = (np.concatenate(x).astype(np.int64) for x in (at, which, row))
    key = startup * (int(first[-1]) + 1) + clause
    order = np.argsort(key, kind="stable")
    ends = np.append(np.diff(key[order]) != 0, True)[: len(order)]
    still = np.where(ends, np.uint64(0), ~np.uint64(0))
    start = np.searchsorted(startup[order], np.arange(len(s) + 1))
    return start, (rows[order] * WORDS).astype(np.int32), still
