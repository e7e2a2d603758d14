"""How alike two texts are: dot products of bytes, of one startup with some lanes."""

from __future__ import annotations

from typing import Any

import numpy as np

from matchmaker.engine.columns import TEXT_SHIFT, TEXT_STEPS
from matchmaker.engine.layout import NO_TEXT, Asks, Lanes
from matchmaker.engine.level_rows import TEXT
from matchmaker.engine.room import Room, inlined
from matchmaker.engine.values import INT, LONG, WIDE, Value
from matchmaker.engine.vectors import HAS_DOT, NOTHING, Code, Fields, compiled

MAX_DOT = (TEXT_STEPS << TEXT_SHIFT) - 1
TOGETHER = 4  # lanes whose texts are multiplied side by side: 2 ns each, where one after the other takes 4
SIGN = -0x7F7F7F80  # the highest bit of each of four bytes: byte ^ 0x80 is byte + 128, unsigned


def dots_over(together: int) -> Any:
    """Make dots(lanes, asks, i, at, count, room): products of the text of startup i and those of some lanes.

    room.dots[t] becomes that of lane at + room.places[t], or NO_TEXT where it has no text, for t below count.
    Up to `together` more are read and written; sieve.sift leaves noughts there.
    """

    @compiled(NOTHING)
    def dots(c: Code, lanes: Fields, asks: Fields, i: Value, at: Value, count: Value, room: Fields) -> None:
        width = lanes.text_bytes
        ours = asks.text.from_place(i * width).seen_as(INT)
        for t in c.each(0, count, together):
            whom = [at + room.places[t + x].to(LONG) for x in range(together)]
            theirs = [lanes.text.from_place(lane * width).seen_as(INT) for lane in whom]
            sums = [c.cell(c.same(INT, 0)) for _ in whom]
            for d in c.each(0, width.shifted_down(2), WIDE):
                for total, text in zip(sums, theirs, strict=True):
                    total.set(_plus_products(c, total.now, ours.load(d), text.load(d)))
            for x, (total, lane) in enumerate(zip(sums, whom, strict=True)):
                room.dots.store(total.now.total() - lanes.text_shift[lane], t + x)

    return dots


def _plus_products(c: Code, total: Value, ours: Value, theirs: Value) -> Value:
    """total + the products of the four bytes in each number, (ours + 128) · theirs: unsigned by signed."""
    ours = ours ^ SIGN
    if HAS_DOT:
        return c.call("llvm.x86.avx512.vpdpbusd.512", total.type, total, ours, theirs)
    for byte in range(4):
        unsigned, signed = ours.shifted_down(8 * byte) & 0xFF, theirs << (24 - 8 * byte) >> 24
        total = total + unsigned * signed
    return total


dots, one_dot = dots_over(TOGETHER), dots_over(1)


@inlined
def text_level(lanes: Lanes, asks: Asks, i: int, lane: int, room: Room) -> int:
    """The text's level of one pair."""
    if asks.text_stated[i]:
        room.places[0] = 0
        one_dot(lanes, asks, i, lane, 1, room)
        if room.dots[0] != NO_TEXT:
            return np.int64(lanes.text_level[min(max(room.dots[0], 0), MAX_DOT) >> TEXT_SHIFT])
    return np.int64(lanes.neutral[TEXT])
