"""What a plan prefers where not everything is possible: missions of a few people, each with one answer."""

from dataclasses import replace

import pytest

from matchmaker.timetable.board import Board, goals_of
from matchmaker.timetable.check import faults
from matchmaker.timetable.flow import possible
from matchmaker.timetable.greedy import greedy
from matchmaker.timetable.place import improve
from matchmaker.timetable.problem import Interpreter, Pair, Participant, Placed, Problem, Reason, Slot, Table
from matchmaker.timetable.replan import replan
from matchmaker.timetable.search import Search, cp_sat
from matchmaker.timetable.solve import solve
from matchmaker.timetable.tidy import tidy
from tests.matchmaker.timetable.missions import SECONDS, readable

EN, UR, ALL = frozenset({"en", "zh"}), frozenset({"ur", "zh"}), frozenset({"en", "ur", "zh"})


def small(startups, investors, pairs, *, slots=1, tables=9, interpreters=(), wanted=1, most=9):
    """Return a mission of one day where everybody is always there; a pair is (first, second, value, ...)."""
    always = frozenset(range(slots))
    return Problem(
        tuple(Participant(at >= startups, always, most) for at in range(startups + investors)),
        tuple(Slot(0, 540 + 30 * at) for at in always),
        tuple(Table(always, hall=at) for at in range(tables)),
        tuple(Interpreter(each, always) for each in interpreters),
        tuple(
            Pair(first, startups + second, value, 1, 0, *bridge) for first, second, value, *bridge in pairs
        ),
        wanted=wanted,
    )


def people(problem, **changes):
    """Return the mission with another participant for each given number, as p0=..."""
    given = {int(name[1:]): change for name, change in changes.items()}
    return replace(
        problem,
        participants=tuple(
            replace(each, **given.get(at, {})) for at, each in enumerate(problem.participants)
        ),
    )


def meets(problem, plan):
    assert faults(problem, plan) == []
    return {problem.pairs[each.pair].people for each in plan}


class TestInterpreters:
    @pytest.mark.parametrize("slots", [1, 2])
    def test_one_is_at_one_meeting_at_a_time(self, slots):
        problem = small(2, 2, [(0, 0, 500, EN), (1, 1, 500, EN)], slots=slots, interpreters=[EN])
        board = Board(problem)
        improve(board, {0, 1}, Search(SECONDS, 1, None, board, 0), SECONDS)
        assert len(meets(problem, board.plan())) == slots

    def test_who_speaks_more_languages_is_kept_for_those_who_need_them(self):
        problem = small(2, 2, [(0, 0, 900, EN), (1, 1, 100, UR)], interpreters=[ALL, EN])
        assert len(meets(problem, greedy(problem))) == 2

    @pytest.mark.parametrize("other", [EN, UR])
    def test_hours_of_one_limit_how_many_can_have_enough(self, other):
        problem = small(2, 2, [(0, 0, 900, EN), (1, 1, 500, other)], interpreters=[ALL])
        found = solve(problem, seconds=SECONDS, workers=1)
        assert (possible(problem), found.possible, found.bound) == (4, 2, 900)
        assert meets(problem, found.plan) == {(0, 2)}


class TestWhoComesFirst:
    def test_nobody_is_without_a_meeting_though_others_would_have_enough(self):
        """Startup 0 meets one: investor 0, whom startup 1 meets too, or investor 1, who has no other."""
        problem = small(2, 2, [(0, 0, 1000), (1, 0, 500), (0, 1, 10)], slots=3, wanted=2)
        problem = people(problem, p0={"most": 1}, p1={"most": 1})
        found = solve(problem, seconds=SECONDS, workers=1)
        assert meets(problem, found.plan) == {(1, 2), (0, 3)}

    def test_few_are_short_rather_than_all_a_little(self):
        """There is room for four meetings: one startup has three of them, though two each would fit better."""
        pairs = [(0, 0, 900), (0, 1, 900), (0, 2, 100), (1, 3, 900), (1, 4, 900), (1, 5, 100)]
        problem = small(2, 6, pairs, slots=4, tables=1, wanted=3)
        problem = people(problem, **{f"p{at}": {"most": 1} for at in range(2, 8)})
        found = solve(problem, seconds=SECONDS, workers=1)
        assert sorted(each.meetings for each in found.short if each.participant < 2) == [1]

    def test_who_has_few_choices_comes_first_step_by_step(self):
        problem = small(2, 2, [(0, 0, 100), (0, 1, 900), (1, 1, 100)])
        assert len(meets(problem, greedy(problem))) == 2

    def test_plan_without_the_solver_wins_where_the_solver_finds_a_worse_one(self, hasty):
        problem = readable()
        found = solve(problem, seconds=SECONDS, workers=1)
        assert hasty, "the solver has run"
        assert (
            goals_of(problem, [each.pair for each in found.plan]) >= Board(problem, greedy(problem)).goals()
        )

    def test_meetings_stay_where_they_are_if_the_solver_finds_worse_places(self, hasty):
        problem = readable()
        before, board = (Board(problem, greedy(problem)) for _ in range(2))
        improve(board, range(len(problem.pairs)), Search(SECONDS, 1, None, board, 0), SECONDS)
        assert hasty, "the solver has run"
        assert board.plan() == before.plan()
        assert (board.busy, board.closed, board.away) == (before.busy, before.closed, before.away)

    @pytest.fixture
    def hasty(self, monkeypatch):
        """Let the solver stop at its first answer and aim at nothing, as where its time is over at once."""
        ran = []

        class Hasty(cp_sat().CpSolver):
            def solve(self, model):
                ran.append(model)
                model.clear_hints()
                model.clear_objective()
                self.parameters.stop_after_first_solution = True
                return super().solve(model)

        monkeypatch.setattr(cp_sat(), "CpSolver", Hasty)
        return ran


class TestWhy:
    def reasons(self, problem):
        return {each.reason for each in solve(problem, seconds=SECONDS, workers=1).short}

    def test_others_are_there_at_other_hours(self):
        problem = small(1, 2, [(0, 0, 500), (0, 1, 500)], slots=6, wanted=2)
        problem = people(problem, p0={"slots": frozenset({0, 1, 2})}, p1={"slots": frozenset({3, 4, 5})})
        assert {Reason.NOT_THERE} <= self.reasons(problem)
        assert solve(problem, seconds=SECONDS, workers=1).short[0].reason == Reason.NOT_THERE

    def test_no_table_is_left(self):
        problem = small(2, 2, [(0, 0, 500), (1, 1, 500)], tables=1)
        assert self.reasons(problem) == {Reason.NO_TABLE}


def test_one_hour_follows_the_other_at_the_same_table():
    problem = small(1, 3, [(0, at, 500) for at in range(3)], slots=6)
    board = Board(problem, [Placed(0, 0, 0), Placed(1, 3, 1), Placed(2, 5, 2)])
    tidy(board, lambda: False)
    slots = sorted(each.slot for each in board.plan())
    assert slots[-1] - slots[0] == 2
    assert len({each.table for each in board.plan()}) == 1


class TestChanges:
    def test_who_lost_a_meeting_gets_one_and_not_two(self):
        problem = small(1, 3, [(0, at, 500) for at in range(3)], slots=4)
        found = replan(problem, [Placed(0, 0, 0)], gone=frozenset({1}), seconds=SECONDS, workers=1)
        assert len(found.plan) == 1

    def test_somebody_with_a_confirmed_meeting_can_take_another(self):
        problem = small(2, 2, [(0, 0, 500), (1, 1, 500), (0, 1, 500)], slots=4)
        confirmed = Placed(1, 0, 1)
        found = replan(
            replace(problem, fixed=(confirmed,)),
            [Placed(0, 0, 0), confirmed],
            gone=frozenset({2}),
            seconds=SECONDS,
            workers=1,
        )
        assert meets(problem, found.plan) == {(1, 3), (0, 3)}

    def test_confirmed_meetings_stand_though_somebody_takes_fewer_or_is_there_less(self):
        problem = small(1, 2, [(0, 0, 500), (0, 1, 500)], slots=2)
        plan = (Placed(0, 0, 0), Placed(1, 1, 0))
        changed = people(replace(problem, fixed=plan), p0={"most": 1, "slots": frozenset({1})})
        assert faults(changed, plan) == []
        assert len(faults(replace(changed, fixed=()), plan)) == 2
