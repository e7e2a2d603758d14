"""Everything on the page of one pair."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Factor, Side
from matchmaker.models import ShortlistEntry
from matchmaker.selectors import comparison, explanations, facets, facts, rankings, wording
from matchmaker.selectors.cards import demand_points, see, state_of
from matchmaker.selectors.pair import Pair
from matchmaker.selectors.terms import Terms, all_terms
from profiles.selectors.seen import Seen


class Part(Protocol):
    """One factor's share of one side's fit, as the engine explains it."""

    factor: str
    level: int
    weight: int
    shown: int


class EngineGate(Protocol):
    """One hard rule, as the engine explains it."""

    name: str
    passed: bool
    applies: bool


class Explained(Protocol):
    """What the engine says about a pair (engine/explain.py)."""

    for_startup: Sequence[Part]
    for_investor: Sequence[Part]
    score_tenths: int
    gates: Sequence[EngineGate]
    not_stated_startup: Sequence[str]
    not_stated_investor: Sequence[str]
    confidence: int


@dataclass(frozen=True)
class Row:
    """One factor: both sides' points of 1000 and what they mean in words."""

    label: str
    startup: int
    startup_max: int
    investor: int
    investor_max: int
    not_stated: bool
    note: str


@dataclass(frozen=True)
class Segment:
    """One part of a bar whose parts sum to the whole."""

    label: str
    points: int


@dataclass(frozen=True)
class Rule:
    """One hard rule as the page shows it."""

    label: str | Promise
    passed: bool
    note: str | Promise = ""


@dataclass(frozen=True)
class Scored:
    """The pair in numbers and words. Fits are points of 1000; `score` is 0 to 100."""

    rows: list[Row]
    total_startup: int
    total_investor: int
    score: int
    reasons: list[str]
    against: list[str]
    confidence: str | Promise
    confidence_level: str
    not_stated: list[str]
    rules: list[Rule]
    optional: list[str]

    @property
    def fit_startup(self) -> int:
        """The startup's fit as points of 100."""
        return (self.total_startup + 5) // 10

    @property
    def fit_investor(self) -> int:
        """The investor's fit as points of 100."""
        return (self.total_investor + 5) // 10

    @property
    def segments_startup(self) -> list[Segment]:
        """The startup's points, factor by factor."""
        return [Segment(row.label, row.startup) for row in self.rows]

    @property
    def segments_investor(self) -> list[Segment]:
        """The investor's points, factor by factor."""
        return [Segment(row.label, row.investor) for row in self.rows]


@dataclass(frozen=True)
class MatchPage:
    """The page of one pair, for one of its sides."""

    pair: Pair
    startup: Seen
    investor: Seen
    state: str
    scored: Scored | None
    listed: rankings.Entry | None
    stored: rankings.StoredRanking | None
    demand_points: int
    thesis: Seen | None
    needs: list[comparison.NeedRow]
    spare_offers: list[str]
    forms: list[comparison.FormRow]
    record: list[comparison.RecordRow]
    data_card: list[facts.Fact]
    facts: list[facts.Fact]
    withheld: list[str]
    entry: ShortlistEntry | None = field(default=None)

    @property
    def has_said(self) -> dict[str, bool]:
        """What the member's company said about the counterpart, by act."""
        acts, pk = self.pair.member.acts, self.pair.counterpart.pk
        return {
            "passed": pk in acts.passed,
            "interested": pk in acts.interested,
            "mutual": pk in acts.mutual,
            "shortlisted": pk in acts.shortlisted,
        }


def page_of(pair: Pair, explained: Explained | None) -> MatchPage:
    """Return the page of a pair; without numbers where nothing is or shall be scored."""
    member, terms = pair.member, all_terms()
    startup, investor = see(pair.startup, member.viewer), see(pair.investor, member.viewer)
    stored = rankings.stored(member.side, member.company_id)
    listed = _entry(stored, pair.counterpart.pk)
    thesis = comparison.thesis_of(investor, listed.thesis_id if listed else None)
    needs, spare = comparison.needs_of(startup, investor)
    other = member.side.other
    return MatchPage(
        pair=pair,
        startup=startup,
        investor=investor,
        state=state_of(pair.counterpart.pk, member),
        scored=_scored(pair, explained, terms) if explained else None,
        listed=listed if explained else None,
        stored=stored if explained else None,
        demand_points=demand_points(listed.price_points) if listed else 0,
        thesis=thesis,
        needs=needs,
        spare_offers=spare,
        forms=comparison.forms_of(startup, thesis),
        record=comparison.record_of(investor, thesis, terms),
        data_card=facts.data_card(startup, investor),
        facts=facts.facts_of(pair.seen, other),
        withheld=facts.withheld(pair.seen, other),
        entry=ShortlistEntry.objects.filter(
            side=member.side, startup=pair.startup, investor=pair.investor
        ).first(),
    )


def _entry(stored: rankings.StoredRanking | None, pk: int) -> rankings.Entry | None:
    """Return the counterpart's place on the member's list, if it has one."""
    return next((entry for entry in stored.entries if entry.counterpart_id == pk), None) if stored else None


def _scored(pair: Pair, explained: Explained, terms: Terms) -> Scored:
    """Put the engine's explanation into rows and words."""
    reader = pair.member.side
    unstated = frozenset({*explained.not_stated_startup, *explained.not_stated_investor})
    judgements = _judgements(pair, explained, unstated, terms)
    level, label = explanations.confidence(explained.confidence)
    rows = [
        Row(
            label=str(judged.factor.label),
            startup=ours.shown,
            startup_max=ours.weight,
            investor=theirs.shown,
            investor_max=theirs.weight,
            not_stated=judged.factor in unstated,
            note=judged.sentence(reader),
        )
        for judged, ours, theirs in zip(
            judgements, explained.for_startup, explained.for_investor, strict=True
        )
    ]
    return Scored(
        rows=rows,
        total_startup=sum(row.startup for row in rows),
        total_investor=sum(row.investor for row in rows),
        score=(explained.score_tenths + 5) // 10,
        reasons=explanations.reasons(judgements, reader),
        against=explanations.against(judgements, reader),
        confidence=label,
        confidence_level=level,
        not_stated=[str(Factor(factor).label) for factor in Factor.values if factor in unstated],
        rules=[PUBLISHED, *rules_of(explained.gates)],
        optional=[str(Factor(gate.name).label) for gate in explained.gates if not gate.applies],
    )


def _judgements(
    pair: Pair, explained: Explained, unstated: frozenset[str], terms: Terms
) -> list[explanations.Judgement]:
    """Return the eight factors of the pair, in words."""
    startups, investors = type(pair.startup).objects.all(), type(pair.investor).objects.all()
    ours = facets.traits_of(startups.filter(pk=pair.startup.pk), Side.STARTUP, terms)[pair.startup.pk]
    theirs = facets.traits_of(investors.filter(pk=pair.investor.pk), Side.INVESTOR, terms)[pair.investor.pk]
    weights = (
        {part.factor: part.weight for part in explained.for_startup},
        {part.factor: part.weight for part in explained.for_investor},
    )
    levels = {part.factor: part.level for part in explained.for_startup}
    return wording.judged(levels, unstated, weights, wording.words_of(ours, theirs, terms))


PUBLISHED = Rule(_("Both profiles are checked and agree to matching"), passed=True)
RULES: dict[str, Promise] = {
    "refused_by_startup": _("The startup excludes nothing that the partner is"),
    "refused_by_investor": _("The partner excludes nothing that the startup is"),
    "sector": _("A must-have: a sector in common"),
    "stage": _("A must-have: the stage"),
    "ticket": _("A must-have: the amount"),
    "place": _("A must-have: the place"),
    "forms": _("A must-have: a form of partnership in common"),
}


def rules_of(gates: Sequence[EngineGate]) -> list[Rule]:
    """Return the hard rules of the engine that apply to the pair."""
    return [Rule(RULES[gate.name], gate.passed) for gate in gates if gate.applies]
