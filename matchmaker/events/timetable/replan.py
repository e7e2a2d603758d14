"""Repair a plan with the fewest changes after an absence, a delay or a closed table."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

from matchmaker.events.timetable.board import Board, slots_in
from matchmaker.events.timetable.problem import Placed, Problem, Result
from matchmaker.events.timetable.solve import shorts, solve


def anywhere(_placed: Placed, _slot: int) -> bool:
    return True


def replan(
    problem: Problem,
    plan: Sequence[Placed],
    *,
    gone: frozenset[int],
    seconds: float = 5,
    workers: int = 2,
    may_move: Callable[[Placed, int], bool] = anywhere,
    closed: frozenset[int] = frozenset(),
) -> Result:
    """Return a plan that keeps every meeting that can still take place.

    The caller fixes only meetings that can take place. `may_move` tells whether a meeting may go to a slot;
    one that may go nowhere is lost. No new meeting goes to a `closed` slot.
    """
    people = tuple(
        replace(participant, slots=frozenset()) if at in gone else participant
        for at, participant in enumerate(problem.participants)
    )
    now = replace(problem, participants=people)
    board = Board(now)
    lost = []
    for placed in plan:
        if placed.pair in board.fixed:
            continue
        if board.has_room(placed):
            board.put(placed)
        else:
            lost.append(placed)
    for placed in lost:
        if slots := [each for each in slots_in(board.slots(placed.pair)) if may_move(placed, each)]:
            slot = min(slots, key=lambda each: (abs(each - placed.slot), each))
            tables = placed.table, board.table_for(placed.pair, slot)
            interpreters = placed.interpreter, board.interpreter_for(placed.pair, slot)
            ways = (Placed(placed.pair, slot, *way) for way in product(tables, interpreters))
            board.put(next(filter(board.has_room, ways)))
    left = {placed.pair for placed in lost} - board.placed.keys() if may_move is not anywhere else set()
    had = Counter(person for placed in plan for person in problem.pairs[placed.pair].people)
    concerned = {person for placed in lost for person in problem.pairs[placed.pair].people}
    concerned |= {person for person in range(len(people)) if board.lacks(person)}
    capped = tuple(
        replace(person, most=min(person.most, max(had[at], now.need(at)))) if at in concerned else person
        for at, person in enumerate(people)
    )
    own = {(person, each.slot) for each in board.plan() for person in problem.pairs[each.pair].people}
    capped = tuple(
        replace(
            person, slots=frozenset(each for each in person.slots if each not in closed or (at, each) in own)
        )
        for at, person in enumerate(capped)
    )
    fuller = solve(
        replace(now, participants=capped, fixed=board.plan()),
        seconds=seconds,
        workers=workers,
        among={pair for person in concerned for pair in board.pairs_of[person]} - left,
    )
    return replace(fuller, short=tuple(shorts(Board(now, fuller.plan))))
