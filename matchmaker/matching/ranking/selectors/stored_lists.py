"""Stored lists: as bytes, as entries, and as the lists of the engine."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from itertools import chain, zip_longest
from typing import Any, NamedTuple

import numpy as np
from django.db.models import Case, Exists, F, OuterRef, QuerySet, Subquery, When

from matchmaker.choices import Factor, RunState, Side
from matchmaker.matching import engine
from matchmaker.matching.engine import fairness
from matchmaker.matching.engine.definition import lists as ranking
from matchmaker.matching.engine.definition.columns import Array, take
from matchmaker.matching.engine.definition.factors import stated_by_startups, stated_by_theses
from matchmaker.matching.ranking.definitions import GUARANTEED, LIST_ENDS, recommended, score_tenths
from matchmaker.matching.ranking.market import arrays
from matchmaker.matching.ranking.market.columns import Columns
from matchmaker.models.ranking import THESIS, Ranking, RankingJob, RankingRun, Weights
from profiles.models import Thesis

STORED, SHOWN = 64, 50  # a list keeps more than it shows, so that a removal seldom needs a refill

HEADER = np.dtype(
    [
        ("floor_rank", "<i4"),  # no one outside the list ranks higher than this (LOG units) …
        ("floor_key", "<i8"),  # … or as high with a smaller key; 0: there is no one outside
    ]
)
ENTRY = np.dtype(
    [
        ("counterpart", "<u4"),  # primary key
        ("thesis", "<u4"),  # primary key of the investor's thesis that fits best
        ("u", "<u4"),  # fit for the startup, points × 255
        ("v", "<u4"),  # fit for the investor, points × 255
        ("levels", "u1", (8,)),  # the factors, 0 … 255, in the order of choices.Factor
        ("not_stated", "<u2"),  # a bit per factor: 0–7 by the startup, 8–15 by the investor
        # bits 0–1 tier (2 on merit, 1 so that seen, 0 behind those), bit 2 boosted by a curator, bit 3 the
        # counterpart's own best match is much better
        ("flags", "u1"),
        ("demand_adjustment_tenths", "<i2"),  # what the counterpart's handicap takes off, tenths of a point
    ]
)
TIER, BOOSTED, OUTSHONE = 0b11, 0b100, 0b1000


@dataclass(frozen=True, slots=True)
class ListEntry:
    counterpart_id: int
    rank: int
    score: int
    fit_investor: int
    fit_startup: int
    levels: tuple[int, ...]
    thesis_id: int
    demand_adjustment_tenths: int
    is_boosted: bool
    not_stated_startup: tuple[str, ...]
    not_stated_investor: tuple[str, ...]
    is_recommended: (
        bool  # engine.recommended says so of its list, or a curator put it there; else less likely
    )
    is_guaranteed_exposure: bool = False
    is_outshone: bool = False  # the counterpart's own best match is much better

    def not_stated_by(self, side: Side) -> tuple[str, ...]:
        return self.not_stated_startup if side == Side.STARTUP else self.not_stated_investor

    @property
    def not_stated(self) -> tuple[str, ...]:
        both = {*self.not_stated_startup, *self.not_stated_investor}
        return tuple(factor for factor in Factor.values if factor in both)


@dataclass(frozen=True)
class StoredRanking:
    entries: tuple[ListEntry, ...]
    computed_at: datetime
    weights_version: int
    weights: tuple[Mapping[str, int], Mapping[str, int]]  # of startups and of investors, by factor
    engine_version: str
    is_whole: bool
    demand_adjustment: int
    waits: bool  # something has changed since, and the new list is still to come
    has_theses: bool = False  # an investor's, whose theses have lists of their own
    run_finished_at: datetime | None = None  # the newest ranking of all lists; None while it is under way

    def of(self, counterpart_pk: int) -> ListEntry | None:
        """Return the entry of a counterpart; None where it is not listed."""
        for entry in self.entries:
            if entry.counterpart_id == counterpart_pk:
                return entry
        return None


def stored_ranking(side: Side, pk: int) -> StoredRanking | None:
    """Return the list of one profile as it is stored; None if it has none, or one of another layout."""
    row = next(iter(RANKINGS[side].filter(profile_id=pk)), None)
    if row is None or not is_readable(row):
        return None
    return StoredRanking(
        entries=list_entries(bytes(row.entries), side),
        computed_at=row.computed_at,
        weights_version=row.weights_version,
        weights=(row.for_startup or {}, row.for_investor or {}),
        engine_version=row.engine_version,
        is_whole=row.is_whole,
        demand_adjustment=row.demand_adjustment,
        waits=row.waits,
        has_theses=getattr(row, "has_theses", False),
        run_finished_at=row.run_finished_at,
    )


@cache  # because building it takes longer than its answer
def is_waiting(side: Side, key: str = "pk") -> Exists:
    return Exists(waiting_jobs(side).filter(profile_id=OuterRef(key)))


def waiting_jobs(side: Side) -> QuerySet[RankingJob]:
    """Return the rankings of one side that are still to come."""
    return RankingJob.objects.filter(side=side, completed_version__lt=F("requested_version"))


def _rankings(side: Side) -> QuerySet[Any]:
    weights = Weights.objects.filter(pk=OuterRef("weights_version")).order_by()
    finished_at = Case(When(state=RunState.DONE, then="finished_at"))
    newest_run = RankingRun.objects.order_by("-pk").values_list(finished_at)
    rows = (
        Ranking.objects.filter(side=side)
        .order_by()
        .annotate(
            waits=is_waiting(side, "profile_id"),
            for_startup=Subquery(weights.values("for_startup")),
            for_investor=Subquery(weights.values("for_investor")),
            run_finished_at=Subquery(newest_run[:1]),
        )
    )
    if side == Side.STARTUP:
        return rows
    theses = Thesis.objects.filter(investor=OuterRef(OuterRef("profile_id"))).values("pk")
    return rows.annotate(has_theses=Exists(Ranking.objects.filter(side=THESIS, profile_id__in=theses)))


# They are built once, because building such a query takes longer than its answer.
RANKINGS = {side: _rankings(side) for side in Side}


def stored_place(side: Side, pk: int, counterpart_pk: int) -> int | None:
    row = Ranking.objects.filter(side=side, profile_id=pk).first()
    if row is None or not is_readable(row):
        return None
    places = np.flatnonzero(unpack(bytes(row.entries))["counterpart"] == counterpart_pk)
    return int(places[0]) + 1 if len(places) else None


def is_readable(row: Ranking) -> bool:
    return len(row.entries) in (0, HEADER.itemsize + row.size * ENTRY.itemsize)


def list_entries(packed: bytes, side: Side) -> tuple[ListEntry, ...]:
    """Return the entries of one side's packed list, at most as many as are shown."""
    found = unpack(packed)[:SHOWN]
    scores = score_tenths(found["u"], found["v"])
    outshone = found["flags"] & OUTSHONE > 0
    upper = recommended(scores, found["levels"], LIST_ENDS[side], outshone)
    rows = zip(scores.tolist(), upper.tolist(), found.tolist(), strict=True)
    entries = []
    for rank, (score, is_recommended, row) in enumerate(rows, start=1):
        counterpart, thesis, u, v, levels, not_stated, flags, adjustment = row
        is_boosted = bool(flags & BOOSTED)
        entries.append(
            ListEntry(
                counterpart_id=counterpart,
                rank=rank,
                score=score,
                fit_investor=(2 * v + 255) // 510,  # points, rounded to the nearest
                fit_startup=(2 * u + 255) // 510,
                levels=tuple(map(int, levels)),
                thesis_id=thesis,
                demand_adjustment_tenths=adjustment,
                is_boosted=is_boosted,
                not_stated_startup=_factors(not_stated & 0xFF),
                not_stated_investor=_factors(not_stated >> 8),
                is_recommended=is_recommended or is_boosted,
                is_guaranteed_exposure=flags & TIER == GUARANTEED,
                is_outshone=bool(flags & OUTSHONE),
            )
        )
    return tuple(entries)


@cache
def _factors(bits: int) -> tuple[str, ...]:
    return tuple(factor for at, factor in enumerate(Factor.values) if bits >> at & 1)


def exposure_of(side: Side) -> dict[int, int]:
    """Return how much exposure the profiles of a side get from the first places of the other side's lists."""
    seen, amounts = [np.zeros(0, np.uint32)], [np.zeros(0, np.int64)]
    for row in Ranking.objects.filter(side=side.other, size__gt=0).only("entries", "size").iterator(1000):
        if is_readable(row):
            first = unpack(bytes(row.entries))["counterpart"][: fairness.TOP]
            seen.append(first)
            amounts.append(fairness.DISCOUNT[: len(first)])
    counterparts, at = np.unique(np.concatenate(seen), return_inverse=True)
    sums = np.zeros(len(counterparts), np.int64)
    np.add.at(sums, at, np.concatenate(amounts))
    return dict(zip(counterparts.tolist(), sums.tolist(), strict=True))


def in_order(
    entries: Sequence[ListEntry], exempt_from_penalty: Collection[int], gone: Collection[int] = ()
) -> tuple[ListEntry, ...]:
    """Return the entries as one reader's list has them: by what the handicap leaves of the score."""
    ordered, guaranteed = [], []
    for entry in entries:
        if entry.counterpart_id in gone:
            continue
        if entry.counterpart_id in exempt_from_penalty:
            ordered.append(replace(entry, demand_adjustment_tenths=0, is_guaranteed_exposure=False))
        elif entry.is_guaranteed_exposure:
            guaranteed.append(entry)
        else:
            ordered.append(entry)
    ordered.sort(key=lambda entry: (not entry.is_boosted, entry.demand_adjustment_tenths - entry.score))
    for entry in guaranteed:
        ordered.insert(entry.rank - 1, entry)
    return _numbered(ordered)


def _numbered(entries: Iterable[ListEntry]) -> tuple[ListEntry, ...]:
    """Return the entries with their places as ranks, counted from 1."""
    numbered = []
    for rank, entry in enumerate(entries, start=1):
        numbered.append(entry if entry.rank == rank else replace(entry, rank=rank))
    return tuple(numbered)


def ended_anew(entries: Sequence[ListEntry], side: Side, gone: Collection[int]) -> tuple[ListEntry, ...]:
    """Return the entries of a list of `side`, recommended as if who is `gone` had not been on it."""
    left = [entry for entry in entries if entry.counterpart_id not in gone]
    if len(left) == len(entries):
        return tuple(entries)
    scores = np.array([entry.score for entry in left], np.int64)
    levels = np.array([entry.levels for entry in left], np.uint8).reshape(-1, len(engine.FACTORS))
    outshone = np.array([entry.is_outshone for entry in left], np.bool_)
    now_recommended = set()
    for entry, is_recommended in zip(
        left, recommended(scores, levels, LIST_ENDS[side], outshone), strict=True
    ):
        if is_recommended:
            now_recommended.add(entry.counterpart_id)
    ended = []
    for entry in entries:
        is_new = entry.counterpart_id in now_recommended and not entry.is_recommended
        ended.append(replace(entry, is_recommended=True) if is_new else entry)
    return tuple(ended)


def unpack(packed: bytes) -> Array:
    """ENTRY[size]: the entries of packed bytes."""
    return np.frombuffer(packed, ENTRY, offset=HEADER.itemsize) if packed else np.zeros(0, ENTRY)


def unpack_all(packed: Sequence[bytes], width: int = STORED) -> tuple[Array, Array]:
    blank = bytes(HEADER.itemsize + width * ENTRY.itemsize)
    whole = b"".join((row + blank[len(row) :])[: len(blank)] for row in packed)
    both = np.frombuffer(whole, np.dtype([("header", HEADER), ("entries", ENTRY, (width,))]))
    return both["header"], both["entries"]


def pack_all(headers: Array, rows: Array, sizes: Array) -> list[bytes]:
    """Return the packed bytes of many lists: HEADER[r], ENTRY[r,k] and how many entries count in each."""
    return [
        header.tobytes() + row[:size].tobytes()
        for header, row, size in zip(headers, rows, sizes.tolist(), strict=True)
    ]


def round_tenths(tenths: int) -> int:
    return (tenths + 5) // 10


def demand_points(tenths: int) -> int:
    return max(1, round_tenths(tenths)) if tenths else 0


@dataclass(frozen=True)
class ThesisList:
    pk: int
    name: str
    entries: tuple[ListEntry, ...]


def lists_of_theses(investor_pk: int) -> list[ThesisList]:
    """Return the lists of an investor's theses, the oldest first; none where it has but one. One query."""
    stored = Ranking.objects.filter(side=THESIS, profile_id=OuterRef("pk")).values("entries")[:1]
    theses = Thesis.objects.filter(investor_id=investor_pk, is_active=True).annotate(packed=Subquery(stored))
    rows = theses.exclude(packed=None).order_by("pk").values_list("pk", "name", "packed")
    return [ThesisList(pk, str(Thesis(name=name)), _entries(bytes(packed))) for pk, name, packed in rows]


def _entries(packed: bytes) -> tuple[ListEntry, ...]:
    """Return the entries, none where another engine laid them out otherwise."""
    is_readable = packed and (len(packed) - HEADER.itemsize) % ENTRY.itemsize == 0
    if not is_readable:
        return ()
    return list_entries(packed, Side.INVESTOR)


def taking_turns(theses: Sequence[ThesisList], all_entries: Sequence[ListEntry]) -> tuple[ListEntry, ...]:
    """Return the best of each thesis, then the second of each …; each startup by the thesis it fits best."""
    best: dict[int, ListEntry] = {}
    recommended_by_any = set()
    for entry in chain.from_iterable(thesis.entries for thesis in theses):
        other = best.get(entry.counterpart_id)
        if other is None or _number(entry) > _number(other):
            best[entry.counterpart_id] = entry
        if entry.is_recommended:
            recommended_by_any.add(entry.counterpart_id)
    turns = [_best_of(thesis, best) for thesis in theses]
    ordered = []
    for entry in chain.from_iterable(zip_longest(*turns)):
        if entry is not None:
            is_recommended = entry.counterpart_id in recommended_by_any
            ordered.append(replace(entry, is_recommended=is_recommended))
    ordered.sort(key=lambda entry: not entry.is_boosted)
    for entry in all_entries:
        if entry.is_guaranteed_exposure and entry.counterpart_id not in best:
            ordered.insert(entry.rank - 1, entry)
    return _numbered(ordered[:SHOWN])


def _best_of(thesis: ThesisList, best: Mapping[int, ListEntry]) -> list[ListEntry]:
    """Return the entries of the startups that this thesis fits best."""
    return [entry for entry in thesis.entries if best[entry.counterpart_id] is entry]


def _number(entry: ListEntry) -> int:
    return entry.score - entry.demand_adjustment_tenths


class ListRow(NamedTuple):
    profile_id: int
    entries: bytes
    size: int
    is_whole: bool
    demand_adjustment: int


def list_rows(columns: Columns, side: Side, lists: engine.Lists, others: engine.Lists) -> list[ListRow]:
    """Return lists as rows. `others`: all lists of the other side."""
    entries = packed_entries(columns, side, lists, others)
    packed = pack_all(_headers(columns, side, lists), entries, lists.count)
    adjustments = columns.table(side).demand_adjustment[lists.rows].tolist()
    whole = (lists.floor == ranking.NOTHING).tolist()
    pks = columns.pks(side)[lists.rows].tolist()
    return [ListRow(*row) for row in zip(pks, packed, lists.count.tolist(), whole, adjustments, strict=True)]


def packed_entries(columns: Columns, side: Side, lists: engine.Lists, others: engine.Lists) -> Array:
    listed = lists.ids >= 0
    ids, thesis = np.where(listed, lists.ids, 0), np.where(listed, lists.thesis, 0)
    out = np.zeros(lists.ids.shape, ENTRY)
    if not listed.any():
        return out
    other = columns.table(side.other)
    startup = lists.rows[:, None] if side == Side.STARTUP else ids
    boosted = ranking.is_boosted(lists.value)
    out["counterpart"] = columns.pks(side.other)[ids]
    out["thesis"] = columns.snapshot.theses.key[thesis]
    out["u"], out["v"], out["levels"] = lists.u, lists.v, lists.levels
    out["not_stated"] = _not_stated(columns, np.broadcast_to(startup, ids.shape), thesis)
    score, end, best = engine.score_tenths(lists.u, lists.v), LIST_ENDS[side], np.zeros(len(other), np.int64)
    if end.theirs:
        named = np.unique(ids)
        best[named] = engine.best_scores(others.take(named))
    outshone = engine.is_outshone(score, best[ids], end)
    out["flags"] = lists.tier | np.where(boosted, BOOSTED, 0) | np.where(outshone, OUTSHONE, 0)
    taken = engine.demand_adjustment_tenths(score, other.demand_adjustment[ids])
    out["demand_adjustment_tenths"] = np.where(boosted, 0, taken)
    out[~listed] = np.zeros((), ENTRY)
    return out


def _not_stated(columns: Columns, startup: Array, thesis: Array) -> Array:
    startup_rows, startup_at = np.unique(startup, return_inverse=True)
    thesis_rows, thesis_at = np.unique(thesis, return_inverse=True)
    stated_by_startup = stated_by_startups(take(columns.snapshot.startups, startup_rows))
    stated_by_thesis = stated_by_theses(take(columns.snapshot.theses, thesis_rows))
    bits = 1 << np.arange(len(engine.FACTORS))
    by_startup = (~stated_by_startup) @ bits
    by_thesis = (~stated_by_thesis) @ bits
    not_stated: Array = by_startup[startup_at] | by_thesis[thesis_at] << 8
    return not_stated


def _headers(columns: Columns, side: Side, lists: engine.Lists) -> Array:
    keys = np.sort(columns.table(side.other).key)
    out = np.zeros(len(lists.rows), HEADER)
    cut = lists.floor != ranking.NOTHING
    ordinal = ranking.ordinal_of(lists.floor[cut])
    out["floor_rank"][cut] = lists.floor[cut] >> 32
    out["floor_key"][cut] = keys[ordinal]
    return out


def lists(columns: Columns, side: Side, stored: list[tuple[int, bytes]]) -> tuple[engine.Lists, Array]:
    """Return the lists of every row of one side from what is stored (primary key, entries)."""
    headers, entries = unpack_all([packed for _pk, packed in stored])
    at = arrays.positions(columns.pks(side), np.array([pk for pk, _packed in stored], np.int64))
    headers, entries, at = headers[at >= 0], entries[at >= 0], at[at >= 0]
    size = len(columns.pks(side))
    out = ranking.empty_lists(np.arange(size), STORED)
    ids = arrays.positions(columns.pks(side.other), entries["counterpart"].ravel().astype(np.int64))
    thesis = arrays.positions(columns.snapshot.theses.key, entries["thesis"].ravel().astype(np.int64))
    ids, thesis = ids.reshape(entries.shape), thesis.reshape(entries.shape)
    listed = entries["counterpart"] > 0
    is_known = listed & (ids >= 0) & (thesis >= 0)
    order = np.argsort(~is_known, axis=1, kind="stable")  # what is known moves up
    for name, column, blank in (
        ("ids", ids, -1),
        ("thesis", thesis, -1),
        ("u", entries["u"], 0),
        ("v", entries["v"], 0),
        ("tier", entries["flags"] & TIER, ranking.ON_MERIT),
        ("value", _values(columns, side, entries, ids), ranking.NOTHING),
    ):
        getattr(out, name)[at] = np.take_along_axis(np.where(is_known, column, blank), order, 1)
    levels = np.where(is_known[..., None], entries["levels"], 0)
    out.levels[at] = np.take_along_axis(levels, order[..., None], 1)
    out.floor[at] = _floors(columns, side, headers)
    return out, at[(listed & ~is_known).any(axis=1)]


def _values(columns: Columns, side: Side, entries: Array, ids: Array) -> Array:
    """int64[r,k]: the packed rank of every entry, from fits, handicap and key."""
    other = columns.table(side.other)
    if not len(other):
        return np.full(ids.shape, ranking.NOTHING, np.int64)
    rank = _logarithms(entries["u"]) + _logarithms(entries["v"]) - other.demand_adjustment[ids]
    rank += np.where(entries["flags"] & BOOSTED, ranking.PIN, 0)
    return ranking.pack(rank, ranking.ordinals(other.key)[ids])


def _logarithms(fits: Array) -> Array:
    """int64[r,k]: the logarithms of fits in points × 255."""
    return ranking.LOG[np.minimum(fits, len(ranking.LOG) - 1)].astype(np.int64)


def _floors(columns: Columns, side: Side, headers: Array) -> Array:
    """int64[r]: the floors, with the ordinal of today in place of the key.

    Where that key has left, the next one's, which bounds as well; no floor where no one is left to bound.
    """
    keys = np.sort(columns.table(side.other).key)
    ordinal = np.minimum(np.searchsorted(keys, headers["floor_key"]), len(keys) - 1)
    return np.where(
        (headers["floor_key"] == 0) | (len(keys) == 0),
        ranking.NOTHING,
        ranking.pack(headers["floor_rank"].astype(np.int64), ordinal),
    )


def extended(before: Columns, after: Columns, side: Side, known: engine.Lists) -> engine.Lists:
    """One side's lists where rows were added: an empty list for each, and ordinals of the new order."""
    added = np.arange(len(before.pks(side)), len(after.pks(side)))
    if len(added):
        known = ranking.joined(known, ranking.empty_lists(added, known.ids.shape[1]))
    old, new = before.table(side.other).key, after.table(side.other).key
    if len(old) == len(new):
        return known
    shift = np.searchsorted(np.sort(new), np.sort(old)) - np.arange(len(old))
    return replace(known, value=_shifted(known.value, shift), floor=_shifted(known.floor, shift))


def _shifted(value: Array, shift: Array) -> Array:
    """Values with ordinals that grew by `shift`, because keys were inserted."""
    real = value != ranking.NOTHING
    ordinal = np.where(real, ranking.ordinal_of(value), 0)
    return np.where(real, value - shift[ordinal], value) if len(shift) else value
