"""The list of recommended counterparts: ranked, filtered, sorted, in pages; or browsed without any score."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matchmaker.choices import RunState, Side
from matchmaker.matches.selectors import facets
from matchmaker.matches.selectors.card_rows import PER_PAGE, for_page
from matchmaker.matches.selectors.cards import Card, CardContext, plain_card, scored_cards
from matchmaker.matches.selectors.member import Member, OwnList, asks_for_nobody, own_list
from matchmaker.matches.selectors.pair import (
    counterparts,
    counterparts_of,
    finder_of,
    listed_counterparts,
    on_lists,
)
from matchmaker.matches.selectors.query import NAME, NEWEST, SearchQuery
from matchmaker.matches.selectors.remembered import PageMemory, loaded_values
from matchmaker.matches.selectors.selection import ListState, select, state_of_list
from matchmaker.models import RankingRun, Weights
from matchmaker.ranking.definitions import FAR, NEAR
from matchmaker.ranking.selectors import stored_lists
from matchmaker.ranking.selectors.stored_lists import ListEntry
from profiles.database_state import database_state
from profiles.models import Investor, Startup
from profiles.prepared import PreparedQuery, padded
from profiles.taxonomy.selectors.term_tree import TermNode, TermTree
from profiles.visibility import access


@dataclass(frozen=True)
class ThesisTab:
    """One tab of an investor's list: a thesis, or all of them (key: empty)."""

    key: str
    name: str
    count: int
    is_current: bool


@dataclass(frozen=True)
class MatchesPage:
    """Everything on the page of matches."""

    side: Side
    company: Startup | Investor
    query: SearchQuery
    state: ListState
    total: int = 0
    weaker: int = 0  # entries below the floor that the filters leave, where they are not shown
    cards: tuple[Card, ...] = ()
    page: "Page[Any] | None" = None
    options: facets.Options = facets.NO_OPTIONS
    stored: stored_lists.StoredRanking | None = None
    run: RankingRun | None = None
    is_blind: bool = False
    tabs: list[ThesisTab] = field(default_factory=list)
    near: ClassVar[int] = stored_lists.round_tenths(
        NEAR
    )  # scores of 100 below which a pair is weaker: in close fields …
    far: ClassVar[int] = stored_lists.round_tenths(FAR)  # … and in others

    @property
    def count(self) -> int:
        """How many the filters left."""
        return self.page.paginator.count if self.page else 0


# While nothing is written; each page has most of what it needs in the other memories.
PAGES: PageMemory[tuple[MatchesPage, frozenset[access.ShownGroup]]] = PageMemory(128)


def matches_page(member: Member, query: SearchQuery) -> MatchesPage:
    """Return the page of matches that the member asks for; the same one while the database is the same."""
    state = database_state()
    if state is None:
        return _page(member, query)
    # What was read of the member before may be older than the state, so it is part of the key.
    whose = member.side, loaded_values(member.company), member.viewer, member.relations
    key = (state, get_language(), timezone.localdate(), *whose, query.key, query.page)

    def make() -> tuple[MatchesPage, frozenset[access.ShownGroup]]:
        fresh = replace(member, viewer=replace(member.viewer, shown=set()))
        return _page(fresh, query), frozenset(fresh.viewer.shown)

    page, shown = PAGES.get_or_make(key, make)
    member.viewer.shown.update(shown)
    return page


def _page(member: Member, query: SearchQuery) -> MatchesPage:
    """Read and make the page."""
    company = member.company
    if not company.is_published:
        return MatchesPage(member.side, company, query, ListState.NOT_OPEN)
    terms = facets.words_of(member.side.other)
    chosen = {kind: term for kind in terms.by_pk if (term := terms.find(kind, query.codes.get(kind, "")))}
    if query.is_plain:
        return _plain_page(member, company, query, terms, chosen)
    return _scored_page(member, company, query, terms, chosen)


def _scored_page(
    member: Member, company: Startup | Investor, query: SearchQuery, terms: TermTree, chosen: facets.Chosen
) -> MatchesPage:
    """Return a page of the stored ranking. The number of queries does not depend on its length."""
    own_lists = own_list(member)
    if own_lists is None:
        return MatchesPage(member.side, company, query, ListState.NOT_RANKED, run=_run_under_way())
    stored = own_lists.stored
    rows = _listed(member, _named(own_lists) - member.relations.passed, query.sort)
    traits = facets.traits_from(rows, member.side.other, terms)
    entries = own_lists.entries(query.thesis)
    found = select(entries, member, query, traits, terms, chosen)
    page = Paginator(found.order, PER_PAGE).get_page(query.page)
    weights = weights_by_version(stored.weights_version)
    names = {thesis.pk: thesis.name for thesis in own_lists.theses}
    is_of_one, is_empty = query.thesis in map(str, names), found.state is ListState.NOTHING_FITS
    context = CardContext(member, traits, terms, weights, sort=query.sort, theses=names, is_of_one=is_of_one)
    return MatchesPage(
        member.side,
        company,
        query,
        ListState.NO_THESIS if is_empty and asks_for_nobody(company) else found.state,
        total=found.total,
        weaker=found.weaker,
        cards=scored_cards(list(page.object_list), context, on=timezone.localdate()),
        page=page,
        options=found.options,
        stored=stored,
        is_blind=member.viewer.is_blind,
        tabs=_tabs(own_lists, member, query, traits),
    )


def _listed(member: Member, named: frozenset[int], sort: str) -> Iterable[tuple[Any, ...]]:
    """Return those of the named who exist for the member, in the order asked for, as `facets.own_words`."""
    if sort == NAME:
        rows = by_name(listed_counterparts(member).filter(pk__in=named), member)
        return facets.own_words(rows, member.side.other)
    return LISTED(finder_of(member), padded(named))


# Each prepared query is asked by every page of a list.
LISTED = PreparedQuery(
    lambda finder, keys: facets.own_words(
        on_lists(counterparts_of(finder)).filter(pk__in=keys).order_by(), finder.side.other
    )
)


def _named(lists: OwnList) -> frozenset[int]:
    """Return who stands on any of the lists."""
    theses = (entry.counterpart_id for thesis in lists.theses for entry in thesis.entries)
    return frozenset(theses) | {entry.counterpart_id for entry in lists.stored.entries}


def _tabs(lists: OwnList, member: Member, query: SearchQuery, here: Collection[int]) -> list[ThesisTab]:
    """Return a tab for all and one for each thesis, where there are several, with how many they list."""
    if not lists.theses:
        return []
    names = {"": _("All"), **{str(thesis.pk): thesis.name for thesis in lists.theses}}
    chosen = query.thesis if query.thesis in names else ""
    return [
        ThesisTab(key, name, _count(lists.entries(key), member, query, here), key == chosen)
        for key, name in names.items()
    ]


def _count(entries: Iterable[ListEntry], member: Member, query: SearchQuery, here: Collection[int]) -> int:
    """Return how many entries are listed before any filter."""
    return sum(
        entry.counterpart_id in here and (query.with_weaker or member.relations.lists(entry))
        for entry in entries
    )


def weights_by_version(version: int) -> tuple[dict[str, int], dict[str, int]]:
    """Return both sides' weights of a version; nothing where there is none of that number."""
    try:
        return stored_weights(version)
    except Weights.DoesNotExist:
        return {}, {}


@lru_cache(maxsize=16)
def stored_weights(version: int) -> tuple[dict[str, int], dict[str, int]]:
    """Return both sides' weights of a version. Versions are never edited, so they are read once.

    Raises:
        Weights.DoesNotExist: which is not remembered, so that a version is found as soon as it is there.
    """
    return Weights.objects.values_list("for_startup", "for_investor").get(pk=version)


def _run_under_way() -> RankingRun | None:
    """Return the whole re-ranking that will bring the list, if one is under way."""
    return RankingRun.objects.filter(state__in=[RunState.WAITING, RunState.RUNNING]).first()


def by_name(rows: QuerySet[Any], member: Member) -> QuerySet[Any]:
    """Order profiles by the name in the active language; those whose name is hidden come last, by age.

    A hidden name must not be given away by its place in the alphabet.
    """
    language = (get_language() or "en")[:2]
    name: Any = Lower(Coalesce(NullIf(F(f"name_{language}"), Value("")), F("name_en")))
    hidden = access.hides_name(member.viewer) if member.side == Side.INVESTOR else Q(pk__in=[])
    shown = Case(When(hidden, then=Value("\U0010ffff")), default=name, output_field=CharField())
    return rows.order_by(shown, "pk")


def _plain_page(
    member: Member,
    company: Startup | Investor,
    query: SearchQuery,
    terms: TermTree,
    chosen: Mapping[str, TermNode],
) -> MatchesPage:
    """Return a page of everybody across the table, in an order that has nothing to do with fit."""
    everybody = listed_counterparts(member).exclude(pk__in=member.relations.passed)
    found = facets.narrowed(everybody, member.side.other, chosen, terms)
    ordered = found.order_by("-pk") if query.sort == NEWEST else by_name(found, member)
    page = Paginator(ordered.values_list("pk", flat=True), PER_PAGE).get_page(query.page)
    pks = list(page.object_list)
    rows = for_page(counterparts(member)).in_bulk(pks)
    traits = facets.traits_of(counterparts(member).filter(pk__in=pks), member.side.other, terms)
    context = CardContext(member, traits, terms)
    total = everybody.count()
    return MatchesPage(
        member.side,
        company,
        query,
        state_of_list(total, page.paginator.count),
        total=total,
        cards=tuple(plain_card(rows[pk], context) for pk in pks),
        page=page,
        options=facets.existing(everybody, member.side.other, chosen, terms),
        is_blind=member.viewer.is_blind,
    )
