"""Two sides of the market as arrays: everything the engine knows.

A field that is missing, or that its owner does not show to the other side, is *not stated* (-1, or no
bit at all). It passes its gate, and takes the neutral level.

Letters in the shape comments: n startups, c investors, m theses, S sectors, B stage bands, P places,
N needs, D text dimensions, W words of 64 traits. Bit x of a bit set is bit x % 64 of word x // 64.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
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
MAX_DEMAND_ADJUSTMENT = 1 << 23  # in the units of lists.LOG: eight halvings

# What a factor counts when one side did not state it, by factor: at least what a pair drawn at random gets
# where both state it (tests/matchmaker/lab/evaluation/test_judged.py measures it), so that a gap is never
# held against anyone, and stands below what is known to fit.
NEUTRAL = (100, 190, 160, 200, 90, 150, 64, 85)

DEFAULT_FOR_STARTUP = (360, 45, 55, 30, 270, 90, 130, 20)  # weights of u
DEFAULT_FOR_INVESTOR = (370, 140, 90, 100, 50, 90, 140, 20)  # weights of v


def column(
    dtype: type, *shape: str | int, low: int | None = None, high: int | None = None, **more: Any
) -> Any:
    """Declare a column: its type, its shape (letters as in the module's docstring) and range of values."""
    return field(metadata={"column": (dtype, shape, low, high)}, **more)


class Must(IntFlag):
    """The criteria that a side can mark "must have": the bits of a `must` column."""

    SECTOR = 1
    STAGE = 2
    TICKET = 4
    PLACE = 8
    FORMS = 16


@dataclass(frozen=True)
class Startups:
    key: Array = column(np.int64, "n", low=1)  # public id as a number, unique; ties go to the smaller
    sectors: Array = column(np.int16, "n", MAX_SECTORS, low=-1)  # primary first, -1 none
    stage: Array = column(np.int8, "n", low=-1)  # match band, -1 not stated
    places: Array = column(np.int16, "n", MAX_PLACES, low=-1)  # home, then operating places; -1 none
    ask: Array = column(np.int8, "n", 2, low=-1, high=BUCKETS - 1)  # first and last bucket; -1 not stated
    seeks_capital: Array = column(np.bool_, "n")  # False: the ticket does not apply
    needs: Array = column(np.uint8, "n", "N", high=3)  # urgency 0–3; all 0 = not stated
    forms: Array = column(np.uint64, "n", high=(1 << MAX_FORMS) - 1)  # bit set; 0 = not stated
    text: Array = column(np.int8, "n", "D", low=-127)  # unit vector × 127; all 0 = not stated
    weights: Array = column(np.uint16, "n", len(FACTORS), high=POINTS)  # of the own fit u
    must: Array = column(np.uint8, "n", high=31)  # bits of Must
    traits: Array = column(np.uint64, "n", "W")  # what it is …
    refuses: Array = column(np.uint64, "n", "W")  # … and what it vetoes in an investor
    capacity: Array = column(np.int32, "n", low=1)  # new introductions a month, ≥ 1
    # In units of lists.LOG: > 0 in high demand, < 0 seldom seen.
    demand_adjustment: Array = column(np.int32, "n", low=-MAX_DEMAND_ADJUSTMENT, high=MAX_DEMAND_ADJUSTMENT)

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True)
class Investors:
    key: Array = column(np.int64, "c", low=1)  # public id as a number, unique, > 0
    capacity: Array = column(np.int32, "c", low=1)  # new introductions a month, ≥ 1
    # As above.
    demand_adjustment: Array = column(np.int32, "c", low=-MAX_DEMAND_ADJUSTMENT, high=MAX_DEMAND_ADJUSTMENT)

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True)
class Theses:
    """One row per thesis; an investor without any row is never matched.

    Affinities combine thesis and record; scopes hold the thesis alone, for must-have gates.
    """

    key: Array = column(np.int64, "m", low=1)  # the thesis's id, unique; of equally good ones the smaller
    owner: Array = column(np.int32, "m", low=0)  # row in Investors
    sector_affinity: Array = column(np.uint8, "m", "S")
    stage_affinity: Array = column(np.uint8, "m", "B")
    place_affinity: Array = column(np.uint8, "m", "P")
    activity: Array = column(np.uint8, "m")
    sector_scope: Array = column(np.uint64, "m", "S/64")  # bit set; all 0 = not stated
    stage_scope: Array = column(np.uint64, "m")  # bit set; 0 = not stated
    place_scope: Array = column(np.uint64, "m", "P/64")  # bit set; all 0 = not stated
    ticket: Array = column(np.int8, "m", 2, low=-1, high=BUCKETS - 1)  # first and last bucket, -1 not stated
    offers: Array = column(np.uint32, "m")  # bit per need; 0 = not stated
    forms: Array = column(np.uint64, "m", high=(1 << MAX_FORMS) - 1)  # bit set; 0 = not stated
    text: Array = column(np.int8, "m", "D", low=-127)  # unit vector × 127; all 0 = not stated
    weights: Array = column(np.uint16, "m", len(FACTORS), high=POINTS)  # of the own fit v
    must: Array = column(np.uint8, "m", high=31)  # bits of Must
    traits: Array = column(np.uint64, "m", "W")  # what the investor is …
    refuses: Array = column(np.uint64, "m", "W")  # … and what it vetoes in a startup

    def __len__(self) -> int:
        return len(self.key)


@dataclass(frozen=True)
class Market:
    """The scales of one market.

    Made once per full run (factors.market_of), stored, and used unchanged by the incremental runs, so that an
    unrelated profile changes nothing.
    """

    sector_idf: Array = column(np.uint16, "S", low=1)  # how much one sector of several counts
    text_level: Array = column(np.uint8, TEXT_STEPS)  # of a dot product (0 … 16,383) >> 3; never falls
    neutral: Array = column(np.uint8, len(FACTORS), default_factory=lambda: np.array(NEUTRAL, np.uint8))
    # Forms by which money is invested, and the needs that it meets: they count where both accept such a form.
    investing: Array = column(np.uint64, default_factory=lambda: np.uint64(0).reshape(()))
    money: Array = column(np.uint32, default_factory=lambda: np.uint32(0).reshape(()))
    # Needs that mean another thing in another field, as manufacturing does.
    by_field: Array = column(np.uint32, default_factory=lambda: np.uint32(0).reshape(()))


def no_pairs() -> Array:
    """Return int32[0,2]."""
    return np.empty((0, 2), np.int32)


@dataclass(frozen=True)
class Pairs:
    # One passed, or a curator hides.
    excluded: Array = column(np.int32, "e", 2, low=0, default_factory=no_pairs)
    # First in both lists, if eligible.
    boosted: Array = column(np.int32, "b", 2, low=0, default_factory=no_pairs)


@dataclass(frozen=True)
class Snapshot:
    startups: Startups
    investors: Investors
    theses: Theses
    market: Market
    pairs: Pairs = field(default_factory=Pairs)

    def adjusted(self, startups: Array, investors: Array) -> Snapshot:
        return replace(
            self,
            startups=replace(self.startups, demand_adjustment=startups),
            investors=replace(self.investors, demand_adjustment=investors),
        )

    def validate(self) -> None:
        """Raise ValueError naming the first column that is malformed or does not fit the others."""
        s, c, m, market = self.startups, self.investors, self.theses, self.market
        table: Any
        for table in (s, c, m, market, self.pairs):
            _check_columns(table)
        for table in (s, c, m):
            _refuse(len(np.unique(table.key)) != len(table.key), table, "key", "is not unique")
        for table, name in ((s, "ask"), (m, "ticket")):
            exceed = table.weights.sum(axis=1, dtype=np.int64) > POINTS
            _refuse(bool(exceed.any()), table, "weights", f"exceed {POINTS}")
            first, last = getattr(table, name).T
            wrong = (first > last) | ((first < 0) != (last < 0))
            _refuse(bool(wrong.any()), table, name, "is not first ≤ last, or only half stated")
        _refuse(_width(s.needs) > MAX_NEEDS, s, "needs", f"has more than {MAX_NEEDS} kinds")
        _refuse(_width(m.stage_affinity) > 64, m, "stage_affinity", "has more than 64 bands")
        falls = np.diff(market.text_level.astype(np.int16)) < 0
        _refuse(bool(falls.any()), market, "text_level", "falls")
        _refuse(bool(market.money & market.by_field), market, "by_field", "holds what money meets")
        _refuse(_width(s.text) != _width(m.text), m, "text", "differs in width from the startups'")
        _refuse(_width(s.traits) != _width(m.traits), m, "traits", "differs in width from the startups'")
        _refuse(len(market.sector_idf) != _width(m.sector_affinity), market, "sector_idf", "is not [S]")
        _below(m, "owner", len(c))
        _below(s, "sectors", _width(m.sector_affinity))
        _below(s, "stage", _width(m.stage_affinity))
        _below(s, "places", _width(m.place_affinity))
        for name in ("excluded", "boosted"):
            _below(self.pairs, name, (len(s), len(c)))


def take(table: Any, rows: Array | slice | list[int]) -> Any:
    return type(table)(**{f.name: getattr(table, f.name)[rows] for f in fields(table)})


def zeros(kind: Any, rows: int) -> Any:
    columns = {}
    for column in fields(kind):
        dtype, sizes, *_limits = column.metadata["column"]
        shape = [rows]
        for size in sizes[1:]:
            shape.append(size if isinstance(size, int) else 1)
        columns[column.name] = np.zeros(shape, dtype)
    return kind(**columns)


def _width(column: Array) -> int:
    return int(column.shape[1]) if column.ndim == 2 else 0


def _refuse(wrong: bool, table: object, name: str, why: str) -> None:
    if wrong:
        raise ValueError(f"{type(table).__name__}.{name} {why}")


def _check_columns(table: Any) -> None:
    sizes: dict[str, int] = {}
    for f in fields(table):
        column, (dtype, shape, low, high) = getattr(table, f.name), f.metadata["column"]
        for at, size in enumerate(shape):
            if isinstance(size, str) and not size.endswith("/64"):
                sizes.setdefault(size, column.shape[at] if column.ndim > at else 0)
                sizes.setdefault(f"{size}/64", -(-sizes[size] // 64))
        expected = []
        for size in shape:
            expected.append(sizes[size] if isinstance(size, str) else size)
        _refuse(column.dtype != dtype, table, f.name, f"is {column.dtype}, not {np.dtype(dtype)}")
        has_shape = column.shape == tuple(expected)
        _refuse(not has_shape, table, f.name, f"has shape {column.shape}, not {tuple(expected)}")
        if column.size:
            _refuse(low is not None and column.min() < low, table, f.name, f"goes below {low}")
            _refuse(high is not None and column.max() > high, table, f.name, f"goes above {high}")


def _below(table: object, name: str, limit: int | tuple[int, int]) -> None:
    column = getattr(table, name)
    _refuse(bool((column >= np.asarray(limit)).any()), table, name, f"points beyond {limit}")
