"""The machine's translation beside a text that is not in the reader's language, or the way to one."""

from typing import Any

from django import template
from django.urls import reverse

from matchmaker.deals.machine_translation.selectors import is_translatable, kept_translation
from matchmaker.integrations import translator
from matchmaker.matching.pairs.selectors.pair import Pair
from profiles.catalogue.visibility.visible_profile import reading

register = template.Library()


@register.inclusion_tag("deals/machine_translation/_translation.html", takes_context=True)
def machine_translation(context: dict[str, Any], pair: Pair, field: str, text: str) -> dict[str, Any]:
    target = reading()
    if not is_translatable(text, target):
        return {"is_offered": False}
    return {
        "is_offered": True,
        "kept": getattr(kept_translation(pair.counterpart, text, target=target), "text", ""),
        "field": field,
        "target": target,
        "host": translator.host(),
        "action": reverse("match_translation", args=[pair.counterpart.public_id]),
        "csrf_token": context.get("csrf_token"),
    }
