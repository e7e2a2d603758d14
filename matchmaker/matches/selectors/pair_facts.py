"""What is stated and recorded of a few pairs, as far as both sides may know it: what sentences are made of.

Nothing here is a level or a point. An amount asked for that the other side may not see is not there, for its
owner neither: no list rests on it.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from matchmaker.matches.selectors.pair_records import Recorded, read_recorded
from profiles.models import Investor, Startup, Thesis
from profiles.taxonomy.selectors import amount_bands
from profiles.taxonomy.selectors.term_tree import TermTree
from profiles.visibility.policy import matchable
from profiles.visibility.visible_profile import Money, money_of

Keys = frozenset[int]
Counts = Mapping[int, int]
CAPITAL = "capital"  # the code of the need that money meets, and of the group of forms that bring it
ALIKE = 25  # of a hundred: from here on two sectors have to do with each other, as for a must-have (RELATED)


class PairKey(NamedTuple):
    """A startup, an investor, and the thesis by which they were matched (its primary key)."""

    startup: Startup
    investor: Investor
    thesis: int


@dataclass(frozen=True)
class StartupFacts:
    """One startup. Words are primary keys, the main sector and the home place first; amounts are bands.

    Where it names no field, or only whole sectors, those that its description speaks of come first, `told`;
    before the main sector only those within it.
    """

    sectors: tuple[int, ...]
    told: Keys
    stage: int | None
    places: tuple[int, ...]
    has_home: bool
    needs: Keys
    forms: Keys
    ask: tuple[int, int] | None
    hides_ask: bool
    seeks_capital: bool


@dataclass(frozen=True)
class PartnerFacts:
    """One thesis with what its investor offers and did.

    Where it names no field, or only whole sectors, `told` are those that the description speaks of.
    """

    sectors: Keys
    stages: Keys
    places: Keys
    forms: Keys
    ticket: Money | None
    ticket_bands: tuple[int, int] | None
    offers: Keys
    deals: int
    deals_in: Mapping[str, Counts]  # by axis: sector, stage, place
    leaves_deals_out: bool = False  # of a consent: then none is here, whatever is on record
    told: tuple[int, ...] = ()  # the clearest first


@dataclass(frozen=True)
class Scales:
    """How words stand to each other: bands of stages, and how alike sectors are by hand, of a hundred."""

    bands: Counts
    related: Mapping[tuple[int, int], int]


@dataclass(frozen=True)
class PairFacts:
    """What is known of one pair. `others`: the investor's other theses in use, without their tickets."""

    startup: StartupFacts
    partner: PartnerFacts
    others: tuple[PartnerFacts, ...]
    scales: Scales
    capital: Keys  # the need that money meets
    terms: TermTree


AXES = ("sector", "stage", "place")


class _Rows:
    """What the database says, by kind and owner."""

    def __init__(self, rows: Iterable[tuple[str, int, int, int]]) -> None:
        self.by_kind: dict[str, dict[int, dict[int, int]]] = defaultdict(lambda: defaultdict(dict))
        for kind, owner, word, number in rows:
            self.by_kind[kind][owner][word] = number

    def words(self, kind: str, owner: int) -> Keys:
        """Return the words of one kind."""
        return frozenset(self.by_kind[kind].get(owner, ()))

    def counts(self, kind: str, owner: int) -> Counts:
        """Return the words of one kind with their numbers."""
        return self.by_kind[kind].get(owner, {})

    def number(self, kind: str, owner: int) -> int:
        """Return the one number of a kind; nought where there is none."""
        return next(iter(self.by_kind[kind].get(owner, ())), 0)


def facts_of_pairs(
    pairs: Iterable[PairKey], terms: TermTree, *, on: date, theses: Mapping[int, Thesis] | None = None
) -> list[PairFacts]:
    """Return what is known of each pair, in their order: `read_recorded`, and what follows from it.

    Theses that are not at hand are read; those laid aside say nothing.
    """
    pairs = list(pairs)
    if not pairs:
        return []
    startups, investors = [pair.startup.pk for pair in pairs], [pair.investor.pk for pair in pairs]
    named = [pair.thesis for pair in pairs] if theses is None else []
    return facts_from(read_recorded(startups, investors, named, on=on), pairs, terms, theses)


def facts_from(
    recorded: Recorded,
    pairs: Iterable[PairKey],
    terms: TermTree,
    theses: Mapping[int, Thesis] | None = None,
) -> list[PairFacts]:
    """Return what is known of each pair, in their order, from what was read of them all. No query."""
    rows = _Rows(recorded.rows)
    if theses is None:
        theses = {thesis.pk: thesis for thesis in recorded.theses}
    related = {(a, b): of for a, ends in rows.by_kind["related"].items() for b, of in ends.items()}
    scales = Scales(
        {pk: next(iter(bands)) for pk, bands in rows.by_kind["band"].items()},
        related | {(b, a): of for (a, b), of in related.items()},
    )
    money = terms.find("need", CAPITAL)
    capital = frozenset({money.pk} if money else ())
    return [
        PairFacts(
            _startup_facts(pair.startup, rows, capital, terms),
            _partner_facts(pair.investor, pair.thesis, theses.get(pair.thesis), rows, terms, capital),
            tuple(
                _partner_facts(pair.investor, other, None, rows, terms, capital)
                for other in sorted(rows.words("theses", pair.investor.pk) - {pair.thesis})
            ),
            scales,
            capital,
            terms,
        )
        for pair in pairs
    ]


def _told(named: Iterable[int], positions: Counts, terms: TermTree) -> list[int]:
    """Return the fields that a description speaks of, the clearest first, for who names none narrower."""
    if _has_field(named, terms):
        return []
    return sorted(positions.keys() - {*named}, key=lambda pk: positions[pk])


def names_field(facts: PairFacts) -> bool:
    """Return whether the startup names more than whole sectors."""
    return _has_field({*facts.startup.sectors} - facts.startup.told, facts.terms)


def _has_field(sectors: Iterable[int], terms: TermTree) -> bool:
    """Return whether one of the sectors is part of another, and so no whole one."""
    return any(len(terms.family("sector", pk)) > 1 for pk in sectors)


def _startup_facts(startup: Startup, rows: _Rows, capital: Keys, terms: TermTree) -> StartupFacts:
    """Return what is known of one startup."""
    main, home = startup.primary_sector_id, startup.place_id
    others, also = rows.words("sector", startup.pk) - {main}, rows.words("place", startup.pk) - {home}
    named = (*((main,) if main else ()), *sorted(others))
    told = _told(named, rows.counts("told", startup.pk), terms)
    needs = rows.words("need", startup.pk)
    ask = amount_bands.span(startup.ask_min_usd, startup.ask_max_usd)
    shows_ask = matchable(startup, "ask")
    fields = (*told, *named)
    return StartupFacts(
        sectors=tuple(
            sorted(fields, key=lambda pk: main is not None and main not in terms.family("sector", pk))
        ),
        told=frozenset(told),
        stage=startup.stage_id,
        places=(*((home,) if home else ()), *sorted(also)),
        has_home=home is not None,
        needs=needs | (capital if startup.seeks_capital else frozenset()),
        forms=rows.words("form", startup.pk),
        ask=ask if shows_ask else None,
        hides_ask=ask is not None and not shows_ask,
        seeks_capital=startup.seeks_capital,
    )


def _partner_facts(
    investor: Investor, key: int, thesis: Thesis | None, rows: _Rows, terms: TermTree, capital: Keys
) -> PartnerFacts:
    """Return what is known of one thesis, by its key, and its investor; one laid aside says nothing."""
    forms = rows.words("forms", key) - rows.words("forms_out", key)
    bands = amount_bands.span(thesis.ticket_min_usd, thesis.ticket_max_usd) if thesis else None
    agrees_to_deals = matchable(investor, "deals")
    brings_money = bands is not None or bool(forms & rows.by_kind["investing"].keys())
    sectors = rows.words("sectors", key)
    return PartnerFacts(
        sectors=sectors,
        stages=rows.words("stages", key),
        places=rows.words("places", key),
        forms=forms,
        ticket=money_of(thesis, "ticket") if thesis and bands else None,
        ticket_bands=bands,
        offers=rows.words("offer", investor.pk) | (capital if brings_money else frozenset()),
        deals=rows.number("deals", investor.pk) if agrees_to_deals else 0,
        deals_in={axis: rows.counts(f"deal_{axis}", investor.pk) if agrees_to_deals else {} for axis in AXES},
        leaves_deals_out=not agrees_to_deals,
        told=tuple(_told(sectors, rows.counts("told_theirs", key), terms)),
    )
