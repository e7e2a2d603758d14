"""The machine's translation beside a text that is not in the reader's language, or the way to one."""

from typing import Any

from django import template

from matchmaker.deals.machine_translation.selectors import can_translate, kept_translation
from matchmaker.integrations import translator
from matchmaker.matching.pairs.selectors.pair import Pair
from profiles.catalogue.visibility.visible_profile import reading
from profiles.validators import language_of

register = template.Library()


@register.inclusion_tag("deals/machine_translation/_translation.html", takes_context=True)
def machine_translation(context: dict[str, Any], pair: Pair, field: str, text: str) -> dict[str, Any]:
    target, source = reading(), language_of(text)
    if not (text and translator.is_configured() and can_translate(source, target)):
        return {"is_offered": False}
    return {
        "is_offered": True,
        "kept": kept_translation(pair.counterpart, text, target=target),
        "field": field,
        "target": target,
        "host": translator.host(),
        "public_id": pair.counterpart.public_id,
        "csrf_token": context.get("csrf_token"),
    }
