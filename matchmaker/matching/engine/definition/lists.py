"""Lists of the best counterparts: what they hold and in what order.

The rank of a pair is LOG[u] + LOG[v] − the counterpart's handicap: high only when both sides gain. All whole
numbers, so that one worker and sixteen give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from matchmaker.matching.engine.definition.columns import FACTORS, POINTS, TOP_LEVEL, Array

OCTAVE_BITS = 20
OCTAVE = 1 << OCTAVE_BITS  # a doubling of a fit; a step of one thousandth of the fit is about 1,500
STEP_BITS, FIT_BITS = 10, 17  # 1,024 steps an octave; a fit is below 2^18
REST_BITS, RISE_BITS = FIT_BITS - STEP_BITS, 11  # a step rises by 1,477 at most
STEPS = np.rint(OCTAVE * np.log2(1 + np.arange((1 << STEP_BITS) + 1) / (1 << STEP_BITS))).astype(np.int32)

# Each step and its rise to the next in one number, for the compiled loops.
RISING_STEPS = np.append(STEPS[:-1] << RISE_BITS | np.diff(STEPS), 0).astype(np.int32)


def logs(fit: Array) -> Array:
    """int32: 2²⁰ · log₂ of fits of 1 … 255,000 (points × 255), to within two units; zero for zero."""
    fit = np.maximum(fit, 1).astype(np.int64)
    octave = np.frexp(fit)[1].astype(np.int64) - 1
    part = (fit << (FIT_BITS - octave)) - (1 << FIT_BITS)
    step, rest = part >> REST_BITS, part & ((1 << REST_BITS) - 1)
    low, high = STEPS[step].astype(np.int64), STEPS[step + 1].astype(np.int64)
    return ((octave << OCTAVE_BITS) + low + (((high - low) * rest) >> REST_BITS)).astype(np.int32)


LOG = logs(np.arange(POINTS * TOP_LEVEL + 1))
PIN = 1 << 28  # what a curator's boost adds: more than any pair can have
NOTHING = np.iinfo(np.int64).min  # the value of no pair
TIES = (1 << 31) - 1
TIE_MASK = (1 << 32) - 1

# The tiers of a list, best first. GUARANTEED: shown so that it stands on one list. BEHIND: after the places
# that the list gave away so. A list that gave none away, and empty places, are all ON_MERIT.
ON_MERIT, GUARANTEED, BEHIND = 2, 1, 0
TIER_SHIFT = 61  # above every value: a list is ordered by tier, then by value


def ordinals(key: Array) -> Array:
    """int64[r]: the place of each profile in the order of keys, which settles ties."""
    out = np.empty(len(key), np.int64)
    out[np.argsort(key, kind="stable")] = np.arange(len(key))
    return out


def pack(rank: Array, ordinal: Array) -> Array:
    """int64: rank and tie in one number, so that comparing two pairs is comparing two numbers."""
    return (rank.astype(np.int64) << 32) + (TIES - ordinal)


def ordinal_of(value: Array) -> Array:
    return TIES - (value & TIE_MASK)


def is_boosted(value: Array) -> Array:
    boosted: Array = value >= (PIN // 2) << 32
    return boosted


@dataclass(frozen=True)
class Lists:
    rows: Array  # int32[r]     whose lists these are, ascending
    ids: Array  # int32[r,k]   rows of the counterparts, -1 where the list ends
    value: Array  # int64[r,k]   rank << 32 and tie (see pack); NOTHING where the list ends
    u: Array  # int32[r,k]   fit for the startup, points × 255
    v: Array  # int32[r,k]   fit for the investor, points × 255
    levels: Array  # uint8[r,k,8] of the pair
    thesis: Array  # int32[r,k]   the investor's thesis that fits best, -1 where the list ends
    tier: Array  # uint8[r,k]   ON_MERIT, GUARANTEED or BEHIND
    floor: Array  # int64[r]     no counterpart outside the list has a greater value; NOTHING: there is none

    @property
    def rank(self) -> Array:
        """int32[r,k]: in units of LOG, the counterpart's handicap subtracted."""
        return (self.value >> 32).astype(np.int32)

    @property
    def count(self) -> Array:
        """int64[r]: how long each list is."""
        return (self.ids >= 0).sum(axis=1)

    def reordered(self, order: Array) -> Lists:
        """The same lists, their places in the order of int64[r,k]."""
        places = {f.name: getattr(self, f.name) for f in fields(self) if f.name not in ("rows", "floor")}
        levels = np.take_along_axis(places.pop("levels"), order[..., None], 1)
        moved = {name: np.take_along_axis(column, order, 1) for name, column in places.items()}
        return replace(self, levels=levels, **moved)

    def take(self, rows: Array | slice) -> Lists:
        return Lists(**{f.name: getattr(self, f.name)[rows] for f in fields(self)})


@dataclass(frozen=True)
class Values:
    """Both sides' lists as packed values alone: 8 bytes an entry, from which all else follows."""

    startups: Array  # int64[n,k] best first; NOTHING where a list ends
    investors: Array  # int64[c,k]


@dataclass(frozen=True)
class Rankings:
    startups: Lists
    investors: Lists

    @property
    def values(self) -> Values:
        return Values(self.startups.value, self.investors.value)


def empty_lists(rows: Array, k: int) -> Lists:
    r = len(rows)
    return Lists(
        rows=rows.astype(np.int32),
        ids=np.full((r, k), -1, np.int32),
        value=np.full((r, k), NOTHING, np.int64),
        u=np.zeros((r, k), np.int32),
        v=np.zeros((r, k), np.int32),
        levels=np.zeros((r, k, len(FACTORS)), np.uint8),
        thesis=np.full((r, k), -1, np.int32),
        tier=np.full((r, k), ON_MERIT, np.uint8),
        floor=np.full(r, NOTHING, np.int64),
    )


def best_values(a: Array, b: Array) -> Array:
    """int64[r,k]: the k best of two lists of each profile that have no pair in common."""
    return np.sort(np.concatenate([a, b], axis=1), axis=1)[:, : -a.shape[1] - 1 : -1]


def joined(a: Lists, b: Lists) -> Lists:
    order = np.argsort(np.concatenate([a.rows, b.rows]), kind="stable")
    return Lists(
        **{f.name: np.concatenate([getattr(a, f.name), getattr(b, f.name)])[order] for f in fields(Lists)}
    )
