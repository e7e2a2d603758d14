"""What pages show of conversations: how much is new, and the terms of a message in the reader's language."""

from django import template

from matchmaker.deals.conversations.selectors import TextTerm, terms_in, unread_counts
from matchmaker.templatetags.parts import tongue
from profiles.catalogue.visibility.visible_profile import reading

register = template.Library()
register.simple_tag(unread_counts, name="unread_messages")


@register.filter
def count_of(counts: dict[int, int], pk: int) -> int:
    return counts.get(pk, 0)


@register.filter
def message_terms(text: str) -> list[TextTerm]:
    return terms_in(text, language=tongue(text), reader=reading())
