"""Which lanes of a run may enter a list: first by what their texts can be at best, then by what they are.

A pair enters a list if the product of its fits, over what the counterpart's handicap divides it by, reaches
what the list needs. Products are float32 and may let too many through, never too few; whole numbers decide in
the end.
"""

from llvmlite import ir

from matchmaker.matching.engine.kernel.fits import (
    EIGHT,
    PAIRS,
    by_field_of,
    depends_on_field,
    levels_of_texts,
    logs_of,
)
from matchmaker.matching.engine.kernel.level_rows import MIXES, NEEDS, TEXT
from matchmaker.matching.engine.kernel.tiles import LANE_BITS, LANES
from matchmaker.matching.engine.vectors import (
    BIT,
    INT,
    LONG,
    NUMBER,
    REAL,
    SHORT,
    WIDE,
    Cell,
    Code,
    Fields,
    Row,
    Value,
    compiled,
)

BITS = ir.VectorType(BIT, WIDE)  # of sixteen lanes


@compiled(NUMBER)
def prune(
    c: Code, lanes: Fields, at: Value, bits: Row, first: Value, last: Value, need: Row, own_need: Value,
    own_divisor: Value, room: Fields,
) -> Value:  # fmt: skip
    """Write into room.places which of first … last - 1 are eligible and promising; return how many.

    room.us, room.vs are the fits of the run that begins with lane `at`, the texts at their best; bits
    uint64[·] tell who of it is eligible. need float32[x] is what the lanes' lists need, own_need what the
    startup's does.
    """
    wants, divide, count = own_need.everywhere(), own_divisor.everywhere(), c.cell(c.number(0))
    for x in c.each(first, last, WIDE):
        product = _real(room.us.load(x)) * _real(room.vs.load(x))
        least = (need.load(at + x) * divide).at_most(wants * lanes.divisor.load(at + x))
        eligible = bits.seen_as(SHORT)[x.shifted_down(4)].seen_as(BITS)
        promising = (product >= least) & eligible
        room.places.store((c.counting() + x.to(INT).everywhere()).only(promising), count.now)
        count.set(count.now + promising.how_many())
    return count.now


def _real(fits: Value) -> Value:
    return fits.at_least(1).to(REAL)


@compiled(NUMBER)
def verify(
    c: Code, lanes: Fields, asks: Fields, i: Value, at: Value, count: Value, need: Row, own_need: Value,
    own_divisor: Value, room: Fields,
) -> Value:  # fmt: skip
    """Give the lanes in room.places[:count] their texts, whose products are in room.dots."""
    mine, its = c.cell(c.number(0)), c.cell(c.number(0))
    depends = depends_on_field(asks, i)
    for by_field in (False, True):
        with c.when(depends if by_field else depends ^ 1):
            _verify(c, lanes, asks, i, at, count, need, own_need, own_divisor, room, mine, its, by_field)
    return mine.now << 32 | its.now


def _verify(
    c: Code, lanes: Fields, asks: Fields, i: Value, at: Value, count: Value, need: Row, own_need: Value,
    own_divisor: Value, room: Fields, mine: Cell, its: Cell, by_field: bool,
) -> None:  # fmt: skip
    tile, x = at.shifted_down(LANE_BITS), at & (LANES - 1)
    best_row = asks.slot_row[asks.slot[i * MIXES + TEXT]].to(LONG)
    best = lanes.bytes.from_place(tile * lanes.tile_bytes + best_row + x)
    weights, weight = _weights(lanes, asks, i, tile, x, TEXT)
    needs_weights, needs_weight = _weights(lanes, asks, i, tile, x, NEEDS)
    need, divisor = need.from_place(at), lanes.divisor.from_place(at)
    wants, divide = own_need.everywhere(), own_divisor.everywhere()
    for t in c.each(0, count, WIDE):
        there = c.counting() + t.to(INT).everywhere() < count.to(INT).everywhere()
        lane = there.choose(room.places.load(t), 0)
        most = best.gather(lane, INT) & 0xFF
        text = levels_of_texts(room.dots.load(t), lanes.text_level, most)
        u = room.us.gather(lane) - weight * (most - text)
        v = room.vs.gather(lane) - (weights.gather(lane) & 0xFFFF) * (most - text)
        if by_field:
            parts = room.parts.gather(lane, INT) & 0xFFFF
            field, near = parts & 0xFF, parts >> 8
            fewer = by_field_of(field, near, most) - by_field_of(field, near, text)
            u = u - needs_weight * fewer
            v = v - (needs_weights.gather(lane) & 0xFFFF) * fewer
        u, v = u.at_least(1), v.at_least(1)
        rank, product = logs_of(u, lanes.log) + logs_of(v, lanes.log), u.to(REAL) * v.to(REAL)
        _keep(lane, rank, (product >= wants * divisor.gather(lane)) & there, room.mine, room.my_rank, mine)
        _keep(lane, rank, (product >= need.gather(lane) * divide) & there, room.its, room.its_rank, its)


def _weights(lanes: Fields, asks: Fields, i: Value, tile: Value, x: Value, factor: int) -> tuple[Row, Value]:
    """The weights of one factor, the first of a pair: theirs, in the lower halves, and ours."""
    theirs = lanes.weights.seen_as(INT).from_place((tile * PAIRS + factor // 2) * LANES + x)
    return theirs, asks.weights[i * EIGHT + factor].to(INT).everywhere()


def _keep(lane: Value, rank: Value, enters: Value, kept: Row, ranks: Row, count: Cell) -> None:
    kept.store(lane.only(enters), count.now)
    ranks.store(rank.only(enters), count.now)
    count.set(count.now + enters.how_many())
