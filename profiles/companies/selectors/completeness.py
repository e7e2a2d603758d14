"""Profiles as their owners work on them: completeness, what submission still needs, duplicates."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise

from profiles.choices import Purpose
from profiles.consents.selectors import agreed_purposes
from profiles.models import Investor, Startup
from profiles.validators import name_key
from profiles.visibility.fields import CATALOGUE, ordered

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
    needed: tuple[Item, ...]  # those of them without which no curator looks at the profile


def items_of(profile: Startup | Investor) -> tuple[Item, ...]:
    """Return what is useful to state on this side; the first one missing is what the page asks for next."""
    useful = ordered(CATALOGUE[profile.side].values(), "useful")
    return tuple(Item(field.name, field.prompt, field.step) for field in useful)


def completeness(profile: Startup | Investor) -> Completeness:
    """Return how complete the profile is."""
    consents = agreed_purposes(profile)
    items = items_of(profile)
    missing = tuple(item for item in items if not _is_stated(profile, item.field, consents))
    percent = 100 * (len(items) - len(missing)) // len(items)
    declared = CATALOGUE[profile.side]
    needed = tuple(item for item in missing if declared[item.field].is_needed)
    return Completeness(percent, missing[0] if missing else None, missing, needed)


def missing_for_submission(profile: Startup | Investor) -> tuple[Item, ...]:
    """Return what must be stated before a curator looks at the profile."""
    return completeness(profile).needed


def _is_stated(profile: Startup | Investor, field: str, consents: frozenset[str]) -> bool:
    """Tell whether something was stated; special fields have a rule of their own."""
    if field in Purpose.values:
        return field in consents
    if field in SPECIAL:
        return SPECIAL[field](profile)
    value = getattr(profile, f"{field}_id" if hasattr(profile, f"{field}_id") else field)
    if hasattr(value, "lasting"):
        return bool(value.lasting(timezone.localdate()).exists())
    return bool(value.exists()) if hasattr(value, "exists") else value not in (None, "", [], {})


def _has_need(startup: Startup) -> bool:
    """Tell whether a need is stated that is not over."""
    return startup.needs.lasting(timezone.localdate()).exists()


# Whoever names other needs and no money has answered the round; needs may be answered by money alone.
SPECIAL: dict[str, Callable[[Any], bool]] = {
    "ask": lambda startup: startup.ask_max is not None if startup.seeks_capital else _has_need(startup),
    "needs": lambda startup: startup.seeks_capital or _has_need(startup),
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
