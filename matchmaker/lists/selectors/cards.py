"""Who asks, what the list can be narrowed to, and the cards of a list.

A profile's facet values include what is wider: who works in Lahore works in Punjab. The catalogue says which
fields are filtered; any checked member of the other side may see them all.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property, reduce
from itertools import chain
from operator import or_
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from matchmaker.choices import Factor, OverrideKind, Side
from matchmaker.lists.selectors.closed import closed_to
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.introduction import OPEN, Introduction
from matchmaker.models.pair_action import CuratorOverride, Interest, Pass, ShortlistEntry
from matchmaker.ranking.selectors.stored_lists import (
    ListEntry,
    StoredRanking,
    ThesisList,
    ended_anew,
    forms_in_common_lead,
    in_order,
    lists_of_theses,
    round_tenths,
    stored_ranking,
    taking_turns,
)
from matchmaker.reasons import reasons
from matchmaker.reasons.facts import PairFacts, known_deals
from matchmaker.reasons.reasons import FactorReason, PairLevels, list_position, pair_reasons
from profiles.accounts.selectors import membership_of
from profiles.choices import FeePolicy, InvestorKind
from profiles.models import SIDES, Investor, Startup, User
from profiles.models.profile import TemporalRow, active_on
from profiles.pictures.selectors import Face, face_of
from profiles.taxonomy.selectors.terms import KINDS, TermNode, TermTree, all_terms
from profiles.visibility import access
from profiles.visibility.access import see
from profiles.visibility.facts import changed_words
from profiles.visibility.fields import CATALOGUE
from profiles.visibility.visible_profile import VisibleProfile, pitch_of

Keys = frozenset[int]


@dataclass(frozen=True)
class PairInteractions:
    """What was said between a company and its counterparts, as primary keys of the counterparts.

    The other side's passes are not included. Counterparts hidden by a curator appear in `hidden` only.
    `introduced`: an introduction is open and the company knows of it.
    """

    shortlisted: Keys = frozenset()
    passed: Keys = frozenset()
    interested: Keys = frozenset()
    liked_by: Keys = frozenset()
    hidden: Keys = frozenset()
    introduced: Keys = frozenset()
    blocked: Keys = frozenset()  # by this company
    dealt: Keys = frozenset()  # a deal between the two is on record, and the company may know of it

    @property
    def mutual(self) -> Keys:
        return self.interested & self.liked_by

    @property
    def engaged(self) -> Keys:
        """Those whom one of the two sides has chosen: they stand among the recommended in any case."""
        return self.shortlisted | self.interested | self.liked_by

    @property
    def exempt_from_penalty(self) -> Keys:
        """Those whose list position no handicap lowers: with mutual interest, or on the shortlist."""
        return self.mutual | self.shortlisted

    def recommends(self, entry: ListEntry) -> bool:
        """Whether an entry stands among the recommended; the others stand below, as less likely."""
        return entry.is_recommended or entry.counterpart_id in self.engaged

    def parted(self, entries: Iterable[ListEntry]) -> tuple[list[ListEntry], list[ListEntry]]:
        """Return who is recommended and who is less likely, both in their order."""
        found = list(entries)
        return [each for each in found if self.recommends(each)], [e for e in found if not self.recommends(e)]

    def left(self, entries: Iterable[ListEntry]) -> tuple[list[ListEntry], list[ListEntry]]:
        """Return the same of who is left after passes, in the order of the list."""
        gone = self.passed | self.hidden
        return self.parted(forms_in_common_lead([e for e in entries if e.counterpart_id not in gone]))

    def shown(self, entries: Iterable[ListEntry]) -> list[int]:
        """Return whom the list recommends, in its order."""
        return [each.counterpart_id for each in self.left(entries)[0]]


@dataclass(frozen=True)
class CurrentCompany:
    """The signed-in person's company, and what it may see."""

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
    found = interactions_of(company.side, company.pk)
    viewer = access.viewer_in(
        user, membership, mutual=found.mutual, interested=found.interested, introduced=found.introduced
    )
    return CurrentCompany(viewer, company.side, company, found)


def interactions_of(side: Side, pk: int) -> PairInteractions:
    """Return what was said between a company and its counterparts. One query."""
    own, other = {f"{side}_id": pk}, f"{side.other}_id"
    known = Q(asked_by=side) | Q(delivered_at__isnull=False)
    hidden_by_curator = CuratorOverride.objects.filter(**own, kind=OverrideKind.HIDE, released_at=None)
    rows: QuerySet[Any, tuple[str, int]] = _said_by(
        "shortlisted", ShortlistEntry.objects.filter(**own, side=side), other
    ).union(
        _said_by("passed", Pass.objects.filter(**own, side=side), other),
        _said_by("interested", Interest.objects.filter(**own, side=side), other),
        _said_by("liked_by", Interest.objects.filter(**own, side=side.other), other),
        _said_by("blocked", CompanyBlock.objects.filter(**own, side=side), other),
        _said_by("introduced", Introduction.objects.filter(known, **own, state__in=OPEN), other),
        _said_by("hidden", hidden_by_curator, other),
        _said_by("dealt", known_deals(side, pk), other),
        all=True,
    )
    found: dict[str, set[int]] = {}
    for kind, counterpart in rows:
        found.setdefault(kind, set()).add(counterpart)
    hidden = frozenset(found.pop("hidden", ()))
    return PairInteractions(hidden=hidden, **{kind: frozenset(keys - hidden) for kind, keys in found.items()})


def _said_by(kind: str, rows: QuerySet[Any], other: str) -> QuerySet[Any, tuple[str, int]]:
    return rows.order_by().values_list(Value(kind, CharField()), F(other))


@dataclass(frozen=True)
class OwnList:
    """A company's list in the order in which it reads it, and how it was made.

    `theses`: the lists of an investor's theses, where it has several; `stored.entries` has them in turns.
    """

    stored: StoredRanking
    theses: tuple[ThesisList, ...] = ()

    @property
    def counterparts(self) -> Keys:
        """Everybody on any of the lists."""
        theses = {entry.counterpart_id for thesis in self.theses for entry in thesis.entries}
        return frozenset(theses | {entry.counterpart_id for entry in self.stored.entries})

    def entries(self, thesis: str = "") -> tuple[ListEntry, ...]:
        """Return the entries for one thesis by its key, for all where it is none of theirs."""
        chosen = (each.entries for each in self.theses if str(each.pk) == thesis)
        return next(chosen, self.stored.entries)


def own_list(current: CurrentCompany) -> OwnList | None:
    """Return the company's list, without who takes nothing new; None before it is ranked. Three queries."""
    stored = stored_ranking(current.side, current.company_id)
    if stored is None:
        return None
    exempt = current.interactions.exempt_from_penalty
    found = lists_of_theses(current.company_id) if stored.has_theses else []
    listed = {entry.counterpart_id for entry in chain(stored.entries, *(each.entries for each in found))}
    closed = closed_to(current.side, current.company_id, listed).keys() - current.interactions.introduced
    gone = closed | current.interactions.passed | current.interactions.hidden

    def shown(entries: Sequence[ListEntry]) -> tuple[ListEntry, ...]:
        return in_order(ended_anew(entries, current.side, gone), exempt, closed)

    everybody = shown(stored.entries)
    if len(found) < 2:
        return OwnList(replace(stored, entries=everybody))
    theses = tuple(replace(each, entries=shown(each.entries)) for each in found)
    return OwnList(replace(stored, entries=taking_turns(theses, everybody)), theses)


def has_no_active_thesis(company: Startup | Investor) -> bool:
    """Return whether it is an investor none of whose theses is in use: it is on no list."""
    return isinstance(company, Investor) and not company.theses.active_on(timezone.localdate()).exists()


Chosen = Mapping[str, TermNode]
DEEPEST = 2  # terms in one line of descent that are offered as choices: a sector and its fields, not cities


@dataclass(frozen=True)
class FacetPath:
    """Where one kind of facet value is found, seen from the profile.

    `rows`: the model of the rows that hold it, if they count for a time only. `is_closed`: it holds a code of
    a closed list instead of a term of a taxonomy table.
    """

    kind: str
    lookup: str
    rows: type[TemporalRow] | None = None
    is_closed: bool = False

    def active_on(self, on: date) -> Q:
        """Leave out rows that are over or laid aside."""
        return active_on(self.rows, on, self.lookup.rpartition("__")[0] + "__") if self.rows else Q()

    def values_of(self, profiles: QuerySet[Any], *columns: str) -> QuerySet[Any, tuple[Any, ...]]:
        """Ask for the kind, some columns of the profiles, and the values as text, which fits any union."""
        found = profiles.filter(self.active_on(timezone.localdate())).order_by()
        return found.values_list(Value(self.kind, CharField()), *columns, Cast(self.lookup, TextField()))


def _paths(side: Side) -> tuple[FacetPath, ...]:
    """Return where the catalogue's filtered fields of a side are found."""
    model, found = SIDES[side], []
    for shown in CATALOGUE[side].values():
        if shown.filtered:
            is_closed = bool(getattr(model._meta.get_field(shown.name), "choices", None))
            found.append(FacetPath(shown.filtered, shown.name, is_closed=is_closed))
        for inner in shown.rows:
            if inner.filtered:
                rows: Any = model._meta.get_field(shown.name).related_model
                temporal = rows if issubclass(rows, TemporalRow) else None
                found.append(FacetPath(inner.filtered, f"{shown.name}__{inner.name}", temporal))
    return tuple(found)


PATHS: dict[Side, tuple[FacetPath, ...]] = {side: _paths(side) for side in Side}


def filters(side: Side) -> tuple[str, ...]:
    """Return the filters of the lists of one side's profiles: taxonomies first, then closed lists."""
    return *KINDS, *(path.kind for path in PATHS[side] if path.is_closed)


def facet_terms(side: Side) -> TermTree:
    """Return all terms by which the profiles of a side are filtered. One query."""
    terms = all_terms()
    closed: dict[str, dict[int, TermNode]] = {}
    for path in PATHS[side]:
        if path.is_closed:
            stored: Any = SIDES[side]._meta.get_field(path.lookup)
            closed[path.kind] = {
                at: TermNode(path.kind, at, code, str(label), None, (at, code))
                for at, (code, label) in enumerate(stored.choices, 1)
            }
    own: dict[str, dict[int, tuple[int, ...]]] = {
        kind: {pk: (pk,) for pk in words} for kind, words in closed.items()
    }
    return replace(terms, by_pk=terms.by_pk | closed, families=terms.families | own)


class FacetValues:
    """The facet values of one profile by kind: as stated, and with everything wider."""

    def __init__(self, terms: TermTree) -> None:
        self.stated: dict[str, set[int]] = defaultdict(set)
        self.terms = terms

    @cached_property
    def wide(self) -> dict[str, set[int]]:
        """The values with everything wider; asked for when all are stated."""
        return {
            kind: {wide for pk in self.stated[kind] for wide in families.get(pk, ())}
            for kind, families in self.terms.families.items()
        }

    def meets(self, chosen: Chosen) -> bool:
        """Whether the profile has every chosen value."""
        return all(term.pk in self.wide[kind] for kind, term in chosen.items())


def facet_values(
    pks: Collection[int], side: Side, terms: TermTree, kinds: Collection[str] = ()
) -> dict[int, FacetValues]:
    """Return the facet values of some profiles of a side: all of them, or those of some kinds. One query."""
    found = {pk: FacetValues(terms) for pk in pks}
    profiles = SIDES[side]._default_manager.filter(pk__in=pks)
    paths = [path for path in PATHS[side] if not kinds or path.kind in kinds]
    for kind, pk, value in union_of(path.values_of(profiles, "pk") for path in paths):
        if term := term_of(terms, kind, value):
            found[pk].stated[kind].add(term.pk)
    return found


def union_of(arms: Iterable[QuerySet[Any, tuple[Any, ...]]]) -> QuerySet[Any, tuple[Any, ...]]:
    first, *rest = arms
    return first.union(*rest)


def term_of(terms: TermTree, kind: str, value: str | None) -> TermNode | None:
    """Return the term that a value read as text names: a primary key, or a code of a closed list."""
    if not value:
        return None
    return terms.by_pk[kind].get(int(value)) if kind in KINDS else terms.find(kind, value)


@dataclass(frozen=True)
class Option:
    """One choice of a filter; `count` is how many it leaves, None where that is not counted."""

    term: TermNode
    count: int | None


Options = Mapping[str, list[Option]]  # the choices of each filter, by its kind


def counted_options(rows: Collection[FacetValues], chosen: Chosen, terms: TermTree) -> Options:
    """Return the choices of each filter that leave something, given what the other filters say."""
    options: dict[str, list[Option]] = {}
    for kind in terms.by_pk:
        rest = {other: term for other, term in chosen.items() if other != kind}
        counts = Counter(chain.from_iterable(row.wide[kind] for row in rows if row.meets(rest)))
        options[kind] = options_of(kind, counts, chosen, terms)
    return options


def filtered_profiles(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: TermTree) -> QuerySet[Any]:
    """Return the profiles that have every chosen value."""
    for kind, term in chosen.items():
        values = terms.within(kind, term.pk) if kind in KINDS else [term.code]
        wanted = (
            path.active_on(timezone.localdate()) & Q(**{f"{path.lookup}__in": values})
            for path in PATHS[side]
            if path.kind == kind
        )
        found = rows.model._default_manager.order_by().filter(reduce(or_, wanted))
        rows = rows.filter(pk__in=found.values("pk"))
    return rows


def options_of(kind: str, found: Mapping[int, int | None], chosen: Chosen, terms: TermTree) -> list[Option]:
    """Return the found terms as choices in the order of their table; the chosen one stays in any case."""
    known = terms.by_pk[kind]
    counts = {pk: found[pk] for pk in found if 0 < len(terms.family(kind, pk)) <= DEEPEST}
    if kind in chosen:
        counts.setdefault(chosen[kind].pk, 0)
    options = [Option(known[pk], count) for pk, count in counts.items()]
    return sorted(options, key=lambda option: option.term.order)


FACTORS = tuple(Factor.values)
BEST, MINE, THEIRS = "best", "mine", "theirs"  # what a list is sorted by


@dataclass(frozen=True)
class Card:
    """What templates/_parts/match_card.html shows. Numbers are 0 to 100; a score of None: nothing was scored.

    `number` is what the list is sorted by, as `measure` says; where that is no number, the score.
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
    not_stated: tuple[str, ...] = ()
    demand_points: int = 0
    is_guaranteed_exposure: bool = False
    suggested: bool = False
    suggestion: str = ""  # what the curator writes to both sides
    is_less_likely: bool = False  # but one side has chosen it, so it stands among the recommended
    is_unclaimed: bool = False  # nobody of the company is here yet
    changed: str = ""  # that a visible field has changed since a curator last read it
    thesis: str = ""  # the reader's own thesis that it is listed for, where there are several
    deal: str = ""  # the latest deal on record between the two, as far as the reader may know
    face: Face | None = None


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
    suggestions: Mapping[int, str] = field(default_factory=dict)  # a curator's notes, by the counterpart's
    deals: Mapping[int, str] = field(default_factory=dict)  # deals with the counterparts, in words


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
        is_unclaimed=profile.is_unclaimed,
        deal=context.deals.get(profile.pk, ""),
        face=face_of(seen),
        changed=changed_words(seen),
    )


def brief_card(profile: Startup | Investor, entry: ListEntry, context: CardContext) -> Card:
    """Return a card with the numbers of the pair, without its reasons."""
    side = context.current.side
    fits = {Side.STARTUP: round_tenths(entry.fit_startup), Side.INVESTOR: round_tenths(entry.fit_investor)}
    adjustment = entry.demand_adjustment_tenths if context.sort == BEST else 0
    position = list_position(entry.score, adjustment, entry)
    number = {MINE: fits[side], THEIRS: fits[side.other]}.get(context.sort, position.number)
    return replace(
        plain_card(profile, context),
        score=position.score,
        number=number,
        measure=context.sort if context.sort in (MINE, THEIRS) else BEST,
        why_here=position.why if context.sort == BEST else "",
        fit_startup=fits[Side.STARTUP],
        fit_investor=fits[Side.INVESTOR],
        demand_points=position.points,
        is_guaranteed_exposure=entry.is_guaranteed_exposure,
        suggested=entry.is_boosted,
        suggestion=context.suggestions.get(profile.pk, ""),
        is_less_likely=not entry.is_recommended and context.current.interactions.recommends(entry),
        thesis=context.theses.get(entry.thesis_id, ""),
    )


def scored_card(profile: Startup | Investor, entry: ListEntry, context: CardContext) -> Card:
    """Return a card with everything that the ranking says about the pair."""
    side, said = context.current.side, said_of(entry, context)
    return replace(
        brief_card(profile, entry, context),
        reasons=tuple(reasons.reasons(said, side)),
        caution=_caution(profile, said, side),
        not_stated=tuple(str(Factor(factor).label) for factor in entry.not_stated),
    )


def said_of(entry: ListEntry, context: CardContext) -> list[FactorReason]:
    """Return what can be said of the eight factors of the pair."""
    levels = dict(zip(FACTORS, entry.levels, strict=True))
    measured = PairLevels(levels, context.weights, entry.not_stated_startup, entry.not_stated_investor)
    return pair_reasons(context.facts[entry.counterpart_id], measured)


def _caution(profile: Startup | Investor, said: list[FactorReason], side: Side) -> str:
    """Return the one thing to mind: fees first, then the costliest factor that speaks against.

    That the two have no form in common is told in any case.
    """
    against = reasons.against(said, side)[:1]
    if isinstance(profile, Investor) and profile.fee_policy == FeePolicy.DISCLOSED:
        kept = against if reasons.lacks_common_form(said) else []
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
