"""The two sides laid out for the kernel: mandates as lanes, startups as asks.

A *lane* is one mandate's place in the long rows; lanes come in runs of 256 and gate words of 64. They are
sorted by what their must-haves let in, so that a startup finds long runs that are empty and skips them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matchmaker.engine.columns import (
    BUCKETS,
    MAX_FORMS,
    TOP_LEVEL,
    Array,
    Mandates,
    Must,
    Snapshot,
)
from matchmaker.engine.factors import OF, SHARES, shares
from matchmaker.engine.ranking import LOG, OCTAVE, TIES, ordinals

RUN, RUNS_OF_A_TILE = 256, 2


class Lanes(NamedTuple):
    """The investor side: x lanes (a multiple of 512, the last ones idle), c investors."""

    row: Array  # int32[x]    row in Mandates, -1 idle
    owner: Array  # int32[x]    row in Investors, 0 where idle
    lane_of: Array  # int32[m]    lanes of investor j are lane_of[start[j]:start[j + 1]]
    start: Array  # int32[c+1]
    bytes: Array  # uint8[S+B+P+N+1+32,x] affinities, offers as 0 / 255, activity, forms as 0 / 1
    offset: Array  # int64[6]    first row of sectors, stages, places, needs, activity, forms
    low: Array  # int16[x]    first and last bucket of the ticket; -1 not stated
    high: Array  # int16[x]
    forms_of: Array  # uint16[x]   OF[number of forms], 0 not stated
    weights: Array  # uint16[8,x]
    text: Array  # int8[x,D]
    text_shift: Array  # int32[x]    128 · Σ text
    text_stated: Array  # bool[x]
    text_top: Array  # uint8[x]    the highest level a text can reach, or neutral where not stated
    real: Array  # uint64[x/64] lanes in use
    # uint64[2,S,x/64] lanes that let sector s in: 0 where *they* must have it, 1 where the startup must
    sector_gate: Array
    stage_gate: Array  # uint64[2,B,x/64]
    low_gate: Array  # uint64[2,24,x/64] lanes whose ticket starts at or below bucket b
    high_gate: Array  # uint64[2,24,x/64] … ends at or above bucket b
    place_gate: Array  # uint64[2,P,x/64]
    form_gate: Array  # uint64[2,32,x/64]
    refuser: Array  # uint64[64W,x/64] lanes that refuse trait t
    trait: Array  # uint64[64W,x/64] lanes that have trait t
    price: Array  # int64[c]
    tie: Array  # int64[c]    TIES − place in the order of keys
    by_key: Array  # int64[c]    rows in the order of keys
    dear: Array  # float32[x]  2^(price / octave)
    neutral: Array  # uint16[8]
    text_level: Array  # uint8[2048]
    log: Array  # int32[255,001] ranking.LOG
    mandate_key: Array  # int64[x]


class Asks(NamedTuple):
    """The startup side. The slots of startup i and factor f are slot[4 i + f] … slot[4 i + f + 1]."""

    slot: Array  # int64[4n+1] factors sector, stage, place, needs
    slot_row: Array  # int32[…]    row of Lanes.bytes
    slot_share: Array  # uint16[…]   share of 256
    ask: Array  # int16[n,2]  -1 not stated, or does not apply
    forms: Array  # uint64[n]
    forms_of: Array  # uint16[n]
    text: Array  # int8[n,D]
    text_stated: Array  # bool[n]
    weights: Array  # uint16[n,8]
    must: Array  # uint8[n]
    traits: Array  # uint64[n,W]
    refuses: Array  # uint64[n,W]
    price: Array  # int64[n]
    tie: Array  # int64[n]
    by_key: Array  # int64[n]
    dear: Array  # float32[n]
    skip: Array  # int64[n+1]  pairs of startup i: skip_whom[skip[i]:skip[i + 1]]
    skip_whom: Array  # int32[…]    investors
    pin: Array  # int64[n+1]
    pin_whom: Array  # int32[…]


@dataclass(frozen=True)
class Prepared:
    """A snapshot laid out for the kernel. Keep it while the columns do not change."""

    snapshot: Snapshot
    lanes: Lanes
    asks: Asks


def prepare(snapshot: Snapshot) -> Prepared:
    """Lay out both sides; about 0.1 s for 20,000 mandates and 0.3 s for 100,000 startups."""
    lanes = lay_out_mandates(snapshot)
    return Prepared(snapshot, lanes, lay_out_startups(snapshot, lanes))


def lay_out_mandates(snapshot: Snapshot) -> Lanes:
    """The investor side of the snapshot as lanes."""
    m, c = snapshot.mandates, snapshot.investors
    order = _order(m)
    idle = -len(order) % (RUN * RUNS_OF_A_TILE) if len(order) else RUN * RUNS_OF_A_TILE
    row = np.concatenate([order, np.full(idle, -1)]).astype(np.int32)
    by_owner = np.argsort(m.owner[order], kind="stable")
    start = np.searchsorted(m.owner[order][by_owner], np.arange(len(c) + 1))
    table, offset = _bytes(snapshot, order)

    def laid(column: Array, dtype: type) -> Array:
        return np.concatenate([column[order].astype(dtype), np.zeros((idle, *column.shape[1:]), dtype)])

    counts = np.bitwise_count(m.forms)
    text_stated: Array = np.asarray(m.text.any(axis=1))
    top, neutral = snapshot.market.text_level[-1], snapshot.market.neutral
    owner = laid(m.owner, np.int32)
    return Lanes(
        row=row,
        owner=owner,
        lane_of=by_owner.astype(np.int32),
        start=start.astype(np.int32),
        bytes=np.pad(table, ((0, 0), (0, idle))),
        offset=offset,
        low=laid(m.ticket[:, 0], np.int16),
        high=laid(m.ticket[:, 1], np.int16),
        forms_of=laid(OF[counts], np.uint16),
        weights=np.ascontiguousarray(laid(m.weights, np.uint16).T),
        text=laid(m.text, np.int8),
        text_shift=laid(128 * m.text.sum(axis=1, dtype=np.int32), np.int32),
        text_stated=laid(text_stated, np.bool_),
        text_top=laid(np.where(text_stated, top, neutral[6]), np.uint8),
        price=c.price.astype(np.int64),
        tie=TIES - ordinals(c.key),
        by_key=np.argsort(c.key, kind="stable"),
        dear=np.exp2(c.price / OCTAVE).astype(np.float32)[owner] if len(c) else np.ones(len(row), np.float32),
        neutral=neutral.astype(np.uint16),
        text_level=np.array(snapshot.market.text_level),
        log=LOG,
        mandate_key=laid(m.key, np.int64),
        **_gates(m, order, idle),
    )


def _order(m: Mandates) -> Array:
    """Rows of the mandates, those with like must-haves side by side."""
    place = m.place_scope * ((m.must & Must.PLACE) != 0).astype(np.uint64)[:, None]
    stage = m.stage_scope * ((m.must & Must.STAGE) != 0).astype(np.uint64)
    sector = m.sector_scope * ((m.must & Must.SECTOR) != 0).astype(np.uint64)[:, None]
    ticket = np.where(m.must & Must.TICKET, m.ticket[:, 0], -1)
    return np.lexsort([m.key, ticket, *sector.T, *place.T, stage])


def _bytes(snapshot: Snapshot, order: Array) -> tuple[Array, Array]:
    """The feature-major byte rows of the lanes, and where each kind begins."""
    m, kinds = snapshot.mandates, snapshot.startups.needs.shape[1]
    offers = (m.offers[order] >> np.arange(kinds, dtype=np.uint32)[:, None]) & np.uint32(1)
    offered = np.where(m.offers[order] == 0, snapshot.market.neutral[4], TOP_LEVEL * offers)
    forms = (m.forms[order] >> np.arange(MAX_FORMS, dtype=np.uint64)[:, None]) & np.uint64(1)
    parts = [m.sector_affinity[order].T, m.stage_affinity[order].T, m.place_affinity[order].T, offered]
    parts += [m.activity[order][None], forms]
    offset = np.cumsum([0] + [len(p) for p in parts[:-1]])
    return np.concatenate([p.astype(np.uint8) for p in parts]), offset


def _gates(m: Mandates, order: Array, idle: int) -> dict[str, Array]:
    """The gate bitmaps of Lanes."""
    buckets = np.arange(BUCKETS)

    def words(lets_in: Array) -> Array:
        """bool[m,…] as uint64[…,x/64] in the order of the lanes."""
        laid = np.ascontiguousarray(np.pad(lets_in[order].T, ((0, 0), (0, idle))))
        return (
            np.packbits(laid, axis=1, bitorder="little")
            .view(np.uint64)
            .reshape(len(laid), (len(order) + idle) // 64)
        )

    def gate(bit: Must, lets_in: Array, stated: Array) -> Array:
        """Where nobody must have it everyone passes; where nothing is stated everyone passes."""
        open_to_all = ~stated[:, None]
        soft = open_to_all | ((m.must & bit) == 0)[:, None]
        return np.stack([words(lets_in | soft), words(lets_in | open_to_all)])

    def bits(sets: Array, size: int) -> Array:
        """bool[m,size]: the sets unpacked."""
        raw = np.frombuffer(sets.tobytes(), np.uint8).reshape(len(sets), 8 * (sets.size // max(len(sets), 1)))
        return np.unpackbits(raw, axis=1, bitorder="little")[:, :size].astype(np.bool_)

    traits = 64 * m.traits.shape[1]
    size = {"sector": m.sector_affinity.shape[1], "place": m.place_affinity.shape[1]}
    priced = m.ticket[:, 0] >= 0
    return {
        "real": words(np.ones((len(order), 1), np.bool_))[0],
        "sector_gate": gate(
            Must.SECTOR, bits(m.sector_scope, size["sector"]), np.asarray(m.sector_scope.any(axis=1))
        ),
        "stage_gate": gate(Must.STAGE, bits(m.stage_scope, m.stage_affinity.shape[1]), m.stage_scope != 0),
        "low_gate": gate(Must.TICKET, m.ticket[:, :1] <= buckets, priced),
        "high_gate": gate(Must.TICKET, m.ticket[:, 1:] >= buckets, priced),
        "place_gate": gate(
            Must.PLACE, bits(m.place_scope, size["place"]), np.asarray(m.place_scope.any(axis=1))
        ),
        "form_gate": gate(Must.FORMS, bits(m.forms, MAX_FORMS), m.forms != 0),
        "refuser": words(bits(m.refuses, traits)),
        "trait": words(bits(m.traits, traits)),
    }


def lay_out_startups(snapshot: Snapshot, lanes: Lanes) -> Asks:
    """The startup side of the snapshot. Copies: a memory-mapped column would want a kernel of its own."""
    s, n = snapshot.startups, len(snapshot.startups)
    slot, slot_row, slot_share = _slots(snapshot, lanes.offset)
    skip, skip_whom = by_startup(snapshot.pairs.excluded, n)
    pin, pin_whom = by_startup(snapshot.pairs.boosted, n)
    return Asks(
        slot=slot,
        slot_row=slot_row,
        slot_share=slot_share,
        ask=np.where(s.seeks_capital[:, None], s.ask, -1).astype(np.int16),
        forms=np.array(s.forms),
        forms_of=OF[np.bitwise_count(s.forms)],
        text=np.array(s.text),
        text_stated=np.asarray(s.text.any(axis=1)),
        weights=np.array(s.weights),
        must=np.array(s.must),
        traits=np.array(s.traits),
        refuses=np.array(s.refuses),
        price=s.price.astype(np.int64),
        tie=TIES - ordinals(s.key),
        by_key=np.argsort(s.key, kind="stable"),
        dear=np.exp2(s.price / OCTAVE).astype(np.float32),
        skip=skip,
        skip_whom=skip_whom,
        pin=pin,
        pin_whom=pin_whom,
    )


def _slots(snapshot: Snapshot, offset: Array) -> tuple[Array, Array, Array]:
    """The rows that each startup mixes and their shares, startup by startup and factor by factor."""
    s, mix = snapshot.startups, shares(snapshot.startups, snapshot.market)
    stage_share = np.where(s.stage >= 0, SHARES, 0)[:, None]
    needs = np.broadcast_to(np.arange(s.needs.shape[1]), s.needs.shape)
    rows = [s.sectors, s.stage[:, None], s.places, needs]
    share = [mix.sectors, stage_share, mix.places, mix.needs]
    all_rows = np.concatenate([r + o for r, o in zip(rows, offset, strict=False)], axis=1)
    all_shares = np.concatenate(share, axis=1)
    counts = np.stack([(x > 0).sum(axis=1) for x in share], axis=1).ravel()
    used = all_shares > 0
    slot = np.concatenate([[0], np.cumsum(counts)])
    return slot, all_rows[used].astype(np.int32), all_shares[used].astype(np.uint16)


def by_startup(pairs: Array, n: int) -> tuple[Array, Array]:
    """Pairs grouped by startup: where each group begins, and the investors."""
    order = np.argsort(pairs[:, 0], kind="stable")
    starts = np.searchsorted(pairs[order, 0], np.arange(n + 1))
    return starts, pairs[order, 1].astype(np.int32)
