"""The second stage: time, table and interpreter of the chosen pairs."""

from collections import defaultdict
from collections.abc import Iterable
from heapq import heapify, heappop, heappush
from itertools import product
from typing import Any

from matchmaker.events.timetable.aims import aims, as_one
from matchmaker.events.timetable.board import Board, slots_in
from matchmaker.events.timetable.problem import Placed, Problem
from matchmaker.events.timetable.search import Search, cp_sat

Key = tuple[int, int, frozenset[str] | None]  # pair, slot, languages of the interpreter


def place(board: Board, pairs: Iterable[int]) -> list[int]:
    """Put pairs on the board one by one, those with the fewest slots first; return those that found none."""
    problem, waiting, left = board.problem, set(pairs), []
    queue = [(board.slots(pair).bit_count(), -problem.pairs[pair].worth, pair) for pair in waiting]
    heapify(queue)
    while queue:
        count, worth, pair = heappop(queue)
        slots = board.slots(pair)
        if pair not in waiting or slots.bit_count() < count:  # it waits with its new count, too
            if pair in waiting:
                heappush(queue, (slots.bit_count(), worth, pair))
            continue
        waiting.discard(pair)
        if not slots:
            left.append(pair)
            continue
        board.place(pair, slots)
        for person in problem.pairs[pair].people:
            for other in board.pairs_of[person]:
                if other in waiting:
                    heappush(queue, (board.slots(other).bit_count(), -problem.pairs[other].worth, other))
    return left


def improve(board: Board, pairs: Iterable[int], search: Search, seconds: float) -> None:
    """Place these pairs again with the solver while all other meetings stay; the result is never worse."""
    problem, goals = board.problem, board.goals()
    before = {pair: board.take(pair) for pair in pairs if pair in board.placed and pair not in board.fixed}
    model, where = _model(board, board.options(pairs), before)
    solver = search.run(model, seconds)
    if solver:
        chosen = [key for key, var in where.items() if solver.boolean_value(var)]
        chosen.sort(key=_slot_of)
        for key in chosen:
            placed = before.get(key[0])
            if placed and _is_same(problem, placed, key):
                board.put(placed)
        for pair, slot, kind in chosen:
            if pair not in board.placed:
                table = board.table_for(pair, slot)
                board.put(Placed(pair, slot, table, board.interpreter_for(pair, slot, kind)))
        if board.goals() >= goals:
            return
        for pair, _slot, _kind in chosen:
            board.take(pair)
    for placed in before.values():
        board.put(placed)


def _slot_of(key: Key) -> int:
    return key[1]


def _is_same(problem: Problem, placed: Placed, key: Key) -> bool:
    _pair, slot, kind = key
    spoken = None if placed.interpreter is None else problem.interpreters[placed.interpreter].languages
    return placed.slot == slot and spoken == kind


def _model(board: Board, options: dict[int, int], before: dict[int, Placed]) -> tuple[Any, dict[Key, Any]]:
    problem, model = board.problem, cp_sat().CpModel()
    where: dict[Key, Any] = {}
    people, tables, interpreters = defaultdict(list), defaultdict(list), defaultdict(list)
    meets = {}
    for pair, slots in options.items():
        described = problem.pairs[pair]
        ways = []
        kinds: dict[frozenset[str] | None, None] = {}
        if described.interpreter is not None:
            able = board.fits[described.interpreter]
            kinds = dict.fromkeys(problem.interpreters[interpreter].languages for interpreter in able)
        for slot, kind in product(slots_in(slots), kinds or (None,)):
            var = where[pair, slot, kind] = model.new_bool_var("")
            ways.append(var)
            tables[described.online, slot].append(var)
            interpreters[kind, slot].append(var)
            for person in described.people:
                people[person, slot].append(var)
            model.add_hint(var, pair in before and _is_same(problem, before[pair], (pair, slot, kind)))
        meets[pair] = sum(ways)
        model.add_at_most_one(ways)
    for some in people.values():
        model.add_at_most_one(some)
    for (online, slot), some in tables.items():
        _at_most(model, some, sum(not board.closed[table] >> slot & 1 for table in board.kind[online]))
    for (kind, slot), some in interpreters.items():
        if kind is not None:
            who = [at for at, interpreter in enumerate(problem.interpreters) if interpreter.languages == kind]
            _at_most(model, some, sum(not board.away[each] >> slot & 1 for each in who))
    for person in {person for pair in meets for person in problem.pairs[pair].people}:
        mine = [meets[pair] for pair in board.pairs_of[person] if pair in meets]
        _at_most(model, mine, problem.participants[person].most - board.met[person])
    model.maximize(as_one(aims(board, model, meets)[0]))
    return model, where


def _at_most(model: Any, some: list[Any], limit: int) -> None:
    if len(some) > limit:
        model.add(sum(some) <= limit)
