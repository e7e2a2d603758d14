"""Fewer gaps and walks in a plan with fixed pairs."""

from collections.abc import Callable

from matchmaker.events.timetable.board import Board, slots_in
from matchmaker.events.timetable.problem import Placed

ROUNDS = 5


def tidy(board: Board, is_over: Callable[[], bool]) -> None:
    """Move meetings to leave fewer gaps, then choose all tables again, each near the last one."""
    for _ in range(ROUNDS):
        moved = False
        for pair in sorted(board.placed.keys() - board.fixed):
            if is_over():
                return
            placed = board.take(pair)
            slot = min(slots_in(board.slots(pair)), key=lambda each: (board.gaps(pair, each), each))
            if board.gaps(pair, slot) < board.gaps(pair, placed.slot):
                board.put(Placed(pair, slot, board.table_for(pair, slot), board.interpreter_for(pair, slot)))
                moved = True
            else:
                board.put(placed)
        if not moved:
            break
    meetings = [placed for placed in board.plan() if placed.pair not in board.fixed]
    for placed in meetings:
        board.take(placed.pair)
    for placed in meetings:
        table = board.table_for(placed.pair, placed.slot)
        board.put(Placed(placed.pair, placed.slot, table, placed.interpreter))
