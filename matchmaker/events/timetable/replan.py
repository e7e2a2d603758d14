"""Repair a plan with the fewest changes after an absence, a delay or a closed table."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import product

from matchmaker.events.timetable.board import Board, slots_in
from matchmaker.events.timetable.problem import Participant, Placed, Problem, Result
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
    people = list(problem.participants)
    for at in gone:
        people[at] = replace(people[at], slots=frozenset())
    now = replace(problem, participants=tuple(people))
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
        slots = [slot for slot in slots_in(board.slots(placed.pair)) if may_move(placed, slot)]
        if slots:
            _move(board, placed, slots)
    not_to_add: set[int] = set()
    if may_move is not anywhere:
        not_to_add = {placed.pair for placed in lost} - board.placed.keys()
    concerned = {person for person in range(len(people)) if board.lacks(person)}
    for placed in lost:
        concerned.update(problem.pairs[placed.pair].people)
    pairs = {pair for person in concerned for pair in board.pairs_of[person]}
    capped = replace(now, participants=_capped(board, plan, concerned, closed), fixed=board.plan())
    fuller = solve(capped, seconds=seconds, workers=workers, among=pairs - not_to_add)
    return replace(fuller, short=tuple(shorts(Board(now, fuller.plan))))


def _move(board: Board, placed: Placed, slots: list[int]) -> None:
    """Put a meeting into the nearest of these slots, with its table and its interpreter if they are free."""
    pair = placed.pair
    _distance, slot = min((abs(slot - placed.slot), slot) for slot in slots)
    tables = (placed.table, board.table_for(pair, slot))
    interpreters = (placed.interpreter, board.interpreter_for(pair, slot))
    for table, interpreter in product(tables, interpreters):
        moved = Placed(pair, slot, table, interpreter)
        if board.has_room(moved):
            board.put(moved)
            return


def _capped(
    board: Board, plan: Sequence[Placed], concerned: set[int], closed: frozenset[int]
) -> tuple[Participant, ...]:
    """Return the participants, with no more meetings than before and no new one in a closed slot."""
    problem = board.problem
    before = Counter(person for placed in plan for person in problem.pairs[placed.pair].people)
    taken = {(person, placed.slot) for placed in board.plan() for person in problem.pairs[placed.pair].people}
    capped = []
    for at, person in enumerate(problem.participants):
        most = person.most
        if at in concerned:
            most = min(most, max(before[at], problem.need(at)))
        slots = frozenset(slot for slot in person.slots if slot not in closed or (at, slot) in taken)
        capped.append(replace(person, most=most, slots=slots))
    return tuple(capped)
