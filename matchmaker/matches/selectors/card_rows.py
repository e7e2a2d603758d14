"""What cards read of the profiles across the table."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Prefetch, QuerySet

from matchmaker.choices import Side
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.pair import counterparts_of, finder_of
from matchmaker.ranking.selectors.stored_lists import ListEntry
from profiles.models import Startup, Thesis
from profiles.prepared import Answer, PreparedQuery, padded, with_rows
from profiles.visibility.visible_profile import summary_field

PER_PAGE = 10

COMMON = (
    "public_id", "name_en", "name_zh", "name_ur", "pitch", "pitch_en", "pitch_ur", "pitch_zh", "website",
    "status", "matching_consent", "stale_at", "visibility", "withheld", "is_demo",
    "place__country_code", "place__name_en", "place__name_zh", "place__name_ur",
)  # fmt: skip
ASK = ("ask_min_usd", "ask_max_usd", "rate_on", "stage_id", "seeks_capital")
SECTOR = ("primary_sector__name_en", "primary_sector__name_zh", "primary_sector__name_ur")
PARTNER = ("kind", "reply_days", "fee_policy", "jurisdiction")


TICKET = (
    "investor_id", "is_active", "ticket_min", "ticket_max", "ticket_currency", "ticket_min_usd",
    "ticket_max_usd", "rate_on", "active_to_on",
)  # fmt: skip


def for_page(rows: QuerySet[Any], theses: list[int] | None = None) -> QuerySet[Any]:
    """Load what a card shows, in no order; of an investor's theses only those named, if any are."""
    found = own_rows(rows, summary_field())
    return found if rows.model is Startup else found.prefetch_related(Prefetch("theses", tickets(theses)))


def own_rows(rows: QuerySet[Any], summary: str) -> QuerySet[Any]:
    """Load what a card shows of the profile's own, with the summary in that field, in no order."""
    if rows.model is Startup:
        found = rows.select_related("place", "primary_sector").only(*COMMON, summary, *ASK, *SECTOR)
    else:
        found = rows.select_related("place").only(*COMMON, summary, *PARTNER)
    return found.order_by()


def tickets(named: Collection[int] | None = None) -> QuerySet[Thesis]:
    """Load the tickets of theses in use; only of those named, if any are."""
    active = Thesis.objects.filter(is_active=True).only(*TICKET).order_by("pk")
    return active if named is None else active.filter(pk__in=named)


PAGE = PreparedQuery(
    lambda finder, keys, summary: own_rows(counterparts_of(finder).filter(pk__in=keys), summary)
)
TICKETS = PreparedQuery(tickets)


@dataclass(frozen=True)
class PageRows:
    """The profiles of a page as they were read, and the theses by which investors among them are listed."""

    profiles: Answer
    theses: Answer | None = None

    def records(self) -> dict[int, Any]:
        """Return the profiles by primary key. No query."""
        found = {record.pk: record for record in self.profiles.records()}
        if self.theses is not None:
            with_rows(found.values(), "theses", self.theses.records(), "investor_id")
        return found


def read_page(member: Member, entries: Sequence[ListEntry]) -> PageRows:
    """Read the profiles of one page of a list. One query, two for a startup's list."""
    keys = padded((entry.counterpart_id for entry in entries), PER_PAGE)
    profiles = PAGE.read(finder_of(member), keys, summary_field())
    if member.side == Side.INVESTOR:
        return PageRows(profiles)
    return PageRows(profiles, TICKETS.read(padded((entry.thesis_id for entry in entries), PER_PAGE)))
