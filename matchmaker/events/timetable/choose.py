"""The first stage: which pairs meet, within the hours that are available."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from matchmaker.events.timetable.aims import Aim, aims
from matchmaker.events.timetable.board import ENOUGH, Board, Goals, goals_of
from matchmaker.events.timetable.search import Search, cp_sat

EACH_SHARE = 0.5  # of the time that is left, for each goal but the last
MOST_LANGUAGES = 4  # pairs of languages that are looked at together


@dataclass(frozen=True, slots=True)
class Choice:
    pairs: tuple[int, ...]
    goals: Goals
    bound: int | None  # of the score, with the goals before it as they are; None: the time was over before
    possible: int  # participants: no plan gives more of them enough wanted meetings


def choose(board: Board, pairs: Iterable[int], search: Search, seconds: float) -> Choice | None:
    """Return the pairs that are to meet beside those on the board, or None when the time is over before."""
    options = board.options(pairs)
    model = cp_sat().CpModel()
    meets = {pair: model.new_bool_var("") for pair in options}

    def at_most(some: list[int], limit: int) -> None:
        model.add(sum(meets[pair] for pair in some) <= limit)

    _hours(board, options, at_most)
    goals, have = aims(board, model, meets)
    until = search.taken() + seconds
    able = [person for person in have if board.lacks(person) <= _alone(board, options, person)]
    possible = board.goals()[ENOUGH] + len(able)
    chosen = None
    bound = None
    all_able = Aim(sum(have[person] for person in able), 0)
    for goal in (all_able, *goals):
        model.maximize(goal.total)
        limit_s = until - search.taken()
        if goal is not goals[-1]:
            limit_s *= EACH_SHARE
        solver = search.run(model, limit_s)
        if solver is None:
            break
        chosen = [pair for pair, meet in meets.items() if solver.boolean_value(meet)]
        limit = round(solver.best_objective_bound)
        if goal is all_able:
            model.add(goal.total <= limit)
            missing = sum(board.problem.need(person) for person in able) - limit
            possible -= -(-missing // max(1, board.problem.wanted))  # one person can miss all of theirs
        elif goal is goals[-1]:
            bound = limit + sum(board.problem.pairs[pair].worth for pair in board.placed)
        else:
            model.add(goal.total >= round(solver.objective_value))
        model.clear_hints()
        for meet in meets.values():
            model.add_hint(meet, solver.boolean_value(meet))
    if chosen is None:
        return None
    return Choice(tuple(chosen), goals_of(board.problem, [*board.placed, *chosen]), bound, possible)


def _alone(board: Board, options: dict[int, int], person: int) -> int:
    mine = [
        pair for pair in board.pairs_of[person] if pair in options and board.problem.pairs[pair].is_wanted
    ]
    slots = 0
    for pair in mine:
        slots |= options[pair]
    return min(len(mine), slots.bit_count())


def _hours(board: Board, options: dict[int, int], at_most: Callable[[list[int], int], Any]) -> None:
    """Demand what every placing needs: no more meetings than hours of people, tables and interpreters."""
    problem = board.problem
    for person, mine in enumerate(board.pairs_of):
        some = [pair for pair in mine if pair in options]
        free = board.there[person] & ~board.busy[person]
        left = max(0, problem.participants[person].most - board.met[person])
        if len(some) > left:
            at_most(some, left)
        _windows(some, options, _room([~free], [0]), at_most)
    for online, tables in board.kind.items():
        some = [pair for pair in options if problem.pairs[pair].online is online]
        _windows(some, options, _room(board.closed, tables), at_most)
    languages = sorted(board.fits, key=sorted)
    for count in range(1, min(len(languages), MOST_LANGUAGES) + 1):
        for together in combinations(languages, count):  # they may share interpreters
            some = [pair for pair in options if problem.pairs[pair].interpreter in together]
            able: set[int] = set()
            for needed in together:
                able.update(board.fits[needed])
            _windows(some, options, _room(board.away, able), at_most)


def _room(taken: list[int], which: Iterable[int]) -> Callable[[int], int]:
    def room(slots: int) -> int:
        return sum((slots & ~taken[at]).bit_count() for at in which)

    return room


def _windows(
    some: list[int],
    options: dict[int, int],
    room: Callable[[int], int],
    at_most: Callable[[list[int], int], Any],
) -> None:
    everything = 0
    for pair in some:
        everything |= options[pair]
    windows = {everything}
    if len(some) < 100:
        windows.update(options[pair] for pair in some)
    for slots in windows:
        inside = [pair for pair in some if not options[pair] & ~slots]
        limit = room(slots)
        if len(inside) > limit:
            at_most(inside, limit)
