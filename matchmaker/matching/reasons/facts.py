"""Recorded facts of a pair that can become a reason. Hidden amounts are absent, for their owner too."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from django.db.models import CharField, Model, Q, QuerySet, Value

from matchmaker.matching.ranking.definitions import level_reasons
from matchmaker.matching.ranking.market.startup_rows import URGENT
from matchmaker.matching.ranking.market.term_index import CAPITAL, forms_of_needs
from matchmaker.models.ranking import GUESSED, InferredSector, ThesisInferredSector
from profiles.catalogue.taxonomy.selectors import money
from profiles.catalogue.taxonomy.selectors.terms import TermTree
from profiles.catalogue.visibility.access import NOBODY, Viewer, see
from profiles.catalogue.visibility.policy import matchable
from profiles.catalogue.visibility.visible_profile import Money, banded, money_of
from profiles.choices import DealSource, Side
from profiles.models import Deal, Investor, Need, Offer, Startup, Thesis
from profiles.models.profile import active_on
from profiles.validators import language_of

Keys = level_reasons.Keys
PartnerFacts = level_reasons.PartnerFacts
StartupFacts = level_reasons.StartupFacts
Row = tuple[str, int, int, int]
AXES = ("sector", "stage", "place")
TEXTS = ("pitch", "summary_en", "summary_ur", "summary_zh")
TELLING = 200  # characters that are enough to tell the language of a text


class DealRow(NamedTuple):
    """A deal of the record, with the primary keys of its terms."""

    investor_id: int
    startup_id: int | None
    source: str
    sector_id: int | None
    stage_id: int | None
    place_id: int | None
    form_id: int | None
    closed_on: date
    pk: int


class _Rows:
    def __init__(self, rows: Iterable[tuple[str, int, int, int]]) -> None:
        self.by_kind: dict[str, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        for kind, owner, term, number in rows:
            self.by_kind[kind][owner][term] = number

    def terms(self, kind: str, owner: int) -> Keys:
        return frozenset(self.numbers(kind, owner))

    def numbers(self, kind: str, owner: int) -> Mapping[int, int]:
        return self.by_kind[kind].get(owner, {})


@dataclass(frozen=True)
class Recorded:
    rows: _Rows
    theses: list[Thesis]
    deals: list[DealRow]

    def stated(self, side: Side, pk: int) -> dict[str, Keys]:
        """Return the terms that a profile states beside those in its own columns, by their kind."""
        terms = self.rows.terms
        if side == Side.STARTUP:
            return {kind: terms(kind, pk) for kind in ("sector", "place", "form", "need")}
        stated = {"need": terms("offer", pk)}
        for kind in ("sector", "stage", "form"):
            terms_of_theses = [terms(f"{kind}s", thesis) for thesis in terms("theses", pk)]
            stated[kind] = frozenset[int]().union(*terms_of_theses)
        return stated


def read_recorded(
    startups: Collection[int],
    investors: Collection[int],
    theses: Iterable[int] = (),
    *,
    on: date,
    current: Collection[Thesis] | None = None,
    viewer: Viewer = NOBODY,
) -> Recorded:
    """Read what is recorded of some startups and investors, and some theses, all by primary key.

    Three queries, however many they are. One less where `current`, the investors' theses in use, are at hand.
    """
    active_theses: list[Any] = []
    startup_pks, investor_pks, thesis_pks = set(startups), set(investors), set(theses)
    if current is None:
        wanted = Q(investor__in=investor_pks)
        if thesis_pks:
            wanted |= Q(pk__in=thesis_pks)
        active_theses = list(THESES.filter(wanted))
        current = []
        for thesis in active_theses:
            if (thesis.active_from_on or on) <= on <= (thesis.active_to_on or on):
                current.append(thesis)
    current_pks = [thesis.pk for thesis in current]
    rows = OFFERS.filter(active_on(Offer, on), investor__in=investor_pks).union(
        NEEDS.filter(active_on(Need, on), startup__in=startup_pks),
        *(rows.filter(startup__in=startup_pks) for rows in OF_STARTUPS),
        *(rows.filter(thesis__in=current_pks) for rows in OF_THESES),
        all=True,
    )
    thesis_rows = (("theses", thesis.investor_id, thesis.pk, 0) for thesis in current)
    deal_rows = [DealRow(*deal) for deal in DEALS.filter(investor__in=investor_pks)]
    counted = _of_deals(deal_rows, startup_pks, viewer)
    return Recorded(_Rows([*rows, *thesis_rows, *counted]), active_theses, deal_rows)


def _rows(kind: str, model: type[Model], owner: str, word: str, number: str = "pk") -> QuerySet[Any, Row]:
    """Return rows of a kind, not filtered yet; their number has a meaning where it is named."""
    rows = model._default_manager.order_by()
    return rows.values_list(Value(kind, CharField()), f"{owner}_id", f"{word}_id", number)


TICKET = (
    "investor_id", "is_active", "ticket_min", "ticket_max", "ticket_currency", "ticket_min_usd",
    "ticket_max_usd", "rate_on", "active_from_on", "active_to_on",
)  # fmt: skip
# They are built once, because building such a query takes longer than its answer.
THESES = Thesis.objects.filter(is_active=True).only(*TICKET).order_by()
DEALS = Deal.objects.order_by().values_list(*DealRow._fields)
OFFERS = _rows("offer", Offer, "investor", "type")
NEEDS = _rows("need", Need, "startup", "type", "urgency")
OF_STARTUPS = (
    _rows("told", InferredSector, "startup", "sector", "position"),
    _rows("sector", Startup.other_sectors.through, "startup", "sector"),
    _rows("place", Startup.operating_places.through, "startup", "place"),
    _rows("form", Startup.forms.through, "startup", "partnershipform"),
)
OF_THESES = (
    _rows("told_theirs", ThesisInferredSector, "thesis", "sector", "position"),
    _rows("sectors", Thesis.sectors.through, "thesis", "sector"),
    _rows("stages", Thesis.stages.through, "thesis", "stage"),
    _rows("places", Thesis.places.through, "thesis", "place"),
    _rows("forms", Thesis.forms.through, "thesis", "partnershipform"),
    _rows("forms_out", Thesis.forms_out.through, "thesis", "partnershipform"),
)


def _of_deals(deals: Iterable[DealRow], startups: set[int], viewer: Viewer) -> list[Row]:
    """Count the deals of each investor: all, by sector, stage and place, and those with one of the startups.

    Of the deals with a startup only those that the reader may know of.
    """
    totals: Counter[int] = Counter()
    counts: Counter[tuple[str, int, int]] = Counter()
    for deal in deals:
        investor, startup = deal.investor_id, deal.startup_id
        keys = deal.sector_id, deal.stage_id, deal.place_id
        by_axis = [(axis, key) for axis, key in zip(AXES, keys, strict=True) if key]
        totals[investor] += 1
        counts.update((f"deal_{axis}", investor, term) for axis, term in by_axis)
        is_own = startup == viewer.startup_id and deal.source == DealSource.BOTH
        if (
            startup is not None
            and startup in startups
            and (investor == viewer.investor_id if viewer.investor_id else is_own)
        ):
            counts[_own(startup), investor, 0] += 1
            counts.update((_own(startup, axis), investor, term) for axis, term in by_axis)
        elif startup and startup == viewer.startup_id:  # which it does not know of: nothing is counted to it
            counts["uncounted", investor, 0] += 1
    whole = [("deals", investor, count, 0) for investor, count in totals.items()]
    by_kind = ((*key, count) for key, count in counts.items() if ("uncounted", key[1], 0) not in counts)
    return [*whole, *by_kind]


def known_deals(side: Side) -> Q:
    """Return which deals of its own with another company a side knows of."""
    return Q(startup__isnull=False) if side == Side.INVESTOR else Q(source=DealSource.BOTH)


def _own(startup: int, axis: str = "") -> str:
    """Return the kind of the rows that count a startup's deals."""
    return f"own {axis} {startup}"


class PairKey(NamedTuple):
    startup: Startup
    investor: Investor
    thesis: int


@dataclass(frozen=True)
class PairFacts(level_reasons.Pair):
    """What is known of one pair. `others`: the investor's other theses in use, without their tickets."""

    others: tuple[PartnerFacts, ...]
    capital: Keys  # the need that money meets
    terms: TermTree
    own_deals: int = 0  # between the two, which no sentence counts
    own_deals_in: Mapping[str, Mapping[int, int]] = field(default_factory=dict)  # by axis, as deals_in
    ticket: Money | None = None
    asked: Money | None = None  # as typed for the startup's own people, as a range for all others
    profiles: tuple[Any, ...] = ()  # of the two, for the languages of their texts
    offered: Keys = frozenset()  # what the investor states as offers: money that a thesis brings is none
    urgency: Mapping[int, int] = field(default_factory=dict)  # of the needs that the startup states

    @property
    def shares_language(self) -> bool:
        """Whether the two describe themselves in a common language, by the beginnings of their texts."""
        ours, theirs = map(_languages, self.profiles)
        return not ours.isdisjoint(theirs)

    @property
    def names_field(self) -> bool:
        return _has_field({*self.startup.sectors} - self.startup.inferred, self.terms)

    def record(self, axis: str, key: int) -> tuple[int, int]:
        count, deals = super().record(axis, key)
        counts = self.own_deals_in.get(axis, {}).items()
        return count - sum(n for term, n in counts if key in self.family(axis, term)), deals - self.own_deals


def facts_of_pairs(
    pairs: Iterable[PairKey],
    terms: TermTree,
    *,
    on: date,
    theses: Mapping[int, Thesis] | None = None,
    current: Collection[Thesis] | None = None,
    viewer: Viewer = NOBODY,
) -> list[PairFacts]:
    """Return what is known of each pair, in their order: `read_recorded`, and what follows from it."""
    pairs = list(pairs)
    if not pairs:
        return []
    startups = [pair.startup.pk for pair in pairs]
    investors = [pair.investor.pk for pair in pairs]
    named = []
    if theses is None:
        named = [pair.thesis for pair in pairs]
    recorded = read_recorded(startups, investors, named, on=on, current=current, viewer=viewer)
    return facts_from(recorded, pairs, terms, theses, viewer)


def facts_from(
    recorded: Recorded,
    pairs: Iterable[PairKey],
    terms: TermTree,
    theses: Mapping[int, Thesis] | None = None,
    viewer: Viewer = NOBODY,
) -> list[PairFacts]:
    """Return what is known of each pair, in their order, from what was read of them all. No query."""
    rows = recorded.rows
    if theses is None:
        theses = {thesis.pk: thesis for thesis in recorded.theses}
    capital: Keys = frozenset()
    capital_term = terms.find("need", CAPITAL)
    if capital_term:
        capital = frozenset({capital_term.pk})
    scales = level_reasons.Scales(
        families=terms.families,
        bands=terms.bands,
        related=terms.related,
        investing=terms.investing,
        money=capital,
    )
    facts, implied = [], forms_of_needs()
    for startup, investor, key in pairs:
        thesis = theses.get(key)
        others = sorted(rows.terms("theses", investor.pk) - {key})
        ours = _startup_facts(startup, rows, capital, terms, implied)
        partner = _partner_facts(investor, key, thesis, rows, terms, capital)
        asked: Money | None = None
        if ours.ask and viewer.startup_id == startup.pk:
            asked = see(startup, viewer).ask
        elif ours.ask:
            asked = banded(startup.ask_min_usd, startup.ask_max_usd, startup.rate_on)
        own_deals = 0
        own_deals_in: dict[str, Mapping[int, int]] = {}
        if partner.deals:
            own_deals = sum(rows.numbers(_own(startup.pk), investor.pk).values())
        if own_deals:
            own_deals_in = {axis: rows.numbers(_own(startup.pk, axis), investor.pk) for axis in AXES}
        facts.append(
            PairFacts(
                startup=ours,
                partner=partner,
                scales=scales,
                others=tuple(_partner_facts(investor, pk, None, rows, terms, capital) for pk in others),
                capital=capital,
                terms=terms,
                own_deals=own_deals,
                own_deals_in=own_deals_in,
                ticket=money_of(thesis, "ticket") if thesis else None,
                asked=asked,
                profiles=(startup, investor),
                offered=rows.terms("offer", investor.pk),
                urgency=rows.numbers("need", startup.pk),
            )
        )
    return facts


def _languages(profile: Startup | Investor) -> set[str]:
    texts = (getattr(profile, name)[:TELLING] for name in TEXTS if matchable(profile, name))
    return {language_of(text) for text in texts if text}


def _has_field(sectors: Iterable[int], terms: TermTree) -> bool:
    return any(len(terms.family("sector", pk)) > 1 for pk in sectors)


def _inferred(named: Iterable[int], positions: Mapping[int, int], terms: TermTree) -> list[int]:
    """Return the sectors inferred from a description, the clearest first, if no narrower one is named."""
    if _has_field(named, terms):
        return []
    told = {pk for pk, position in positions.items() if position < GUESSED}
    return sorted(told - {*named}, key=lambda pk: positions[pk])


def _startup_facts(
    startup: Startup, rows: _Rows, capital: Keys, terms: TermTree, implied: Sequence[tuple[str, str]]
) -> StartupFacts:
    main, home = startup.primary_sector_id, startup.place_id
    named = [*((main,) if main else ()), *sorted(rows.terms("sector", startup.pk) - {main})]
    inferred = _inferred(named, rows.numbers("told", startup.pk), terms)
    forms = rows.terms("form", startup.pk)
    ask = money.span(startup.ask_min_usd, startup.ask_max_usd)
    shows_ask = matchable(startup, "ask")
    # The forms that bring what is urgently needed and are not stated, with the need.
    brought: dict[int, int] = {}
    if forms and not startup.forms_are_must:
        needs, by_pk = rows.numbers("need", startup.pk), terms.by_pk["need"]
        urgent = {by_pk[pk].code: pk for pk, urgency in needs.items() if urgency >= URGENT}
        found = ((terms.find("form", form), urgent[need]) for need, form in implied if need in urgent)
        brought = {form.pk: need for form, need in found if form and form.pk not in forms}
    return StartupFacts(
        sectors=(*named, *inferred),
        inferred=frozenset(inferred),
        stage=startup.stage_id,
        places=(*((home,) if home else ()), *sorted(rows.terms("place", startup.pk) - {home})),
        has_home=home is not None,
        needs=rows.terms("need", startup.pk) | (capital if startup.seeks_capital else frozenset()),
        forms=forms,
        implied=brought,
        refuses_others=startup.forms_are_must,
        ask=ask if shows_ask else None,
        ask_usd=money.limits(*ask) if ask and shows_ask else (None, None),
        hides_ask=ask is not None and not shows_ask,
        seeks_capital=startup.seeks_capital,
    )


def _partner_facts(
    investor: Investor, key: int, thesis: Thesis | None, rows: _Rows, terms: TermTree, capital: Keys
) -> PartnerFacts:
    low, high = (thesis.ticket_min_usd, thesis.ticket_max_usd) if thesis else (None, None)
    ticket = money.span(low, high)
    forms = rows.terms("forms", key) - rows.terms("forms_out", key)
    brings_money = ticket is not None or bool(forms & terms.investing)
    sectors = rows.terms("sectors", key)
    counts_deals = matchable(investor, "deals")
    offers = rows.terms("offer", investor.pk)
    if brings_money:
        offers |= capital
    deals = 0
    deals_in: dict[str, Mapping[int, int]] = {}
    if counts_deals:
        deals = next(iter(rows.terms("deals", investor.pk)), 0)
        deals_in = {axis: rows.numbers(f"deal_{axis}", investor.pk) for axis in AXES}
    return PartnerFacts(
        sectors=sectors,
        stages=rows.terms("stages", key),
        places=rows.terms("places", key),
        forms=forms,
        refused_forms=rows.terms("forms_out", key),
        ticket=ticket,
        ticket_usd=(low, high),
        offers=offers,
        deals=deals,
        deals_in=deals_in,
        withholds_deals=not counts_deals,
        inferred=tuple(_inferred(sectors, rows.numbers("told_theirs", key), terms)),
    )
