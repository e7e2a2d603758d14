"""One recommended counterpart as its card shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from matchmaker.choices import Factor, Side
from matchmaker.matches.selectors import reasons
from matchmaker.matches.selectors.facets import Traits
from matchmaker.matches.selectors.member import Member
from matchmaker.ranking.selectors.stored_lists import ListEntry, demand_points, round_tenths
from profiles.choices import FeePolicy, InvestorKind
from profiles.models import Investor, Startup
from profiles.taxonomy.selectors.term_tree import TermTree
from profiles.visibility.access import see
from profiles.visibility.visible_profile import VisibleProfile, pitch_of

FACTORS = tuple(Factor.values)


@dataclass(frozen=True)
class Card:
    """What templates/_parts/match_card.html shows. Scores are 0 to 100; None where nothing was scored.

    Hashable, so that its drawing can be remembered (templatetags/cached_include.py).
    """

    public_id: str
    name: str
    pitch: str
    facts: tuple[str, ...]
    demo: bool
    shortlisted: bool
    state: str
    score: int | None = None
    fit_startup: int = 0
    fit_investor: int = 0
    reasons: tuple[str, ...] = ()
    caution: str = ""
    confidence: str = ""
    confidence_level: str = ""
    not_stated: tuple[str, ...] = ()
    demand_points: int = 0  # what the rank loses by high demand
    is_so_that_seen: bool = False
    suggested: bool = False
    is_weak: bool = False


@dataclass(frozen=True)
class CardContext:
    """What all cards of one page share."""

    member: Member
    own: Traits
    traits: Mapping[int, Traits]
    terms: TermTree
    weights: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})


def plain_card(profile: Startup | Investor, context: CardContext) -> Card:
    """Return a card without any score, for those who browse without scoring."""
    seen = see(profile, context.member.viewer)
    return Card(
        public_id=profile.public_id,
        name=str(seen.title),
        pitch=pitch_of(seen),
        facts=tuple(_facts(seen, context.traits[profile.pk], context)),
        demo=profile.is_demo,
        shortlisted=profile.pk in context.member.relations.shortlisted,
        state=state_of(profile.pk, context.member),
    )


def scored_card(profile: Startup | Investor, entry: ListEntry, context: CardContext) -> Card:
    """Return a card with everything that the ranking says about the pair."""
    side = context.member.side
    unstated = frozenset(entry.not_stated)
    judgements = _judgements(profile, entry, unstated, context)
    level, label = reasons.confidence_words(entry.confidence)
    return replace(
        plain_card(profile, context),
        score=round_tenths(entry.score),
        fit_startup=round_tenths(entry.fit_startup),
        fit_investor=round_tenths(entry.fit_investor),
        reasons=tuple(reasons.reasons(judgements, side)),
        caution=_caution(profile, judgements, side),
        confidence=str(label),
        confidence_level=level,
        not_stated=tuple(str(Factor(factor).label) for factor in entry.not_stated),
        demand_points=demand_points(entry.handicap_tenths),
        is_so_that_seen=entry.is_so_that_seen,
        suggested=entry.is_boosted,
        is_weak=not entry.is_worth_a_look,
    )


def _judgements(
    profile: Startup | Investor, entry: ListEntry, unstated: frozenset[str], context: CardContext
) -> list[reasons.Judgement]:
    """Return the eight factors of the pair, in words."""
    theirs = context.traits[profile.pk]
    pair = (theirs, context.own) if context.member.side == Side.INVESTOR else (context.own, theirs)
    levels = dict(zip(FACTORS, entry.levels, strict=True))
    return reasons.judged(levels, unstated, context.weights, reasons.words_of(*pair, context.terms))


def _caution(profile: Startup | Investor, judgements: list[reasons.Judgement], side: Side) -> str:
    """Return the one thing to mind: fees first, then the costliest factor that speaks against."""
    if isinstance(profile, Investor) and profile.fee_policy == FeePolicy.DISCLOSED:
        return _("Charges startups; see the fees")
    found = reasons.against(judgements, side)
    return found[0] if found else ""


STATES = (
    ("passed", gettext_lazy("You passed")),
    ("mutual", gettext_lazy("You are both interested")),
    ("interested", gettext_lazy("You said interested")),
    ("wanted_by", gettext_lazy("Interested in you")),
)


def state_of(pk: int, member: Member) -> str:
    """Return in words what was said about the counterpart, the most telling first."""
    return next((str(label) for name, label in STATES if pk in getattr(member.relations, name)), "")


def _facts(seen: VisibleProfile, traits: Traits, context: CardContext) -> list[str]:
    """Return the counterpart in a few words: what, where, how early, how much."""
    names = context.terms.names
    where = [str(seen.place)] if seen.place else []
    if context.member.side == Side.INVESTOR:
        facts = names("sector", traits.stated["sector"])[:2] + where + names("stage", traits.stated["stage"])
        return [*facts, str(seen.ask)] if seen.ask else facts
    kind = [str(InvestorKind(seen.kind).label)] if seen.kind else []
    tickets = [str(thesis.ticket) for thesis in seen.theses if thesis.ticket]
    replies = pgettext("an investor's promise", "answers within %(days)d days") % {"days": seen.reply_days}
    return [*kind, *where, *tickets[:1], replies]
