"""One recommended counterpart as its card shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from matchmaker.choices import Factor, Side
from matchmaker.selectors import explanations, wording
from matchmaker.selectors.facets import Traits
from matchmaker.selectors.rankings import Entry
from matchmaker.selectors.terms import Terms
from matchmaker.selectors.viewer import Member
from profiles.choices import FeePolicy, InvestorKind
from profiles.models import Investor, Startup
from profiles.selectors import access
from profiles.selectors.seen import Seen

FACTORS = tuple(Factor.values)
LONGEST = 140  # characters of a pitch


@dataclass(frozen=True)
class Card:
    """What templates/_parts/match_card.html shows. Scores are 0 to 100; None where nothing was scored.

    Hashable, so that its drawing can be remembered (templatetags/drawn.py).
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
    demand_points: int = (
        0  # what the rank loses by high demand; below nought what it gains, being seldom shown
    )
    is_full: bool = False
    is_so_that_seen: bool = False
    suggested: bool = False


@dataclass(frozen=True)
class Deck:
    """What all cards of one page share."""

    member: Member
    own: Traits
    traits: Mapping[int, Traits]
    terms: Terms
    weights: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})


def see(profile: Startup | Investor, viewer: access.Viewer) -> Seen:
    """Return either kind of profile as the viewer may see it."""
    if isinstance(profile, Startup):
        return access.see_startup(profile, viewer)
    return access.see_investor(profile, viewer)


def pitch_of(seen: Seen) -> str:
    """Return the pitch; for who reads another language than its own, the beginning of the summary in that."""
    name = summary_field()
    told = getattr(seen, name) if name != "summary_en" else ""
    return Truncator(told).chars(LONGEST) if told else seen.pitch or ""


def summary_field() -> str:
    """Return the field that holds the summary in the active language."""
    language = (get_language() or "en")[:2]
    return f"summary_{language}" if language in ("zh", "ur") else "summary_en"


def plain_card(profile: Startup | Investor, deck: Deck) -> Card:
    """Return a card without any score, for those who browse without scoring."""
    seen = see(profile, deck.member.viewer)
    return Card(
        public_id=profile.public_id,
        name=str(seen.title),
        pitch=pitch_of(seen),
        facts=tuple(_facts(seen, deck.traits[profile.pk], deck)),
        demo=profile.is_demo,
        shortlisted=profile.pk in deck.member.acts.shortlisted,
        state=state_of(profile.pk, deck.member),
    )


def scored_card(profile: Startup | Investor, entry: Entry, deck: Deck) -> Card:
    """Return a card with everything that the ranking says about the pair."""
    side = deck.member.side
    unstated = frozenset(entry.not_stated)
    judgements = _judgements(profile, entry, unstated, deck)
    level, label = explanations.confidence(entry.confidence)
    return replace(
        plain_card(profile, deck),
        score=round_tenths(entry.score),
        fit_startup=round_tenths(entry.fit_startup),
        fit_investor=round_tenths(entry.fit_investor),
        reasons=tuple(explanations.reasons(judgements, side)),
        caution=_caution(profile, judgements, side),
        confidence=str(label),
        confidence_level=level,
        not_stated=tuple(str(Factor(factor).label) for factor in entry.not_stated),
        demand_points=demand_points(entry.price_tenths),
        is_full=entry.is_full,
        is_so_that_seen=entry.is_so_that_seen,
        suggested=entry.is_boosted,
    )


def round_tenths(tenths: int) -> int:
    """Return tenths as whole points, halves upwards."""
    return (tenths + 5) // 10


def demand_points(tenths: int) -> int:
    """Return by how many points demand lowers a rank, or below nought raises it: at least one if at all."""
    if not tenths:
        return 0
    return max(1, round_tenths(tenths)) if tenths > 0 else min(-1, round_tenths(tenths))


def _judgements(
    profile: Startup | Investor, entry: Entry, unstated: frozenset[str], deck: Deck
) -> list[explanations.Judgement]:
    """Return the eight factors of the pair, in words."""
    theirs = deck.traits[profile.pk]
    pair = (theirs, deck.own) if deck.member.side == Side.INVESTOR else (deck.own, theirs)
    levels = dict(zip(FACTORS, entry.levels, strict=True))
    return wording.judged(levels, unstated, deck.weights, wording.words_of(*pair, deck.terms))


def _caution(profile: Startup | Investor, judgements: list[explanations.Judgement], side: Side) -> str:
    """Return the one thing to mind: fees first, then the costliest factor that speaks against."""
    if isinstance(profile, Investor) and profile.fee_policy == FeePolicy.DISCLOSED:
        return _("Charges startups; see the fees")
    found = explanations.against(judgements, side)
    return found[0] if found else ""


STATES = (
    ("passed", gettext_lazy("You passed")),
    ("mutual", gettext_lazy("You are both interested")),
    ("interested", gettext_lazy("You said interested")),
    ("wanted_by", gettext_lazy("Interested in you")),
)


def state_of(pk: int, member: Member) -> str:
    """Return in words what was said about the counterpart, the most telling first."""
    return next((str(label) for name, label in STATES if pk in getattr(member.acts, name)), "")


def _facts(seen: Seen, traits: Traits, deck: Deck) -> list[str]:
    """Return the counterpart in a few words: what, where, how early, how much."""
    names = deck.terms.names
    where = [str(seen.place)] if seen.place else []
    if deck.member.side == Side.INVESTOR:
        facts = names("sector", traits.stated["sector"])[:2] + where + names("stage", traits.stated["stage"])
        return [*facts, str(seen.ask)] if seen.ask else facts
    kind = [str(InvestorKind(seen.kind).label)] if seen.kind else []
    tickets = [str(thesis.ticket) for thesis in seen.theses if thesis.ticket]
    replies = pgettext("an investor's promise", "answers within %(days)d days") % {"days": seen.reply_days}
    return [*kind, *where, *tickets[:1], replies]
