"""How alike two texts are: dot products of bytes, of one startup with some lanes."""

from __future__ import annotations

from matchmaker.engine.definition.columns import TEXT_SHIFT, TEXT_STEPS
from matchmaker.engine.kernel.layout import NO_TEXT, Asks, Lanes
from matchmaker.engine.kernel.workspace import Room, inlined
from matchmaker.engine.vectors import HAS_DOT, INT, LONG, VOID, WIDE, Code, Fields, Row, Value, compiled

MAX_DOT = (TEXT_STEPS << TEXT_SHIFT) - 1
TOGETHER = 4  # lanes whose texts are multiplied side by side: 2 ns each, where one after the other takes 4
SIGN = -0x7F7F7F80  # the highest bit of each of four bytes: byte ^ 0x80 is byte + 128, unsigned


@compiled(VOID)
def dots(c: Code, lanes: Fields, asks: Fields, i: Value, at: Value, count: Value, room: Fields) -> None:
    """Set room.dots[:count] to the products of the text of startup i and those of lanes at + room.places, or
    NO_TEXT where a lane has none. The last few that go with them are read and written too."""
    width = lanes.text_bytes
    ours = asks.text.from_place(i * width).seen_as(INT)
    for t in c.each(0, count, TOGETHER):
        whom = [at + room.places[t + x].to(LONG) for x in range(TOGETHER)]
        theirs = [lanes.text.from_place(lane * width).seen_as(INT) for lane in whom]
        sums = [c.cell(c.same(INT, 0)) for _ in whom]
        for d in c.each(0, width.shifted_down(2), WIDE):
            for total, text in zip(sums, theirs, strict=True):
                total.set(_plus_products(c, total.now, ours.load(d), text.load(d)))
        for x, (total, lane) in enumerate(zip(sums, whom, strict=True)):
            room.dots.store(total.now.total() - lanes.text_shift[lane], t + x)


def _plus_products(c: Code, total: Value, ours: Value, theirs: Value) -> Value:
    """total + the products of the four bytes in each number, (ours + 128) · theirs: unsigned by signed."""
    ours = ours ^ SIGN
    if HAS_DOT:
        return c.call("llvm.x86.avx512.vpdpbusd.512", total.type, total, ours, theirs)
    for byte in range(4):
        unsigned, signed = ours.shifted_down(8 * byte) & 0xFF, theirs << (24 - 8 * byte) >> 24
        total = total + unsigned * signed
    return total


@inlined
def multiply_texts(lanes: Lanes, asks: Asks, i: int, at: int, count: int, room: Room) -> None:
    """Set room.dots to the products of the text of startup i and those of lanes at + room.places[:count]."""
    if asks.text_stated[i]:
        dots(lanes, asks, i, at, count, room)
    else:
        for t in range(count):
            room.dots[t] = NO_TEXT


def levels_of_texts(dot: Value, text_level: Row, neutral: Value) -> Value:
    """The levels of products; neutral where one side has no text."""
    level = text_level.gather(dot.at_least(0).at_most(MAX_DOT) >> TEXT_SHIFT, INT) & 0xFF
    return (dot > NO_TEXT).choose(level, neutral)
