"""A list of matches as its page shows it."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from itertools import chain
from operator import attrgetter
from typing import Any, ClassVar

from django.core.paginator import Page, Paginator
from django.db.models import BooleanField, Case, Prefetch, Q, QuerySet, Value, When
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from matchmaker.choices import RunState, Side
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts, listed_counterparts
from matchmaker.matching.lists.selectors.cards import (
    BEST,
    MINE,
    THEIRS,
    Card,
    CardContext,
    plain_card,
    scored_card,
)
from matchmaker.matching.lists.selectors.facets import (
    Chosen,
    Options,
    counted_options,
    facet_terms,
    facet_values,
    filtered_profiles,
    loaded_values,
)
from matchmaker.matching.lists.selectors.own_deals import listed_deals, own_deals
from matchmaker.matching.lists.selectors.own_list import OwnList, has_no_active_thesis, own_list
from matchmaker.matching.lists.selectors.suggestions import suggestions_for
from matchmaker.matching.lists.selectors.uncounted import FEW, few_of, uncounted_options
from matchmaker.matching.ranking.definitions import FAR, LIST_ENDS, NEAR, ListEnd
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.matching.ranking.selectors.stored_lists import ListEntry
from matchmaker.matching.reasons.facts import (
    TICKET,
    PairFacts,
    PairKey,
    Recorded,
    facts_from,
    facts_of_pairs,
    read_recorded,
)
from matchmaker.models.ranking import RankingRun
from profiles.catalogue.taxonomy.selectors.terms import TermTree
from profiles.catalogue.visibility import access
from profiles.catalogue.visibility.visible_profile import reading
from profiles.models import Investor, Startup, Thesis
from profiles.models.profile import name_order

NAMED = (
    "public_id", "name_en", "name_zh", "name_ur", "status", "matching_consent", "stale_at", "leaves_at",
    "visibility", "withheld", "approved_country", "place__country_code", "place__name_en", "place__name_zh",
    "place__name_ur",
)  # fmt: skip
COMMON = (
    *NAMED, "pitch", "pitch_en", "pitch_ur", "pitch_zh", "summary_en", "summary_ur", "summary_zh", "website",
    "logo", "is_demo", "is_unclaimed", "unread_changes", "reviewed_at",
)  # fmt: skip
SECTOR = ("primary_sector__name_en", "primary_sector__name_zh", "primary_sector__name_ur")
STARTUP = (
    "ask_min_usd", "ask_max_usd", "rate_on", "stage_id", "seeks_capital", "forms_are_must", *SECTOR,
)  # fmt: skip
INVESTOR = ("kind", "reply_days", "fee_policy", "jurisdiction")


def for_cards(rows: QuerySet[Any], theses: Collection[int] | None = None) -> QuerySet[Any]:
    """Load what a card shows, in no order; of an investor's theses only those named, if any are."""
    if rows.model is Startup:
        loaded = rows.select_related("place", "primary_sector").only(*COMMON, *STARTUP)
        return loaded.order_by()
    tickets = Thesis.objects.filter(is_active=True).only(*TICKET).order_by("pk")
    if theses is not None:
        tickets = tickets.filter(pk__in=theses)
    loaded = rows.select_related("place").only(*COMMON, *INVESTOR)
    return loaded.prefetch_related(Prefetch("theses", tickets)).order_by()


def for_names(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Load what a company is called, also where its name is hidden, in no order."""
    rows = rows.select_related("place").order_by()
    if rows.model is Startup:
        return rows.select_related("place", "primary_sector").only(*NAMED, *SECTOR)
    return rows.only(*NAMED)


PER_PAGE = 10
NEWEST, NAME = "newest", "name"
SORTS = (BEST, MINE, THEIRS, NEWEST, NAME)
PLAIN_SORTS = (NAME, NEWEST)


@dataclass(frozen=True)
class SearchQuery:
    codes: Mapping[str, str] = field(default_factory=dict)
    sort: str = BEST
    is_plain: bool = False
    thesis: str = ""
    page: str = "1"
    is_less: bool = False  # the page of the less likely, not of the recommended
    with_filters: bool = False  # whether the filters are open


class ListState(StrEnum):
    LISTED = "listed"
    NOT_OPEN = "not_open"  # the own profile is not approved, or does not agree to matching
    NOT_RANKED = "not_ranked"
    NO_THESIS = "no_thesis"  # an investor's, none of whose theses is in use
    NOTHING_FITS = "nothing_fits"
    FILTERED_AWAY = "filtered_away"


@dataclass(frozen=True)
class LessLikely:
    """Entries below the recommended ones, in the same order, on pages of their own."""

    total: int = 0  # on the list
    count: int = 0  # that the filters leave
    cards: tuple[Card, ...] = ()  # of this page; none on a page of recommended ones


@dataclass(frozen=True)
class ListPage:
    side: Side
    company: Startup | Investor
    query: SearchQuery
    state: ListState
    total: int = 0
    count: int = 0  # of the recommended, that the filters leave
    cards: tuple[Card, ...] = ()
    less_likely: LessLikely = field(default_factory=LessLikely)
    page: "Page[Any] | None" = None
    options: Options = field(default_factory=dict)
    own: OwnList | None = None
    stored: stored_lists.StoredRanking | None = None
    run: RankingRun | None = None
    is_blind: bool = False
    tabs: list[dict[str, Any]] = field(default_factory=list)
    # Scores of 100 that are enough to be recommended: in close sectors, and in others.
    near: ClassVar[int] = stored_lists.round_tenths(NEAR)
    far: ClassVar[int] = stored_lists.round_tenths(FAR)

    @property
    def end(self) -> ListEnd:
        return LIST_ENDS[self.side]

    @property
    def counted(self) -> str:
        """Return how many the filters leave in words: of many only that they are more than a few."""
        is_cut = self.query.is_plain and FEW < self.count < self.total
        # The mark keeps the sign behind the number, also between words from right to left.
        return f"{number_format(FEW)}+\N{LEFT-TO-RIGHT MARK}" if is_cut else number_format(self.count)


def list_page(current: CurrentCompany, query: SearchQuery) -> ListPage:
    if not current.company.is_published:
        return ListPage(current.side, current.company, query, ListState.NOT_OPEN)
    terms = facet_terms(current.side.other)
    chosen = chosen_terms(query, terms)
    if query.is_plain:
        return _plain_page(current, query, terms, chosen)
    lists = own_list(current)
    if lists is None:
        run = RankingRun.objects.filter(state__in=[RunState.WAITING, RunState.RUNNING]).first()
        return ListPage(current.side, current.company, query, ListState.NOT_RANKED, run=run)
    return _scored_page(current, query, lists, terms, chosen)


def chosen_terms(query: SearchQuery, terms: TermTree) -> Chosen:
    chosen = {}
    for kind in terms.by_pk:
        term = terms.find(kind, query.codes.get(kind, ""))
        if term:
            chosen[kind] = term
    return chosen


def in_list_order(
    current: CurrentCompany, query: SearchQuery, entries: Iterable[ListEntry], lists: OwnList
) -> tuple[list[ListEntry], list[ListEntry]]:
    """Return what is recommended and what is less likely, in the order that the list shows.

    At most two queries, where that is the order of names.
    """
    side = current.side
    if query.sort == NAME:
        rows = listed_counterparts(current).filter(pk__in=lists.listed).values_list("pk", flat=True)
        position = {pk: at for at, pk in enumerate(ByName(rows, current))}
        # Who leaves between the list and this read comes last, and has no card.
        entries = sorted(entries, key=lambda entry: position.get(entry.counterpart_id, len(position)))
    elif query.sort == MINE:
        entries = sorted(entries, key=attrgetter(f"fit_{side}"), reverse=True)
    elif query.sort == THEIRS:
        entries = sorted(entries, key=attrgetter(f"fit_{side.other}"), reverse=True)
    elif query.sort == NEWEST:
        entries = sorted(entries, key=attrgetter("counterpart_id"), reverse=True)
    return current.interactions.split_by_recommendation(entries)


def _scored_page(
    current: CurrentCompany, query: SearchQuery, lists: OwnList, terms: TermTree, chosen: Chosen
) -> ListPage:
    """Return a page of the stored list: who is visible, filters and counts, order, cards of this page."""
    entries = lists.seen(query.thesis)
    matching = entries
    options: Options = {}
    if chosen or query.with_filters:
        values = facet_values(lists.listed, current.side.other, terms)
        matching = [entry for entry in entries if values[entry.counterpart_id].meets(chosen)]
        options = counted_options([values[entry.counterpart_id] for entry in entries], chosen, terms)
    recommended, less_likely = in_list_order(current, query, matching, lists)
    is_less = bool(less_likely) and (query.is_less or not recommended)
    shown = less_likely if is_less else recommended
    page = Paginator(shown, PER_PAGE).get_page(query.page)
    cards = _scored_cards(current, query, lists, list(page.object_list), terms)
    all_recommended, all_less_likely = current.interactions.split_by_recommendation(entries)
    less = LessLikely(total=len(all_less_likely), count=len(less_likely))
    if is_less:
        less = replace(less, cards=cards)
        cards = ()
    return ListPage(
        current.side,
        current.company,
        query,
        _state_of(current, entries, matching),
        total=len(all_recommended),
        count=len(recommended),
        cards=cards,
        less_likely=less,
        page=page,
        options=options,
        own=lists,
        stored=lists.stored,
        is_blind=current.viewer.is_blind,
        tabs=_tabs(lists, current, query),
    )


def _state_of(
    current: CurrentCompany, entries: Sequence[ListEntry], matching: Sequence[ListEntry]
) -> ListState:
    if matching:
        return ListState.LISTED
    if entries:
        return ListState.FILTERED_AWAY
    if has_no_active_thesis(current.company):
        return ListState.NO_THESIS
    return ListState.NOTHING_FITS


def _scored_cards(
    current: CurrentCompany,
    query: SearchQuery,
    lists: OwnList,
    entries: Collection[ListEntry],
    terms: TermTree,
) -> tuple[Card, ...]:
    theses = {thesis.pk: thesis.name for thesis in lists.theses}
    # A company that leaves between the list and this read is left out.
    profiles = for_cards(counterparts(current)).in_bulk([entry.counterpart_id for entry in entries])
    present = [entry for entry in entries if entry.counterpart_id in profiles]
    pairs = [(profiles[entry.counterpart_id], entry) for entry in present]
    recorded = _recorded_of(current, profiles)
    context = CardContext(
        current,
        loaded_values(profiles, current.side.other, recorded, terms),
        terms,
        lists.stored.weights,
        card_facts(current, pairs, terms, recorded, is_of_one_thesis=query.thesis in map(str, theses)),
        sort=query.sort,
        theses=theses,
        suggestions=suggestions_for(current.side, current.company_id, entries),
        deals=listed_deals(current, profiles, recorded.deals, terms),
        listed_theses={entry.thesis_id for entry in lists.stored.entries},
    )
    return tuple(scored_card(profile, entry, context) for profile, entry in pairs)


def _recorded_of(current: CurrentCompany, profiles: Mapping[int, Any]) -> Recorded:
    """Return what is on record of the company and the profiles that it reads."""
    own_pk, today = [current.company_id], timezone.localdate()
    if current.side == Side.INVESTOR:
        return read_recorded(profiles.keys(), own_pk, on=today, viewer=current.viewer)
    in_use = []
    for profile in profiles.values():
        for thesis in profile.theses.all():
            if not thesis.is_over and not thesis.is_to_come:
                in_use.append(thesis)
    return read_recorded(own_pk, profiles.keys(), on=today, current=in_use, viewer=current.viewer)


def card_facts(
    current: CurrentCompany,
    pairs: Sequence[tuple[Any, ListEntry]],
    terms: TermTree,
    recorded: Recorded | None = None,
    *,
    is_of_one_thesis: bool = False,
) -> dict[int, PairFacts]:
    """Return what is known of the pairs with some listed profiles, by the profile's primary key."""
    company: Any = current.company
    theses: dict[int, Thesis] | None = None
    if current.side == Side.STARTUP:
        keys = [PairKey(company, profile, entry.thesis_id) for profile, entry in pairs]
        theses = {}
        for profile, _entry in pairs:
            for thesis in profile.theses.all():
                if thesis.is_active:
                    theses[thesis.pk] = thesis
    else:
        keys = [PairKey(profile, company, entry.thesis_id) for profile, entry in pairs]
    if recorded:
        facts = facts_from(recorded, keys, terms, theses, current.viewer)
    else:
        facts = facts_of_pairs(keys, terms, on=timezone.localdate(), theses=theses, viewer=current.viewer)
    if is_of_one_thesis:
        facts = [replace(fact, others=()) for fact in facts]
    return {profile.pk: fact for (profile, _entry), fact in zip(pairs, facts, strict=True)}


def _tabs(lists: OwnList, current: CurrentCompany, query: SearchQuery) -> list[dict[str, Any]]:
    """Return a tab for all (key: empty) and for each of several theses, with how many they recommend."""
    if not lists.theses:
        return []
    names = {"": _("All"), **{str(thesis.pk): thesis.name for thesis in lists.theses}}
    chosen = query.thesis if query.thesis in names else ""
    tabs = []
    for key, name in names.items():
        count = sum(map(current.interactions.recommends, lists.seen(key)))
        tabs.append({"key": key, "name": name, "count": count, "is_current": key == chosen})
    return tabs


class ByName:
    """Profiles in the order of names in the active language; hidden names come last, by age.

    So that the order does not reveal them. They are two queries, because each of them can follow an index.
    """

    def __init__(self, rows: QuerySet[Any], current: CurrentCompany, most: int | None = None) -> None:
        hidden = access.hides_name(current.viewer) if current.side == Side.INVESTOR else Q(pk__in=[])
        shows = Case(When(hidden, then=Value(False)), default=Value(True), output_field=BooleanField())
        self.rows, self.most = rows, most
        self.shown = rows.filter(shows).order_by(name_order(reading()), "pk")
        self.hidden = rows.filter(hidden).order_by("pk")

    def __iter__(self) -> Iterator[Any]:
        return chain(self.shown, self.hidden)

    def count(self) -> int:
        return self.rows.order_by()[: self.most].count()

    def __getitem__(self, part: slice) -> list[Any]:
        rows = list(self.shown[part])
        missing = part.stop - part.start - len(rows)
        if missing > 0:
            start = 0
            if not rows:
                start = max(0, part.start - self.shown.count())
            rows += self.hidden[start : start + missing]
        return rows


def unpassed_counterparts(current: CurrentCompany) -> QuerySet[Any]:
    return listed_counterparts(current).exclude(pk__in=current.interactions.passed)


def plain_rows(
    current: CurrentCompany, query: SearchQuery, terms: TermTree, chosen: Chosen, column: str = "pk"
) -> "QuerySet[Any, Any] | ByName":
    """Return a column of the filtered counterparts in an order unrelated to fit; of many the first."""
    profiles = unpassed_counterparts(current)
    most = None
    if chosen:
        filtered = filtered_profiles(profiles, current.side.other, chosen, terms)
        few = few_of(filtered)
        # Few are sorted. Of many, the order has the first ones soon.
        if few is None:
            most, profiles = FEW + 1, filtered
        else:
            profiles = profiles.filter(pk__in=few)
    values = profiles.values_list(column, flat=True)
    if query.sort == NEWEST:
        return values.order_by("-pk")[:most]
    return ByName(values, current, most)


def _plain_page(current: CurrentCompany, query: SearchQuery, terms: TermTree, chosen: Chosen) -> ListPage:
    all_rows = unpassed_counterparts(current)
    ordered: Any = plain_rows(current, query, terms, chosen)
    page = Paginator(ordered, PER_PAGE).get_page(query.page)
    # A company that leaves between these two reads is left out.
    profiles = for_cards(counterparts(current)).in_bulk(list(page.object_list))
    values = facet_values(profiles.keys(), current.side.other, terms)
    context = CardContext(current, values, terms, deals=own_deals(current, profiles))
    count = page.paginator.count
    total = all_rows.count() if chosen else count
    if not total:
        state = ListState.NOTHING_FITS
    elif not count:
        state = ListState.FILTERED_AWAY
    else:
        state = ListState.LISTED
    options: Options = {}
    if query.with_filters:
        options = uncounted_options(all_rows, current.side.other, chosen, terms)
    return ListPage(
        current.side,
        current.company,
        query,
        state,
        total=total,
        count=count,
        cards=tuple(plain_card(profiles[pk], context) for pk in page.object_list if pk in profiles),
        page=page,
        options=options,
        is_blind=current.viewer.is_blind,
    )
