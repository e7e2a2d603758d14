"""What every declared table of states shares: its lines, and the rules that the database holds by them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from django.db import models

State = TypeVar("State", bound=models.TextChoices)
Act = TypeVar("Act", bound=models.TextChoices)


class Mover(StrEnum):
    APPLICANT = "applicant"
    ASKED = "asked"
    ASKER = "asker"
    CURATOR = "curator"
    DOER = "doer"  # does the next step
    HOST = "host"
    OTHER = "other"  # did not propose, or record
    PROPOSER = "proposer"
    RECORDER = "recorder"
    EITHER = "either"  # of the two sides
    ANYONE = "anyone"  # of the two sides, or the host
    TIME = "time"  # no one: its moment has come


@dataclass(frozen=True)
class Transition(Generic[State, Act]):
    act: Act
    sources: tuple[State, ...]
    target: State
    mover: Mover


def codes_of(states: Iterable[models.TextChoices]) -> list[str]:
    return [str(state) for state in states]


def set_in(field: str, states: Iterable[models.TextChoices]) -> models.Q:
    return ~models.Q(state__in=codes_of(states)) | models.Q(**{f"{field}__isnull": False})


def unset_in(field: str, states: Iterable[models.TextChoices]) -> models.Q:
    return ~models.Q(state__in=codes_of(states)) | models.Q(**{f"{field}__isnull": True})


def lines_rule(
    lines: Iterable[Transition[Any, Any]], also: Callable[[Transition[Any, Any]], models.Q] | None = None
) -> models.Q:
    """Return the rule that a step of the log is one of the lines: its act, where from and where to.

    `also`: what must hold of a step along one line besides.
    """
    rule = models.Q()
    for line in lines:
        sources = codes_of(line.sources) or [""]
        moved = models.Q(act=str(line.act), source__in=sources, target=str(line.target))
        rule |= (moved & also(line)) if also else moved
    return rule


def step_rule(lines: Iterable[Transition[Any, Any]]) -> models.Q:
    return lines_rule(lines, _by_mover)


def _by_mover(line: Transition[Any, Any]) -> models.Q:
    is_time = line.mover == Mover.TIME
    return models.Q(by__isnull=is_time) & (models.Q(side="") if is_time else ~models.Q(side=""))
