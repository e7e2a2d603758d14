"""What a table of states is made of: its lines, and the rules that the database draws from them.

introduction_table and meeting_table are such tables.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import models

Act = TypeVar("Act", bound=models.TextChoices)
State = TypeVar("State", bound=models.TextChoices)
Who = TypeVar("Who", bound=models.TextChoices)
TIME = "time"  # in every table: moved by nobody, when its moment has come


@dataclass(frozen=True)
class Transition(Generic[Act, State, Who]):
    """One line of a table: an act, where it leads from and to, and who may do it. No source: it begins."""

    act: Act
    sources: tuple[State, ...]
    target: State
    mover: Who


def is_in(states: Sequence[models.TextChoices]) -> models.Q:
    """Return the rule that the state is one of these."""
    return models.Q(state__in=_codes(states))


def is_set(field: str, states: Sequence[models.TextChoices]) -> models.Q:
    """Return the rule that a field is set in these states."""
    return ~is_in(states) | models.Q(**{f"{field}__isnull": False})


def is_unset(field: str, states: Sequence[models.TextChoices]) -> models.Q:
    """Return the rule that a field is not set in these states."""
    return ~is_in(states) | models.Q(**{f"{field}__isnull": True})


def _codes(states: Sequence[models.TextChoices]) -> list[str]:
    return [str(state) for state in states]


def step_rule(lines: Iterable[Transition[Any, Any, Any]]) -> models.Q:
    """Return the rule that a step is a line of the table: its act, where from, where to, and by whom."""
    rule = models.Q()
    for line in lines:
        sources = _codes(line.sources) or [""]
        moved = models.Q(act=str(line.act), source__in=sources, target=str(line.target))
        is_time = str(line.mover) == TIME
        by_whom = models.Q(by__isnull=is_time) & (models.Q(side="") if is_time else ~models.Q(side=""))
        rule |= moved & by_whom
    return rule
