"""The goals of `goals_of`, as the solver reads them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from matchmaker.events.timetable.board import Board


@dataclass(frozen=True, slots=True)
class Aim:
    total: Any  # as much of it as possible
    span: int  # between the least and the most that it can be


def aims(board: Board, model: Any, meets: Mapping[int, Any]) -> tuple[list[Aim], dict[int, Any]]:
    """Return the goals of a model in which these pairs may meet, the more important first."""
    problem, pairs = board.problem, board.problem.pairs
    have: dict[int, Any] = {}
    some, enough, more = [], [], []
    for person in sorted({person for pair in meets for person in pairs[pair].people}):
        mine = [pair for pair in board.pairs_of[person] if pair in meets and pairs[pair].is_wanted]
        meetings = board.wanted[person] + sum(meets[pair] for pair in mine)
        need, one_more = problem.need(person), problem.need(person, 1)
        if board.lacks(person):
            some.append(model.new_bool_var(""))
            enough.append(model.new_bool_var(""))
            have[person] = model.new_int_var(0, need, "")
            model.add(have[person] <= meetings)
            model.add_implication(enough[-1], some[-1])
            model.add(some[-1] + (need - 1) * enough[-1] <= have[person])
        if board.wanted[person] < one_more:
            more.append(model.new_int_var(0, one_more, ""))
            model.add(more[-1] <= meetings)
    most = problem.wanted + 1
    goals = [
        Aim(sum(some), len(some)),
        Aim(sum(enough), len(enough)),
        Aim(sum(have.values()), most * len(have)),
        _sum(meets, {pair: pairs[pair].musts for pair in meets}),
        Aim(sum(more), most * len(more)),
        _sum(meets, {pair: pairs[pair].worth for pair in meets}),
    ]
    return goals, have


def _sum(meets: Mapping[int, Any], weights: Mapping[int, int]) -> Aim:
    return Aim(sum(weight * meets[pair] for pair, weight in weights.items()), sum(weights.values()))


def as_one(goals: list[Aim]) -> Any:
    number, weight = 0, 1
    for goal in reversed(goals):
        number += weight * goal.total
        weight *= goal.span + 1
    return number
