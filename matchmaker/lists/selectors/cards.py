"""One recommended counterpart as its card shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from matchmaker.choices import Factor, Side
from matchmaker.lists.selectors.current_company import CurrentCompany
from matchmaker.lists.selectors.facets import FacetValues
from matchmaker.ranking.selectors.stored_lists import ListEntry, round_tenths
from matchmaker.reasons import reasons
from matchmaker.reasons.facts import PairFacts, PairKey, facts_of_pairs
from matchmaker.reasons.list_position import list_position
from matchmaker.reasons.reasons import FactorReason, PairLevels, pair_reasons
from profiles.choices import FeePolicy, InvestorKind
from profiles.models import Investor, Startup, Thesis
from profiles.taxonomy.selectors.terms import TermTree
from profiles.visibility.access import see
from profiles.visibility.visible_profile import VisibleProfile, pitch_of

FACTORS = tuple(Factor.values)
BEST, MINE, THEIRS = "best", "mine", "theirs"  # what a list is sorted by


@dataclass(frozen=True)
class Card:
    """What templates/_parts/match_card.html shows. Numbers are 0 to 100; a score of None: nothing was scored.

    `number` is what the list is sorted by, as `measure` says: the score less `demand_points`, or
    the fit for one side; where the order is by no number, the score.
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
    measure: str = BEST
    why_here: str = ""  # why it stands elsewhere than by its score
    fit_startup: int = 0
    fit_investor: int = 0
    reasons: tuple[str, ...] = ()
    caution: str = ""
    confidence: str = ""
    confidence_level: str = ""
    not_stated: tuple[str, ...] = ()
    demand_points: int = 0
    is_so_that_seen: bool = False
    suggested: bool = False
    is_weak: bool = False
    thesis: str = ""  # the reader's own thesis that it is listed for, where there are several


@dataclass(frozen=True)
class CardContext:
    """What all cards of one page share. `facts`: by the counterpart's primary key."""

    current: CurrentCompany
    values: Mapping[int, FacetValues]
    terms: TermTree
    weights: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})
    facts: Mapping[int, PairFacts] = field(default_factory=dict)
    sort: str = BEST
    theses: Mapping[int, str] = field(default_factory=dict)  # of an investor with several: names by key


def card_facts(
    current: CurrentCompany,
    pairs: Sequence[tuple[Any, ListEntry]],
    terms: TermTree,
    *,
    is_of_one_thesis: bool = False,
) -> dict[int, PairFacts]:
    """Return what is known of the pairs with some listed profiles, by the profile's primary key.

    On the list of one thesis nothing is said of the investor's others.
    """
    own: Any = current.company
    theses: dict[int, Thesis] | None = None
    if current.side == Side.STARTUP:
        keys = [PairKey(own, profile, entry.thesis_id) for profile, entry in pairs]
        theses = {thesis.pk: thesis for profile, _entry in pairs for thesis in profile.theses.all()}
    else:
        keys = [PairKey(profile, own, entry.thesis_id) for profile, entry in pairs]
    facts = facts_of_pairs(keys, terms, on=timezone.localdate(), theses=theses)
    if is_of_one_thesis:
        facts = [replace(each, others=()) for each in facts]
    return {profile.pk: each for (profile, _entry), each in zip(pairs, facts, strict=True)}


def plain_card(profile: Startup | Investor, context: CardContext) -> Card:
    """Return a card without any score, for those who browse without scoring."""
    seen = see(profile, context.current.viewer)
    return Card(
        public_id=profile.public_id,
        name=str(seen.title),
        pitch=pitch_of(seen),
        facts=tuple(_facts(seen, context.values[profile.pk], context)),
        demo=profile.is_demo,
        shortlisted=profile.pk in context.current.interactions.shortlisted,
        state=state_of(profile.pk, context.current),
    )


def scored_card(profile: Startup | Investor, entry: ListEntry, context: CardContext) -> Card:
    """Return a card with everything that the ranking says about the pair."""
    side = context.current.side
    said = _said(entry, context)
    level, label = reasons.confidence_words(entry.confidence)
    fits = {Side.STARTUP: round_tenths(entry.fit_startup), Side.INVESTOR: round_tenths(entry.fit_investor)}
    position = list_position(entry.score, entry.handicap_tenths if context.sort == BEST else 0, entry)
    numbers = {MINE: fits[side], THEIRS: fits[side.other]}
    return replace(
        plain_card(profile, context),
        score=position.score,
        number=numbers.get(context.sort, position.number),
        measure=context.sort if context.sort in numbers else BEST,
        why_here=position.why if context.sort == BEST else "",
        fit_startup=fits[Side.STARTUP],
        fit_investor=fits[Side.INVESTOR],
        reasons=tuple(reasons.reasons(said, side)),
        caution=_caution(profile, said, side),
        confidence=str(label),
        confidence_level=level,
        not_stated=tuple(str(Factor(factor).label) for factor in entry.not_stated),
        demand_points=position.points,
        is_so_that_seen=entry.is_so_that_seen,
        suggested=entry.is_boosted,
        is_weak=not entry.is_worth_a_look,
        thesis=context.theses.get(entry.thesis_id, ""),
    )


def _said(entry: ListEntry, context: CardContext) -> list[FactorReason]:
    """Return what can be said of the eight factors of the pair."""
    levels = dict(zip(FACTORS, entry.levels, strict=True))
    measured = PairLevels(levels, context.weights, entry.not_stated_startup, entry.not_stated_investor)
    return pair_reasons(context.facts[entry.counterpart_id], measured)


def _caution(profile: Startup | Investor, said: list[FactorReason], side: Side) -> str:
    """Return the one thing to mind: fees first, then the costliest factor that speaks against."""
    if isinstance(profile, Investor) and profile.fee_policy == FeePolicy.DISCLOSED:
        return _("Charges startups; see the fees")
    found = reasons.against(said, side)
    return found[0] if found else ""


STATES = (
    ("passed", gettext_lazy("You passed")),
    ("mutual", gettext_lazy("You are both interested")),
    ("interested", gettext_lazy("You are interested")),
    ("liked_by", gettext_lazy("Interested in you")),
)


def state_of(pk: int, current: CurrentCompany) -> str:
    """Return in words what was said about the counterpart, the most telling first."""
    return next((str(label) for name, label in STATES if pk in getattr(current.interactions, name)), "")


def _facts(seen: VisibleProfile, values: FacetValues, context: CardContext) -> list[str]:
    """Return the counterpart in a few words: what, where, how early, how much."""
    names = context.terms.names
    where = [str(seen.place)] if seen.place else []
    if context.current.side == Side.INVESTOR:
        every, main = values.stated["sector"], {seen.primary_sector.pk} if seen.primary_sector else set()
        what = names("sector", every & main) + names("sector", every - main)
        facts = what[:2] + where + names("stage", values.stated["stage"])
        return [*facts, str(seen.ask)] if seen.ask else facts
    kind = [str(InvestorKind(seen.kind).label)] if seen.kind else []
    tickets = [str(thesis.ticket) for thesis in seen.theses if thesis.ticket]
    replies = pgettext("an investor's promise", "promises to answer within %(days)d days") % {
        "days": seen.reply_days
    }
    return [*kind, *where, *tickets[:1], replies]
