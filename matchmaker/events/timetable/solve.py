"""Both stages within a time: a plan without the solver, then which pairs meet, then where, then gaps."""

import random
from collections import Counter
from collections.abc import Callable, Collection, Iterator
from typing import Literal

from matchmaker.events.timetable.board import Board
from matchmaker.events.timetable.choose import Choice, choose
from matchmaker.events.timetable.flow import possible
from matchmaker.events.timetable.greedy import fill
from matchmaker.events.timetable.place import improve, place
from matchmaker.events.timetable.problem import Problem, Progress, Reason, Result, Short
from matchmaker.events.timetable.search import Search, cp_sat
from matchmaker.events.timetable.tidy import tidy

SMALL = 3_000  # pairs times slots that the solver places all at once
REPLANNED_AT_ONCE = 10  # people whose meetings it moves at once otherwise
TRIES = 4  # with other people beside the one in question
SECONDS_EACH = 2.0
CHOOSE_SHARE, TIDY_SHARE = 0.7, 0.1  # of the time


def solve(
    problem: Problem,
    *,
    seconds: float,
    workers: int = 2,
    report: Callable[[Progress], bool] | None = None,
    among: Collection[int] | None = None,
) -> Result:
    pairs = set(range(len(problem.pairs)) if among is None else among)
    by_steps = Board(problem)
    search = Search(seconds * (1 - TIDY_SHARE), workers, report, by_steps, _most_worth(by_steps))
    fill(by_steps, pairs)
    search.note(by_steps, "choose")
    at_most = possible(problem)
    if cp_sat() and (choice := choose(Board(problem), pairs, search, CHOOSE_SHARE * seconds)):
        search.bound = search.bound if choice.bound is None else choice.bound
        at_most = min(at_most, choice.possible)
        board = Board(problem)
        place(board, choice.pairs)
        _mend(board, pairs, choice, search)
        fill(board, pairs)
        search.note(board, "tidy")
    search.seconds = seconds
    tidy(search.best, lambda: not search.left())
    best, bound, gap = search.figures()
    method: Literal["cp-sat", "greedy"] = "greedy" if search.best is by_steps else "cp-sat"
    plan, short = search.best.plan(), tuple(shorts(search.best))
    return Result(plan, best, bound, at_most, gap, search.taken(), search.stopped, method, short)


def _mend(board: Board, pairs: set[int], choice: Choice, search: Search) -> None:
    chosen = set(choice.pairs)
    if len(pairs) * len(board.day) <= SMALL:
        if board.goals() < choice.goals:
            improve(board, pairs, search, search.left())
        return
    chance = random.Random(1)  # noqa: S311  the same each time
    for attempt in range(2 * TRIES):
        allowed = chosen if attempt < TRIES else pairs
        missing = sorted(allowed - board.placed.keys())
        waiting: list[tuple[int, ...]] = [board.problem.pairs[pair].people for pair in missing]
        if attempt >= TRIES:
            short = {person for people in waiting for person in people if board.lacks(person)}
            waiting = [(person,) for person in sorted(short)]
        for people in waiting:
            search.note(board, "place")
            if board.goals() >= choice.goals or not search.left():
                return
            improve(board, _pairs_near(board, people, chance) & allowed, search, SECONDS_EACH)


def _pairs_near(board: Board, people: tuple[int, ...], rng: random.Random) -> set[int]:
    near = {
        other
        for person in people
        for pair in board.pairs_of[person]
        for other in board.problem.pairs[pair].people
    }
    beside = rng.sample(sorted(near), min(len(near), REPLANNED_AT_ONCE))
    return {pair for person in (*people, *beside) for pair in board.pairs_of[person]}


def _most_worth(board: Board) -> int:
    """Return a score that no plan exceeds: each person's best pairs, without a look at the others."""
    sides = [0, 0]
    for person, mine in zip(board.problem.participants, board.pairs_of, strict=True):
        worths = sorted((board.problem.pairs[pair].worth for pair in mine), reverse=True)
        sides[person.side] += sum(worths[: person.most])
    return min(sides)


def shorts(board: Board) -> Iterator[Short]:
    for person in range(len(board.there)):
        if board.lacks(person):
            yield Short(person, board.wanted[person], _reason(board, person))


def _reason(board: Board, person: int) -> Reason:
    problem, need = board.problem, board.problem.need(person)
    mine = [pair for pair in board.pairs_of[person] if problem.pairs[pair].is_wanted]
    if len(mine) < need:
        return Reason.NO_ONE_WANTS
    together = [pair for pair in mine if pair in board.placed or board.are_there_together(pair)]
    if len(together) < need or len(problem.participants[person].slots) < need:
        return Reason.NOT_THERE
    return Counter(_obstacle(board, pair) for pair in together if pair not in board.placed).most_common(1)[0][
        0
    ]


def _obstacle(board: Board, pair: int) -> Reason:
    if not all(map(board.takes_more, board.problem.pairs[pair].people)) or not board.common(pair):
        return Reason.NO_ONE_FREE
    if not board.with_interpreter(pair, board.common(pair)):
        return Reason.NO_INTERPRETER
    return Reason.NO_TABLE
