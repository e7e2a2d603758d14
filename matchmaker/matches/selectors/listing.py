"""The list of recommended counterparts: ranked, filtered, sorted, in pages; or browsed without any score."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Case, CharField, F, Prefetch, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matchmaker.choices import RunState, Side
from matchmaker.matches.selectors import facets
from matchmaker.matches.selectors.cards import Card, CardContext, facts_of_listed, plain_card, scored_card
from matchmaker.matches.selectors.member import Member, OwnList, own_list
from matchmaker.matches.selectors.pair import counterparts, listed_counterparts
from matchmaker.matches.selectors.query import MINE, NAME, NEWEST, THEIRS, SearchQuery
from matchmaker.models import RankingRun, Weights
from matchmaker.ranking.selectors import stored_lists
from matchmaker.ranking.selectors.stored_lists import ListEntry
from profiles.models import Investor, Startup, Thesis
from profiles.taxonomy.selectors.term_tree import TermNode, TermTree
from profiles.visibility import access
from profiles.visibility.visible_profile import summary_field

PER_PAGE = 10


class ListState(StrEnum):
    """Why a list looks as it does."""

    LISTED = "listed"
    NOT_OPEN = "not_open"  # the own profile is not approved, or does not agree to matching
    NOT_RANKED = "not_ranked"
    NOTHING_FITS = "nothing_fits"
    ONLY_WEAKER = "only_weaker"  # all that is listed stands below the floor
    FILTERED_AWAY = "filtered_away"


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
    cards: list[Card] = field(default_factory=list)
    page: "Page[int] | None" = None
    options: facets.Options = field(default_factory=dict)
    stored: stored_lists.StoredRanking | None = None
    run: RankingRun | None = None
    is_blind: bool = False
    tabs: list[ThesisTab] = field(default_factory=list)

    @property
    def count(self) -> int:
        """How many the filters left."""
        return self.page.paginator.count if self.page else 0


def matches_page(member: Member, query: SearchQuery) -> MatchesPage:
    """Return the page of matches that the member asks for."""
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
    found = listed_counterparts(member).filter(pk__in=_named(own_lists) - member.relations.passed)
    rows = by_name(found, member) if query.sort == NAME else found.order_by()
    traits = facets.traits_of(rows, member.side.other, terms)
    entries = own_lists.entries(query.thesis)
    listed = {entry.counterpart_id: entry for entry in entries if entry.counterpart_id in traits}
    strong = {pk: entry for pk, entry in listed.items() if member.relations.lists(entry)}
    below = [] if query.with_weaker else [traits[pk] for pk in listed.keys() - strong.keys()]
    listed = listed if query.with_weaker else strong
    fitting = [entry for pk, entry in listed.items() if traits[pk].meets(chosen)]
    ordered = _sorted(fitting, query.sort, member.side, list(traits))
    page = Paginator([entry.counterpart_id for entry in ordered], PER_PAGE).get_page(query.page)
    profiles = _rows(member, [listed[pk] for pk in page.object_list])
    facts = facts_of_listed(member, profiles, listed, terms, on=timezone.localdate())
    weights = weights_by_version(stored.weights_version)
    names = {thesis.pk: thesis.name for thesis in own_lists.theses}
    context = CardContext(member, traits, terms, weights, facts, query.sort, names)
    return MatchesPage(
        member.side,
        company,
        query,
        ListState.ONLY_WEAKER if below and not listed else _state(len(listed), len(fitting)),
        total=len(listed),
        weaker=sum(each.meets(chosen) for each in below),
        cards=[scored_card(profiles[pk], listed[pk], context) for pk in page.object_list],
        page=page,
        options=facets.counted([traits[pk] for pk in listed], chosen, terms),
        stored=stored,
        is_blind=member.viewer.is_blind,
        tabs=_tabs(own_lists, member, query, traits),
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


def _state(listed: int, fitting: int) -> ListState:
    """Return why the list looks as it does."""
    if not listed:
        return ListState.NOTHING_FITS
    return ListState.LISTED if fitting else ListState.FILTERED_AWAY


ORDERS: dict[tuple[str, Side], Callable[[stored_lists.ListEntry], int]] = {
    (MINE, Side.INVESTOR): lambda entry: -entry.fit_investor,
    (MINE, Side.STARTUP): lambda entry: -entry.fit_startup,
    (THEIRS, Side.INVESTOR): lambda entry: -entry.fit_startup,
    (THEIRS, Side.STARTUP): lambda entry: -entry.fit_investor,
    (NEWEST, Side.INVESTOR): lambda entry: -entry.counterpart_id,
    (NEWEST, Side.STARTUP): lambda entry: -entry.counterpart_id,
}


def _sorted(
    entries: list[stored_lists.ListEntry], sort: str, side: Side, named: list[int]
) -> list[stored_lists.ListEntry]:
    """Return the entries in the order asked for; `named` has all in the order of their names."""
    if sort == NAME:
        place = {pk: at for at, pk in enumerate(named)}
        return sorted(entries, key=lambda entry: place[entry.counterpart_id])
    order = ORDERS.get((sort, side))
    return sorted(entries, key=order) if order else entries


def by_name(rows: QuerySet[Any], member: Member) -> QuerySet[Any]:
    """Order profiles by the name in the active language; those whose name is hidden come last, by age.

    A hidden name must not be given away by its place in the alphabet.
    """
    language = (get_language() or "en")[:2]
    name: Any = Lower(Coalesce(NullIf(F(f"name_{language}"), Value("")), F("name_en")))
    hidden = access.hides_name(member.viewer) if member.side == Side.INVESTOR else Q(pk__in=[])
    shown = Case(When(hidden, then=Value("\U0010ffff")), default=name, output_field=CharField())
    return rows.order_by(shown, "pk")


def _rows(member: Member, entries: list[stored_lists.ListEntry]) -> dict[int, Any]:
    """Return the profiles of one page, with what their cards need."""
    rows = for_page(counterparts(member), [entry.thesis_id for entry in entries])
    return rows.in_bulk([entry.counterpart_id for entry in entries])


COMMON = (
    "public_id", "name_en", "name_zh", "name_ur", "pitch", "pitch_en", "pitch_ur", "pitch_zh", "website",
    "status", "matching_consent", "stale_at", "visibility", "withheld", "is_demo",
    "place__country_code", "place__name_en", "place__name_zh", "place__name_ur",
)  # fmt: skip
ASK = ("ask_min_usd", "ask_max_usd", "rate_on", "stage_id", "seeks_capital")
SECTOR = ("primary_sector__name_en", "primary_sector__name_zh", "primary_sector__name_ur")
PARTNER = ("kind", "reply_days", "fee_policy", "jurisdiction")


TICKET = (
    "investor_id", "is_active", "ticket_min", "ticket_max", "ticket_currency", "ticket_min_usd",
    "ticket_max_usd", "rate_on",
)  # fmt: skip


def for_page(rows: QuerySet[Any], theses: list[int] | None = None) -> QuerySet[Any]:
    """Load what a card shows, in no order; of an investor's theses only those named, if any are."""
    if rows.model is Startup:
        return (
            rows.select_related("place", "primary_sector")
            .only(*COMMON, summary_field(), *ASK, *SECTOR)
            .order_by()
        )
    active = Thesis.objects.filter(is_active=True).only(*TICKET).order_by("pk")
    named = active if theses is None else active.filter(pk__in=theses)
    lean = rows.select_related("place").only(*COMMON, summary_field(), *PARTNER).order_by()
    return lean.prefetch_related(Prefetch("theses", named))


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
        _state(total, page.paginator.count),
        total=total,
        cards=[plain_card(rows[pk], context) for pk in pks],
        page=page,
        options=facets.existing(everybody, member.side.other, chosen, terms),
        is_blind=member.viewer.is_blind,
    )
