"""What was found, marked in a text."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from matchmaker.portal.search.selectors.rows import Piece

register = template.Library()


@register.filter
def marks(pieces: Iterable[Piece]) -> SafeString:
    parts: list[str] = []
    for piece in pieces:
        if piece.is_hit:
            parts.append(format_html("<mark>{}</mark>", piece.text))
        else:
            parts.append(piece.text)
    return format_html_join("", "{}", ((part,) for part in parts))
