"""Lists of the best counterparts: what they hold, how two of them become one.

The rank of a pair is LOG[u] + LOG[v] − the counterpart's price: high only when both sides gain. All whole
numbers, so that one worker and sixteen give the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import reduce

import numpy as np

from matchmaker.engine.columns import FACTORS, POINTS, TOP_LEVEL, Array

OCTAVE = 1 << 20  # a doubling of a fit; a step of one thousandth of the fit is about 1,500
STEP_BITS, FIT_BITS = 10, 17  # 1,024 steps an octave; a fit is below 2^18
REST_BITS, RISE_BITS = FIT_BITS - STEP_BITS, 11  # a step rises by 1,477 at most
STEPS = np.rint(OCTAVE * np.log2(1 + np.arange((1 << STEP_BITS) + 1) / (1 << STEP_BITS))).astype(np.int32)

# Each step and its rise to the next in one number, for the compiled loops.
RISING_STEPS = np.append(STEPS[:-1] << RISE_BITS | np.diff(STEPS), 0).astype(np.int32)


def logs(fit: Array) -> Array:
    """int32: 2²⁰ · log₂ of fits of 1 … 255,000 (points × 255), to within two units; nought for nought.

    A short table and straight lines between, in whole numbers: a table of every fit takes a megabyte, and
    looking there cost the kernel an eighth of its time.
    """
    fit = np.maximum(fit, 1).astype(np.int64)
    octave = np.frexp(fit)[1].astype(np.int64) - 1
    part = (fit << (FIT_BITS - octave)) - (1 << FIT_BITS)
    step, rest = part >> REST_BITS, part & ((1 << REST_BITS) - 1)
    low, high = STEPS[step].astype(np.int64), STEPS[step + 1].astype(np.int64)
    return ((octave << 20) + low + (((high - low) * rest) >> REST_BITS)).astype(np.int32)


LOG = logs(np.arange(POINTS * TOP_LEVEL + 1))
PIN = 1 << 28  # what a curator's boost adds: more than any pair can have
NOTHING = np.iinfo(np.int64).min  # the value of no pair
TIES = (1 << 31) - 1

ON_MERIT, SO_THAT_SEEN, FULL = 2, 1, 0  # tiers of a list, best first


def ordinals(key: Array) -> Array:
    """int64[r]: the place of each profile in the order of keys, which settles ties."""
    out = np.empty(len(key), np.int64)
    out[np.argsort(key, kind="stable")] = np.arange(len(key))
    return out


def pack(rank: Array, ordinal: Array) -> Array:
    """int64: rank and tie in one number, so that comparing two pairs is comparing two numbers."""
    return (rank.astype(np.int64) << 32) + (TIES - ordinal)


@dataclass(frozen=True)
class Lists:
    """The best k counterparts of each of r profiles, best first."""

    rows: Array  # int32[r]     whose lists these are, ascending
    ids: Array  # int32[r,k]   rows of the counterparts, -1 where the list ends
    value: Array  # int64[r,k]   rank << 32 and tie (see pack); NOTHING where the list ends
    u: Array  # int32[r,k]   fit for the startup, points × 255
    v: Array  # int32[r,k]   fit for the investor, points × 255
    levels: Array  # uint8[r,k,8] of the pair
    mandate: Array  # int32[r,k]   the investor's thesis that fits best, -1 where the list ends
    tier: Array  # uint8[r,k]   ON_MERIT, SO_THAT_SEEN or FULL
    floor: Array  # int64[r]     no counterpart outside the list has a greater value; NOTHING: there is none

    @property
    def rank(self) -> Array:
        """int32[r,k]: in units of LOG, the counterpart's price subtracted."""
        return (self.value >> 32).astype(np.int32)

    @property
    def count(self) -> Array:
        """int64[r]: how long each list is."""
        return (self.ids >= 0).sum(axis=1)

    def take(self, rows: Array | slice) -> Lists:
        """The lists at these positions."""
        return Lists(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Values:
    """Both sides' lists as packed values alone: 8 bytes an entry, from which all else follows."""

    startups: Array  # int64[n,k] best first; NOTHING where a list ends
    investors: Array  # int64[c,k]


@dataclass(frozen=True)
class Rankings:
    """Both sides' lists."""

    startups: Lists
    investors: Lists

    @property
    def values(self) -> Values:
        """The packed values alone."""
        return Values(self.startups.value, self.investors.value)


def empty_lists(rows: Array, k: int) -> Lists:
    """Lists of these profiles with nobody on them."""
    r = len(rows)
    return Lists(
        rows=rows.astype(np.int32),
        ids=np.full((r, k), -1, np.int32),
        value=np.full((r, k), NOTHING, np.int64),
        u=np.zeros((r, k), np.int32),
        v=np.zeros((r, k), np.int32),
        levels=np.zeros((r, k, len(FACTORS)), np.uint8),
        mandate=np.full((r, k), -1, np.int32),
        tier=np.full((r, k), ON_MERIT, np.uint8),
        floor=np.full(r, NOTHING, np.int64),
    )


def best_values(a: Array, b: Array) -> Array:
    """int64[r,k]: the k best of two lists of each profile that have no pair in common."""
    return np.sort(np.concatenate([a, b], axis=1), axis=1)[:, : -a.shape[1] - 1 : -1]


def merge(parts: Sequence[Rankings]) -> Rankings:
    """The rankings over all the blocks' pairs. Associative, commutative: any split gives the same bytes."""
    return reduce(_merge_two, parts)


def _merge_two(a: Rankings, b: Rankings) -> Rankings:
    return Rankings(merge_lists(a.startups, b.startups), merge_lists(a.investors, b.investors))


def merge_lists(a: Lists, b: Lists) -> Lists:
    """One list per profile of either; the best k of both where a profile is in both."""
    both, at, bt = np.intersect1d(a.rows, b.rows, assume_unique=True, return_indices=True)
    alone = [x.take(np.flatnonzero(~np.isin(x.rows, both))) for x in (a, b)]
    parts = [p for p in (*alone, _best_of_two(a.take(at), b.take(bt))) if len(p.rows)] or [a]
    return _stack(parts)


def _stack(parts: list[Lists]) -> Lists:
    if len(parts) == 1:
        return parts[0]
    order = np.argsort(np.concatenate([p.rows for p in parts]), kind="stable")
    return Lists(
        **{f.name: np.concatenate([getattr(p, f.name) for p in parts])[order] for f in fields(Lists)}
    )


def _best_of_two(a: Lists, b: Lists) -> Lists:
    """The best k of two lists of the same profiles; a pair that stands in both is listed once."""
    k = a.ids.shape[1]
    both = {f.name: np.concatenate([getattr(a, f.name), getattr(b, f.name)], axis=1) for f in _PAIRS}
    order = np.argsort(~both["value"], axis=1, kind="stable")
    value = np.take_along_axis(both["value"], order, 1)
    again = np.pad((value[:, 1:] == value[:, :-1]) & (value[:, 1:] != NOTHING), ((0, 0), (1, 0)))
    order = np.take_along_axis(order, np.argsort(again, axis=1, kind="stable"), 1)[:, :k]
    drop = np.arange(k) >= (value != NOTHING).sum(axis=1)[:, None] - again.sum(axis=1)[:, None]
    picked = {name: _along(column, order) for name, column in both.items()}
    for name, column in picked.items():
        column[drop] = _BLANK[name]
    floor = np.maximum(np.maximum(a.floor, b.floor), picked["value"][:, k - 1])
    return Lists(rows=a.rows, floor=floor, **picked)


_PAIRS = [f for f in fields(Lists) if f.name not in ("rows", "floor")]
_BLANK = {"ids": -1, "value": NOTHING, "u": 0, "v": 0, "levels": 0, "mandate": -1, "tier": ON_MERIT}


def _along(column: Array, order: Array) -> Array:
    return np.take_along_axis(column, order if column.ndim == 2 else order[..., None], 1)
