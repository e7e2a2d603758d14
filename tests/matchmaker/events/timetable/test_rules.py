"""Every plan keeps to the rules, whoever makes it, and a plan is mended with the fewest changes."""

import sys
from dataclasses import replace
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from matchmaker.events.timetable.aims import aims, as_one
from matchmaker.events.timetable.board import ENOUGH, Board, goals_of
from matchmaker.events.timetable.check import faults
from matchmaker.events.timetable.choose import choose
from matchmaker.events.timetable.flow import possible
from matchmaker.events.timetable.greedy import greedy
from matchmaker.events.timetable.place import improve
from matchmaker.events.timetable.problem import (
    Interpreter,
    Pair,
    Participant,
    Placed,
    Problem,
    Reason,
    Slot,
    Table,
)
from matchmaker.events.timetable.replan import replan
from matchmaker.events.timetable.search import Search, cp_sat
from matchmaker.events.timetable.solve import solve
from tests.matchmaker.events.timetable.missions import SECONDS, missions, placed_ways, readable


def enough(problem, plan):
    return Board(problem, plan).goals()[ENOUGH]


@settings(max_examples=25)
@given(missions(), st.data())
def test_plan_keeps_to_every_rule_and_to_what_is_fixed(problem, data):
    steps = greedy(problem)
    assert faults(problem, steps) == []
    fixed = tuple(each for each in steps if data.draw(st.booleans()))
    problem = replace(problem, fixed=fixed)
    assert faults(problem, greedy(problem)) == []
    found = solve(problem, seconds=SECONDS, workers=1)
    assert faults(problem, found.plan) == []
    assert goals_of(problem, [each.pair for each in found.plan]) >= goals_of(
        problem, [each.pair for each in greedy(problem)]
    )
    assert found.best <= found.bound
    assert {each.participant for each in found.short} == {
        person
        for person in range(len(problem.participants))
        if Board(problem, found.plan).wanted[person] < problem.need(person)
    }


@settings(max_examples=25)
@given(missions(), missions())
def test_greedy_and_flow(problem, other):
    for each in (problem, other):
        assert enough(each, greedy(each)) <= possible(each)


@settings(max_examples=20)
@given(missions(), st.data())
def test_mended_plan_moves_only_what_it_must(problem, data):
    plan = greedy(problem)
    fixed = tuple(each for each in plan if data.draw(st.integers(0, 3)) == 0)
    touched = {person for each in fixed for person in problem.pairs[each.pair].people}
    gone = data.draw(st.sets(st.integers(0, len(problem.participants) - 1), max_size=2)) - touched
    closed = data.draw(st.integers(0, len(problem.tables)))
    late = data.draw(st.integers(0, len(problem.participants) - 1))
    changed = replace(
        problem,
        fixed=fixed,
        tables=tuple(
            replace(table, slots=frozenset()) if at == closed else table
            for at, table in enumerate(problem.tables)
        ),
        participants=tuple(
            replace(each, slots=each.slots - {0}) if at == late else each
            for at, each in enumerate(problem.participants)
        ),
    )
    now = replace(
        changed,
        participants=tuple(
            replace(each, slots=frozenset()) if at in gone else each
            for at, each in enumerate(changed.participants)
        ),
    )
    found = replan(changed, plan, gone=frozenset(gone), seconds=SECONDS, workers=1)
    assert faults(now, found.plan) == []
    possible_still = {each for each in plan if not faults(replace(now, fixed=()), [each])}
    assert possible_still | set(fixed) <= set(found.plan)
    concerned = {person for each in set(plan) - possible_still for person in problem.pairs[each.pair].people}
    concerned |= {
        person for person in range(len(now.participants)) if Board(now, possible_still).lacks(person)
    }
    for added in set(found.plan) - set(plan):
        assert concerned & set(problem.pairs[added.pair].people), "nobody asked for this meeting"


def every_plan(problem):
    """Return the pairs of every plan there is."""
    ways = [
        [way for way in placed_ways(problem, pair) if not faults(problem, [way])]
        for pair in range(len(problem.pairs))
    ]
    plans = [[]]
    for some in ways:
        plans += [[*plan, way] for plan in plans for way in some if not faults(problem, [*plan, way])]
    return {tuple(sorted(each.pair for each in plan)) for plan in plans}


@settings(max_examples=20)
@given(missions(startups=2, investors=3, slots=3, pairs=5, tables=2))
def test_small_mission_gets_the_best_plan_there_is(problem):
    plans = every_plan(problem)
    best = max(goals_of(problem, pairs) for pairs in plans)
    found = solve(problem, seconds=SECONDS, workers=1)
    assert goals_of(problem, [each.pair for each in found.plan]) == best
    assert max(goals_of(problem, pairs)[ENOUGH] for pairs in plans) <= found.possible <= possible(problem)
    board = Board(problem, found.plan[:1])  # the solver alone, without the steps before it
    improve(board, range(len(problem.pairs)), Search(SECONDS, 1, None, board, 0), SECONDS)
    assert faults(problem, board.plan()) == []
    assert board.goals() == best


@settings(max_examples=25)
@given(missions(pairs=8), st.sets(st.integers(0, 7)), st.sets(st.integers(0, 7)))
def test_solver_is_told_the_goals_in_their_order(problem, one, other):
    """Which of two choices is better is the same by the definition and by the number that is maximised."""
    numbers, goals = [], []
    for chosen in (one, other):
        model = cp_sat().CpModel()
        meets = {at: model.new_constant(at in chosen) for at in range(len(problem.pairs))}
        model.maximize(as_one(aims(Board(problem), model, meets)[0]))
        solver = cp_sat().CpSolver()
        solver.parameters.num_workers = 1
        assert solver.solve(model) == cp_sat().OPTIMAL
        numbers.append(round(solver.objective_value))
        goals.append(goals_of(problem, [at for at in meets if at in chosen]))
    assert (numbers[0] < numbers[1], numbers[0] > numbers[1]) == (goals[0] < goals[1], goals[0] > goals[1])


@settings(max_examples=12)
@given(missions(startups=3, investors=3, slots=1, pairs=7))
def test_first_stage_chooses_the_best_pairs(problem):
    """With time and tables for everyone, only the number of meetings that each takes limits the choice."""
    always = frozenset(range(8))
    problem = replace(
        problem,
        slots=tuple(Slot(0, at) for at in always),
        participants=tuple(replace(each, slots=always) for each in problem.participants),
        tables=tuple(Table(always, online=at % 2 == 1) for at in range(8)),
        interpreters=tuple(Interpreter(frozenset({"en", "ur", "zh"}), always) for _ in range(7)),
    )
    board = Board(problem)
    choice = choose(board, range(len(problem.pairs)), Search(SECONDS, 1, None, board, 0), SECONDS)

    def is_allowed(some):
        people = [person for pair in some for person in problem.pairs[pair].people]
        return all(people.count(person) <= problem.participants[person].most for person in people)

    numbers = range(len(problem.pairs))
    every = (some for count in range(len(numbers) + 1) for some in combinations(numbers, count))
    assert choice.goals == max(goals_of(problem, some) for some in every if is_allowed(some))
    assert choice.bound == choice.goals[-1]


def test_mission_of_12_and_20_is_as_worked_out_by_hand():
    """All 91 pairs meet except those that cannot.

    Investor 18 has an interpreter for two of four pairs. Investor 20 is there for two of five. Investors 13
    to 17 have four pairs each, and startup 12 is one of them but takes four: the musts of 13 to 16 win.
    Investor 19 has two pairs. Everyone else has at least four pairs, no startup has more than ten, which is
    the number of slots, and nine tables have room for the 85 meetings.
    """
    problem = readable()
    found = solve(problem, seconds=SECONDS)
    assert faults(problem, found.plan) == []
    assert [(each.participant, each.meetings, each.reason) for each in found.short] == [
        (12 + 17 - 1, 3, Reason.NO_ONE_FREE),
        (12 + 18 - 1, 2, Reason.NO_INTERPRETER),
        (12 + 19 - 1, 2, Reason.NO_ONE_WANTS),
        (12 + 20 - 1, 2, Reason.NOT_THERE),
    ]
    met = {problem.pairs[each.pair].people for each in found.plan}
    assert len(met) == 91 - 2 - 3 - 1
    assert {(11, 12 + at) for at in (12, 13, 14, 15)} <= met
    assert (11, 12 + 16) not in met
    assert found.best == found.bound == 12 * 900 + 4 * 400 + 69 * 500
    assert (found.method, found.stopped, found.gap) == ("cp-sat", False, 0)
    assert possible(problem) == 32 - 2, "a flow finds investor 19 and one of 13 to 17, and knows no hours"
    assert found.possible == 32 - 4


BROKEN = {
    "who is elsewhere at that time": ([Placed(0, 0, 0), Placed(1, 0, 1)], "participant 0 has 2 meetings"),
    "a pair that meets twice": ([Placed(0, 0, 0), Placed(0, 1, 0)], "pair 0 has 2 meetings"),
    "a table taken twice": ([Placed(0, 0, 0), Placed(2, 0, 0)], "table 0 has 2 meetings"),
    "who has not come": ([Placed(2, 2, 0)], "participant 1 is not there"),
    "a closed table": ([Placed(0, 1, 1)], "table 1 is closed"),
    "a table for an online pair": ([Placed(3, 0, 0, 0)], "wrong kind"),
    "no interpreter": ([Placed(3, 0, 2)], "has None as interpreter"),
    "an interpreter for nobody": ([Placed(0, 0, 0, 0)], "has 0 as interpreter"),
    "the wrong interpreter": ([Placed(3, 0, 2, 1)], "cannot interpret"),
    "an interpreter who has left": ([Placed(3, 1, 2, 0)], "interpreter 0 is not there"),
    "more than it takes": ([Placed(0, 0, 0), Placed(1, 1, 0), Placed(3, 2, 2, 2)], "more than it takes"),
    "what does not exist": ([Placed(9, 0, 0)], "not there"),
    "without what is fixed": ([], "is missing"),
}


def test_broken_plan_is_refused():
    always, early = frozenset({0, 1, 2}), frozenset({0})
    problem = Problem(
        (
            Participant(0, always, most=2),
            Participant(0, frozenset({0, 1})),
            *(Participant(1, always) for _ in range(3)),
        ),
        tuple(Slot(0, at) for at in range(3)),
        (Table(always), Table(early), Table(always, online=True)),
        (
            Interpreter(frozenset({"en", "zh"}), early),
            Interpreter(frozenset({"ur", "zh"}), always),
            Interpreter(frozenset({"en", "zh"}), always),
        ),
        (
            Pair(0, 2, 1, 1, 0),
            Pair(0, 3, 1, 1, 0),
            Pair(1, 3, 1, 1, 0),
            Pair(0, 4, 1, 1, 0, frozenset({"en", "zh"}), online=True),
        ),
    )
    for name, (plan, word) in BROKEN.items():
        fixed = (Placed(0, 0, 0),) if name == "without what is fixed" else ()
        found = faults(replace(problem, fixed=fixed), plan)
        assert any(word in each for each in found), (name, found)


def test_told_every_second_and_stopped_with_the_best_so_far():
    problem, told = readable(), []

    def stop(progress):
        told.append(progress)
        return True

    found = solve(problem, seconds=SECONDS, report=stop)
    assert found.stopped
    assert faults(problem, found.plan) == []
    assert len(told) == 1
    assert told[0].meetings == len(found.plan) > 70
    assert told[0].best <= told[0].bound


def test_without_the_solver_the_plan_is_greedy_and_says_so(monkeypatch):
    problem = readable()
    monkeypatch.setitem(sys.modules, "ortools.sat.python", None)  # as where it is not installed
    cp_sat.cache_clear()
    try:
        found = solve(problem, seconds=SECONDS)
    finally:
        cp_sat.cache_clear()
    assert found.method == "greedy"
    assert {each.pair for each in found.plan} == {each.pair for each in greedy(problem)}
    assert faults(problem, found.plan) == []
    assert 0 < found.gap < 0.1


def test_late_participant_is_placed_without_moving_anybody():
    problem = readable()
    first, *others = problem.participants
    absent = replace(problem, participants=(replace(first, slots=frozenset()), *others))
    late = replace(problem, participants=(replace(first, slots=frozenset(range(4, 10))), *others))
    plan = solve(absent, seconds=SECONDS).plan
    found = replan(late, plan, gone=frozenset(), seconds=SECONDS)
    assert set(plan) <= set(found.plan)
    assert faults(late, found.plan) == []
    board = Board(late, found.plan)
    assert board.met[0] == 4 or not any(map(board.slots, board.pairs_of[0])), "there was room for another"
    assert board.met[0] > 0


def test_closed_table_costs_only_its_meetings_their_table():
    problem = readable()
    plan = solve(problem, seconds=SECONDS).plan
    tables = (replace(problem.tables[0], slots=frozenset()), *problem.tables[1:])
    spare = Table(frozenset(range(10)))
    found = replan(replace(problem, tables=(*tables, spare)), plan, gone=frozenset(), seconds=SECONDS)
    moved, now = set(plan) - set(found.plan), set(found.plan) - set(plan)
    assert {each.table for each in moved} == {0}
    assert {(each.pair, each.slot, each.interpreter) for each in moved} <= {
        (each.pair, each.slot, each.interpreter) for each in now
    }
