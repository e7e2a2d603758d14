"""Two sides of the market as arrays: everything the engine knows.

A field that is missing, or that its owner does not show to the other side, is *not stated* (-1, or no
bit at all). It passes its gate, takes the neutral level, and lowers the confidence.

Letters in the shape comments: n startups, c investors, m mandates, S sectors, B stage bands, P places,
N needs, D text dimensions, W words of 64 traits. Bit x of a bit set is bit x % 64 of word x // 64.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from enum import IntFlag
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

FACTORS = ("sector", "stage", "ticket", "place", "needs", "forms", "text", "activity")
POINTS = 1000  # the weights of one side add up to this
TOP_LEVEL = 255  # a factor of 1.0; a fit is kept as points × level, so 0 … 255,000
BUCKETS = 24  # of the logarithmic scale of tickets
MAX_SECTORS, MAX_PLACES, MAX_NEEDS, MAX_FORMS = 6, 4, 32, 32
TEXT_STEPS, TEXT_SHIFT = 2048, 3  # a dot product of texts, 0 … 16,383, is looked up in steps of 8
MAX_HANDICAP = 1 << 23  # in the units of lists.LOG: eight halvings

# What a factor counts when one side did not state it, by factor: a little more than what a pair drawn at
# random would get, so that a gap stands above what is known not to fit and below what is known to.
NEUTRAL = (100, 130, 150, 130, 90, 150, 64, 85)

DEFAULT_FOR_STARTUP = (360, 45, 55, 30, 270, 90, 130, 20)  # weights of u
DEFAULT_FOR_INVESTOR = (370, 140, 90, 100, 50, 90, 140, 20)  # weights of v


class Must(IntFlag):
    """The criteria that a side can mark "must have": the bits of a `must` column."""

    SECTOR = 1
    STAGE = 2
    TICKET = 4
    PLACE = 8
    FORMS = 16


@dataclass(frozen=True)
class Startups:
    """One row per startup that may be matched."""

    key: Array  # int64[n]   public id as a number, unique, > 0; ties go to the smaller key
    sectors: Array  # int16[n,6]  primary first, -1 none
    stage: Array  # int8[n]     match band, -1 not stated
    places: Array  # int16[n,4]  home, then operating places; -1 none
    ask: Array  # int8[n,2]   first and last bucket of 24, -1 not stated
    seeks_capital: Array  # bool[n]     False: the ticket does not apply
    needs: Array  # uint8[n,N]  urgency 0–3; all 0 = not stated
    forms: Array  # uint64[n]   bit per partnership form (32 at most); 0 = not stated
    text: Array  # int8[n,D]   unit vector × 127; all 0 = not stated
    weights: Array  # uint16[n,8] points of 1000 for the startup's own fit u
    must: Array  # uint8[n]    bits of Must
    traits: Array  # uint64[n,W] what it is …
    refuses: Array  # uint64[n,W] … and what it vetoes in an investor
    capacity: Array  # int32[n]    new introductions a month, ≥ 1
    handicap: Array  # int32[n]    in units of lists.LOG; > 0 in high demand, < 0 seldom seen

    def __len__(self) -> int:
        return len(self.key)

    def validate(self) -> None:
        """Raise ValueError naming the first column that is not as described above."""
        n, needs, dims, words = len(self.key), _width(self.needs), _width(self.text), _width(self.traits)
        _check(self, "key", np.int64, (n,), low=1)
        _check(self, "sectors", np.int16, (n, MAX_SECTORS), low=-1)
        _check(self, "stage", np.int8, (n,), low=-1)
        _check(self, "places", np.int16, (n, MAX_PLACES), low=-1)
        _check(self, "ask", np.int8, (n, 2), low=-1, high=BUCKETS - 1)
        _check(self, "seeks_capital", np.bool_, (n,))
        _check(self, "needs", np.uint8, (n, needs), high=3)
        _check(self, "forms", np.uint64, (n,), high=(1 << MAX_FORMS) - 1)
        _check(self, "text", np.int8, (n, dims), low=-127)
        _check(self, "weights", np.uint16, (n, len(FACTORS)), high=POINTS)
        _check(self, "must", np.uint8, (n,), high=31)
        _check(self, "traits", np.uint64, (n, words))
        _check(self, "refuses", np.uint64, (n, words))
        _check(self, "capacity", np.int32, (n,), low=1)
        _check(self, "handicap", np.int32, (n,), low=-MAX_HANDICAP, high=MAX_HANDICAP)
        _refuse(needs > MAX_NEEDS, self, "needs", f"has more than {MAX_NEEDS} kinds")
        _check_shared(self)
        _check_range(self, "ask")


@dataclass(frozen=True)
class Investors:
    """One row per investor or partner; its theses are rows of Mandates."""

    key: Array  # int64[c]  public id as a number, unique, > 0
    capacity: Array  # int32[c]  new introductions a month, ≥ 1
    handicap: Array  # int32[c]  as above

    def __len__(self) -> int:
        return len(self.key)

    def validate(self) -> None:
        """Raise ValueError naming the first column that is not as described above."""
        c = len(self.key)
        _check(self, "key", np.int64, (c,), low=1)
        _check(self, "capacity", np.int32, (c,), low=1)
        _check(self, "handicap", np.int32, (c,), low=-MAX_HANDICAP, high=MAX_HANDICAP)
        _refuse(len(np.unique(self.key)) != c, self, "key", "is not unique")


@dataclass(frozen=True)
class Mandates:
    """One row per thesis; an investor without any row is never matched.

    The affinities hold thesis and record together (engine/affinity/affinity.py); the scopes hold the thesis
    alone and serve the must-have gates only.
    """

    key: Array  # int64[m]  the thesis's id, unique, > 0; of equally good theses the smaller key counts
    owner: Array  # int32[m]  row in Investors
    sector_affinity: Array  # uint8[m,S]
    stage_affinity: Array  # uint8[m,B]
    place_affinity: Array  # uint8[m,P]
    activity: Array  # uint8[m]
    sector_scope: Array  # uint64[m,⌈S/64⌉] bit set; all 0 = not stated
    stage_scope: Array  # uint64[m]         bit set; 0 = not stated
    place_scope: Array  # uint64[m,⌈P/64⌉] bit set; all 0 = not stated
    ticket: Array  # int8[m,2]   first and last bucket, -1 not stated
    offers: Array  # uint32[m]   bit per need; 0 = not stated
    forms: Array  # uint64[m]   bit per partnership form; 0 = not stated
    text: Array  # int8[m,D]   unit vector × 127; all 0 = not stated
    weights: Array  # uint16[m,8] points of 1000 for the investor's own fit v
    must: Array  # uint8[m]    bits of Must
    traits: Array  # uint64[m,W] what the investor is …
    refuses: Array  # uint64[m,W] … and what it vetoes in a startup

    def __len__(self) -> int:
        return len(self.key)

    def validate(self) -> None:
        """Raise ValueError naming the first column that is not as described above."""
        m, words = len(self.key), _width(self.traits)
        sectors, bands, places = map(_width, (self.sector_affinity, self.stage_affinity, self.place_affinity))
        _check(self, "key", np.int64, (m,), low=1)
        _check(self, "owner", np.int32, (m,), low=0)
        _check(self, "sector_affinity", np.uint8, (m, sectors))
        _check(self, "stage_affinity", np.uint8, (m, bands))
        _check(self, "place_affinity", np.uint8, (m, places))
        _check(self, "activity", np.uint8, (m,))
        _check(self, "sector_scope", np.uint64, (m, -(-sectors // 64)))
        _check(self, "stage_scope", np.uint64, (m,))
        _check(self, "place_scope", np.uint64, (m, -(-places // 64)))
        _check(self, "ticket", np.int8, (m, 2), low=-1, high=BUCKETS - 1)
        _check(self, "offers", np.uint32, (m,))
        _check(self, "forms", np.uint64, (m,), high=(1 << MAX_FORMS) - 1)
        _check(self, "text", np.int8, (m, _width(self.text)), low=-127)
        _check(self, "weights", np.uint16, (m, len(FACTORS)), high=POINTS)
        _check(self, "must", np.uint8, (m,), high=31)
        _check(self, "traits", np.uint64, (m, words))
        _check(self, "refuses", np.uint64, (m, words))
        _refuse(bands > 64, self, "stage_affinity", "has more than 64 bands")
        _check_shared(self)
        _check_range(self, "ticket")


@dataclass(frozen=True)
class Market:
    """The scales of one market: made once per full run (factors.market_of), stored, and used
    unchanged by the incremental runs, so that an unrelated profile changes nothing."""

    sector_idf: Array  # uint16[S]    how much one sector of several counts, ≥ 1
    text_level: Array  # uint8[2048]  level of a dot product (clipped to 0 … 16,383) >> 3; never falls
    neutral: Array = field(default_factory=lambda: np.array(NEUTRAL, np.uint8))  # uint8[8]

    def validate(self) -> None:
        """Raise ValueError naming the first column that is not as described above."""
        _check(self, "sector_idf", np.uint16, (len(self.sector_idf),), low=1)
        _check(self, "text_level", np.uint8, (TEXT_STEPS,))
        _check(self, "neutral", np.uint8, (len(FACTORS),))
        _refuse(bool((np.diff(self.text_level.astype(np.int16)) < 0).any()), self, "text_level", "falls")


def no_pairs() -> Array:
    """Return int32[0,2]."""
    return np.empty((0, 2), np.int32)


@dataclass(frozen=True)
class Pairs:
    """Pairs that a person has spoken about, as (startup row, investor row). Excluded beats boosted."""

    excluded: Array = field(default_factory=no_pairs)  # int32[e,2] one passed, or a curator hides them
    boosted: Array = field(
        default_factory=no_pairs
    )  # int32[b,2] pinned: first in both lists, gates permitting

    def validate(self) -> None:
        """Raise ValueError naming the first column that is not as described above."""
        _check(self, "excluded", np.int32, (len(self.excluded), 2), low=0)
        _check(self, "boosted", np.int32, (len(self.boosted), 2), low=0)


@dataclass(frozen=True)
class Snapshot:
    """One moment of the whole market: what every function of the front door starts from."""

    startups: Startups
    investors: Investors
    mandates: Mandates
    market: Market
    pairs: Pairs = field(default_factory=Pairs)

    def validate(self) -> None:
        """Raise ValueError naming the first column that is malformed or does not fit the others."""
        s, m = self.startups, self.mandates
        for table in (s, self.investors, m, self.market, self.pairs):
            table.validate()
        _refuse(_width(s.text) != _width(m.text), m, "text", "differs in width from the startups'")
        _refuse(_width(s.traits) != _width(m.traits), m, "traits", "differs in width from the startups'")
        _refuse(
            len(self.market.sector_idf) != _width(m.sector_affinity), self.market, "sector_idf", "is not [S]"
        )
        _below(m, "owner", len(self.investors))
        _below(s, "sectors", _width(m.sector_affinity))
        _below(s, "stage", _width(m.stage_affinity))
        _below(s, "places", _width(m.place_affinity))
        for name in ("excluded", "boosted"):
            _below(self.pairs, name, (len(s), len(self.investors)))


def take(table: Any, rows: Array | slice | list[int]) -> Any:
    """The same table with these rows only, in this order."""
    return type(table)(**{f.name: getattr(table, f.name)[rows] for f in fields(table)})


def empty_snapshot() -> Snapshot:
    """A market of nobody: one sector, band, place and need, one word of traits, texts of one number."""
    none, word = np.zeros(0, np.int32), np.zeros((0, 1), np.uint64)
    key, row, byte = none.astype(np.int64), word[:, 0], np.zeros((0, 1), np.uint8)
    weights, text, pair = np.zeros((0, 8), np.uint16), byte.astype(np.int8), np.zeros((0, 2), np.int8)
    startups = Startups(
        key, np.zeros((0, MAX_SECTORS), np.int16), pair[:, 0], np.zeros((0, MAX_PLACES), np.int16), pair,
        none.astype(np.bool_), byte, row, text, weights, byte[:, 0], word, word, none, none,
    )  # fmt: skip
    mandates = Mandates(
        key, none, byte, byte, byte, byte[:, 0], word, row, word, pair, none.astype(np.uint32), row, text,
        weights, byte[:, 0], word, word,
    )  # fmt: skip
    market = Market(np.ones(1, np.uint16), np.zeros(TEXT_STEPS, np.uint8))
    return Snapshot(startups, Investors(key, none, none), mandates, market)


def _width(column: Array) -> int:
    return int(column.shape[1]) if column.ndim == 2 else 0


def _refuse(wrong: bool, table: object, name: str, why: str) -> None:
    if wrong:
        raise ValueError(f"{type(table).__name__}.{name} {why}")


def _check(
    table: object,
    name: str,
    dtype: type,
    shape: tuple[int, ...],
    low: int | None = None,
    high: int | None = None,
) -> None:
    column = getattr(table, name)
    _refuse(column.dtype != dtype, table, name, f"is {column.dtype}, not {np.dtype(dtype)}")
    _refuse(column.shape != shape, table, name, f"has shape {column.shape}, not {shape}")
    if column.size:
        _refuse(low is not None and bool(column.min() < low), table, name, f"goes below {low}")
        _refuse(high is not None and bool(column.max() > high), table, name, f"goes above {high}")


def _check_shared(table: Any) -> None:
    """What holds for startups and mandates alike."""
    _refuse(len(np.unique(table.key)) != len(table.key), table, "key", "is not unique")
    _refuse(
        bool((table.weights.sum(axis=1, dtype=np.int64) > POINTS).any()), table, "weights", f"exceed {POINTS}"
    )


def _check_range(table: Any, name: str) -> None:
    first, last = getattr(table, name).T
    wrong = (first > last) | ((first < 0) != (last < 0))
    _refuse(bool(wrong.any()), table, name, "is not first ≤ last, or only half stated")


def _below(table: object, name: str, limit: int | tuple[int, int]) -> None:
    column = getattr(table, name)
    _refuse(bool((column >= np.asarray(limit)).any()), table, name, f"points beyond {limit}")
