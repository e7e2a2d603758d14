"""How deals on record are spread over partners: the Herfindahl index, never of a few deals or partners.

HHI is the sum of the squares of the partners' shares in percent, 0 to 10,000; 10,000 / HHI is how many equal
partners would give the same ("effective number"). Companies of one group count as one partner.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from matchmaker.fair_dealing.selectors.dependency import group_key
from profiles.choices import PlaceLevel
from profiles.models import Deal, Investor, Place, Sector, Startup

FEWEST_DEALS, FEWEST_PARTNERS = 5, 3
MONTHS = 24
WHOLE = 10_000


@dataclass(frozen=True)
class Spread:
    """How one kind of share is spread: HHI 0 to 10,000, the largest share in percent."""

    hhi: int
    largest_pct: int

    @property
    def effective(self) -> Decimal:
        """As how many equal partners, to a tenth."""
        return (Decimal(WHOLE) / self.hhi).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class Concentration:
    """The deals of one sector, or of one in one province. A spread is None where too little is on record."""

    name: str
    deals: int
    partners: int
    by_count: Spread | None
    by_amount: Spread | None
    within: tuple["Concentration", ...] = ()


def by_sector(*, today: date) -> list[Concentration]:
    """Return every sector with deals on record, each with its provinces; for curators. One query."""
    recorded = _recorded(today, Deal.objects.filter(sector__isnull=False))
    return [
        _concentration(name, deals, within=tuple(_concentration(*one) for one in _grouped(deals, _province)))
        for name, deals in _grouped(recorded, lambda deal: _top(deal.sector) if deal.sector else None)
    ]


def sector_of(startup: Startup, *, today: date) -> Concentration | None:
    """Return a published startup's sector, from what it may see: deals of published partners, by number only.

    Amounts are not for its side. One query.
    """
    if startup.primary_sector is None or not startup.is_published:
        return None
    top = _top(startup.primary_sector)
    within = Q(sector=top) | Q(sector__parent=top)
    partners = Investor.objects.published().filter(withheld__deals__isnull=True)
    deals = _recorded(today, Deal.objects.filter(within, investor__in=partners))
    return replace(_concentration(top.name, list(deals)), by_amount=None)


def _concentration(name: str, deals: list[Deal], within: tuple[Concentration, ...] = ()) -> Concentration:
    partners = [group_key(deal.investor) for deal in deals]
    amounts = [(group_key(deal.investor), deal.amount_usd) for deal in deals if deal.amount_usd]
    by_count = _spread([(partner, Decimal(1)) for partner in partners])
    return Concentration(name, len(deals), len({*partners}), by_count, _spread(amounts), within)


def _recorded(today: date, deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """Return those of the deals that were closed in the last 24 months."""
    first = date(today.year - MONTHS // 12, today.month, 1)
    closed = deals.filter(closed_on__gte=first, closed_on__lte=today)
    return closed.select_related("investor", "sector__parent", "place__parent").order_by("pk")


def _grouped(
    deals: Iterable[Deal], group_of: Callable[[Deal], Sector | Place | None]
) -> list[tuple[str, list[Deal]]]:
    """Return the deals by the names of their groups; without those of none."""
    groups: dict[str, list[Deal]] = {}
    for deal in deals:
        if group := group_of(deal):
            groups.setdefault(group.name, []).append(deal)
    return sorted(groups.items())


def _spread(shares: list[tuple[str, Decimal]]) -> Spread | None:
    """Return how amounts or counts are spread over partners; None for too few deals or partners."""
    partners: dict[str, Decimal] = {}
    for partner, amount in shares:
        partners[partner] = partners.get(partner, Decimal()) + amount
    total = sum(partners.values())
    if len(shares) < FEWEST_DEALS or len(partners) < FEWEST_PARTNERS or not total:
        return None
    percents = [100 * amount / total for amount in partners.values()]
    return Spread(hhi=round(sum(share**2 for share in percents)), largest_pct=round(max(percents)))


def _top(sector: Sector) -> Sector:
    return sector.parent or sector


def _province(deal: Deal) -> Place | None:
    """Return the province of a deal; None for a whole country."""
    place = deal.place
    if place is None or place.level == PlaceLevel.COUNTRY:
        return None
    return place.parent if place.level == PlaceLevel.CITY else place
