"""Small missions: random ones, and one that can be read."""

from hypothesis import strategies as st

from matchmaker.events.timetable.problem import Interpreter, Pair, Participant, Placed, Problem, Slot, Table

LANGUAGES = ("en", "ur", "zh")
SECONDS = 3_600.0  # small missions are solved to the end, however busy the machine is


@st.composite
def missions(draw, *, startups=4, investors=5, slots=5, pairs=12, tables=3):
    """Return a mission in which everything may be scarce."""
    first, second, times = (draw(st.integers(min(2, most), most)) for most in (startups, investors, slots))
    when = st.frozensets(st.integers(0, times - 1), max_size=times // 2).map(
        frozenset(range(times)).difference
    )
    people = [
        Participant(int(at >= first), draw(when), draw(st.integers(1, 4))) for at in range(first + second)
    ]
    both = [(a, b) for a in range(first) for b in range(first, first + second)]
    some = draw(
        st.lists(st.sampled_from(both), unique=True, min_size=min(pairs // 2, len(both)), max_size=pairs)
    )
    bridges = st.sampled_from([None, None, None, None, *(frozenset({"zh", other}) for other in ("en", "ur"))])
    wishes = st.sampled_from([(1, 0), (2, 0), (0, 1), (1, 1), (0, 0)])
    rooms = st.sampled_from([False, False, False, True])
    return Problem(
        tuple(people),
        tuple(Slot(at // 3, 540 + 30 * at) for at in range(times)),
        tuple(
            Table(draw(when), draw(st.integers(0, 1)), at > 0 and draw(rooms))
            for at in range(draw(st.integers(1, tables)))
        ),
        tuple(
            Interpreter(draw(st.frozensets(st.sampled_from(LANGUAGES), min_size=2)), draw(when))
            for _ in range(draw(st.integers(0, 2)))
        ),
        tuple(
            Pair(a, b, draw(st.integers(0, 1000)), *draw(wishes), draw(bridges), draw(rooms)) for a, b in some
        ),
        wanted=draw(st.integers(1, 3)),
    )


# Who wants whom: a row for each startup, a column for each investor; w one wants, W both want, m one must.
#           0        1         2
#           12345678901234567890
WISHES = """
startup 1   W...w.w.w.wWw..w....
startup 2   wW...w.w.w.w.w...w..
startup 3   .wW...w.w.w...w.w...
startup 4   w.wW...w.w.w...w..w.
startup 5   .w.wW...w.w.w...w...
startup 6   w.w.wW...w.w.w...w.w
startup 7   .w.w.wW...w...w....w
startup 8   w.w.w.wW...w...w.w.w
startup 9   .w.w.w.wW...w.....ww
startup 10  ..w.w.w.wW...w..w...
startup 11  ...w.w.w.wW...w..w.w
startup 12  ............mmmmw...
"""


def readable() -> Problem:
    """Return the mission of WISHES: ten slots of one day, nine tables, one interpreter for two hours.

    Investor 18 speaks Chinese only and everyone else English; investor 20 comes for the last two slots, and
    startup 12 takes four meetings.
    """
    rows = [line.split()[-1] for line in WISHES.strip().splitlines()]
    day = frozenset(range(10))
    startups = [Participant(0, day, most=4 if at == 11 else 10) for at in range(12)]
    investors = [Participant(1, frozenset({8, 9}) if at == 19 else day) for at in range(20)]
    wishes = {"w": (500, 1, 0), "W": (500, 2, 0), "m": (400, 0, 1)}
    pairs = [
        Pair(a, 12 + b, *wishes[mark], interpreter=frozenset({"en", "zh"}) if b == 17 else None)
        for a, row in enumerate(rows)
        for b, mark in enumerate(row)
        if mark != "."
    ]
    tables = [Table(day, hall=at // 5) for at in range(9)]
    helper = Interpreter(frozenset({"en", "zh"}), frozenset({3, 4}))
    slots = tuple(Slot(0, 540 + 30 * at) for at in range(10))
    return Problem(tuple([*startups, *investors]), slots, tuple(tables), (helper,), tuple(pairs))


def placed_ways(problem: Problem, pair: int) -> list[Placed]:
    """Return every way to place a pair, sensible or not."""
    people = (None, *range(len(problem.interpreters)))
    return [
        Placed(pair, slot, table, interpreter)
        for slot in range(len(problem.slots))
        for table in range(len(problem.tables))
        for interpreter in people
    ]
