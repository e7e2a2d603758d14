"""The definition of a ranking in plain numpy: slow, obviously right. The kernel must agree bit for bit."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.engine.definition.columns import (
    FACTORS,
    TEXT_SHIFT,
    TEXT_STEPS,
    Array,
    Must,
    Snapshot,
    take,
)
from matchmaker.matching.engine.definition.factors import (
    HALF,
    SHARES,
    Shares,
    bits_of,
    closeness,
    form_levels,
    need_levels,
    no_money_flows,
    offers_nothing,
    shares,
    ticket_levels,
)
from matchmaker.matching.engine.definition.lists import (
    LOG,
    NOTHING,
    PIN,
    Lists,
    Rankings,
    Values,
    empty_lists,
    ordinal_of,
    ordinals,
    pack,
)

# The hard rules, in the order of the rows of `gates`. The first two always hold; each of the others only
# where one of the two sides marked it "must have".
MUSTS = {
    "sector": Must.SECTOR,
    "stage": Must.STAGE,
    "ticket": Must.TICKET,
    "place": Must.PLACE,
    "forms": Must.FORMS,
}
GATES = ("refused_by_startup", "refused_by_investor", *MUSTS)
SMALL = 250_000  # pairs that the definition scores in a third of a second, without compiled code


def is_small(snapshot: Snapshot) -> bool:
    """Whether the market is ranked by the definition instead of the kernel; the results are the same."""
    return len(snapshot.startups) * len(snapshot.investors) <= SMALL


def has(bits: Array, index: int) -> Array:
    """bool[…]: whether bit `index` is set in each row of bits uint64[…,words]."""
    return ((bits[..., index // 64] >> np.uint64(index % 64)) & np.uint64(1)).astype(np.bool_)


def levels(snapshot: Snapshot, i: int, text: Array | None = None) -> Array:
    """uint8[m,8]: the eight factors of startup i with every thesis; the text's where it is known already."""
    by_name = {name: level(snapshot, i, name) for name in FACTORS if name not in ("needs", "text")}
    by_name["text"] = level(snapshot, i, "text") if text is None else text
    by_name["needs"] = _needs(snapshot, i, closeness(by_name["sector"], by_name["text"])).astype(np.uint8)
    return np.stack([by_name[name] for name in FACTORS], axis=1)


def level(snapshot: Snapshot, i: int, factor: str) -> Array:
    """uint8[m]: one factor of startup i with every thesis; for needs see `levels`."""
    return np.broadcast_to(LEVELS[factor](snapshot, i), len(snapshot.theses)).astype(np.uint8)


def _mixes(snapshot: Snapshot, i: int) -> Shares:
    return shares(take(snapshot.startups, [i]), snapshot.market)


def _mean(rows: Array, affinity: Array, share: Array, neutral: int) -> Array:
    if not (rows >= 0).any():
        return np.full(len(affinity), neutral)
    mean: Array = affinity[:, rows[rows >= 0]].astype(np.int64) @ share[rows >= 0]
    return (mean + HALF) >> 8


def _sector(snapshot: Snapshot, i: int) -> Array:
    s, share = snapshot.startups, _mixes(snapshot, i).sectors[0]
    return _mean(s.sectors[i], snapshot.theses.sector_affinity, share, snapshot.market.neutral[0])


def _stage(snapshot: Snapshot, i: int) -> Array:
    stage, share = snapshot.startups.stage[i : i + 1], np.array([SHARES])
    return _mean(stage, snapshot.theses.stage_affinity, share, snapshot.market.neutral[1])


def _place(snapshot: Snapshot, i: int) -> Array:
    s, share = snapshot.startups, _mixes(snapshot, i).places[0]
    return _mean(s.places[i], snapshot.theses.place_affinity, share, snapshot.market.neutral[3])


def _needs(snapshot: Snapshot, i: int, close: Array) -> Array:
    """What the partner offers of what is needed, by urgency; money only where it can flow."""
    market, size = snapshot.market, snapshot.startups.needs.shape[1]
    mix, by_field = _mixes(snapshot, i), bits_of(market.by_field, size)
    met = (snapshot.theses.offers[:, None] >> np.arange(size, dtype=np.uint32)) & 1
    levels = [need_levels(met.astype(np.int64), x[0], by_field, close) for x in (mix.other_needs, mix.needs)]
    silent = ~mix.other_needs.any() | offers_nothing(snapshot.theses, market)
    level = np.where(_no_money(snapshot, i), *levels)
    return np.maximum(level, np.where(silent, market.neutral[4], 0))


def _no_money(snapshot: Snapshot, i: int) -> Array:
    return no_money_flows(snapshot.startups.forms[i], snapshot.theses.forms, snapshot.market)


def _activity(snapshot: Snapshot, _i: int) -> Array:
    return snapshot.theses.activity


def _ticket(snapshot: Snapshot, i: int) -> Array:
    """How much of the buckets asked the ticket overlaps, or how near it comes."""
    s, m, neutral = snapshot.startups, snapshot.theses, snapshot.market.neutral[2]
    first, last = (int(x) for x in s.ask[i])
    if first < 0 or not s.seeks_capital[i]:
        return np.full(len(m), neutral)
    met = ticket_levels(m.ticket[:, 0], m.ticket[:, 1], first, last)
    met = np.where(_no_money(snapshot, i) & (met > neutral), neutral - 1, met)
    return np.where(m.ticket[:, 0] < 0, neutral, met)


def _forms(snapshot: Snapshot, i: int) -> Array:
    ours, theirs = snapshot.startups.forms[i], snapshot.theses.forms
    stated = (ours != 0) & (theirs != 0)
    return np.where(stated, form_levels(ours, theirs), snapshot.market.neutral[5])


def _text(snapshot: Snapshot, i: int) -> Array:
    ours, theirs = snapshot.startups.text[i].astype(np.int32), snapshot.theses.text.astype(np.int32)
    dots = np.clip(theirs @ ours, 0, (TEXT_STEPS << TEXT_SHIFT) - 1)
    stated = ours.any() & theirs.any(axis=1)
    return np.where(stated, snapshot.market.text_level[dots >> TEXT_SHIFT], snapshot.market.neutral[6])


LEVELS: dict[str, Callable[[Snapshot, int], Array]] = {
    "sector": _sector,
    "stage": _stage,
    "ticket": _ticket,
    "place": _place,
    "forms": _forms,
    "text": _text,
    "activity": _activity,
}


def gates(snapshot: Snapshot, i: int) -> Array:
    """bool[7,m]: startup i and every thesis, in the order of GATES; True is passed."""
    s, m = snapshot.startups, snapshot.theses
    must = s.must[i] | m.must
    first, last = s.ask[i]
    no_ticket = (not s.seeks_capital[i]) | (first < 0) | (m.ticket[:, 0] < 0)
    met = {
        Must.SECTOR: _in_scope(s.sectors[i], m.sector_scope),
        Must.STAGE: _in_scope(s.stage[i : i + 1], m.stage_scope[:, None]),
        Must.TICKET: no_ticket | ((m.ticket[:, 0] <= last) & (m.ticket[:, 1] >= first)),
        Must.PLACE: _in_scope(s.places[i], m.place_scope),
        Must.FORMS: (s.forms[i] == 0) | (m.forms == 0) | ((s.forms[i] & m.forms) != 0),
    }
    refused = (s.refuses[i] & m.traits).any(axis=1), (m.refuses & s.traits[i]).any(axis=1)
    return np.stack([~refused[0], ~refused[1], *(met[bit] | ((must & bit) == 0) for bit in Must)])


def _in_scope(values: Array, scope: Array) -> Array:
    """bool[m]: one of the values lies in the scope, or one of the two is not stated."""
    stated = [int(v) for v in values if v >= 0]
    hits = [has(scope, v) for v in stated]
    return np.any(hits, axis=0) | ~scope.any(axis=1) if stated else np.ones(len(scope), np.bool_)


@dataclass(frozen=True)
class Table:
    """Every startup × every investor, by the investor's best eligible thesis."""

    thesis: Array  # int32[n,c] -1 where the pair is not eligible
    log: Array  # int64[n,c] LOG[u] + LOG[v], and PIN where boosted
    u: Array  # int32[n,c]
    v: Array  # int32[n,c]
    levels: Array  # uint8[n,c,8]


def rank_all(snapshot: Snapshot, k: int = 64) -> Rankings:
    table = score_all(snapshot)
    return _described(snapshot, table, _best(snapshot, table, k))


def rank_values(snapshot: Snapshot, k: int = 64) -> Values:
    return _best(snapshot, score_all(snapshot), k)


def described(snapshot: Snapshot, values: Values) -> Rankings:
    return _described(snapshot, score_all(snapshot), values)


def score_all(snapshot: Snapshot) -> Table:
    n, c = len(snapshot.startups), len(snapshot.investors)
    table = Table(
        np.full((n, c), -1, np.int32),
        np.zeros((n, c), np.int64),
        np.zeros((n, c), np.int32),
        np.zeros((n, c), np.int32),
        np.zeros((n, c, len(FACTORS)), np.uint8),
    )
    for i in range(n):
        _score_startup(snapshot, i, table)
    for i, j in np.unique(snapshot.pairs.boosted, axis=0):
        table.log[i, j] += PIN
    for i, j in snapshot.pairs.excluded:
        table.thesis[i, j] = -1
    return table


def _score_startup(snapshot: Snapshot, i: int, table: Table) -> None:
    m, level = snapshot.theses, levels(snapshot, i)
    u = level.astype(np.int64) @ snapshot.startups.weights[i].astype(np.int64)
    v = (level.astype(np.int64) * m.weights).sum(axis=1)
    log = LOG[u].astype(np.int64) + LOG[v]
    rows = np.flatnonzero(gates(snapshot, i).all(axis=0))
    rows = rows[np.lexsort([-m.key[rows], log[rows]])]  # the best thesis of an investor is written last
    j = m.owner[rows]
    table.thesis[i, j], table.log[i, j] = rows, log[rows]
    table.u[i, j], table.v[i, j], table.levels[i, j] = u[rows], v[rows], level[rows]


def _best(snapshot: Snapshot, table: Table, k: int) -> Values:
    s, v = snapshot.startups, snapshot.investors
    return Values(
        top(table.thesis, table.log - v.demand_adjustment, v.key, k),
        top(table.thesis.T, table.log.T - s.demand_adjustment, s.key, k),
    )


def top(thesis: Array, rank: Array, key: Array, k: int) -> Array:
    """int64[r,k]: packed values of the k best columns of each row, best first."""
    value = np.where(thesis >= 0, pack(rank, ordinals(key)), NOTHING)
    value = np.pad(value, ((0, 0), (0, k)), constant_values=NOTHING)
    return np.sort(value, axis=1)[:, : -k - 1 : -1]


def _described(snapshot: Snapshot, table: Table, values: Values) -> Rankings:
    return Rankings(
        lists_of(values.startups, table, snapshot.investors.key),
        lists_of(values.investors, turned(table), snapshot.startups.key),
    )


def turned(table: Table) -> Table:
    return Table(table.thesis.T, table.log.T, table.u.T, table.v.T, table.levels.swapaxes(0, 1))


def lists_of(value: Array, table: Table, key: Array) -> Lists:
    """Lists of these packed values, best first; `table` has their profiles as rows."""
    r, k = value.shape
    out = empty_lists(np.arange(r), k)
    row, place = np.nonzero(value != NOTHING)
    ids = np.argsort(key, kind="stable")[ordinal_of(value[row, place])]
    out.value[:], out.floor[:] = value, value[:, k - 1]
    out.ids[row, place] = ids
    for name in ("thesis", "u", "v", "levels"):
        getattr(out, name)[row, place] = getattr(table, name)[row, ids]
    return out
