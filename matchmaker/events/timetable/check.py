"""What every plan must keep to. Written without the rest of the package, which is compared with it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from matchmaker.events.timetable.problem import Placed, Problem


def faults(problem: Problem, plan: Sequence[Placed]) -> list[str]:
    """Return what is wrong with a plan, in words; nothing when it can be carried out."""
    if unknown := list(_unknown(problem, plan)):
        return unknown
    fixed = set(problem.fixed)
    problems = [
        f"fixed meeting {meeting} is missing" for meeting in problem.fixed if meeting not in set(plan)
    ]
    for placed in plan:
        if placed not in fixed:
            problems += _cannot_be(problem, placed)
        problems += _misfits(problem, placed)
    return [*problems, *_conflicts(problem, plan), *_too_many(problem, plan)]


def _unknown(problem: Problem, plan: Sequence[Placed]) -> Iterator[str]:
    for placed in plan:
        rows = [
            (placed.pair, len(problem.pairs)),
            (placed.slot, len(problem.slots)),
            (placed.table, len(problem.tables)),
        ]
        if placed.interpreter is not None:
            rows.append((placed.interpreter, len(problem.interpreters)))
        if any(not 0 <= number < count for number, count in rows):
            yield f"{placed} names what is not there"


def _cannot_be(problem: Problem, placed: Placed) -> Iterator[str]:
    pair = problem.pairs[placed.pair]
    for person in (pair.first, pair.second):
        if placed.slot not in problem.participants[person].slots:
            yield f"participant {person} is not there in slot {placed.slot}"
    if placed.slot not in problem.tables[placed.table].slots:
        yield f"table {placed.table} is closed in slot {placed.slot}"
    if placed.interpreter is not None and placed.slot not in problem.interpreters[placed.interpreter].slots:
        yield f"interpreter {placed.interpreter} is not there in slot {placed.slot}"


def _misfits(problem: Problem, placed: Placed) -> Iterator[str]:
    pair = problem.pairs[placed.pair]
    if pair.online != problem.tables[placed.table].online:
        yield f"pair {placed.pair} is at table {placed.table}, which is of the wrong kind"
    if (pair.interpreter is None) != (placed.interpreter is None):
        yield f"pair {placed.pair} has {placed.interpreter} as interpreter and needs {pair.interpreter}"
    elif placed.interpreter is not None and pair.interpreter is not None:
        spoken = problem.interpreters[placed.interpreter].languages
        if not pair.interpreter <= spoken:
            yield f"interpreter {placed.interpreter} cannot interpret for pair {placed.pair}"


def _conflicts(problem: Problem, plan: Sequence[Placed]) -> Iterator[str]:
    """Yield who or what is at two places at once, and pairs that meet twice."""
    uses: Counter[tuple[str, int, int]] = Counter()
    for placed in plan:
        pair = problem.pairs[placed.pair]
        uses["pair", placed.pair, 0] += 1
        for person in (pair.first, pair.second):
            uses["participant", person, placed.slot] += 1
        uses["table", placed.table, placed.slot] += 1
        if placed.interpreter is not None:
            uses["interpreter", placed.interpreter, placed.slot] += 1
    for (kind, number, slot), count in uses.items():
        if count < 2:
            continue
        if kind == "pair":
            yield f"pair {number} has {count} meetings"
        else:
            yield f"{kind} {number} has {count} meetings in slot {slot}"


def _meetings_of_people(problem: Problem, plan: Iterable[Placed]) -> Counter[int]:
    count: Counter[int] = Counter()
    for placed in plan:
        count.update(problem.pairs[placed.pair].people)
    return count


def _too_many(problem: Problem, plan: Sequence[Placed]) -> Iterator[str]:
    """Yield who has more meetings than it takes, unless the fixed ones are as many."""
    fixed = _meetings_of_people(problem, problem.fixed)
    for person, count in _meetings_of_people(problem, plan).items():
        if count > max(problem.participants[person].most, fixed[person]):
            yield f"participant {person} has {count} meetings, more than it takes"
