"""Profiles as their owners work on them: completeness, what submission still needs, duplicates."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.choices import Purpose
from profiles.consents.selectors import agreed_purposes
from profiles.models import Investor, Startup
from profiles.validators import name_key

AnyProfile = TypeVar("AnyProfile", Startup, Investor)


@dataclass(frozen=True)
class Item:
    """Something useful to state: its field, what to call it, and the step on which it is asked."""

    field: str
    label: str | Promise
    step: str


@dataclass(frozen=True)
class Completeness:
    """How much is stated (never scored), and the most useful thing to state next."""

    percent: int
    next_field: Item | None
    missing: tuple[Item, ...]


# In the order of usefulness: the first one missing is what the page asks for next.
STARTUP_ITEMS = (
    Item("pitch", _("a pitch in one sentence"), "basics"),
    Item("summary", _("a summary"), "basics"),
    Item("place", _("your home place"), "basics"),
    Item("languages", _("your working languages"), "basics"),
    Item("primary_sector", _("your main sector"), "product"),
    Item("stage", _("your stage"), "product"),
    Item("revenue", _("whether you have revenue"), "product"),
    Item("needs", _("what you need"), "needs"),
    Item("forms", _("the forms of partnership you accept"), "needs"),
    Item("ask", _("how much you raise"), "round"),
    Item("matching", _("your consent to matching"), "consent"),
    Item("showing", _("your consent to being shown"), "consent"),
    Item("contact_name", _("a contact person"), "basics"),
    Item("contact_email", _("a contact address"), "basics"),
    Item("business_model", _("your business model"), "product"),
    Item("team_size", _("the size of your team"), "product"),
    Item("founded", _("the year you were founded"), "basics"),
    Item("registration_number", _("your registration number"), "basics"),
    Item("website", _("your website"), "basics"),
    Item("founders", _("who the founders are"), "product"),
    Item("traction", _("a traction figure"), "product"),
    Item("ip_policy", _("your policy on intellectual property"), "product"),
    Item("accepts_exclusivity", _("whether you accept exclusivity"), "needs"),
    Item("data_classes", _("the classes of data you handle"), "consent"),
    Item("data_location", _("where your data is kept"), "consent"),
    Item("data_access", _("who has access to your data"), "consent"),
)
INVESTOR_ITEMS = (
    Item("kind", _("what kind of partner you are"), "profile"),
    Item("pitch", _("a sentence about you"), "profile"),
    Item("summary", _("a summary"), "profile"),
    Item("place", _("your home place"), "profile"),
    Item("theses", _("a thesis"), "theses"),
    Item("matching", _("your consent to matching"), "profile"),
    Item("showing", _("your consent to being shown"), "profile"),
    Item("offers", _("what you offer besides money"), "offers"),
    Item("fee_policy", _("whether you charge startups"), "profile"),
    Item("state_owned", _("whether you are state-owned"), "profile"),
    Item("languages", _("your working languages"), "profile"),
    Item("contact_name", _("a contact person"), "profile"),
    Item("contact_email", _("a contact address"), "profile"),
    Item("legal_name", _("your legal name"), "profile"),
    Item("registry_id", _("your registry number"), "profile"),
    Item("website", _("your website"), "profile"),
    Item("beneficial_owner", _("who owns you"), "profile"),
    Item("exclusivity_ask", _("whether you ask for exclusivity"), "profile"),
    Item("max_stake_pct", _("your largest stake"), "profile"),
    Item("data_hosting", _("where you host data"), "profile"),
    Item("deals", _("a deal on record"), "deals"),
)
STARTUP_REQUIRED = frozenset(
    {"pitch", "summary", "place", "primary_sector", "stage", "needs", "forms", "matching", "showing"}
)
INVESTOR_REQUIRED = frozenset({"kind", "pitch", "summary", "place", "theses", "matching", "showing"})


def items_of(profile: Startup | Investor) -> tuple[Item, ...]:
    """Return what is useful to state on this side."""
    return STARTUP_ITEMS if isinstance(profile, Startup) else INVESTOR_ITEMS


def completeness(profile: Startup | Investor) -> Completeness:
    """Return how complete the profile is."""
    consents = agreed_purposes(profile)
    items = items_of(profile)
    missing = tuple(item for item in items if not _is_stated(profile, item.field, consents))
    percent = 100 * (len(items) - len(missing)) // len(items)
    return Completeness(percent, missing[0] if missing else None, missing)


def missing_for_submission(profile: Startup | Investor) -> tuple[Item, ...]:
    """Return what must be stated before a curator looks at the profile."""
    required = STARTUP_REQUIRED if isinstance(profile, Startup) else INVESTOR_REQUIRED
    return tuple(item for item in completeness(profile).missing if item.field in required)


def _is_stated(profile: Startup | Investor, field: str, consents: frozenset[str]) -> bool:
    """Tell whether something was stated; special fields have a rule of their own."""
    if field in (Purpose.MATCHING, Purpose.SHOWING):
        return field in consents
    if field in SPECIAL:
        return SPECIAL[field](profile)
    value = getattr(profile, field)
    return bool(value.exists()) if hasattr(value, "exists") else value not in (None, "", [], {})


# Whoever names other needs and no money has answered the round; needs may be answered by money alone.
SPECIAL: dict[str, Callable[[Any], bool]] = {
    "ask": lambda startup: startup.ask_max is not None if startup.seeks_capital else startup.needs.exists(),
    "needs": lambda startup: startup.seeks_capital or startup.needs.exists(),
}


def named(words: str) -> Q:
    """Return the condition that a company's name contains these words in any script."""
    return Q(name_en__icontains=words) | Q(name_ur__icontains=words) | Q(name_zh__icontains=words)


def duplicates_of(
    model: type[AnyProfile],
    *,
    names: tuple[str, ...] = (),
    website: str = "",
    registration: str = "",
    except_pk: int | None = None,
) -> QuerySet[AnyProfile]:
    """Return the companies of one side that may be the same: by name in any script, site or registration."""
    same = Q(pk__in=[])
    for key in filter(None, map(name_key, names)):
        same |= Q(name_key__contains=f"|{key}|")
    if host := _host(website):
        same |= Q(website__iregex=rf"^https?://(www\.)?{re.escape(host)}(/|$)")
    if registration:
        field = "registration_number" if model is Startup else "registry_id"
        same |= Q(**{f"{field}__iexact": registration})
    return model._default_manager.filter(same).exclude(pk=except_pk or 0).order_by("pk")


def _host(website: str) -> str:
    """Return the host of an address, without www."""
    return website.partition("//")[2].partition("/")[0].lower().removeprefix("www.")
