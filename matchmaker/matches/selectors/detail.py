"""Everything on the page of one pair."""

from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from matchmaker.choices import Factor, Side
from matchmaker.matches.selectors.breakdown import FactorRow, GateRow, factor_rows, gate_rows, unstated_in
from matchmaker.matches.selectors.cards import state_of
from matchmaker.matches.selectors.introduced import open_introduction
from matchmaker.matches.selectors.member import own_list
from matchmaker.matches.selectors.pair import Pair
from matchmaker.matches.selectors.pilot_record import pilot_record
from matchmaker.matches.selectors.portrait import FIRST, portrait
from matchmaker.models import Introduction, ShortlistEntry
from matchmaker.ranking.definitions import Explanation
from matchmaker.ranking.selectors import stored_lists
from matchmaker.ranking.selectors.stored_lists import round_tenths
from matchmaker.reasons import overlap, reasons
from matchmaker.reasons.facts import PairFacts, PairKey, facts_of_pairs
from matchmaker.reasons.list_position import ListPosition, list_position
from matchmaker.reasons.reasons import FactorReason, PairLevels, pair_reasons
from profiles.taxonomy.selectors.term_tree import all_terms
from profiles.visibility import facts
from profiles.visibility.access import see
from profiles.visibility.visible_profile import VisibleProfile

PUBLISHED = GateRow(_("Both profiles are checked and agree to matching"), passed=True)
COUNTS_FOR_MORE = {
    Side.STARTUP: _("you name no single field, so your description counts for more"),
    Side.INVESTOR: _("they name no single field, so their description counts for more"),
}


@dataclass(frozen=True)
class Segment:
    """One part of a bar whose parts sum to the whole."""

    label: str
    points: int


@dataclass(frozen=True)
class Scored:
    """The pair in numbers and words. Fits are points of 1000; scores go to 100, the exact one in tenths."""

    rows: list[FactorRow]
    total_startup: int
    total_investor: int
    score: int
    exact_score: float
    reasons: list[str]
    against: list[str]
    confidence: str | Promise
    confidence_level: str
    not_stated: list[str]
    rules: list[GateRow]
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
    startup: VisibleProfile
    investor: VisibleProfile
    state: str
    portrait: list[facts.Fact]
    scored: Scored | None
    listed: stored_lists.ListEntry | None
    stored: stored_lists.StoredRanking | None
    standing: ListPosition | None
    thesis: VisibleProfile | None
    needs: list[overlap.NeedRow]
    spare_offers: list[str]
    forms: list[overlap.FormRow]
    record: list[overlap.RecordRow]
    pilots: list[str]
    data_card: list[facts.Fact]
    parts: list[facts.Part]
    facts: list[facts.Fact]
    withheld: list[str]
    entry: ShortlistEntry | None
    introduction: Introduction | None

    @property
    def place(self) -> int | None:
        """Its number on the reader's list; None where the list does not show it."""
        shown = self.pair.member.relations.shown(self.stored.entries) if self.stored else []
        pk = self.pair.counterpart.pk
        return shown.index(pk) + 1 if pk in shown else None

    @property
    def own_thesis(self) -> str:
        """The name of the reader's thesis by which the pair is scored, where it has several in use."""
        is_investor = self.pair.member.side == Side.INVESTOR
        several = sum(bool(each.is_active) for each in self.investor.theses) > 1 if is_investor else False
        return str(self.thesis.name) if several and self.thesis else ""

    @property
    def lead(self) -> str:
        """The counterpart in a sentence; nothing where its summary begins with the same words."""
        pitch = self.pair.pitch
        begins = (self.pair.seen.summary or "").startswith(pitch.removesuffix("…"))
        return "" if begins else pitch

    @property
    def has_said(self) -> dict[str, bool]:
        """What the member's company said about the counterpart, by act."""
        relations, pk = self.pair.member.relations, self.pair.counterpart.pk
        return {
            "passed": pk in relations.passed,
            "interested": pk in relations.interested,
            "mutual": pk in relations.mutual,
            "shortlisted": pk in relations.shortlisted,
            "wanted_by": pk in relations.wanted_by,
        }


def match_page(pair: Pair, explained: Explanation | None) -> MatchPage:
    """Return the page of a pair; without numbers where nothing is or shall be scored."""
    member, terms = pair.member, all_terms()
    startup, investor = see(pair.startup, member.viewer), see(pair.investor, member.viewer)
    own = own_list(member)
    stored = own.stored if own else None
    listed = stored.of(pair.counterpart.pk) if stored else None
    thesis = overlap.thesis_of(investor, explained.mandate if explained else None)
    key = PairKey(pair.startup, pair.investor, thesis.pk if thesis else 0)
    known = facts_of_pairs([key], terms, on=timezone.localdate())[0]
    needs, spare = overlap.needs_of(startup, investor, thesis, known)
    other = member.side.other
    return MatchPage(
        pair=pair,
        startup=startup,
        investor=investor,
        state=state_of(pair.counterpart.pk, member),
        portrait=portrait(pair.seen, other, thesis, known),
        scored=_scored(pair, explained, known) if explained else None,
        listed=listed if explained else None,
        stored=stored if explained else None,
        standing=_standing(explained, pair, listed) if explained else None,
        thesis=thesis,
        needs=needs,
        spare_offers=spare,
        forms=overlap.forms_of(known),
        record=overlap.record_of(investor, thesis, terms),
        pilots=pilot_record(pair.counterpart),
        data_card=facts.data_card(startup, investor, terms),
        facts=facts.facts_of(pair.seen, other, terms, without=FIRST[other]),
        parts=facts.parts_of(pair.seen, other),
        withheld=facts.withheld(pair.seen, other),
        entry=ShortlistEntry.objects.filter(
            side=member.side, startup=pair.startup, investor=pair.investor
        ).first(),
        introduction=open_introduction(pair),
    )


def _handicap(explained: Explanation, pair: Pair, listed: stored_lists.ListEntry | None) -> int:
    """Return what the counterpart's demand takes off on the reader's list, in tenths of a point."""
    member = pair.member
    if pair.counterpart.pk in member.relations.untouched or (listed and listed.is_boosted):
        return 0
    ours, theirs = explained.startup_handicap_tenths, explained.investor_handicap_tenths
    return int(theirs if member.side == Side.STARTUP else ours)


def _standing(explained: Explanation, pair: Pair, listed: stored_lists.ListEntry | None) -> ListPosition:
    """Return where the pair stands on the reader's list, by what was computed for this page."""
    return list_position(explained.score_tenths, _handicap(explained, pair, listed), listed)


def _scored(pair: Pair, explained: Explanation, known: PairFacts) -> Scored:
    """Put the engine's explanation into rows and words."""
    reader, unstated = pair.member.side, unstated_in(explained)
    said = _said(known, explained)
    level, label = reasons.confidence_words(explained.confidence)
    return Scored(
        rows=factor_rows(explained, _notes(said, known, explained, reader)),
        total_startup=explained.for_startup.tenths,
        total_investor=explained.for_investor.tenths,
        score=round_tenths(explained.score_tenths),
        exact_score=explained.score_tenths / 10,
        reasons=reasons.reasons(said, reader),
        against=reasons.against(said, reader),
        confidence=label,
        confidence_level=level,
        not_stated=[str(Factor(factor).label) for factor in Factor.values if factor in unstated],
        rules=[PUBLISHED, *gate_rows(explained.gates)],
        optional=[str(Factor(gate.name).label) for gate in explained.gates if not gate.applies],
    )


def _notes(said: list[FactorReason], known: PairFacts, explained: Explanation, reader: Side) -> list[str]:
    """Return a sentence for each factor; of the description also why it counts for more than usual."""
    notes = {each.factor: each.sentence(reader) for each in said}
    if Factor.TEXT not in explained.not_stated_by_startup and not known.names_field:
        parts = notes[Factor.TEXT], str(COUNTS_FOR_MORE[reader])
        notes[Factor.TEXT] = pgettext("between two clauses", "; ").join(parts)
    return [notes[factor] for factor in Factor]


def _said(known: PairFacts, explained: Explanation) -> list[FactorReason]:
    """Return what can be said of the eight factors of the pair."""
    fits = explained.for_startup, explained.for_investor
    weights = [{part.factor: part.weight for part in fit.parts} for fit in fits]
    levels = {part.factor: part.level for part in explained.for_startup.parts}
    missing = explained.not_stated_by_startup, explained.not_stated_by_investor
    return pair_reasons(known, PairLevels(levels, (weights[0], weights[1]), *missing))
