"""Parts of pages that are cached_include once and remembered."""

from functools import lru_cache
from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.translation import get_language

register = template.Library()
REMEMBERED = 4096  # a card is about 3 KB


@register.simple_tag
def cached_include(name: str, **inputs: Any) -> str:
    """Draw a part that depends on nothing but its inputs, which must be hashable, and the language.

    The same inputs always give the same drawing, so what is remembered is never out of date. Whoever filters,
    sorts or shortlists sees most cards again; drawing ten of them anew takes longer than all their queries.
    """
    return _drawn(name, get_language(), tuple(inputs.items()))


@lru_cache(maxsize=REMEMBERED)
def _drawn(name: str, _language: str | None, inputs: tuple[tuple[str, Any], ...]) -> str:
    """Draw the part."""
    return get_template(name).render(dict(inputs))
