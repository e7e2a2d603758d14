"""What would change this: edited copies of one startup, scored again, not guessed.

Copies are startups that stand in no list, so the kernel's gates and fits serve them as they are. Their text
is the same and is looked up once for all of them: 100 copies against 20,000 theses take 16 ms.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.engine.columns import TOP_LEVEL, Array, Pairs, Startups
from matchmaker.engine.kernel import (
    TEXT,
    WORDS,
    Room,
    fit_run,
    inlined,
    jit,
    lowest_bit,
    new_room,
    pass_gates,
    text_level,
)
from matchmaker.engine.layout import RUN, Asks, Lanes, Prepared, lay_out_startups

FITTING = 500  # tenths: a match score of 50 of 100


@dataclass(frozen=True)
class Outlook:
    """What each copy meets in the market."""

    eligible: Array  # int64[k] investors with a thesis whose gates the copy passes
    fitting: Array  # int64[k]  … and that scores at least `least` with it


def outlook(prepared: Prepared, startup: int, copies: Startups, least: int = FITTING) -> Outlook:
    """Score copies of a startup against every investor that is not excluded for it.

    `copies` are rows like those of the snapshot's startups, all with the same text; `least` is a match score
    in tenths of 100.
    """
    snapshot, lanes = prepared.snapshot, prepared.lanes
    eligible, fitting = np.zeros((2, len(copies)), np.int64)
    if len(copies) and len(snapshot.mandates):
        asks = lay_out_startups(replace(snapshot, startups=copies, pairs=Pairs()), lanes)
        excluded = snapshot.pairs.excluded
        closed = np.zeros(len(snapshot.investors), np.bool_)
        closed[excluded[excluded[:, 0] == startup, 1]] = True
        texts = np.zeros(len(lanes.row), np.uint8)
        look_up(lanes, asks, texts)
        met = np.full((2, len(closed)), -1, np.int64)
        count(lanes, asks, closed, texts, least_product(least), new_room(lanes), met, eligible, fitting)
    return Outlook(eligible, fitting)


def least_product(tenths: int) -> int:
    """The smallest u · v whose score rounds to at least this many tenths (explain.score_tenths)."""
    return -(-(((2 * tenths - 1) * TOP_LEVEL) ** 2) // 4) if tenths > 0 else 0


@jit
def look_up(lanes: Lanes, asks: Asks, texts: Array) -> None:
    """Fill texts uint8[x] with the levels of the first copy's text."""
    for lane in range(texts.size):
        texts[lane] = text_level(lanes, asks, 0, lane)


@inlined
def meet(
    lanes: Lanes, asks: Asks, i: int, lane: int, x: int, closed: Array, texts: Array, least: int, room: Room,
    met: Array, eligible: Array, fitting: Array,
) -> None:  # fmt: skip
    """Count the lane's investor for copy i, once however many theses it has."""
    j, level = lanes.owner[lane], np.int64(texts[lane])
    if closed[j]:
        return
    eligible[i] += met[0, j] != i
    met[0, j] = i
    u = np.int64(room.us[x]) + np.int64(asks.weights[i, TEXT]) * level
    v = np.int64(room.vs[x]) + np.int64(lanes.weights[TEXT, lane]) * level
    if u * v >= least:
        fitting[i] += met[1, j] != i
        met[1, j] = i


@jit
def count(
    lanes: Lanes, asks: Asks, closed: Array, texts: Array, least: int, room: Room,
    met: Array, eligible: Array, fitting: Array,
) -> None:  # fmt: skip
    """Count the investors of every copy; met int64[2,c] is the last copy that each met, and fitted."""
    for i in range(eligible.size):
        pass_gates(lanes, asks, i, room)
        for run in range(room.bits.size // WORDS):
            first = run * WORDS
            if not (room.bits[first] | room.bits[first + 1] | room.bits[first + 2] | room.bits[first + 3]):
                continue
            fit_run(lanes, asks, i, run * RUN, room.acc, room.us, room.vs)
            for w in range(WORDS):
                left = room.bits[first + w]
                while left:
                    x = 64 * w + np.int64(lowest_bit(left))
                    left &= left - np.uint64(1)
                    meet(lanes, asks, i, run * RUN + x, x, closed, texts, least, room, met, eligible, fitting)
