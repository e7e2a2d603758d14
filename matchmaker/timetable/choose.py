"""The first stage: which pairs meet. It only asks whether there are enough hours for them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from matchmaker.timetable.board import Board, Goals, goals_of
from matchmaker.timetable.search import Search, cp_sat

MOST_LANGUAGES = 4  # pairs of languages that are looked at together


@dataclass(frozen=True, slots=True)
class Choice:
    pairs: tuple[int, ...]
    bound: int | None  # of the score, with the goals before it as they are; None: the time was over before
    goals: Goals


def choose(board: Board, pairs: Iterable[int], search: Search, seconds: float) -> Choice | None:
    """Return the pairs that are to meet beside those on the board, or None when the time is over before.

    The goals of `goals_of`, one after the other, each without loss in those before it.
    """
    problem = board.problem
    options = {pair: slots for pair in sorted(pairs) if (slots := board.slots(pair))}
    model = cp_sat().CpModel()
    meets = {pair: model.new_bool_var("") for pair in options}
    _hours(board, options, lambda some, limit: model.add(sum(meets[pair] for pair in some) <= limit))
    goals = [
        _missing(board, model, meets, 0),
        -sum(problem.pairs[pair].musts * meet for pair, meet in meets.items()),
        _missing(board, model, meets, 1),
        -sum(problem.pairs[pair].worth * meet for pair, meet in meets.items()),
    ]
    on_board = sum(problem.pairs[pair].worth for pair in board.placed)
    chosen: list[int] | None = None
    bound, until = None, search.taken() + seconds
    for goal in goals:
        model.minimize(goal)
        if (solver := search.run(model, until - search.taken())) is None:
            break
        chosen = [pair for pair, meet in meets.items() if solver.boolean_value(meet)]
        if goal is goals[-1]:
            bound = on_board - round(solver.best_objective_bound)
            break
        model.add(goal <= round(solver.objective_value))
        model.clear_hints()
        for meet in meets.values():
            model.add_hint(meet, solver.boolean_value(meet))
    if chosen is None:
        return None
    return Choice(tuple(chosen), bound, goals_of(problem, [*board.placed, *chosen]))


def _missing(board: Board, model: Any, meets: dict[int, Any], more: int) -> Any:
    """Return how many wanted meetings are missing if everybody is to have so many more than are enough."""
    problem, found = board.problem, []
    for person, mine in enumerate(board.pairs_of):
        has = board.wanted[person] + sum(
            meets[at] for at in mine if at in meets and problem.pairs[at].is_wanted
        )
        count = min(problem.wanted + more, problem.participants[person].most)
        found.append(model.new_int_var(0, count, ""))
        model.add(has + found[-1] >= count)
    return sum(found)


def _hours(board: Board, options: dict[int, int], at_most: Callable[[list[int], int], Any]) -> None:
    """Demand what every placing needs: no more meetings than hours of people, tables and interpreters.

    This holds for all slots, and for the slots of each group of pairs that can meet only then.
    """
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
            who = {each for languages in together for each in board.fits[languages]}
            _windows(some, options, _room(board.away, who), at_most)


def _room(taken: list[int], which: Iterable[int]) -> Callable[[int], int]:
    """Return how many meetings of these tables or interpreters fit into slots."""
    return lambda slots: sum((slots & ~taken[at]).bit_count() for at in which)


def _windows(
    some: list[int],
    options: dict[int, int],
    room: Callable[[int], int],
    at_most: Callable[[list[int], int], Any],
) -> None:
    """Allow the pairs that can meet only in some slots as many meetings as there is room in these slots."""
    everything = 0
    for pair in some:
        everything |= options[pair]
    for slots in {everything, *(options[pair] for pair in some)} if len(some) < 100 else {everything}:
        inside = [pair for pair in some if not options[pair] & ~slots]
        if len(inside) > (limit := room(slots)):
            at_most(inside, limit)
