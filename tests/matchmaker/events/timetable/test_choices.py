"""What a plan prefers where not everything is possible: missions of a few people, each with one answer."""

from dataclasses import replace

import pytest

from matchmaker.events.timetable.board import Board
from matchmaker.events.timetable.check import faults
from matchmaker.events.timetable.choose import choose
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
from matchmaker.events.timetable.tidy import tidy
from tests.matchmaker.events.timetable.missions import SECONDS, readable

EN, UR, ALL = frozenset({"en", "zh"}), frozenset({"ur", "zh"}), frozenset({"en", "ur", "zh"})


def small(startups, investors, pairs, *, slots=1, tables=9, interpreters=(), wanted=1, most=9):
    """Return a mission of one day where everyone is always there; a pair is (first, second, value, ...)."""
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


def chosen(problem):
    """Return what the first stage alone chooses."""
    board = Board(problem)
    return choose(board, range(len(problem.pairs)), Search(SECONDS, 1, None, board, 0), SECONDS)


class TestInterpreters:
    def test_who_speaks_more_languages_is_kept_for_those_who_need_them(self):
        problem = small(2, 2, [(0, 0, 900, EN), (1, 1, 100, UR)], interpreters=[ALL, EN])
        assert len(meets(problem, greedy(problem))) == 2

    def test_each_pair_has_the_one_whom_the_solver_means(self):
        """The first two need not the one whom the third needs, though any of the three could help them."""
        pairs = [(0, 0, 500, EN), (1, 1, 500, EN), (2, 2, 500, UR)]
        problem = small(3, 3, pairs, interpreters=[ALL, EN, EN | {"ru"}])
        board = Board(problem)
        improve(board, {0, 1, 2}, Search(SECONDS, 1, None, board, 0), SECONDS)
        assert len(meets(problem, board.plan())) == 3


class TestWhoComesFirst:
    def test_nobody_is_without_a_meeting_though_others_would_have_enough(self):
        """Startup 0 meets one: investor 0, whom startup 1 meets too, or investor 1, who has no other."""
        problem = small(2, 2, [(0, 0, 1000), (1, 0, 500), (0, 1, 10)], slots=3, wanted=2)
        problem = people(problem, p0={"most": 1}, p1={"most": 1})
        found = solve(problem, seconds=SECONDS, workers=1)
        assert meets(problem, found.plan) == {(1, 2), (0, 3)}

    def test_few_are_short_rather_than_all_a_little(self):
        """There is room for four: one startup has three of them, though two each would fit better."""
        pairs = [(0, 0, 900), (1, 1, 900), (0, 2, 900), (1, 3, 900), (0, 4, 100), (1, 5, 100)]
        problem = small(2, 6, pairs, slots=4, tables=1, wanted=3)
        problem = people(problem, **{f"p{at}": {"most": 1} for at in range(2, 8)})
        assert sorted(each % 2 for each in chosen(problem).pairs) in ([0, 0, 0, 1], [0, 1, 1, 1])

    def test_one_person_can_miss_all_meetings_that_are_missing(self):
        """Two investors want both startups, which take one each: three of the four can have enough."""
        problem = small(2, 2, [(a, b, 500) for a in (0, 1) for b in (0, 1)], slots=2, wanted=2)
        problem = people(problem, p0={"most": 1}, p1={"most": 1})
        assert chosen(problem).possible == 3
        assert chosen(problem).goals[:3] == (0, 2, -2), "and yet nobody is without any"

    def test_must_comes_before_what_fits_better_step_by_step(self):
        problem = small(3, 2, [(a, b, 900) for a in range(3) for b in (0, 1)])
        musts = replace(problem.pairs[1], value=0, musts=1)
        problem = replace(problem, pairs=(problem.pairs[0], musts, *problem.pairs[2:]))
        assert (0, 4) in meets(problem, greedy(problem))

    def test_plan_without_the_solver_wins_where_the_solver_finds_a_worse_one(self, hasty):
        problem = small(1, 2, [(0, 0, 900), (0, 1, 100)])
        found = solve(problem, seconds=SECONDS, workers=1)
        assert hasty, "the solver has run"
        assert meets(problem, found.plan) == {(0, 1)}
        assert found.method == "greedy"

    def test_meetings_stay_where_they_are_if_the_solver_finds_worse_places(self, hasty):
        problem = readable()
        before, board = (Board(problem, greedy(problem)) for _ in range(2))
        improve(board, range(len(problem.pairs)), Search(SECONDS, 1, None, board, 0), SECONDS)
        assert hasty, "the solver has run"
        assert board.plan() == before.plan()
        assert (board.busy, board.closed, board.away) == (before.busy, before.closed, before.away)

    @pytest.fixture
    def hasty(self, monkeypatch):
        """Let the solver take its first answer, the last variables first, as if its time was over at once."""
        ran = []

        class Hasty(cp_sat().CpSolver):
            def solve(self, model):
                ran.append(model)
                model.clear_hints()
                model.clear_objective()
                all_of_them = range(len(model.proto.variables))
                some = [model.get_int_var_from_proto_index(at) for at in reversed(all_of_them)]
                model.add_decision_strategy(some, cp_sat().CHOOSE_FIRST, cp_sat().SELECT_MAX_VALUE)
                self.parameters.search_branching = cp_sat().FIXED_SEARCH
                self.parameters.cp_model_presolve = False
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


def test_table_is_that_of_the_meeting_after():
    board = Board(small(1, 2, [(0, 0, 500), (0, 1, 500)], slots=2), [Placed(1, 1, 5)])
    assert board.table_for(0, 0) == 5


class TestChanges:
    def test_meeting_that_moves_in_time_keeps_its_table(self):
        problem = people(small(1, 1, [(0, 0, 500)], slots=3), p0={"slots": frozenset({1, 2})})
        found = replan(problem, [Placed(0, 0, 3)], gone=frozenset(), seconds=SECONDS, workers=1)
        assert found.plan == (Placed(0, 1, 3),)

    def test_who_has_lost_nothing_and_has_enough_gets_no_new_meeting(self):
        problem = small(2, 3, [(0, 0, 500), (0, 1, 500), (1, 1, 500), (1, 2, 500)], slots=4)
        plan = [Placed(0, 0, 0), Placed(1, 1, 0), Placed(3, 0, 1)]
        found = replan(problem, plan, gone=frozenset({2}), seconds=SECONDS, workers=1)
        assert meets(problem, found.plan) == {(0, 3), (1, 4)}

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
