"""The current company and the cards of a list."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from itertools import chain
from typing import Any, NamedTuple

from django.db.models import CharField, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from matchmaker.choices import Factor, OverrideKind, Side
from matchmaker.matching.lists.selectors.closed import Refusal
from matchmaker.matching.lists.selectors.facets import FacetValues
from matchmaker.matching.ranking.selectors.stored_lists import (
    ListEntry,
    StoredRanking,
    ThesisList,
    ended_anew,
    in_order,
    lists_of_theses,
    round_tenths,
    stored_ranking,
    taking_turns,
)
from matchmaker.matching.reasons import reasons
from matchmaker.matching.reasons.facts import PairFacts, known_deals
from matchmaker.matching.reasons.reasons import FactorReason, PairLevels, list_position, pair_reasons
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.introduction import OPEN, Introduction
from matchmaker.models.pair_action import PASS_DELAY, CuratorOverride, Interest, Look, Pass, ShortlistEntry
from profiles.catalogue.taxonomy.selectors.terms import TermTree
from profiles.catalogue.visibility import access
from profiles.catalogue.visibility.access import see
from profiles.catalogue.visibility.facts import changed_words
from profiles.catalogue.visibility.visible_profile import VisibleProfile, pitch_of
from profiles.choices import FeePolicy, InvestorKind
from profiles.companies.pictures.selectors import Face, face_of
from profiles.models import Deal, Investor, Startup, User
from profiles.platform.memberships import membership_of

Keys = frozenset[int]


@dataclass(frozen=True)
class PairInteractions:
    """Interactions of a company with its counterparts, as their primary keys.

    Passes of the other side are not included. `introduced`: an open introduction that the company knows of.
    """

    shortlisted: Keys = frozenset()
    passed: Keys = frozenset()
    interested: Keys = frozenset()
    liked_by: Keys = frozenset()
    hidden: Keys = frozenset()
    introduced: Keys = frozenset()
    blocked: Keys = frozenset()  # by this company
    closed_by: Keys = frozenset()  # they have blocked this company, or passed on it
    dealt: Keys = frozenset()  # a deal between the two is on record, and the company may know of it

    @property
    def mutual(self) -> Keys:
        return self.interested & self.liked_by

    @cached_property
    def engaged(self) -> Keys:
        return self.shortlisted | self.interested | self.liked_by

    @property
    def exempt_from_penalty(self) -> Keys:
        return self.mutual | self.shortlisted

    def recommends(self, entry: ListEntry) -> bool:
        return entry.is_recommended or entry.counterpart_id in self.engaged

    def split_by_recommendation(
        self, entries: Iterable[ListEntry]
    ) -> tuple[list[ListEntry], list[ListEntry]]:
        """Return who is recommended and who is less likely, both in their order."""
        upper: list[ListEntry] = []
        lower: list[ListEntry] = []
        for entry in entries:
            (upper if self.recommends(entry) else lower).append(entry)
        return upper, lower

    def left(self, entries: Iterable[ListEntry]) -> tuple[list[ListEntry], list[ListEntry]]:
        """Return the same of who is left after passes, in the order of the list."""
        gone = self.passed | self.hidden
        return self.split_by_recommendation(e for e in entries if e.counterpart_id not in gone)

    def shown(self, entries: Iterable[ListEntry]) -> list[int]:
        return [entry.counterpart_id for entry in self.left(entries)[0]]


@dataclass(frozen=True)
class CurrentCompany:
    viewer: access.Viewer
    side: Side
    company: Startup | Investor
    interactions: PairInteractions

    @property
    def company_id(self) -> int:
        return self.company.pk


def current_company(user: User) -> CurrentCompany | None:
    """Return the company of a person; None while there is none. Two queries."""
    membership = membership_of(user)
    company = membership.company if membership else None
    if company is None:
        return None
    interactions = interactions_of(company.side, company.pk)
    viewer = access.viewer_in(
        user,
        membership,
        mutual=interactions.mutual,
        interested=interactions.interested,
        introduced=interactions.introduced,
    )
    return CurrentCompany(viewer, company.side, company, interactions)


def interactions_of(side: Side, pk: int) -> PairInteractions:
    """Return the other companies by what passed between them and this one, as far as it may know that.

    Those that a curator hides from it are in `hidden` alone.
    """
    owner = {f"{side}_id": pk}
    passes, *others = SAID[side]
    told = passes.filter(Q(side=side) | Q(at__lte=timezone.now() - PASS_DELAY), **owner)
    rows = told.union(*(said.filter(**owner) for said in others), all=True)
    found: dict[str, set[int]] = {}
    for kind, by, counterpart in rows:
        own, theirs = OF_EITHER.get(kind, (kind, ""))
        found.setdefault(own if by in ("", side) else theirs, set()).add(counterpart)
    hidden = frozenset(found.pop("hidden", ()))
    return PairInteractions(hidden=hidden, **{kind: frozenset(keys - hidden) for kind, keys in found.items()})


# What a row of each kind says of a pair: where the company itself is its side, and where the other one is.
OF_EITHER = {
    "interest": ("interested", "liked_by"),
    "pass": ("passed", "closed_by"),
    "block": ("blocked", "closed_by"),
}


def _said(of: Side, kind: str, model: type[Model], by: str = "") -> QuerySet[Any, tuple[str, str, int]]:
    author: Any = by or Value("", CharField())
    rows = model._default_manager.order_by()
    return rows.values_list(Value(kind, CharField()), author, f"{of.other}_id")


def _said_to(side: Side) -> tuple[QuerySet[Any, tuple[str, str, int]], ...]:
    has_reached = Q(asked_by=side) | Q(delivered_at__isnull=False)
    return (
        _said(side, "pass", Pass, "side"),  # which the other side learns of later
        _said(side, "interest", Interest, "side"),
        _said(side, "block", CompanyBlock, "side"),
        _said(side, "shortlisted", ShortlistEntry).filter(side=side, is_listed=True),
        _said(side, "introduced", Introduction).filter(has_reached, state__in=OPEN),
        _said(side, "hidden", CuratorOverride).filter(kind=OverrideKind.HIDE, released_at=None),
        _said(side, "dealt", Deal).filter(known_deals(side)),
    )


# They are built once, because building such a query takes longer than its answer.
SAID = {side: _said_to(side) for side in Side}


def counterparts(current: CurrentCompany) -> QuerySet[Any]:
    """Return the profiles across the table that exist for this company: not those that a curator hides."""
    hidden = current.interactions.hidden
    return all_counterparts(current).exclude(pk__in=hidden) if hidden else all_counterparts(current)


def hidden_counterparts(current: CurrentCompany) -> QuerySet[Any]:
    return all_counterparts(current).filter(pk__in=current.interactions.hidden)


def all_counterparts(current: CurrentCompany) -> QuerySet[Any]:
    company, interactions = current.company, current.interactions
    across = access.startups_for if current.side == Side.INVESTOR else access.investors_for
    profiles: QuerySet[Any] = across(current.viewer)
    if not company.takes_part:
        return profiles.none()
    return profiles if company.is_published else profiles.filter(pk__in=interactions.introduced)


def listed_counterparts(current: CurrentCompany) -> QuerySet[Any]:
    return counterparts(current).filter(stale_at__isnull=True, leaves_at__isnull=True)


class Listed(NamedTuple):
    """One who is listed and may be named."""

    public_id: str
    is_paused: bool
    looked_at: datetime | None  # when the person first opened the match


@dataclass(frozen=True)
class OwnList:
    """A company's list in the order in which it reads it, and how it was made."""

    stored: StoredRanking
    theses: tuple[ThesisList, ...] = ()
    listed: Mapping[int, Listed] = field(default_factory=dict)  # all on it who may be named, but not passed
    closed: Mapping[int, Refusal] = field(default_factory=dict)  # those with whom nothing new may begin

    def entries(self, thesis: str = "") -> tuple[ListEntry, ...]:
        chosen = (each.entries for each in self.theses if str(each.pk) == thesis)
        return next(chosen, self.stored.entries)

    def seen(self, thesis: str = "") -> list[ListEntry]:
        return [entry for entry in self.entries(thesis) if entry.counterpart_id in self.listed]


def own_list(current: CurrentCompany) -> OwnList | None:
    """Return the company's list without paused counterparts; None before it is ranked. Three queries."""
    stored = stored_ranking(current.side, current.company_id)
    if stored is None:
        return None
    exempt = current.interactions.exempt_from_penalty
    lists = lists_of_theses(current.company_id) if stored.has_theses else []
    entries = chain(stored.entries, *(each.entries for each in lists))
    listed = _listed(current, {entry.counterpart_id for entry in entries})
    relations = current.interactions  # the same as `closed_to` of all who are listed, without a query
    shut = [pk for pk, each in listed.items() if each.is_paused or pk in relations.closed_by]
    blocked = relations.blocked.intersection(listed)
    refusals = dict.fromkeys(shut, Refusal.CLOSED) | dict.fromkeys(blocked, Refusal.BLOCKED)
    closed = refusals.keys() - relations.introduced
    gone = closed | relations.passed | relations.hidden

    def shown(entries: Sequence[ListEntry]) -> tuple[ListEntry, ...]:
        return in_order(ended_anew(entries, current.side, gone), exempt, closed)

    shown_entries = shown(stored.entries)
    if len(lists) < 2:
        return OwnList(replace(stored, entries=shown_entries), (), listed, refusals)
    theses = tuple(replace(each, entries=shown(each.entries)) for each in lists)
    in_turns = taking_turns(theses, shown_entries)
    return OwnList(replace(stored, entries=in_turns), theses, listed, refusals)


def _listed(current: CurrentCompany, keys: Collection[int]) -> dict[int, Listed]:
    looks = Look.objects.filter(
        user=current.viewer.user_id, **{current.side.other: OuterRef("pk")}
    ).order_by()
    rows = listed_counterparts(current).filter(pk__in=set(keys) - current.interactions.passed).order_by()
    found = rows.values_list("pk", "public_id", "paused_at", Subquery(looks.values("at")))
    return {pk: Listed(public_id, bool(paused_at), at) for pk, public_id, paused_at, at in found}


def has_no_active_thesis(company: Startup | Investor) -> bool:
    return isinstance(company, Investor) and not company.theses.active_on(timezone.localdate()).exists()


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
        points = ""
        if self.demand_points:
            points = ngettext(
                "In high demand: −%(points)s point", "In high demand: −%(points)s points", self.demand_points
            ) % {"points": self.demand_points}
        told = (
            ("tag-demo", self.demo and _("Demo record"), _("A made-up record for the demo")),
            ("", self.is_unclaimed and _("Not on Corridor yet"), ""),
            ("tag-warn", capfirst(self.changed), ""),
            ("", self.is_less_likely and _("Less likely"), ""),
            ("", self.thesis, self.thesis and _("Listed for this thesis")),
            ("tag-warn", points, ""),
            ("tag-info", self.is_guaranteed_exposure and _("Shown here for visibility"), ""),
            ("tag-good", self.state, ""),
            ("tag-good tag-sentence", self.deal, ""),
        )
        return [(css, text, title) for css, text, title in told if text]


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
    side, factor_reasons = context.current.side, factor_reasons_of(entry, context)
    fits = {Side.STARTUP: round_tenths(entry.fit_startup), Side.INVESTOR: round_tenths(entry.fit_investor)}
    adjustment = entry.demand_adjustment_tenths if context.sort == BEST else 0
    position = list_position(entry.score, adjustment, entry)
    number = {MINE: fits[side], THEIRS: fits[side.other]}.get(context.sort, position.number)
    return plain_card(
        profile,
        context,
        score=position.score,
        number=number,
        measure=context.sort if context.sort in (MINE, THEIRS) else BEST,
        why_here=position.why if context.sort == BEST else "",
        fit_startup=fits[Side.STARTUP],
        fit_investor=fits[Side.INVESTOR],
        fits=((side, fits[side]), (side.other, fits[side.other])),
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
    against = reasons.against(factor_reasons, side)[:1]
    if isinstance(profile, Investor) and profile.fee_policy == FeePolicy.DISCLOSED:
        kept = against if reasons.lacks_common_form(factor_reasons) else []
        return pgettext("between two clauses", "; ").join([_("Charges startups; see the fees"), *kept])
    return "".join(against)


STATES = (
    ("blocked", gettext_lazy("You have blocked them")),
    ("passed", gettext_lazy("You passed")),
    ("mutual", gettext_lazy("You are both interested")),
    ("interested", gettext_lazy("You are interested")),
    ("liked_by", gettext_lazy("Interested in you")),
)


def state_of(pk: int, current: CurrentCompany) -> str:
    """Return the relation to the counterpart in words, the strongest first."""
    return next((str(label) for name, label in STATES if pk in getattr(current.interactions, name)), "")


def _facts(seen: VisibleProfile, values: FacetValues, context: CardContext) -> list[str]:
    names = context.terms.names
    where = [str(seen.place)] if seen.place else []
    if context.current.side == Side.INVESTOR:
        every, main = values.stated["sector"], {seen.primary_sector.pk} if seen.primary_sector else set()
        what = names("sector", every & main) + names("sector", every - main)
        facts = what[:2] + where + names("stage", values.stated["stage"])
        return [*facts, str(seen.ask)] if seen.ask else facts
    kind = [str(InvestorKind(seen.kind).label)] if seen.kind else []
    listed = context.listed_theses
    theses = [thesis for thesis in seen.theses if listed is None or thesis.pk in listed]
    tickets = [str(thesis.ticket) for thesis in theses if thesis.ticket]
    replies = pgettext("an investor's promise", "promises to answer within %(days)d days") % {
        "days": seen.reply_days
    }
    return [*kind, *where, *tickets[:1], replies]
