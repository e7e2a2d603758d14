"""One recommended counterpart as its card shows it."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from matchmaker.choices import Factor, Side
from matchmaker.matches.selectors.card_rows import PageRows, read_page
from matchmaker.matches.selectors.facets import Traits
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.query import BEST, MINE, THEIRS
from matchmaker.matches.selectors.remembered import PageMemory, loaded_values
from matchmaker.ranking.selectors.stored_lists import ListEntry, round_tenths
from matchmaker.reasons import reasons
from matchmaker.reasons.facts import PairFacts, PairKey, facts_from, facts_of_pairs
from matchmaker.reasons.list_position import list_position
from matchmaker.reasons.reasons import FactorReason, PairLevels, pair_reasons
from matchmaker.reasons.records import Recorded, read_recorded
from profiles.choices import FeePolicy, InvestorKind
from profiles.models import Investor, Startup, Thesis
from profiles.taxonomy.selectors.term_tree import TermTree
from profiles.visibility.access import ShownGroup, see
from profiles.visibility.visible_profile import VisibleProfile, pitch_of

FACTORS = tuple(Factor.values)
# Pages of cards, with what they were made from: about 65 KB each.
CARDS: PageMemory[tuple[tuple["Card", ...], frozenset[ShownGroup]]] = PageMemory(128)


@dataclass(frozen=True)
class Card:
    """What templates/_parts/match_card.html shows. Numbers are 0 to 100; a score of None: nothing was scored.

    `number` is what the list is sorted by, as `measure` says: the score less `demand_points`, or
    the fit for one side; where the order is by no number, the score.

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
    """What all cards of one page share."""

    member: Member
    traits: Mapping[int, Traits]
    terms: TermTree
    weights: tuple[Mapping[str, int], Mapping[str, int]] = ({}, {})
    facts: Mapping[int, PairFacts] = field(default_factory=dict)  # by the counterpart's primary key
    sort: str = BEST
    theses: Mapping[int, str] = field(default_factory=dict)  # of an investor with several: names by key
    is_of_one: bool = False  # the list of one of them


def scored_cards(entries: Sequence[ListEntry], context: CardContext, *, on: date) -> tuple[Card, ...]:
    """Return the cards of a page of a list, in the order of its entries. Three queries.

    Of what was read the same as before they are made once; what they tell the reader of others is noted for
    the receipts each time.
    """
    if not entries:
        return ()
    page, recorded = read_page(context.member, entries), _recorded(context.member, entries, on)
    key = (get_language(), on, tuple(entries), page, recorded, *_of_reader(entries, context))
    cards, shown = CARDS.get_or_make(key, lambda: _cards(page, recorded, entries, context))
    context.member.viewer.shown.update(shown)
    return cards


def _recorded(member: Member, entries: Sequence[ListEntry], on: date) -> Recorded:
    """Read what is recorded of the pairs with listed counterparts; the theses of partners are on the page."""
    own, others = [member.company_id], [entry.counterpart_id for entry in entries]
    if member.side == Side.STARTUP:
        return read_recorded(own, others, (), on=on)
    return read_recorded(others, own, [entry.thesis_id for entry in entries], on=on)


def _of_reader(entries: Sequence[ListEntry], context: CardContext) -> tuple[Hashable, ...]:
    """Return all that a card depends on besides what is read for the page: who looks, and by which words."""
    # Traits and terms are the same objects only while their words are the same.
    return (
        context.member.viewer,
        context.member.relations,
        loaded_values(context.member.company),
        tuple(context.traits[entry.counterpart_id] for entry in entries),
        context.terms,
        tuple(tuple(side.items()) for side in context.weights),
        context.sort,
        tuple(context.theses.items()),
        context.is_of_one,
    )


def _cards(
    page: PageRows, recorded: Recorded, entries: Sequence[ListEntry], context: CardContext
) -> tuple[tuple[Card, ...], frozenset[ShownGroup]]:
    """Make the cards of those who are there to be seen, and tell what they say of others. No query."""
    member = replace(context.member, viewer=replace(context.member.viewer, shown=set()))
    rows = page.records()
    listed = {entry.counterpart_id: entry for entry in entries if entry.counterpart_id in rows}
    rows = {pk: rows[pk] for pk in listed}
    facts = facts_from(recorded, _pairs(member, rows, listed), context.terms, _theses_at_hand(member, rows))
    if context.is_of_one:  # what another thesis would say is on the list of that one
        facts = [replace(each, others=()) for each in facts]
    own = replace(context, member=member, facts=dict(zip(rows, facts, strict=True)))
    cards = tuple(scored_card(rows[pk], entry, own) for pk, entry in listed.items())
    return cards, frozenset(member.viewer.shown)


def facts_of_listed(
    member: Member, rows: Mapping[int, Any], listed: Mapping[int, ListEntry], terms: TermTree, *, on: date
) -> dict[int, PairFacts]:
    """Return what is known of the pairs with some listed counterparts. At most two queries."""
    here = {pk: row for pk, row in rows.items() if pk in listed}
    pairs = _pairs(member, here, listed)
    found = facts_of_pairs(pairs, terms, on=on, theses=_theses_at_hand(member, here))
    return dict(zip(here, found, strict=True))


def _pairs(member: Member, rows: Mapping[int, Any], listed: Mapping[int, ListEntry]) -> list[PairKey]:
    """Return the pairs with listed counterparts, in the order of their rows."""
    own: Any = member.company
    if member.side == Side.STARTUP:
        return [PairKey(own, row, listed[pk].thesis_id) for pk, row in rows.items()]
    return [PairKey(row, own, listed[pk].thesis_id) for pk, row in rows.items()]


def _theses_at_hand(member: Member, rows: Mapping[int, Any]) -> dict[int, Thesis] | None:
    """Return the theses that were read with the partners; None where a startup's list is not what is read."""
    if member.side == Side.INVESTOR:
        return None
    return {thesis.pk: thesis for row in rows.values() for thesis in row.theses.all()}


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
        every, main = traits.stated["sector"], {seen.primary_sector.pk} if seen.primary_sector else set()
        what = names("sector", every & main) + names("sector", every - main)
        facts = what[:2] + where + names("stage", traits.stated["stage"])
        return [*facts, str(seen.ask)] if seen.ask else facts
    kind = [str(InvestorKind(seen.kind).label)] if seen.kind else []
    tickets = [str(thesis.ticket) for thesis in seen.theses if thesis.ticket]
    replies = pgettext("an investor's promise", "promises to answer within %(days)d days") % {
        "days": seen.reply_days
    }
    return [*kind, *where, *tickets[:1], replies]
