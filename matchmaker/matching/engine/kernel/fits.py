"""Both fits of a startup: with lanes side by side, the text at its best; with some lanes, exactly."""

from matchmaker.matching.engine.definition.columns import FACTORS, TEXT_SHIFT, TEXT_STEPS, TOP_LEVEL
from matchmaker.matching.engine.definition.factors import HALF, NOT_CLOSE, SOME_FORM
from matchmaker.matching.engine.definition.lists import FIT_BITS, OCTAVE_BITS, REST_BITS, RISE_BITS
from matchmaker.matching.engine.kernel.layout import NO_TEXT, Asks, Lanes
from matchmaker.matching.engine.kernel.level_rows import (
    BY_FIELD,
    FORMS,
    MIXES,
    NEEDS,
    PLAIN,
    SECTOR,
    TEXT,
    TICKET,
)
from matchmaker.matching.engine.kernel.tiles import LANE_BITS, LANES, RUN
from matchmaker.matching.engine.kernel.workspace import Room, inlined
from matchmaker.matching.engine.vectors import (
    BYTE,
    HAS_DOT,
    INT,
    LONG,
    SHORT,
    VOID,
    WIDE,
    Cell,
    Code,
    Fields,
    Row,
    Rows,
    Value,
    compiled,
)

EIGHT, PAIRS = len(FACTORS), len(FACTORS) // 2
MAX_DOT = (TEXT_STEPS << TEXT_SHIFT) - 1
TOGETHER = 4  # lanes whose texts are multiplied side by side: 2 ns each, where one after the other takes 4
SIGN = -0x7F7F7F80  # the highest bit of each of four bytes: byte ^ 0x80 is byte + 128, unsigned


@compiled(VOID)
def fit_run(c: Code, lanes: Fields, asks: Fields, i: Value, at: Value, room: Fields) -> None:
    """Write both fits of startup i with the run of lanes from `at` into room.us and room.vs."""
    tile, x = at.shifted_down(LANE_BITS), at & (LANES - 1)
    table, mixed = lanes.bytes.from_place(tile * lanes.tile_bytes + x), room.levels
    rows, flows = c.rows(EIGHT, BYTE), c.cell(c.same(BYTE, 1, RUN))
    for factor in c.each(0, EIGHT):
        first, last = _slots(asks, i, factor)
        rows.set(factor, table.from_place(asks.slot_row[first].to(LONG)))  # a single one, as most are
        with c.when(last - first > 1):
            level = mixed.from_place(factor * RUN)
            level.store(_mix(c, table, asks, first, last))
            rows.set(factor, level)
    with c.when(asks.form[i + 1] > asks.form[i]):
        _forms(c, table, lanes, asks, i, at, rows, flows, mixed)
    _needs(c, table, asks, i, rows, flows.now.equals(0), room)
    ours = asks.weights.from_place(i * EIGHT).seen_as(INT)
    theirs = lanes.weights.seen_as(INT).from_place(tile * (PAIRS * LANES) + x)
    _weigh(c, ours, theirs, rows, room)


def depends_on_field(asks: Fields, i: Value) -> Value:
    first, last = _slots(asks, i, BY_FIELD)
    return last > first


def _slots(asks: Fields, i: Value, mix: Value | int) -> tuple[Value, Value]:
    return asks.slot[i * MIXES + mix], asks.slot[i * MIXES + mix + 1]


def _forms(
    c: Code, table: Row, lanes: Fields, asks: Fields, i: Value, at: Value, rows: Rows, flows: Cell, mixed: Row
) -> None:  # fmt: skip
    investing = _count(c, table, asks, asks.form[i], asks.money[i])
    common = investing + _count(c, table, asks, asks.money[i], asks.form[i + 1])
    theirs_of = lanes.forms_of.load(at, RUN)
    silent = theirs_of.equals(0)
    of = theirs_of.at_least(asks.forms_of[i].everywhere(RUN), signed=False)
    found = _of_forms((common.to(SHORT) * of).shifted_down(8)).to(BYTE)
    level = mixed.from_place(FORMS * RUN)
    level.store(silent.choose(lanes.neutral[FORMS].everywhere(RUN).to(BYTE), found))
    rows.set(FORMS, level)
    always = (asks.asks_money[i].to(BYTE) ^ 1).everywhere(RUN)
    flows.set(silent.choose(c.same(BYTE, 1, RUN), investing | always))
    met, neutral = rows[TICKET].load(0, RUN), lanes.neutral[TICKET].everywhere(RUN).to(BYTE)
    lesser = met.at_least(neutral, signed=False).equals(neutral).choose(met, neutral - 1)
    level = mixed.from_place(TICKET * RUN)
    level.store(flows.now.equals(0).choose(lesser, met))
    rows.set(TICKET, level)


def _needs(c: Code, table: Row, asks: Fields, i: Value, rows: Rows, dry: Value, room: Fields) -> None:
    """Write the levels of the needs, without what money meets where it is dry."""
    most, other_most = (x[i].everywhere(RUN) for x in (asks.most_needs, asks.other_most_needs))
    plain, other = c.cell(most), c.cell(other_most)
    for t in c.each(*_slots(asks, i, PLAIN)):
        lacks = table.load(asks.slot_row[t].to(LONG), RUN) ^ -1
        plain.set(plain.now.lowered_by(lacks & _in_a_byte(asks.slot_share[t])))
        other.set(other.now.lowered_by(lacks & _in_a_byte(asks.slot_other[t])))
    least = table.load(asks.least_needs[i].to(LONG), RUN)
    needs, level = c.cell(dry.choose(other.now, plain.now)), room.levels.from_place(NEEDS * RUN)
    with c.when(depends_on_field(asks, i)):
        field, other_field = c.cell(c.same(BYTE, 0, RUN)), c.cell(c.same(BYTE, 0, RUN))
        for t in c.each(*_slots(asks, i, BY_FIELD)):
            offers = table.load(asks.slot_row[t].to(LONG), RUN)
            field.set(field.now.raised_by(offers & _in_a_byte(asks.slot_share[t])))
            other_field.set(other_field.now.raised_by(offers & _in_a_byte(asks.slot_other[t])))
        met = dry.choose(other_field.now, field.now).to(SHORT)
        near, text = (rows[factor].load(0, RUN).to(SHORT) for factor in (SECTOR, TEXT))
        needs.set(needs.now + by_field_of(met, near, text).to(BYTE))
        room.parts.store(met | near << 8)
    level.store(needs.now.at_least(least, signed=False))
    rows.set(NEEDS, level)


def _in_a_byte(share: Value) -> Value:
    return share.at_most(TOP_LEVEL).to(BYTE).everywhere(RUN)


def _mix(c: Code, table: Row, asks: Fields, first: Value, last: Value) -> Value:
    total = c.cell(c.same(SHORT, HALF, RUN))
    for t in c.each(first, last):
        row = table.load(asks.slot_row[t].to(LONG), RUN).to(SHORT)
        total.set(total.now + row * asks.slot_share[t].everywhere(RUN))
    return total.now.shifted_down(8).to(BYTE)


def _count(c: Code, table: Row, asks: Fields, first: Value, last: Value) -> Value:
    total = c.cell(c.same(BYTE, 0, RUN))
    for t in c.each(first, last):
        total.set(total.now + table.load(asks.form_row[t].to(LONG), RUN))
    return total.now


def _of_forms(shared: Value) -> Value:
    return shared.equals(0).choose(shared, shared.shifted_down(1) + SOME_FORM)


def _weigh(c: Code, ours: Row, theirs: Row, rows: Rows, room: Fields) -> None:
    """Both sides' sums of weight · level.

    Weights come in pairs, of factors 0 and 1, 2 and 3 …: ours once, theirs in four rows of LANES pairs.
    """
    level = [rows[factor] for factor in range(EIGHT)]
    weights = [ours[pair].everywhere() for pair in range(PAIRS)]
    for x in c.each(0, RUN, WIDE):
        u, v = c.same(INT, 0), c.same(INT, 0)
        for pair in range(PAIRS):
            low, high = level[2 * pair].load(x).to(INT), level[2 * pair + 1].load(x).to(INT)
            u = _plus_products(c, u, low | high << 16, weights[pair])
            v = _plus_products(c, v, low | high << 16, theirs.load(x + pair * LANES))
        room.us.store(u, x)
        room.vs.store(v, x)


def _plus_products(c: Code, total: Value, levels: Value, weights: Value) -> Value:
    if HAS_DOT:
        return c.call("llvm.x86.avx512.vpdpwssd.512", total.type, total, levels, weights)
    low = 0xFFFF
    return total + (levels & low) * (weights & low) + (levels >> 16) * (weights >> 16)


# --- lanes here and there ----------------------------------------------------------------------------------


@compiled(VOID)
def fit_some(c: Code, lanes: Fields, asks: Fields, i: Value, count: Value, room: Fields) -> None:
    """Both fits of startup i with the lanes room.places[:count].

    Room.dots holds the products of their texts.
    """
    ours = asks.weights.from_place(i * EIGHT)
    for t in c.each(0, count, WIDE):
        there = c.counting() + t.to(INT).everywhere() < count.to(INT).everywhere()
        lane = there.choose(room.places.load(t), 0)
        tile, x = lane >> LANE_BITS, lane & (LANES - 1)
        base, pair = tile * lanes.tile_bytes.to(INT).everywhere() + x, tile * (PAIRS * LANES) + x
        u, v = c.same(INT, 0), c.same(INT, 0)
        levels = _levels_of(c, lanes, asks, i, lane, base, room.dots.load(t))
        for factor, level in enumerate(levels):
            weights = lanes.weights.seen_as(INT).gather(pair + factor // 2 * LANES)
            weight = weights.shifted_down(16) if factor % 2 else weights & 0xFFFF
            room.levels.store(level.to(BYTE), t + factor * RUN)
            u, v = u + level * ours[factor].to(INT).everywhere(), v + level * weight
        room.us.store(u, t)
        room.vs.store(v, t)
        room.its_rank.store(logs_of(u.at_least(1), lanes.log) + logs_of(v.at_least(1), lanes.log), t)


def _levels_of(
    c: Code, lanes: Fields, asks: Fields, i: Value, lane: Value, base: Value, dot: Value
) -> list[Value]:
    """The levels of some lanes, whose bytes begin at base, factor by factor."""
    found = [_level_of(c, lanes, asks, i, factor, lane, base, dot) for factor in range(EIGHT)]
    theirs = lanes.forms_of.gather(lane, INT) & 0xFFFF
    common = lanes.forms.gather(lane) & asks.money_forms[i].everywhere()
    asking = asks.asks_money[i].to(INT).everywhere()
    money = theirs.equals(0) | (common.equals(0) ^ 1) | asking.equals(0)

    def needs(shares: Row) -> Value:
        field = _some(c, lanes, asks, i, BY_FIELD, shares, base, TOP_LEVEL) >> 8
        met = _some(c, lanes, asks, i, PLAIN, shares, base, 0) >> 8
        return (met + by_field_of(field, found[SECTOR], found[TEXT])).at_least(least)

    least = lanes.bytes.gather(base + asks.least_needs[i].everywhere(), INT) & 0xFF
    neutral = lanes.neutral[TICKET].to(INT).everywhere()
    lesser = (found[TICKET] > neutral).choose(neutral - 1, found[TICKET])
    found[TICKET] = money.choose(found[TICKET], lesser)
    found[NEEDS] = money.choose(needs(asks.slot_share), needs(asks.slot_other))
    return found


def by_field_of(field: Value, near: Value, text: Value) -> Value:
    """factors.need_levels.

    What the needs give that depend on the field, by the levels of fields and texts.
    """
    return (field * ((near + text).shifted_down(2) + NOT_CLOSE)).shifted_down(8)


def _some(
    c: Code, lanes: Fields, asks: Fields, i: Value, mix: int, shares: Row, base: Value, more: int
) -> Value:  # fmt: skip
    total = c.cell(c.same(INT, more))
    for t in c.each(*_slots(asks, i, mix)):
        row = lanes.bytes.gather(base + asks.slot_row[t].everywhere(), INT) & 0xFF
        total.set(total.now + row * shares[t].to(INT).everywhere())
    return total.now


def _level_of(
    c: Code, lanes: Fields, asks: Fields, i: Value, factor: int, lane: Value, base: Value, dot: Value
) -> Value:
    """One factor's levels of some lanes, whose bytes begin at base, as if money flowed between all."""
    neutral = lanes.neutral[factor].to(INT).everywhere()
    if factor == TEXT:
        return levels_of_texts(dot, lanes.text_level, neutral)
    if factor == FORMS:
        ours, theirs = asks.forms_of[i].to(INT).everywhere(), lanes.forms_of.gather(lane, INT) & 0xFFFF
        common = (lanes.forms.gather(lane) & asks.forms[i].everywhere()).ones()
        level = _of_forms(common * theirs.at_least(ours) >> 8)
        return (ours.equals(0) | theirs.equals(0)).choose(neutral, level)
    return _some(c, lanes, asks, i, factor, asks.slot_share, base, HALF) >> 8


def logs_of(fit: Value, log: Row) -> Value:
    """ranking.logs of fits ≥ 1."""
    zeros = fit.leading_zeros()
    part = (fit << (zeros + (FIT_BITS - 31))) - (1 << FIT_BITS)
    step = log.gather(part >> REST_BITS)
    rise = (step & ((1 << RISE_BITS) - 1)) * (part & ((1 << REST_BITS) - 1))
    return ((zeros ^ 31) << OCTAVE_BITS) + (step >> RISE_BITS) + (rise >> REST_BITS)


# --- texts -------------------------------------------------------------------------------------------------


@compiled(VOID)
def dots(c: Code, lanes: Fields, asks: Fields, i: Value, at: Value, count: Value, room: Fields) -> None:
    """Set room.dots[:count] to the products of the text of startup i and those of lanes at + room.places.

    Or NO_TEXT where a lane has none. The last few that go with them are read and written too.
    """
    width = lanes.text_bytes
    ours = asks.text.from_place(i * width).seen_as(INT)
    for t in c.each(0, count, TOGETHER):
        whom = [at + room.places[t + x].to(LONG) for x in range(TOGETHER)]
        theirs = [lanes.text.from_place(lane * width).seen_as(INT) for lane in whom]
        sums = [c.cell(c.same(INT, 0)) for _ in whom]
        for d in c.each(0, width.shifted_down(2), WIDE):
            for total, text in zip(sums, theirs, strict=True):
                total.set(_plus_bytes(c, total.now, ours.load(d), text.load(d)))
        for x, (total, lane) in enumerate(zip(sums, whom, strict=True)):
            room.dots.store(total.now.total() - lanes.text_shift[lane], t + x)


def _plus_bytes(c: Code, total: Value, ours: Value, theirs: Value) -> Value:
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
    if asks.text_stated[i]:
        dots(lanes, asks, i, at, count, room)
    else:
        for t in range(count):
            room.dots[t] = NO_TEXT


def levels_of_texts(dot: Value, text_level: Row, neutral: Value) -> Value:
    level = text_level.gather(dot.at_least(0).at_most(MAX_DOT) >> TEXT_SHIFT, INT) & 0xFF
    return (dot > NO_TEXT).choose(level, neutral)
