"""Packed rankings: how the bytes of one `Ranking.entries` are laid out, and how pages read them.

    HEADER  12 bytes   what is known of the counterparts outside the list
    ENTRY   30 bytes   each, best counterpart first; Ranking.size of them

Little-endian, without padding. Everything that a page needs to show an entry is in it, with the levels from
which both fits follow; the counterpart's own handicap is not (Ranking.handicap of that row).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any

import numpy as np
from django.db.models import Exists, F, OuterRef
from numpy.typing import NDArray

from matchmaker.choices import Factor, Side
from matchmaker.models import Ranking, RankingJob
from matchmaker.models.ranking import THESIS
from matchmaker.ranking.definitions import GUARANTEED, least_score, score_tenths
from profiles.models import Thesis

Array = NDArray[Any]

STORED, SHOWN = 64, 50  # a list keeps more than it shows, so that a removal seldom needs a refill

HEADER = np.dtype(
    [
        ("floor_rank", "<i4"),  # nobody outside the list ranks higher than this (LOG units) …
        ("floor_key", "<i8"),  # … or as high with a smaller key; 0: there is nobody outside
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
        ("confidence", "u1"),  # 0 … 100
        # bits 0–1 tier (2 on merit, 1 so that seen, 0 behind those), bit 2 boosted by a curator
        ("flags", "u1"),
        ("handicap_tenths", "<i2"),  # what the counterpart's handicap takes off, tenths of a point
    ]
)
TIER, BOOSTED = 0b11, 0b100


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One counterpart on a list. Fits are points of 1000, the score tenths of 100."""

    counterpart_id: int
    rank: int
    score: int
    fit_investor: int
    fit_startup: int
    levels: tuple[int, ...]
    thesis_id: int
    handicap_tenths: int
    is_boosted: bool
    confidence: int
    not_stated_startup: tuple[str, ...]
    not_stated_investor: tuple[str, ...]
    is_worth_a_look: bool  # engine.least_score says so, or a curator put it there
    is_so_that_seen: bool = False

    @property
    def not_stated(self) -> tuple[str, ...]:
        """The factors about which one of the two sides says nothing."""
        both = {*self.not_stated_startup, *self.not_stated_investor}
        return tuple(factor for factor in Factor.values if factor in both) if both else ()


@dataclass(frozen=True)
class StoredRanking:
    """The list of one profile, best counterpart first."""

    entries: tuple[ListEntry, ...]
    computed_at: datetime
    weights_version: int
    engine_version: str
    is_whole: bool
    handicap: int
    waits: bool  # something has changed since, and the new list is still to come
    has_theses: bool = False  # an investor's, whose theses have lists of their own

    def of(self, counterpart_pk: int) -> ListEntry | None:
        """Return the entry of a counterpart; None where it is not listed."""
        return next((entry for entry in self.entries if entry.counterpart_id == counterpart_pk), None)


def stored_ranking(side: Side, pk: int) -> StoredRanking | None:
    """Return the list of one profile as it is stored; None if it has none, or one of another layout."""
    waiting = RankingJob.objects.filter(
        side=OuterRef("side"), profile_id=OuterRef("profile_id"), completed_version__lt=F("requested_version")
    )
    theses = Thesis.objects.filter(investor=pk).values("pk")
    of_theses = Ranking.objects.filter(side=THESIS, profile_id__in=theses)
    rows = Ranking.objects.filter(side=side, profile_id=pk)
    row = rows.annotate(waits=Exists(waiting), has_theses=Exists(of_theses)).first()
    if row is None or not is_readable(row):
        return None
    return StoredRanking(
        entries=list_entries(bytes(row.entries)),
        computed_at=row.computed_at,
        weights_version=row.weights_version,
        engine_version=row.engine_version,
        is_whole=row.is_whole,
        handicap=row.handicap,
        waits=row.waits,
        has_theses=side == Side.INVESTOR and row.has_theses,
    )


def is_readable(row: Ranking) -> bool:
    """Return whether a row is laid out as above: an engine of another version may have stored it."""
    return len(row.entries) in (0, HEADER.itemsize + row.size * ENTRY.itemsize)


def list_entries(packed: bytes) -> tuple[ListEntry, ...]:
    """Return the entries of packed bytes, at most as many as are shown."""
    found = unpack(packed)[:SHOWN]
    scores = score_tenths(found["u"], found["v"])
    worth = scores >= least_score(found["levels"])
    rows = zip(scores.tolist(), worth.tolist(), found.tolist(), strict=True)
    return tuple(_entry(rank, *said, *row) for rank, (*said, row) in enumerate(rows, start=1))


def _entry(
    rank: int,
    score: int,
    is_worth_a_look: bool,
    counterpart: int,
    thesis: int,
    u: int,
    v: int,
    levels: Array,
    not_stated: int,
    confidence: int,
    flags: int,
    handicap_tenths: int,
) -> ListEntry:
    """Return one ENTRY as an object."""
    return ListEntry(
        counterpart_id=counterpart,
        rank=rank,
        score=score,
        fit_investor=_points(v),
        fit_startup=_points(u),
        levels=tuple(map(int, levels)),
        thesis_id=thesis,
        handicap_tenths=handicap_tenths,
        is_boosted=bool(flags & BOOSTED),
        confidence=confidence,
        not_stated_startup=_factors(not_stated & 0xFF),
        not_stated_investor=_factors(not_stated >> 8),
        is_worth_a_look=is_worth_a_look or bool(flags & BOOSTED),
        is_so_that_seen=flags & TIER == GUARANTEED,
    )


def _points(fit: int) -> int:
    """Return a fit of points × 255 as points, rounded to the nearest."""
    return (2 * fit + 255) // 510


@cache
def _factors(bits: int) -> tuple[str, ...]:
    """Return the factors whose bit is set."""
    return tuple(factor for at, factor in enumerate(Factor.values) if bits >> at & 1)


def in_order(entries: Sequence[ListEntry], untouched: Collection[int]) -> tuple[ListEntry, ...]:
    """Return the entries as one reader's list has them: by what the handicap leaves of the score.

    `untouched` are counterparts whom no handicap lowers. Those that a curator put there come first, and those
    that were given a place keep it.
    """
    free = [_untouched(entry) if entry.counterpart_id in untouched else entry for entry in entries]
    on_merit = (entry for entry in free if not entry.is_so_that_seen)
    found = sorted(on_merit, key=lambda entry: (not entry.is_boosted, entry.handicap_tenths - entry.score))
    for entry in free:
        if entry.is_so_that_seen:
            found.insert(entry.rank - 1, entry)
    return tuple(e if e.rank == rank else replace(e, rank=rank) for rank, e in enumerate(found, start=1))


def _untouched(entry: ListEntry) -> ListEntry:
    """Return an entry by its own merit alone."""
    return replace(entry, handicap_tenths=0, is_so_that_seen=False)


def unpack(packed: bytes) -> Array:
    """ENTRY[size]: the entries of packed bytes."""
    return np.frombuffer(packed, ENTRY, offset=HEADER.itemsize) if packed else np.zeros(0, ENTRY)


def unpack_all(packed: Sequence[bytes], width: int = STORED) -> tuple[Array, Array]:
    """HEADER[r] and ENTRY[r,width]: many rows at once; beyond a row's size all is zero."""
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
    """Return tenths as whole points, halves upwards."""
    return (tenths + 5) // 10


def demand_points(tenths: int) -> int:
    """Return by how many points demand lowers a rank: at least one if at all."""
    return max(1, round_tenths(tenths)) if tenths else 0
