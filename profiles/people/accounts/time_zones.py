"""In which time zone a person or a company reads the clock."""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.core import get_global
from babel.dates import get_timezone_location
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import get_language, to_locale
from django.utils.translation import gettext as _

from profiles.models import User
from profiles.people.accounts.selectors import Company, company_of, members_of


def zone_of(user: User, company: Company) -> ZoneInfo:
    return ZoneInfo(user.time_zone or zone_by_place(company))


def zone_of_reader(user: User | AnonymousUser) -> ZoneInfo:
    """Return the reader's time zone, UTC if unknown. One query if none is chosen."""
    if not isinstance(user, User):
        return ZoneInfo("UTC")
    company = None if user.time_zone else company_of(user)
    return ZoneInfo(user.time_zone or (zone_by_place(company) if company else "UTC"))


def zone_of_company(company: Company) -> ZoneInfo:
    """Return the time zone that the other side reads beside its own: the first owner's. One query."""
    owners = members_of(company).filter(is_owner=True).exclude(user__time_zone="")
    chosen = owners.values_list("user__time_zone", flat=True).first()
    return ZoneInfo(chosen or zone_by_place(company))


def zone_by_place(company: Company) -> str:
    """Return the name of the zone of the company's location; UTC where that is not stated."""
    return (company.place and company.place.time_zone) or "UTC"


def zone_label(zone: ZoneInfo) -> str:
    if zone.key == "UTC":
        return zone.key
    return _label(zone.key, get_language() or "en")


def with_zone(when: str, zone: ZoneInfo) -> str:
    return _("%(when)s (%(zone)s)") % {"when": when, "zone": zone_label(zone)}


@cache
def zone_choices(language: str) -> tuple[tuple[str, str], ...]:
    zones = available_timezones()
    names = {name for each in get_global("territory_zones").values() for name in each if name in zones}
    named = sorted((_label(name, language), name) for name in names if "/" in name)
    return tuple((name, f"{label} · {name}") for label, name in named)


@cache
def _label(name: str, language: str) -> str:
    return str(get_timezone_location(ZoneInfo(name), locale=to_locale(language)))
