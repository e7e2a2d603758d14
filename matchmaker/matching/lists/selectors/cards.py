"""The cards of a list."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from matchmaker.choices import Factor, Side
from matchmaker.matching.current_company.selectors import CurrentCompany, state_of
from matchmaker.matching.lists.selectors.facets import FacetValues
from matchmaker.matching.ranking.selectors.stored_lists import ListEntry, round_tenths
from matchmaker.matching.reasons import reasons
from matchmaker.matching.reasons.facts import PairFacts
from matchmaker.matching.reasons.reasons import FactorReason, PairLevels, list_position, pair_reasons
from profiles.catalogue.taxonomy.selectors.terms import TermTree
from profiles.catalogue.visibility.access import see
from profiles.catalogue.visibility.facts import changed_words
from profiles.catalogue.visibility.visible_profile import VisibleProfile, pitch_of
from profiles.choices import FeePolicy, InvestorKind
from profiles.companies.pictures.selectors import Face, face_of
from profiles.models import Investor, Startup

FACTORS = tuple(Factor.values)
BEST, MINE, THEIRS = "best", "mine", "theirs"  # what a list is sorted by


@dataclass(frozen=True)
class Card:
    """What templates/_parts/match_cards.html shows.

    Numbers are 0 to 100. A score of None means "not scored"; then `measure`, which names `number`, is empty.
    """

    public_id: str
    name: str
    pitch: str
    facts: tuple[str, ...]
    demo: bool
    shortlisted: bool
    state: str
    score: int | None = None
    number: int = 0
    measure: str = ""
    why_here: str = ""  # why it stands elsewhere than by its score
    fit_startup: int = 0
    fit_investor: int = 0
    fits: tuple[tuple[str, int], ...] = ()  # the same by side, the reader's own first
    reasons: tuple[str, ...] = ()
    caution: str = ""
    not_stated: tuple[str, ...] = ()
    not_stated_own: tuple[str, ...] = ()  # by the reader's company
    demand_points: int = 0
    is_guaranteed_exposure: bool = False
    suggested: bool = False
    suggestion: str = ""  # what the curator writes to both sides
    is_less_likely: bool = False  # but one side has chosen it, so it stands among the recommended
    is_unclaimed: bool = False  # no one of the company is here yet
    changed: str = ""  # that a visible field has changed since a curator last read it
    thesis: str = ""  # the reader's own thesis that it is listed for, where there are several
    deal: str = ""  # the latest deal on record between the two, as far as the reader may know
    face: Face | None = None

    @property
    def tags(self) -> list[tuple[str, str, str]]:
        """Return what stands beside the name: the style of each, its text and its title."""
        tags = []
        if self.demo:
            tags.append(("tag-demo", _("Demo record"), _("A made-up record for the demo")))
        if self.is_unclaimed:
            tags.append(("", _("Not on Corridor yet"), ""))
        if self.changed:
            tags.append(("tag-warn", capfirst(self.changed), ""))
        if self.is_less_likely:
            tags.append(("", _("Less likely"), ""))
        if self.thesis:
            tags.append(("", self.thesis, _("Listed for this thesis")))
        if self.demand_points:
            points = ngettext(
                "In high demand: −%(points)s point", "In high demand: −%(points)s points", self.demand_points
            )
            tags.append(("tag-warn", points % {"points": self.demand_points}, ""))
        if self.is_guaranteed_exposure:
            tags.append(("tag-info", _("Shown here for visibility"), ""))
        if self.state:
            tags.append(("tag-good", self.state, ""))
        if self.deal:
            tags.append(("tag-good tag-sentence", self.deal, ""))
        return tags


@dataclass(frozen=True)
class CardContext:
    current: CurrentCompany
    values: Mapping[int, FacetValues]
    terms: TermTree
    weights: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})
    facts: Mapping[int, PairFacts] = field(default_factory=dict)
    sort: str = BEST
    theses: Mapping[int, str] = field(default_factory=dict)  # of an investor with several: names by key
    suggestions: Mapping[int, str] = field(default_factory=dict)  # a curator's notes, by the counterpart's
    deals: Mapping[int, str] = field(default_factory=dict)  # deals with the counterparts, in words
    listed_theses: Collection[int] | None = None  # whose tickets cards show; None: of all that are loaded


def plain_card(profile: Startup | Investor, context: CardContext, **scored: Any) -> Card:
    """Return a card without any score, for those who browse without scoring; `scored`: what else it says."""
    seen = see(profile, context.current.viewer)
    return Card(
        public_id=profile.public_id,
        name=str(seen.title),
        pitch=pitch_of(seen),
        facts=tuple(_facts(seen, context.values[profile.pk], context)),
        demo=profile.is_demo,
        shortlisted=profile.pk in context.current.interactions.shortlisted,
        state=state_of(profile.pk, context.current),
        is_unclaimed=profile.is_unclaimed,
        deal=context.deals.get(profile.pk, ""),
        face=face_of(seen),
        changed=changed_words(seen),
        **scored,
    )


def scored_card(profile: Startup | Investor, entry: ListEntry, context: CardContext) -> Card:
    side = context.current.side
    factor_reasons = factor_reasons_of(entry, context)
    fit_startup = round_tenths(entry.fit_startup)
    fit_investor = round_tenths(entry.fit_investor)
    fit_by_side = {Side.STARTUP: fit_startup, Side.INVESTOR: fit_investor}
    adjustment = 0
    if context.sort == BEST:
        adjustment = entry.demand_adjustment_tenths
    position = list_position(entry.score, adjustment, entry)
    number, measure = position.number, BEST
    if context.sort == MINE:
        number, measure = fit_by_side[side], MINE
    elif context.sort == THEIRS:
        number, measure = fit_by_side[side.other], THEIRS
    return plain_card(
        profile,
        context,
        score=position.score,
        number=number,
        measure=measure,
        why_here=position.why if context.sort == BEST else "",
        fit_startup=fit_startup,
        fit_investor=fit_investor,
        fits=((side, fit_by_side[side]), (side.other, fit_by_side[side.other])),
        demand_points=position.points,
        is_guaranteed_exposure=entry.is_guaranteed_exposure,
        suggested=entry.is_boosted,
        suggestion=context.suggestions.get(profile.pk, ""),
        is_less_likely=not entry.is_recommended and context.current.interactions.recommends(entry),
        thesis=context.theses.get(entry.thesis_id, ""),
        reasons=tuple(reasons.reasons(factor_reasons, side)),
        caution=_caution(profile, factor_reasons, side),
        not_stated=reasons.labels_of(entry.not_stated_by(side.other)),
        not_stated_own=reasons.labels_of(entry.not_stated_by(side)),
    )


def factor_reasons_of(entry: ListEntry, context: CardContext) -> list[FactorReason]:
    levels = dict(zip(FACTORS, entry.levels, strict=True))
    measured = PairLevels(levels, context.weights, entry.not_stated_startup, entry.not_stated_investor)
    return pair_reasons(context.facts[entry.counterpart_id], measured)


def _caution(profile: Startup | Investor, factor_reasons: list[FactorReason], side: Side) -> str:
    """Return the main caution: fees first, then the costliest factor against the pair."""
    cautions = reasons.against(factor_reasons, side)[:1]
    if isinstance(profile, Investor) and profile.fee_policy == FeePolicy.DISCLOSED:
        if not reasons.lacks_common_form(factor_reasons):
            cautions = []
        cautions.insert(0, _("Charges startups; see the fees"))
    return pgettext("between two clauses", "; ").join(cautions)


def _facts(seen: VisibleProfile, values: FacetValues, context: CardContext) -> list[str]:
    """Return the short facts below the name: what it does, where it is, and its stage or ticket."""
    if context.current.side == Side.INVESTOR:
        return _facts_of_startup(seen, values, context.terms)
    return _facts_of_investor(seen, context.listed_theses)


def _facts_of_startup(seen: VisibleProfile, values: FacetValues, terms: TermTree) -> list[str]:
    sectors = values.stated["sector"]
    main = set()
    if seen.primary_sector:
        main.add(seen.primary_sector.pk)
    names = terms.names("sector", sectors & main) + terms.names("sector", sectors - main)
    facts = names[:2]
    if seen.place:
        facts.append(str(seen.place))
    facts += terms.names("stage", values.stated["stage"])
    if seen.ask:
        facts.append(str(seen.ask))
    return facts


def _facts_of_investor(seen: VisibleProfile, listed_theses: Collection[int] | None) -> list[str]:
    facts = []
    if seen.kind:
        facts.append(str(InvestorKind(seen.kind).label))
    if seen.place:
        facts.append(str(seen.place))
    for thesis in seen.theses:
        is_listed = listed_theses is None or thesis.pk in listed_theses
        if is_listed and thesis.ticket:
            facts.append(str(thesis.ticket))
            break
    replies = pgettext("an investor's promise", "promises to answer within %(days)d days")
    facts.append(replies % {"days": seen.reply_days})
    return facts
