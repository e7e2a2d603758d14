"""What is free while a plan is being made. Slots are bits of a number, so that common ones are one `&`."""

from collections import Counter
from collections.abc import Iterable, Iterator

from matchmaker.events.timetable.problem import Placed, Problem

ABROAD = 1_000  # a walk to another hall, beside one to another table


def bits(slots: Iterable[int]) -> int:
    return sum(1 << slot for slot in slots)


def slots_in(number: int) -> Iterator[int]:
    while number:
        low = number & -number
        yield low.bit_length() - 1
        number ^= low


Goals = tuple[int, int, int, int, int, int]
ENOUGH = 1  # the place of the people who have enough wanted meetings


def goals_of(problem: Problem, meetings: Iterable[int]) -> Goals:
    """Return how good it is that these pairs meet: the more important first, and more is better in each."""
    pairs = [problem.pairs[pair] for pair in meetings]
    has = Counter(person for pair in pairs if pair.is_wanted for person in pair.people)
    people = [(has[at], problem.need(at), problem.need(at, 1)) for at in range(len(problem.participants))]
    return (
        -sum(need > 0 and not have for have, need, _more in people),
        sum(have >= need for have, need, _more in people),
        -sum(max(0, need - have) for have, need, _more in people),
        sum(pair.musts for pair in pairs),
        -sum(max(0, more - have) for have, _need, more in people),
        sum(pair.worth for pair in pairs),
    )


class Board:
    """A plan in the making, which never breaks a rule: what is put on it fits."""

    def __init__(self, problem: Problem, plan: Iterable[Placed] = ()) -> None:
        self.problem = problem
        self.there = [bits(participant.slots) for participant in problem.participants]
        self.busy = [0] * len(self.there)
        self.closed = [~bits(each.slots) for each in problem.tables]
        self.away = [~bits(each.slots) for each in problem.interpreters]
        self.met = [0] * len(self.there)
        self.wanted = [0] * len(self.there)  # meetings that one of the two wants
        self.placed: dict[int, Placed] = {}
        self.fixed = {placed.pair for placed in problem.fixed}
        self.pairs_of: list[list[int]] = [[] for _ in self.there]
        for number, pair in enumerate(problem.pairs):
            for person in pair.people:
                self.pairs_of[person].append(number)
        self.kind: dict[bool, list[int]] = {False: [], True: []}
        for number, table in enumerate(problem.tables):
            self.kind[table.online].append(number)
        self.fits: dict[frozenset[str], list[int]] = {}
        for pair in problem.pairs:
            if pair.interpreter is not None and pair.interpreter not in self.fits:
                self.fits[pair.interpreter] = self._interpreters(pair.interpreter)
        self.at: dict[tuple[int, int], int] = {}  # (person, slot) -> table
        self.open = {online: self._open(online) for online in self.kind}
        day_bits: dict[int, int] = {}
        for slot, interpreter in enumerate(problem.slots):
            day_bits[interpreter.day] = day_bits.get(interpreter.day, 0) | 1 << slot
        self.day = [day_bits[each.day] for each in problem.slots]
        for placed in dict.fromkeys((*problem.fixed, *plan)):
            self.put(placed)

    def _interpreters(self, languages: frozenset[str]) -> list[int]:
        """Return who can interpret; those who can do more come last, so that they stay free."""
        able = []
        for number, interpreter in enumerate(self.problem.interpreters):
            if languages <= interpreter.languages:
                able.append((len(interpreter.languages), number))
        return [number for _languages, number in sorted(able)]

    def _open(self, online: bool) -> int:
        usable = 0
        for table in self.kind[online]:
            usable |= ~self.closed[table]
        return usable

    def are_there_together(self, pair: int) -> bool:
        first, second = self.problem.pairs[pair].people
        return self.there[first] & self.there[second] > 0

    def common(self, pair: int) -> int:
        first, second = self.problem.pairs[pair].people
        return self.there[first] & self.there[second] & ~self.busy[first] & ~self.busy[second]

    def with_table(self, pair: int, slots: int) -> int:
        return slots & self.open[self.problem.pairs[pair].online]

    def with_interpreter(self, pair: int, slots: int) -> int:
        languages = self.problem.pairs[pair].interpreter
        if languages is None or not slots:
            return slots
        free = 0
        for interpreter in self.fits[languages]:
            free |= ~self.away[interpreter]
        return slots & free

    def takes_more(self, person: int) -> bool:
        return self.met[person] < self.problem.participants[person].most

    def slots(self, pair: int) -> int:
        if pair in self.placed or not all(map(self.takes_more, self.problem.pairs[pair].people)):
            return 0
        return self.with_interpreter(pair, self.with_table(pair, self.common(pair)))

    def options(self, pairs: Iterable[int]) -> dict[int, int]:
        """Return the slots of each of these pairs that has any, in the order of the pairs."""
        slots_by_pair = {pair: self.slots(pair) for pair in sorted(pairs)}
        return {pair: slots for pair, slots in slots_by_pair.items() if slots}

    def has_room(self, placed: Placed) -> bool:
        pair, bit = self.problem.pairs[placed.pair], 1 << placed.slot
        helped = placed.interpreter is None
        if pair.interpreter is not None and placed.interpreter is not None:
            helped = placed.interpreter in self.fits[pair.interpreter]
            helped = helped and not self.away[placed.interpreter] & bit
        return bool(
            self.slots(placed.pair) & bit
            and placed.table in self.kind[pair.online]
            and not self.closed[placed.table] & bit
            and helped
            and (pair.interpreter is None) == (placed.interpreter is None)
        )

    def lacks(self, person: int) -> int:
        return max(0, self.problem.need(person) - self.wanted[person])

    def put(self, placed: Placed) -> None:
        self._change(placed, 1)
        self.placed[placed.pair] = placed

    def take(self, pair: int) -> Placed:
        placed = self.placed.pop(pair)
        self._change(placed, -1)
        return placed

    def _change(self, placed: Placed, by: int) -> None:
        pair, bit = self.problem.pairs[placed.pair], 1 << placed.slot
        for person in pair.people:
            self.busy[person] = self.busy[person] | bit if by > 0 else self.busy[person] & ~bit
            self.met[person] += by
            self.wanted[person] += by * pair.is_wanted
            if by > 0:
                self.at[person, placed.slot] = placed.table
            else:
                del self.at[person, placed.slot]
        if by > 0:
            self.closed[placed.table] |= bit
            if all(self.closed[table] & bit for table in self.kind[pair.online]):
                self.open[pair.online] &= ~bit
        else:
            self.closed[placed.table] &= ~bit
            self.open[pair.online] |= bit
        if placed.interpreter is not None:
            away = self.away[placed.interpreter]
            self.away[placed.interpreter] = away | bit if by > 0 else away & ~bit

    def idle(self, person: int, slot: int) -> int:
        """Return the free slots between the first and the last meeting of that day, if one is added there."""
        taken = (self.busy[person] | 1 << slot) & self.day[slot]
        first = taken & -taken
        between = (1 << taken.bit_length() - 1) - first
        return (between & self.there[person] & ~taken).bit_count()

    def table_for(self, pair: int, slot: int) -> int:
        near = [
            self.at[person, beside]
            for person in self.problem.pairs[pair].people
            for beside in self._beside(person, slot)
        ]
        halls = [self.problem.tables[table].hall for table in near]
        free = [t for t in self.kind[self.problem.pairs[pair].online] if not self.closed[t] >> slot & 1]
        return min(
            free,
            key=lambda table: (
                -near.count(table) - ABROAD * halls.count(self.problem.tables[table].hall),
                table,
            ),
        )

    def _beside(self, person: int, slot: int) -> list[int]:
        that_day = self.busy[person] & self.day[slot]
        before, after = that_day & (1 << slot) - 1, that_day >> slot + 1 << slot + 1
        neighbours = [before.bit_length() - 1] if before else []
        return [*neighbours, (after & -after).bit_length() - 1] if after else neighbours

    def interpreter_for(self, pair: int, slot: int, kind: frozenset[str] | None = None) -> int | None:
        languages = self.problem.pairs[pair].interpreter
        if languages is None:
            return None
        free = (interpreter for interpreter in self.fits[languages] if not self.away[interpreter] >> slot & 1)
        return next(each for each in free if kind in (None, self.problem.interpreters[each].languages))

    def place(self, pair: int, slots: int) -> None:
        slot = min(slots_in(slots), key=lambda each: (self.gaps(pair, each), each))
        self.put(Placed(pair, slot, self.table_for(pair, slot), self.interpreter_for(pair, slot)))

    def gaps(self, pair: int, slot: int) -> int:
        people = self.problem.pairs[pair].people
        return sum(self.idle(person, slot) - self.idle_now(person, slot) for person in people)

    def idle_now(self, person: int, slot: int) -> int:
        """Return the free slots between the first and the last meeting of that day, as it is."""
        taken = self.busy[person] & self.day[slot]
        return self.idle(person, taken.bit_length() - 1) if taken else 0

    def goals(self) -> "Goals":
        return goals_of(self.problem, self.placed)

    def plan(self) -> tuple[Placed, ...]:
        return tuple(sorted(self.placed.values(), key=lambda placed: (placed.slot, placed.table)))
