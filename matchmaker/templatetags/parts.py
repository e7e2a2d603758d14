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
    starts = accumulate((row.points for row in rows), initial=0)
    return list(zip(rows, starts, strict=False))


@register.filter
def kind(field: Any) -> str:
    """Name a bound field's widget in lower case, as `select` or `checkboxselectmultiple`."""
    return type(field.field.widget).__name__.lower()
