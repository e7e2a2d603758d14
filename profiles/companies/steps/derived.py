"""Fields of a company or a deal that are set, and what follows from them and is stored beside them."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db.models import Model

from profiles.catalogue.taxonomy.selectors.money import rate_for
from profiles.companies.held_edits.selectors import convert
from profiles.models import Deal, Investor, Startup
from profiles.validators import name_keys

NAMES = {"name_en", "name_zh", "name_ur"}


def set_derived_fields(profile: Startup | Investor, changed: Iterable[str]) -> None:
    """Set derived fields after a change: name keys, place, amounts in dollars.

    Raises:
        NoRateError: if the currency has no exchange rate.
    """
    fields = set(changed)
    if NAMES & fields:
        profile.name_key = name_keys(profile.name_en, profile.name_zh, profile.name_ur)
    if isinstance(profile, Investor) and "place" in fields:
        profile.jurisdiction = profile.place.country_code if profile.place else ""
    elif isinstance(profile, Startup) and {"ask_min", "ask_max", "ask_currency"} & fields:
        convert(profile)


def convert_deal(deal: Deal) -> None:
    rate = rate_for(deal.currency, on=deal.closed_on)
    deal.amount_usd, deal.rate_on = rate.to_usd(deal.amount), rate.quoted_on


def assign(record: Model, values: Mapping[str, Any]) -> list[str]:
    """Set fields of a saved record, lists included, and return the names of those that changed.

    The caller saves the plain ones.
    """
    changed = []
    for name, value in values.items():
        if record._meta.get_field(name).many_to_many:
            relation = getattr(record, name)
            if set(relation.all()) != set(value):
                relation.set(value)
                changed.append(name)
        elif _differs(getattr(record, name), value):
            setattr(record, name, value)
            changed.append(name)
    return changed


def _differs(kept: Any, given: Any) -> bool:
    """Tell whether a value differs; a list is compared as a set of codes."""
    if isinstance(kept, list) and isinstance(given, list):
        return sorted(kept) != sorted(given)
    return bool(kept != given)
