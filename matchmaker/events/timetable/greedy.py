"""A plan made step by step, without a solver: a comparison, a first plan, and what fills a plan up."""

from collections.abc import Collection

from matchmaker.events.timetable.board import Board
from matchmaker.events.timetable.problem import Placed, Problem


def greedy(problem: Problem) -> tuple[Placed, ...]:
    board = Board(problem)
    fill(board, range(len(problem.pairs)))
    return board.plan()


def fill(board: Board, pairs: Collection[int]) -> None:
    """Add what fits of these pairs: enough for everyone first, then musts, one more each, and all others."""
    problem, allowed = board.problem, set(pairs)
    best = sorted(
        allowed,
        key=lambda at: (
            problem.pairs[at].musts == 0,
            not problem.pairs[at].is_wanted,
            -problem.pairs[at].worth,
            at,
        ),
    )
    order = {pair: at for at, pair in enumerate(best)}
    for count in range(1, problem.wanted + 1):
        _add_one_each(board, order, count)
    for pair in best:
        if problem.pairs[pair].musts and (slots := board.slots(pair)):
            board.place(pair, slots)
    _add_one_each(board, order, problem.wanted + 1)
    for pair in best:
        if slots := board.slots(pair):
            board.place(pair, slots)


def _add_one_each(board: Board, order: dict[int, int], count: int) -> None:
    """Add a wanted meeting for each who has fewer than `count`. Those with the fewest choices come first."""
    problem = board.problem
    queue = []
    for person, pairs in enumerate(board.pairs_of):
        if board.wanted[person] < count:
            choices = sum(pair in order and board.slots(pair) > 0 for pair in pairs)
            queue.append((choices, person))
    for _choices, person in sorted(queue):
        if board.wanted[person] >= min(count, problem.participants[person].most):
            continue
        possible = [
            pair
            for pair in board.pairs_of[person]
            if pair in order and problem.pairs[pair].is_wanted and board.slots(pair)
        ]
        if possible:
            pair = min(possible, key=lambda each: (_cost(board, each, count), order[each]))
            board.place(pair, board.slots(pair))


def _cost(board: Board, pair: int, count: int) -> int:
    return -sum(board.wanted[person] < count for person in board.problem.pairs[pair].people)
