"""manage.py bench_mission: timetables of synthetic missions, beside a greedy plan and what is possible."""

import os
import random
import time
from argparse import ArgumentParser
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, TypeVar

from matchmaker.events.timetable.board import ENOUGH, Board
from matchmaker.events.timetable.check import faults
from matchmaker.events.timetable.flow import possible
from matchmaker.events.timetable.greedy import greedy
from matchmaker.events.timetable.problem import Interpreter, Pair, Participant, Placed, Problem, Slot, Table
from matchmaker.events.timetable.replan import replan
from matchmaker.events.timetable.solve import solve
from matchmaker.management.figures import FiguresCommand

SIZES = {  # startups, investors, days, slots a day, tables
    "XS": (12, 20, 1, 12, 8),
    "S": (30, 50, 2, 10, 15),
    "M": (60, 100, 2, 12, 30),
    "L": (100, 200, 3, 12, 50),
    "XL": (150, 300, 4, 10, 60),
}
LANGUAGES = ("en", "zh", "ur")
Found = TypeVar("Found")


def mission(size: str, seed: int = 1) -> Problem:
    startups, investors, days, a_day, tables = SIZES[size]
    chance = random.Random(f"{size} {seed}")  # noqa: S311
    slots = tuple(Slot(day, 9 * 60 + 30 * at) for day in range(days) for at in range(a_day))

    def there() -> frozenset[int]:
        first, last = 0, len(slots)
        kind = chance.random()
        if kind < 0.1:  # late
            first = chance.randrange(a_day // 2, len(slots) // 2 + 1)
        elif kind < 0.2:
            last = chance.randrange(len(slots) // 2, len(slots) - a_day // 2 + 1)
        blocked = {chance.randrange(len(slots)) for _ in range(days)}
        return frozenset(range(first, last)) - blocked

    people = [Participant(0, there(), chance.randint(10, 16)) for _ in range(startups)]
    people += [Participant(1, there(), chance.randint(5, 10)) for _ in range(investors)]
    spoken = [{"ur", "en"} if chance.random() < 0.8 else {"ur"} for _ in range(startups)]
    spoken += [{"zh", "en"} if chance.random() < 0.7 else {"zh"} for _ in range(investors)]
    fame = [chance.lognormvariate(0, 0.6) for _ in people]
    fit = {
        (a, b): chance.random() * chance.random()
        for a in range(startups)
        for b in range(startups, len(people))
    }
    wishes: dict[tuple[int, int], list[int]] = {}  # wants and musts of a pair
    for person in range(len(people)):
        mine = (
            [(person, b) for b in range(startups, len(people))]
            if person < startups
            else [(a, person) for a in range(startups)]
        )
        count = chance.randint(8, 24) if person < startups else chance.randint(4, 12)
        mine.sort(
            key=lambda pair: (
                -(0.3 + fit[pair]) * fame[pair[1] if person < startups else pair[0]] * chance.random()
            )
        )
        for rank, pair in enumerate(mine[:count]):
            wishes.setdefault(pair, [0, 0])[rank < 2 and chance.random() < 0.5] += 1
    for pair in sorted(wishes):
        if chance.random() < 0.05:  # someone says no
            del wishes[pair]
    pairs = []
    for (a, b), (wants, musts) in sorted(wishes.items()):
        shared = spoken[a] & spoken[b]
        bridge = (
            None
            if shared
            else frozenset({"ur" if "en" not in spoken[a] else "en", "zh" if "en" not in spoken[b] else "en"})
        )
        pairs.append(
            Pair(a, b, round(1000 * fit[a, b] ** 0.5), wants, musts, bridge, online=chance.random() < 0.04)
        )
    everywhere = frozenset(range(len(slots)))
    rooms = tuple(
        Table(
            everywhere if at % 7 else frozenset(range(a_day // 2, len(slots))),
            hall=at * 3 // tables,
            online=at >= tables - max(1, tables // 15),
        )
        for at in range(tables)
    )
    interpreters = tuple(
        Interpreter(
            frozenset(chance.choice((("en", "zh"), ("en", "zh"), ("ur", "zh"), ("ur", "zh", "en")))), there()
        )
        for _ in range(max(2, tables // 3))
    )
    return Problem(tuple(people), slots, rooms, interpreters, tuple(pairs))


def enough(problem: Problem, plan: tuple[Placed, ...]) -> int:
    if problems := faults(problem, plan):
        raise ArithmeticError(problems[0])
    return Board(problem, plan).goals()[ENOUGH]


def measure(size: str, seed: int, seconds: float, workers: int) -> dict[str, Any]:
    problem = mission(size, seed)
    load, flow = os.getloadavg()[0], possible(problem)
    steps, stepped = timed(partial(greedy, problem))
    plan, solved = timed(partial(solve, problem, seconds=seconds, workers=workers))
    has_enough = enough(problem, plan.plan)
    return {
        "size": size,
        "seed": seed,
        "participants": len(problem.participants),
        "pairs": len(problem.pairs),
        "flow": flow,
        "possible": plan.possible,
        "greedy_enough": enough(problem, steps),
        "greedy_score": sum(problem.pairs[step.pair].worth for step in steps),
        "greedy_cpu_s": stepped,
        "meetings": len(plan.plan),
        "enough": has_enough,
        "of_flow": round(has_enough / flow, 3),
        "of_possible": round(has_enough / plan.possible, 3),
        "score": plan.best,
        "bound": plan.bound,
        "gap": round(plan.gap, 4),
        "method": plan.method,
        "s": round(plan.seconds, 1),
        "cpu_s": solved,
        **changed(problem, plan.plan, workers),
        "load": round(load, 1),
    }


def timed(work: Callable[[], Found]) -> tuple[Found, float]:
    """Return what work gives, and the processor seconds of all threads."""
    begun = time.process_time()
    return work(), round(time.process_time() - begun, 2)


def changed(problem: Problem, plan: tuple[Placed, ...], workers: int) -> dict[str, Any]:
    """Mend a plan after a startup and an investor have not come, come late, and come after all.

    Every second meeting of all others is confirmed. `moved`: meetings that could have stayed as they were.
    """
    two = frozenset({0, len(problem.participants) - 1})
    late = [
        replace(each, slots=each.slots - set(sorted(each.slots)[:5])) if at in two else each
        for at, each in enumerate(problem.participants)
    ]
    delayed = replace(problem, participants=tuple(late))
    without = tuple(placed for placed in plan if not two & set(problem.pairs[placed.pair].people))
    figures: dict[str, Any] = {}
    for name, now, before, gone in (
        ("no_show", problem, plan, two),
        ("delay", delayed, plan, frozenset()),
        ("arrival", problem, without, frozenset()),
    ):
        given = replace(now, fixed=without[::2])
        mended, seconds = timed(partial(replan, given, before, gone=gone, workers=workers))
        enough(given, mended.plan)
        can_stay = (
            set(without) if name == "no_show" else {placed for placed in before if not faults(now, [placed])}
        )
        figures |= {
            f"{name}_s": round(mended.seconds, 2),
            f"{name}_cpu_s": seconds,
            f"{name}_moved": len(can_stay - set(mended.plan)),
            f"{name}_added": len(set(mended.plan) - set(before)),
        }
    return figures


def as_table(rows: list[dict[str, Any]]) -> str:
    return "\n".join(f"{name:>14}  " + "".join(f"{row[name]!s:>10}" for row in rows) for name in rows[0])


class Command(FiguresCommand):
    help = "Measure timetables of invented missions: greedy, solver, bound, flow, and a plan mended."

    def add_arguments(self, parser: ArgumentParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--size", choices=SIZES, help="default: all five")
        parser.add_argument("--seed", type=int, nargs="+", default=[1])
        parser.add_argument("--seconds", type=float, default=60)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *args: Any, **options: Any) -> None:
        sizes = [options["size"]] if options["size"] else list(SIZES)
        rows = [
            measure(size, seed, options["seconds"], options["workers"])
            for size in sizes
            for seed in options["seed"]
        ]
        self.show(rows, options, as_table)
