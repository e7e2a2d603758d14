"""The little arithmetic that drawings need and the template language lacks."""

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from django import template

register = template.Library()


@register.filter
def stacked(segments: Iterable[Any]) -> list[tuple[Any, int]]:
    """Pair each segment (with `.points`) with where its bar starts: the sum of the points before it."""
    rows = list(segments)
    ends = accumulate(row.points for row in rows)
    return [(row, end - row.points) for row, end in zip(rows, ends, strict=True)]


@register.filter
def opposite(number: int) -> int:
    """Return the number with the other sign."""
    return -number
