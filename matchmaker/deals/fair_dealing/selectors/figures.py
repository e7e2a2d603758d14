"""Figures about the market: concentration, dependency, and what is published."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import RunState
from matchmaker.deals.fair_dealing.selectors.governance import BothSides
from matchmaker.matching.current_company.selectors import counterparts
from matchmaker.matching.lists.selectors.list_page import for_cards
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.models.report import ReportRow, ReportRun
from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows, translated_rows
from profiles.catalogue.visibility.access import see
from profiles.choices import PlaceLevel, Urgency
from profiles.models import Deal, ExistingPartner, Investor, Place, Sector, Startup

TOPICS: dict[str, str | Promise] = {
    "funding total": _("Money raised by startups in Pakistan"),
    "sector": _("Money raised, by sector"),
    "stage": _("Rounds, by stage"),
    "ticket size": _("Size of rounds"),
    "investors": _("Investors"),
    "women founders": _("Women founders"),
    "geography": pgettext_lazy("a topic of figures", "Locations"),
    "Chinese capital": _("Companies from China in Pakistan"),
    "Chinese FDI": _("Direct investment from China"),
    "matchmaking": _("Earlier rounds of meetings between companies"),
    "economy": _("Background"),
}
OF_DEPENDENCY = ("FD-NEEDS", "FD-REV", "FD-HHI-SECTOR")
OF_CONCENTRATION = ("FD-HHI-SECTOR", "FD-TOP1")
# A row of fair_dealing.csv: `name` and `plain` question in the active language; thresholds and sources as
# published.
Yardstick = Mapping[str, str]
PERCENT, HUNDRED = "percent", Decimal(100)
SCALE = 1000  # the length of the longest bar


def all_yardsticks() -> dict[str, Yardstick]:
    return {row["code"]: row for row in translated_rows(DATA / "fair_dealing.csv", "name", "plain")}


def yardsticks(*codes: str) -> list[Yardstick]:
    thresholds = all_yardsticks()
    return [thresholds[code] for code in codes]


def context_topics() -> list[dict[str, Any]]:
    """Return every topic with its figures by year, read from profiles/data, and those that have a bar."""
    rows = list(csv_rows(DATA / "context_numbers.csv"))
    rows.sort(key=lambda row: row["year"])
    topics = []
    for topic in dict.fromkeys([*TOPICS, *(row["topic"] for row in rows)]):
        figures = _figures([row for row in rows if row["topic"] == topic])
        drawn = [figure for figure in figures if figure["bar"]]
        topics.append({"label": TOPICS.get(topic, topic), "figures": figures, "drawn": drawn})
    return [topic for topic in topics if topic["figures"]]


def _figures(rows: list[dict[str, str]]) -> list[dict[str, Any]]:
    """Return the figures of one topic; bars where two or more have the same unit, percentages of 100.

    A `bar` is 0 to 1000, of the greatest of its unit in the topic; 0 draws none.
    """
    units: dict[str, list[Decimal]] = {}
    for row in rows:
        if (number := _number(row["value"])) is not None:
            units.setdefault(row["unit"], []).append(number)
    longest = {unit: max(numbers) for unit, numbers in units.items() if len(numbers) > 1 and max(numbers)}
    if PERCENT in longest:
        longest[PERCENT] = max(longest[PERCENT], HUNDRED)
    language = (get_language() or "en")[:2]
    figures = []
    for row in rows:
        number, most = _number(row["value"]), longest.get(row["unit"])
        bar = round(SCALE * number / most) if number is not None and most else 0
        figures.append({**row, "metric": row.get(f"metric_{language}") or row["metric"], "bar": bar})
    return figures


def _number(text: str) -> Decimal | None:
    """Return a figure as a number; None for words."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


WHOLE = 100  # of one input
OTHERS = 3  # alternatives named at most


@dataclass
class Input:
    """One input: how much it weighs, and the percent of it by partner group."""

    name: str
    weight: int
    shares: dict[str, int] = field(default_factory=dict)
    told: list[tuple[str, int]] = field(default_factory=list)  # who provides how much, as stated

    def besides(self, keys: frozenset[str]) -> int:
        return min(WHOLE, sum(share for key, share in self.shares.items() if key not in keys))

    def of(self, keys: frozenset[str]) -> int:
        return min(WHOLE, sum(share for key, share in self.shares.items() if key in keys))


def key_of_name(name: str) -> str:
    return " ".join(name.split()).casefold()


def group_key(investor: Investor) -> str:
    return key_of_name(investor.group_name or investor.name_en)


def dependency_of(startup: Startup) -> dict[str, Any]:
    """Return a startup's own inputs and partners, the one with most first, from what it states of itself.

    Of each partner or group: percent of all inputs, and the inputs of which it is the only source. Two
    queries.
    """
    partners = list(startup.partners.select_related("type"))
    inputs = _inputs(startup, partners)
    names = {_group_of(partner): partner.group_name or partner.name for partner in reversed(partners)}
    shares: list[dict[str, Any]] = []
    for key, name in names.items():
        keys = frozenset({key})
        sole = [one.name for one in inputs.values() if one.of(keys) and not one.besides(keys)]
        shares.append({"name": name, "percent": _percent(inputs, keys), "sole": sole})
    return {
        "inputs": list(inputs.values()),
        "partners": sorted(shares, key=lambda share: (-share["percent"], share["name"])),
        "without": [one.name for one in inputs.values() if not one.shares],
    }


def pair_dependency(both: BothSides) -> dict[str, Any]:
    """Return what accepting this partner would change: percent of all inputs; those with no other source."""
    startup, investor = both.pair.startup, both.pair.investor
    inputs = _inputs(startup, startup.partners.all())
    names = (investor.group_name, investor.name_en, investor.name_zh, investor.name_ur)
    keys = frozenset(key_of_name(name) for name in names if name)
    kinds = [offer.type.code for offer in both.investor.offers or () if offer.type.code in inputs]
    before = _percent(inputs, keys)
    for kind in kinds:
        taken = max(inputs[kind].of(keys), WHOLE - inputs[kind].besides(keys))
        inputs[kind].shares = {
            **{key: share for key, share in inputs[kind].shares.items() if key not in keys},
            group_key(investor): taken,
        }
    return {
        "before": before,
        "after": _percent(inputs, keys),
        "sole": [inputs[kind].name for kind in kinds if not inputs[kind].besides(keys)],
        "others": _others(both, kinds, group_key(investor)),
    }


def _inputs(startup: Startup, partners: Iterable[ExistingPartner]) -> dict[str, Input]:
    inputs = {
        need.type.code: Input(need.type.name, need.urgency) for need in startup.needs.select_related("type")
    }
    for partner in partners:
        kind = partner.type.code if partner.type else key_of_name(partner.provides)
        name = partner.type.name if partner.type else partner.provides
        one = inputs.setdefault(kind, Input(name, Urgency.SOON))
        key = _group_of(partner)
        one.shares[key] = one.shares.get(key, 0) + partner.share_pct
        one.told.append((partner.name, partner.share_pct))
    return inputs


def _group_of(partner: ExistingPartner) -> str:
    return key_of_name(partner.group_name or partner.name)


def _percent(inputs: Mapping[str, Input], keys: frozenset[str]) -> int:
    """Return the weighted share of all inputs that come from these, in whole percent."""
    whole = sum(one.weight for one in inputs.values())
    return round(sum(one.weight * one.of(keys) for one in inputs.values()) / whole) if whole else 0


def _others(both: BothSides, kinds: list[str], group: str) -> list[str]:
    """Return who else on the startup's list offers one of these kinds, best first; not of the same group."""
    member = both.pair.member
    stored = stored_lists.stored_ranking(member.side, member.company_id)
    if stored is None or not kinds:
        return []
    order = [entry.counterpart_id for entry in stored.entries]
    wanted = counterparts(member).filter(pk__in=order, offers__type__code__in=kinds).distinct()
    profiles = for_cards(wanted).in_bulk()
    named = [profiles[pk] for pk in order if pk in profiles and group_key(profiles[pk]) != group]
    return [str(see(investor, member.viewer).title) for investor in named[:OTHERS]]


FEWEST_DEALS, FEWEST_PARTNERS = 5, 3
MONTHS = 24
HHI_WHOLE = 10_000
HHI_LOW, HHI_HIGH = 1_000, 1_800  # of the US merger guidelines of 2023 (FD-HHI-SECTOR)


@dataclass(frozen=True)
class Spread:
    """How one kind of share is spread: HHI 0 to 10,000, the largest share in percent."""

    hhi: int
    largest_pct: int

    @property
    def effective(self) -> Decimal:
        return (Decimal(HHI_WHOLE) / self.hhi).quantize(Decimal("0.1"))

    @property
    def words(self) -> str | Promise:
        if self.hhi <= HHI_LOW:
            return _("widely spread: many partners share it")
        if self.hhi <= HHI_HIGH:
            return _("moderately concentrated: a few partners bring much of it")
        return _("highly concentrated: it depends on one or two partners")


@dataclass(frozen=True)
class Concentration:
    """The deals of one sector, or of one in one province. A spread is None where too little is on record."""

    name: str
    deals: int
    partners: int
    by_count: Spread | None
    by_amount: Spread | None
    within: tuple["Concentration", ...] = ()
    code: str = ""


def stored_by_sector() -> tuple[ReportRun | None, list[Concentration]]:
    """Return the newest figures of the worker, and the computation of which they are."""
    run = ReportRun.objects.filter(state=RunState.DONE).order_by("-pk").first()
    rows = run.rows.filter(report="concentration") if run else ReportRow.objects.none()
    stored = {row.key: row.values for row in rows}
    sectors = Sector.objects.filter(code__in=stored).order_by("pk")
    places = {one.code: one for one in Place.objects.filter(code__in=[key.split()[-1] for key in stored])}
    within: dict[str, list[Concentration]] = {}
    for key in stored:
        code, _space, place = key.partition(" ")
        if place in places:
            within.setdefault(code, []).append(_restored(places[place], stored[key]))
    found = [_restored(one, stored[one.code], within.get(one.code, [])) for one in sectors]
    return run, sorted(found, key=lambda one: one.name)


def _restored(
    group: Sector | Place, values: dict[str, Any], within: Sequence[Concentration] = ()
) -> Concentration:
    count, amount = (Spread(*values[by]) if values[by] else None for by in ("by_count", "by_amount"))
    inside = tuple(sorted(within, key=lambda one: one.name))
    return Concentration(group.name, values["deals"], values["partners"], count, amount, inside, group.code)


class Share(NamedTuple):
    """What counts of a deal: the partner's group, and the top sector and province to which it belongs."""

    partner: str
    amount: Decimal | None
    sector: Sector | None
    province: Place | None


def by_sector(*, today: date) -> list[Concentration]:
    shares = _shares(_recorded(today, Deal.objects.filter(sector__isnull=False)))
    found = []
    for sector, inside in _grouped(shares, lambda share: share.sector):
        provinces = _grouped(inside, lambda share: share.province)
        found.append(_concentration(sector, inside, tuple(_concentration(*one) for one in provinces)))
    return found


def _shares(deals: QuerySet[Deal]) -> list[Share]:
    """Read the deals without their companies: a large market has a quarter of a million."""
    sectors, places = Sector.objects.in_bulk(), Place.objects.select_related("parent").in_bulk()
    tops = {pk: sectors[sector.parent_id or pk] for pk, sector in sectors.items()}
    provinces = {pk: _province(place) for pk, place in places.items()}
    columns = ("investor__group_name", "investor__name_en", "amount_usd", "sector", "place")
    return [
        Share(key_of_name(group or name), amount, tops.get(sector), provinces.get(place))
        for group, name, amount, sector, place in deals.values_list(*columns)
    ]


def deals_in(sector_code: str, *, today: date) -> QuerySet[Deal]:
    within = Q(sector__code=sector_code) | Q(sector__parent__code=sector_code)
    return _recorded(today, Deal.objects.filter(within))


def sector_of(startup: Startup, *, today: date) -> Concentration | None:
    """Return a published startup's sector, from what it may see.

    Deals of published partners, by number only.
    """
    if startup.primary_sector is None or not startup.is_published:
        return None
    top = _top(startup.primary_sector)
    within = Q(sector=top) | Q(sector__parent=top)
    partners = Investor.objects.published().filter(withheld__deals__isnull=True)
    deals = _recorded(today, Deal.objects.filter(within, investor__in=partners))
    return replace(_concentration(top, _shares(deals)), by_amount=None)


def _concentration(
    group: Sector | Place, shares: list[Share], within: tuple[Concentration, ...] = ()
) -> Concentration:
    partners = [share.partner for share in shares]
    by_count = _spread([(partner, 1) for partner in partners])
    by_amount = _spread([(share.partner, share.amount) for share in shares if share.amount])
    return Concentration(group.name, len(shares), len({*partners}), by_count, by_amount, within, group.code)


def _recorded(today: date, deals: QuerySet[Deal]) -> QuerySet[Deal]:
    """Return those of the deals that were closed in the last 24 months."""
    first = date(today.year - MONTHS // 12, today.month, 1)
    closed = deals.filter(closed_on__gte=first, closed_on__lte=today)
    return closed.order_by("pk")


def _grouped(
    shares: Iterable[Share], group_of: Callable[[Share], Sector | Place | None]
) -> list[tuple[Sector | Place, list[Share]]]:
    """Return the deals by their groups, in the order of their names; without those of none."""
    groups: dict[int, tuple[Sector | Place, list[Share]]] = {}
    for share in shares:
        if group := group_of(share):
            if group.id not in groups:
                groups[group.id] = group, []
            groups[group.id][1].append(share)
    return sorted(groups.values(), key=lambda found: found[0].name)


def _spread(shares: Sequence[tuple[str, Decimal | int]]) -> Spread | None:
    """Return how amounts or counts are spread over partners; None for too few deals or partners."""
    partners: dict[str, Decimal | int] = {}
    for partner, amount in shares:
        partners[partner] = partners.get(partner, 0) + amount
    total = sum(partners.values())
    if len(shares) < FEWEST_DEALS or len(partners) < FEWEST_PARTNERS or not total:
        return None
    percents = [HUNDRED * amount / total for amount in partners.values()]
    return Spread(hhi=round(sum(share**2 for share in percents)), largest_pct=round(max(percents)))


def _top(sector: Sector) -> Sector:
    return sector.parent or sector


def _province(place: Place) -> Place | None:
    """Return the province of a place; None for a whole country."""
    if place.level == PlaceLevel.COUNTRY:
        return None
    return place.parent if place.level == PlaceLevel.CITY else place
