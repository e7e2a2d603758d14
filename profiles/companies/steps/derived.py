"""What follows from the fields of a company or a deal, and is stored beside them."""

from collections.abc import Iterable

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
