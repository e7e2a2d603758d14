"""What was found, marked in a text."""

from collections.abc import Iterable

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from matchmaker.portal.search.selectors.rows import Piece

register = template.Library()


@register.filter
def marks(pieces: Iterable[Piece]) -> SafeString:
    parts = (format_html("<mark>{}</mark>", piece.text) if piece.is_hit else piece.text for piece in pieces)
    return format_html_join("", "{}", ((part,) for part in parts))
