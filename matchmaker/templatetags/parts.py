"""The little arithmetic and joining that pages need and the template language lacks."""

from collections.abc import Iterable
from itertools import accumulate
from typing import Any

from django import template

from profiles.selectors.seen import joined

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


@register.filter
def listed(items: Iterable[Any]) -> str:
    """Return the items as one enumeration in the active language."""
    return joined(items)
