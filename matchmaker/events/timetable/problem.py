"""The planning problem and its result."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Stage = Literal["greedy", "choose", "place", "tidy"]

BOTH_WANT = 400  # added to the value of a pair that both sides want


@dataclass(frozen=True, slots=True)
class Slot:
    day: int
    minute: int  # when it begins


@dataclass(frozen=True, slots=True)
class Participant:
    side: int  # 0 or 1
    slots: frozenset[int]  # when it is there and not blocked
    most: int = 12


@dataclass(frozen=True, slots=True)
class Table:
    slots: frozenset[int]
    hall: int = 0
    online: bool = False


@dataclass(frozen=True, slots=True)
class Interpreter:
    languages: frozenset[str]
    slots: frozenset[int]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two participants who may meet. A pair with a "no" of either side is never given."""

    first: int  # on side 0
    second: int  # on side 1
    value: int  # 0 to 1000
    wants: int  # how many of the two want it
    musts: int
    interpreter: frozenset[str] | None = None  # the languages to be bridged; None: they share one
    online: bool = False

    @property
    def people(self) -> tuple[int, int]:
        return self.first, self.second

    @property
    def is_wanted(self) -> bool:
        return self.wants + self.musts > 0

    @property
    def worth(self) -> int:
        return self.value + BOTH_WANT * (self.wants + self.musts > 1)


@dataclass(frozen=True, slots=True)
class Placed:
    pair: int
    slot: int
    table: int
    interpreter: int | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    participants: tuple[Participant, ...]
    slots: tuple[Slot, ...]  # in the order of time
    tables: tuple[Table, ...]
    interpreters: tuple[Interpreter, ...]
    pairs: tuple[Pair, ...]
    fixed: tuple[Placed, ...] = ()  # has been, or is confirmed and can take place: stays as it is
    wanted: int = 4

    def need(self, person: int, more: int = 0) -> int:
        return min(self.wanted + more, self.participants[person].most)


class Reason(StrEnum):
    NO_ONE_WANTS = "no_one_wants"  # too few pairs
    NOT_THERE = "not_there"  # too few hours here, or too few in common with those of its pairs
    NO_INTERPRETER = "no_interpreter"
    NO_TABLE = "no_table"
    NO_ONE_FREE = "no_one_free"  # the others have their meetings already, or at the hours that would be left


@dataclass(frozen=True, slots=True)
class Short:
    participant: int
    meetings: int
    reason: Reason


@dataclass(frozen=True, slots=True)
class Progress:
    stage: Stage
    seconds: float
    meetings: int
    with_wanted: int  # participants with enough wanted meetings
    best: int  # total score
    bound: int  # no plan that is as good in the goals before the score has more
    gap: float  # 0.05: at most five per cent of the bound are missing


@dataclass(frozen=True, slots=True)
class Result:
    plan: tuple[Placed, ...]
    best: int
    bound: int
    possible: int  # participants: no plan gives more of them enough wanted meetings
    gap: float
    seconds: float
    stopped: bool
    method: Literal["cp-sat", "greedy"]
    short: tuple[Short, ...]
