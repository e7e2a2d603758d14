"""A part of the demonstration. A module named after its capability has it as `PART`."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, QuerySet

from matchmaker.lab.demo.companies import Row


@dataclass(frozen=True)
class Part:
    table: str
    made: QuerySet[Model]
    act: Callable[[Row, datetime, datetime], None]  # the row, its moment, and the moment of loading
    position: int = 0  # among those of capabilities
