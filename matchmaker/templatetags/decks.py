"""The way to a startup's deck, on pages of a pair."""

from typing import Any

from django import template
from django.utils import timezone

from matchmaker.deals.decks.selectors import door_of
from matchmaker.matching.pairs.selectors.pair import Pair

register = template.Library()


@register.inclusion_tag("deals/decks/_link.html")
def deck_link(pair: Pair) -> dict[str, Any]:
    return {"door": door_of(pair, at=timezone.now()), "public_id": pair.startup.public_id}
