"""Computed fields of a visible profile: titles, amounts, lists and rows."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _

from profiles.choices import Side
from profiles.models import Deal, Startup
from profiles.visibility.policy import POLICY
from profiles.visibility.visible_profile import Grant, Money, banded, money_of, see_rows


def _sectors(startup: Startup, _grant: Grant) -> tuple[Any, ...]:
    """Return the main sector, then the others."""
    first = (startup.primary_sector,) if startup.primary_sector else ()
    return first + tuple(sector for sector in startup.other_sectors.all() if sector not in first)


def _startup_title(startup: Startup, grant: Grant) -> str:
    """Return the name, or a description without it."""
    if grant.allows("name", POLICY[Side.STARTUP]["name"]):
        return startup.name
    if startup.primary_sector and startup.place:
        what = {"sector": startup.primary_sector.name, "place": startup.place.name}
        return _("Startup: %(sector)s, %(place)s") % what
    return _("Startup")


def _ask(startup: Startup, grant: Grant) -> Money | None:
    """Return exact amounts for those who may see them, otherwise the range."""
    if not grant.is_exact:
        return banded(startup.ask_min_usd, startup.ask_max_usd, startup.rate_on)
    return money_of(startup, "ask")


def _startup_name(deal: Deal, _grant: Grant) -> str:
    """Return the name of the other party of a deal."""
    return deal.startup.name if deal.startup else deal.startup_name


Reader = Callable[[Any, Grant], Any]
STARTUP_COMPUTED_FIELDS: dict[str, Reader] = {
    "title": _startup_title,
    "sectors": _sectors,
    "ask": _ask,
    "needs": see_rows("needs", {}),
    "traction": see_rows("traction", {}),
    "partners": see_rows("partners", {}),
}
INVESTOR_COMPUTED_FIELDS: dict[str, Reader] = {
    "title": lambda investor, _grant: investor.name,
    "theses": see_rows("theses", {"ticket": lambda thesis, _grant: money_of(thesis, "ticket")}),
    "offers": see_rows("offers", {}),
    "deals": see_rows("deals", {"startup_name": _startup_name}),
}
