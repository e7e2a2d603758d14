"""The goals of `goals_of`, as the solver reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matchmaker.timetable.board import Board

HAVE = 2  # the place of the meetings that people have, as far as they are enough


@dataclass(frozen=True, slots=True)
class Aim:
    total: Any  # as much of it as possible
    span: int  # between the least and the most that it can be


def aims(board: Board, model: Any, meets: Mapping[int, Any]) -> list[Aim]:
    """Return the goals of a model in which these pairs may meet, the more important first.

    They count people who have one of these pairs; all other people stay as they are.
    """
    problem, pairs = board.problem, board.problem.pairs
    some, enough, count, more = [], [], [], []
    for person in sorted({person for pair in meets for person in pairs[pair].people}):
        mine = [pair for pair in board.pairs_of[person] if pair in meets and pairs[pair].is_wanted]
        has = board.wanted[person] + sum(meets[pair] for pair in mine)
        need, already = problem.need(person), board.wanted[person]
        if already < need:
            any_at_all, is_enough = model.new_bool_var(""), model.new_bool_var("")
            some.append(any_at_all)
            enough.append(is_enough)
            count.append(model.new_int_var(0, need, ""))
            model.add(count[-1] <= has)
            model.add(any_at_all <= has)
            model.add(any_at_all + (need - 1) * is_enough <= count[-1])
        if already < problem.need(person, 1):
            more.append(model.new_int_var(0, problem.need(person, 1), ""))
            model.add(more[-1] <= has)
    most = problem.wanted + 1
    return [
        Aim(sum(some), len(some)),
        Aim(sum(enough), len(enough)),
        Aim(sum(count), most * len(count)),
        _sum(meets, {pair: pairs[pair].musts for pair in meets}),
        Aim(sum(more), most * len(more)),
        _sum(meets, {pair: pairs[pair].worth for pair in meets}),
    ]


def _sum(meets: Mapping[int, Any], weights: Mapping[int, int]) -> Aim:
    return Aim(sum(weight * meets[pair] for pair, weight in weights.items()), sum(weights.values()))


def as_one(goals: list[Aim]) -> Any:
    """Return the goals as one number: each weighs more than all of those after it together."""
    number, weight = 0, 1
    for goal in reversed(goals):
        number += weight * goal.total
        weight *= goal.span + 1
    return number
