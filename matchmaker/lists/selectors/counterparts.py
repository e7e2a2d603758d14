"""The profiles across the table that exist for a company, and what cards load of them.

Access is the queryset: what it leaves out does not exist for the reader.
"""

from collections.abc import Collection
from typing import Any

from django.db.models import Prefetch, QuerySet

from matchmaker.choices import Side
from matchmaker.lists.selectors.current_company import CurrentCompany
from profiles.models import Startup, Thesis
from profiles.visibility import access
from profiles.visibility.visible_profile import summary_field

COMMON = (
    "public_id", "name_en", "name_zh", "name_ur", "pitch", "pitch_en", "pitch_ur", "pitch_zh", "website",
    "status", "matching_consent", "stale_at", "visibility", "withheld", "is_demo",
    "place__country_code", "place__name_en", "place__name_zh", "place__name_ur",
)  # fmt: skip
STARTUP = (
    "ask_min_usd", "ask_max_usd", "rate_on", "stage_id", "seeks_capital",
    "primary_sector__name_en", "primary_sector__name_zh", "primary_sector__name_ur",
)  # fmt: skip
INVESTOR = ("kind", "reply_days", "fee_policy", "jurisdiction")
TICKET = (
    "investor_id", "is_active", "ticket_min", "ticket_max", "ticket_currency", "ticket_min_usd",
    "ticket_max_usd", "rate_on", "active_to_on",
)  # fmt: skip


def counterparts(current: CurrentCompany) -> QuerySet[Any]:
    """Return the profiles across the table that exist for this company: not those that a curator hides.

    For a company that is not approved, or agrees to matching no longer, there are none; for one that is off
    the lists, those with whom an introduction is open.
    """
    company, interactions = current.company, current.interactions
    across = access.startups_for if current.side == Side.INVESTOR else access.investors_for
    found: QuerySet[Any] = across(current.viewer)
    if not company.takes_part:
        return found.none()
    if not company.is_published:
        found = found.filter(pk__in=interactions.introduced)
    return found.exclude(pk__in=interactions.hidden)


def listed_counterparts(current: CurrentCompany) -> QuerySet[Any]:
    """Return those of them that a list may name: nobody who is off the lists."""
    return counterparts(current).filter(stale_at__isnull=True)


def for_cards(rows: QuerySet[Any], theses: Collection[int] | None = None) -> QuerySet[Any]:
    """Load what a card shows, in no order; of an investor's theses only those named, if any are."""
    if rows.model is Startup:
        found = rows.select_related("place", "primary_sector").only(*COMMON, summary_field(), *STARTUP)
        return found.order_by()
    tickets = Thesis.objects.filter(is_active=True).only(*TICKET).order_by("pk")
    if theses is not None:
        tickets = tickets.filter(pk__in=theses)
    found = rows.select_related("place").only(*COMMON, summary_field(), *INVESTOR)
    return found.prefetch_related(Prefetch("theses", tickets)).order_by()
