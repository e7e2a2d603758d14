"""What becomes of the rows of a company when two records of it become one.

Registered by each table's owner.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from operator import attrgetter
from typing import Any

from django.apps import apps
from django.db.models import Model, Q, QuerySet

from profiles.models import SIDES, Investor, Startup, User


class Fate(StrEnum):
    MOVES = "moves"  # to the kept company; of two that say the same, one stays
    FOLLOWS = "follows"  # belongs to a row that moves
    GOES = "goes"  # with the record
    RECOMPUTED = "made anew"  # computed from the kept company; a merge that is undone does not bring it back
    STAYS = "stays"  # is no company's; see `because`


@dataclass(frozen=True)
class Merging:
    """One merge. `takes_content`: what the record that goes says of itself comes over too."""

    kept: Any
    gone: Any
    takes_content: bool
    by: User
    at: datetime

    @property
    def side(self) -> str:
        return str(self.kept.side)


# Makes room for a row that says the same as another: the one that stays, the other, and the merge. Returns
# whether both stay.
Fold = Callable[[Any, Any, Merging], bool]


def drop(_stays: Any, _other: Any, _merging: Merging) -> bool:
    return False


EVERY = Q()


@dataclass(frozen=True)
class Decision:
    """How one table is treated."""

    fate: Fate
    company: str = ""
    also: str = ""
    once: tuple[str, ...] | None = None
    among: Q = EVERY
    first: Callable[[Any], Any] | None = None
    fold: Fold = drop
    content: str = ""
    is_watched: bool = True
    unwatched: tuple[str, ...] = ()
    computed: Q | None = None
    because: str = ""

    def paths(self, side: str) -> tuple[str, ...]:
        named = (path.replace("{side}", side) for path in f"{self.company} {self.also}".split())
        return tuple(path for path in named if side in path.replace("other_", "").split("__"))

    def acts(self, rows: "QuerySet[Any]") -> "QuerySet[Any]":
        if self.fate == Fate.RECOMPUTED:
            return rows.none()
        return rows.exclude(self.computed) if self.computed else rows


REMEMBERED = (Fate.MOVES, Fate.FOLLOWS, Fate.GOES)
MADE_ANEW = Decision(Fate.RECOMPUTED)


def moves(company: str = "{side}", **fields: Any) -> Decision:
    """Return the decision that rows go over to the kept company, with the fields of Decision."""
    return Decision(Fate.MOVES, company, **fields)


def follows(company: str, **fields: Any) -> Decision:
    """Return the decision that rows stay with the row that they belong to."""
    return Decision(Fate.FOLLOWS, company, **fields)


def unaffected(because: str) -> Decision:
    """Return the decision that nothing happens."""
    return Decision(Fate.STAYS, because=because)


OF_A_PAIR = moves(once=("side", "startup", "investor"), first=attrgetter("at"))
DECISIONS: dict[str, Decision] = {}
# Done in the transaction of a merge, before any row moves.
BEFORE: list[Callable[[Merging], None]] = []


def register(decisions: Mapping[str, Decision], before: Callable[[Merging], None] | None = None) -> None:
    DECISIONS.update(decisions)
    if before:
        BEFORE.append(before)


@dataclass(frozen=True)
class Table:
    """One table with rows of companies of a side. `decision` of a list of terms is that of its owner."""

    model: type[Model]
    decision: Decision
    paths: tuple[str, ...]

    @property
    def label(self) -> str:
        return self.model._meta.label

    def rows_of(self, *companies: Startup | Investor) -> Any:
        condition = Q()
        for path in self.paths:
            condition |= Q(**{f"{path}__in": [company.pk for company in companies]})
        return self.model._base_manager.filter(condition).order_by("pk")


def tables(side: str) -> Iterator[Table]:
    """Return every table with rows that a merge of this side remembers, its own first."""
    model = SIDES[side]
    yield from _with_lists(Table(model, Decision(Fate.FOLLOWS), ("pk",)))
    for label, decision in DECISIONS.items():
        if decision.fate in REMEMBERED and (paths := decision.paths(side)):
            yield from _with_lists(Table(apps.get_model(label), decision, paths))


def _with_lists(table: Table) -> Iterator[Table]:
    yield table
    for field in table.model._meta.local_many_to_many:
        name = field.m2m_field_name()
        through: Any = field.remote_field.through
        follows = Decision(Fate.FOLLOWS, is_watched=table.decision.is_watched)
        yield Table(through, follows, tuple(f"{name}__{path}" for path in table.paths))
