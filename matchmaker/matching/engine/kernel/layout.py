"""The two sides laid out for the kernel: theses as lanes, startups as asks.

A *lane* is one thesis's place in the long rows; lanes come in runs of 256 and gate words of 64. They are
sorted by what their must-haves let in, so that a startup finds long runs that are empty and skips them.
"""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np

from matchmaker.matching.engine.definition.columns import Array, Investors, Must, Snapshot, Startups, Theses
from matchmaker.matching.engine.definition.factors import OF
from matchmaker.matching.engine.definition.lists import OCTAVE, RISING_STEPS, TIES, ordinals
from matchmaker.matching.engine.kernel import gate_rows, level_rows
from matchmaker.matching.engine.kernel.tiles import LANES, WORDS, tiled

CHUNK = 64  # bytes of a text that one instruction multiplies and adds up
MOST_BYTES = 1 << 31  # of the levels of all lanes, whose places are numbers of 32 bits: 3.7 million theses
FEW = 64  # rows whose place among all keys is counted one by one
NO_TEXT = -(1 << 30)  # the dot product where one side has no text


class Lanes(NamedTuple):
    """The investor side: x lanes (a multiple of 512, the last ones idle) in T tiles of 512, c investors."""

    row: Array  # int32[x]    row in Theses, -1 idle
    owner: Array  # int32[x]    row in Investors, 0 where idle
    lane_of: Array  # int32[m]    lanes of investor j are lane_of[start[j]:start[j + 1]]
    start: Array  # int32[c+1]
    bytes: Array  # uint8[T·R·512] levels that startups mix, R rows a tile: level_rows.py
    tile_bytes: int  # R · 512
    forms: Array  # uint32[x]
    forms_of: Array  # uint16[x]   OF[number of forms], 0 not stated
    weights: Array  # uint16[T·4·512·2] rows of pairs: of factors 0 and 1, 2 and 3 …
    text: Array  # int8[x,D]   D filled up to a multiple of 64
    text_bytes: int  # D
    text_shift: Array  # int32[x]    128 · Σ text; -NO_TEXT where there is none
    gates: Array  # uint64[T·G·8] bitmaps that startups unite, G rows a tile: gate_rows.py
    tile_gates: int  # G · 8
    alone: Array  # bool[x]    the only thesis of its investor
    # Int64[x]    what a startup's value is more than rank << 32: tie (lists.pack) − handicap << 32.
    less: Array
    by_key: Array  # int64[c]    rows in the order of keys
    divisor: Array  # float32[x]  2^(handicap / octave)
    neutral: Array  # uint16[8]
    text_level: Array  # uint8[2048]
    log: Array  # int32[1025] lists.RISING_STEPS
    thesis_key: Array  # int64[x]


class Asks(NamedTuple):
    """The startup side.

    Mix x of startup i, a factor or a part of its needs, mixes the slots slot[10 i + x] … slot[10 i + x + 1].
    """

    slot: Array  # int64[10n+1] the forms' is what counts where none are stated
    slot_row: Array  # int32[…]    where the row begins in a tile of Lanes.bytes
    slot_share: Array  # uint16[…]   share of 256
    slot_other: Array  # uint16[…]   … without what money meets
    most_needs: Array  # uint8[n]   what needs give at most that do not depend on the field
    other_most_needs: Array  # uint8[n]   … without what money meets
    form: Array  # int64[n+1]  startup i accepts the forms form[i] … form[i + 1]
    form_row: Array  # int32[…]    where the row begins in a tile of Lanes.bytes
    least_needs: Array  # int32[n]  where the row begins that needs count at least
    money: Array  # int64[n]    of which the first, up to here, are of investing
    money_forms: Array  # uint32[n]  the same as bits
    asks_money: Array  # bool[n]   money counts only with a partner that accepts one of them, or states none
    gate: Array  # int64[n+1]  startup i unites the rows gate[i] … gate[i + 1]
    gate_row: Array  # int32[…]    where the row begins in a tile of Lanes.gates
    gate_open: Array  # uint64[…]   all ones; zero where a union ends that a lane must be in
    forms: Array  # uint32[n]
    forms_of: Array  # uint16[n]
    text: Array  # int8[n,D]   as in Lanes
    text_stated: Array  # bool[n]
    weights: Array  # uint16[8n]
    less: Array  # int64[n]    the same for the investors' values
    by_key: Array  # int64[n]
    divisor: Array  # float32[n]
    skip: Array  # int64[n+1]  pairs of startup i: skip_whom[skip[i]:skip[i + 1]]
    skip_whom: Array  # int32[…]    investors
    pin: Array  # int64[n+1]
    pin_whom: Array  # int32[…]


class Prepared:
    """A snapshot laid out for the kernel, each side when it is first asked for.

    0.1 s for 20,000 theses and 0.2 s for 100,000 startups. Keep it while the columns do not change.
    """

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    @cached_property
    def lanes(self) -> Lanes:
        return lay_out_theses(self.snapshot)

    @cached_property
    def asks(self) -> Asks:
        return lay_out_startups(self.snapshot)

    def after(self, snapshot: Snapshot, *, startups: bool, investors: bool) -> Prepared:
        """The same market after an edit of startups, or of investors: the other side stays as it is laid out.

        The scales of the market must be the same.
        """
        out, known = Prepared(snapshot), vars(self)
        if "lanes" in known and not investors:
            out.lanes = self.lanes
        if "asks" in known and not startups:
            out.asks = self.asks
            pairs, before = snapshot.pairs, self.snapshot.pairs
            if not all(map(np.array_equal, vars(pairs).values(), vars(before).values())):
                out.asks = out.asks._replace(**single_pairs(snapshot))
        return out


def prepare(snapshot: Snapshot) -> Prepared:
    both = Prepared(snapshot)
    _ = both.lanes, both.asks
    return both


def lay_out_theses(snapshot: Snapshot) -> Lanes:
    m, c = snapshot.theses, snapshot.investors
    order = _order(m)
    idle = -len(order) % LANES if len(order) else LANES
    row = np.concatenate([order, np.full(idle, -1)]).astype(np.int32)
    by_owner = np.argsort(m.owner[order], kind="stable")
    start = np.searchsorted(m.owner[order][by_owner], np.arange(len(c) + 1))

    def laid(column: Array, dtype: type) -> Array:
        return np.concatenate([column[order].astype(dtype), np.zeros((idle, *column.shape[1:]), dtype)])

    tile_bytes = int(level_rows.first_rows(snapshot)[-1]) * LANES
    if len(row) // LANES * tile_bytes >= MOST_BYTES:
        raise ValueError(f"{len(m):,} theses are more than one market can hold.")
    owner = laid(m.owner, np.int32)
    pairs = np.ascontiguousarray(m.weights.reshape(-1, 4, 2)[order].transpose(1, 0, 2)).view(np.uint32)
    return Lanes(
        row=row,
        owner=owner,
        lane_of=by_owner.astype(np.int32),
        start=start.astype(np.int32),
        bytes=level_rows.level_rows(snapshot, order, idle),
        tile_bytes=tile_bytes,
        forms=laid(m.forms, np.uint32),
        forms_of=laid(OF[np.bitwise_count(m.forms)], np.uint16),
        weights=tiled([pairs[..., 0]], idle).view(np.uint16),
        text=laid(whole_chunks(m.text), np.int8),
        text_bytes=whole_chunks(m.text[:0]).shape[1],
        text_shift=laid(np.where(m.text.any(axis=1), 128 * m.text.sum(axis=1), -NO_TEXT), np.int32),
        gates=gate_rows.gate_rows(snapshot, order, idle),
        tile_gates=int(gate_rows.first_rows(snapshot)[-1]) * WORDS,
        alone=by_lane(np.diff(start) == 1, owner),
        less=by_lane(less_of(c), owner),
        by_key=np.argsort(c.key, kind="stable"),
        divisor=by_lane(np.exp2(c.demand_adjustment / OCTAVE).astype(np.float32), owner),
        neutral=snapshot.market.neutral.astype(np.uint16),
        text_level=np.append(snapshot.market.text_level, np.zeros(3, np.uint8)),  # read four at a time
        log=RISING_STEPS,
        thesis_key=laid(m.key, np.int64),
    )


def whole_chunks(text: Array) -> Array:
    """int8[r,D]: texts filled up with zeros, so that D is a multiple of 64."""
    missing = -text.shape[1] % CHUNK
    return np.pad(text, ((0, 0), (0, missing))) if missing else text


def by_lane(column: Array, owner: Array) -> Array:
    return column[owner] if len(column) else np.zeros(len(owner), column.dtype)


def less_of(profiles: Startups | Investors) -> Array:
    """int64[r]: tie − handicap << 32."""
    return TIES - ordinals(profiles.key) - (profiles.demand_adjustment.astype(np.int64) << 32)


def less_among(profiles: Startups | Investors, rows: Array) -> Array:
    """int64[len(rows)]: less_of of these rows; of a few without putting all in order."""
    if len(rows) > FEW:
        return less_of(profiles)[rows]
    ordinal = np.array([np.count_nonzero(profiles.key < key) for key in profiles.key[rows]], np.int64)
    return TIES - ordinal - (profiles.demand_adjustment[rows].astype(np.int64) << 32)


def _order(m: Theses) -> Array:
    """Rows of the theses, those with like must-haves side by side."""
    place = m.place_scope * ((m.must & Must.PLACE) != 0).astype(np.uint64)[:, None]
    stage = m.stage_scope * ((m.must & Must.STAGE) != 0).astype(np.uint64)
    sector = m.sector_scope * ((m.must & Must.SECTOR) != 0).astype(np.uint64)[:, None]
    ticket = np.where(m.must & Must.TICKET, m.ticket[:, 0], -1)
    return np.lexsort([m.key, ticket, *sector.T, *place.T, stage])


def lay_out_startups(snapshot: Snapshot) -> Asks:
    s = snapshot.startups
    slot, slot_row, slot_share, slot_other = level_rows.slots(snapshot)
    most_needs, other_most_needs = level_rows.most_needs(snapshot)
    form, form_row = level_rows.forms(snapshot)
    gate, gate_row, gate_open = gate_rows.unions(snapshot)
    money_forms = s.forms & snapshot.market.investing
    return Asks(
        slot=slot,
        slot_row=slot_row,
        slot_share=slot_share,
        slot_other=slot_other,
        most_needs=most_needs,
        other_most_needs=other_most_needs,
        gate=gate,
        gate_row=gate_row,
        gate_open=gate_open,
        form=form,
        form_row=form_row,
        least_needs=level_rows.least_needs(snapshot),
        money=form[:-1] + np.bitwise_count(money_forms),
        money_forms=money_forms.astype(np.uint32),
        asks_money=(s.forms != 0) & (snapshot.market.investing != 0),
        forms=s.forms.astype(np.uint32),
        forms_of=OF[np.bitwise_count(s.forms)],
        text=whole_chunks(np.array(s.text)),
        text_stated=np.asarray(s.text.any(axis=1)),
        weights=np.array(s.weights).ravel(),
        less=less_of(s),
        by_key=np.argsort(s.key, kind="stable"),
        divisor=np.exp2(s.demand_adjustment / OCTAVE).astype(np.float32),
        **single_pairs(snapshot),
    )


def single_pairs(snapshot: Snapshot) -> dict[str, Array]:
    n = len(snapshot.startups)
    skip, skip_whom = by_startup(snapshot.pairs.excluded, n)
    pin, pin_whom = by_startup(snapshot.pairs.boosted, n)
    return {"skip": skip, "skip_whom": skip_whom, "pin": pin, "pin_whom": pin_whom}


def by_startup(pairs: Array, n: int) -> tuple[Array, Array]:
    order = np.argsort(pairs[:, 0], kind="stable")
    starts = np.searchsorted(pairs[order, 0], np.arange(n + 1))
    return starts, pairs[order, 1].astype(np.int32)
