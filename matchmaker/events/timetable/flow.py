"""How many people can have enough meetings at all: a bound by a flow, which ignores clashing hours."""

from matchmaker.events.timetable.board import Board
from matchmaker.events.timetable.problem import Problem


def possible(problem: Problem) -> int:
    """Return a number of participants that no plan exceeds: so many with enough wanted meetings."""
    board = Board(problem)
    pairs = [
        at
        for at, pair in enumerate(problem.pairs)
        if pair.is_wanted and (at in board.placed or board.slots(at))
    ]
    people = range(len(problem.participants))
    has = [0] * len(people)
    for at in pairs:
        for person in problem.pairs[at].people:
            has[person] += 1
    counted = [person for person in people if has[person] >= problem.need(person)]
    try:
        from ortools.graph.python import min_cost_flow
    except ImportError:
        return len(counted)  # a weaker bound
    flow = min_cost_flow.SimpleMinCostFlow()
    source, sink = len(people), len(people) + 1
    for at in pairs:
        flow.add_arc_with_capacity_and_unit_cost(*problem.pairs[at].people, 1, 0)
    for person in people:
        ends = (source, person) if problem.participants[person].side == 0 else (person, sink)
        need = problem.need(person) if person in counted else 0
        most = max(problem.participants[person].most, board.met[person])
        flow.add_arc_with_capacity_and_unit_cost(*ends, need, -1)
        flow.add_arc_with_capacity_and_unit_cost(*ends, most - need, 0)
    hours = sum(len(table.slots) for table in problem.tables) + len(problem.fixed)
    flow.add_arc_with_capacity_and_unit_cost(sink, source, hours, 0)
    if flow.solve() != flow.OPTIMAL:
        raise ArithmeticError("the flow has no optimum")
    empty = sum(problem.need(person) for person in counted) + int(flow.optimal_cost())
    # Each place that stays empty is someone's, and one person can have all of theirs empty.
    return len(counted) - -(-empty // max(1, problem.wanted))
