"""A person's saved searches: what they ask for, and what they find now."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override

from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.lists.forms import FILTERS, search_query_of
from matchmaker.matching.lists.selectors.cards import BEST, MINE, THEIRS
from matchmaker.matching.lists.selectors.facets import facet_terms
from matchmaker.matching.lists.selectors.list_page import NAME, NEWEST
from matchmaker.matching.lists.selectors.neighbours import listed_ids
from matchmaker.matching.lists.selectors.own_list import own_list
from matchmaker.models.search import ResultKind, SavedSearch, SearchPage
from matchmaker.portal.search.forms import asked_of
from matchmaker.portal.search.selectors.results import FACETS, MOST_RESULTS, Search, search_reader
from matchmaker.portal.search.selectors.rows import kind_label
from matchmaker.searchable import SEARCHABLE
from profiles.catalogue.visibility.facts import DOT
from profiles.choices import Role, Side
from profiles.models import Investor, User

CHECKED_EVERY = timedelta(hours=1)
KEYS = {
    SearchPage.MATCHES: (*sorted(FILTERS), "sort", "view", "thesis"),
    SearchPage.SEARCH: ("q", "kind", "side", *FACETS),
}
URLS = {SearchPage.MATCHES: "matches", SearchPage.SEARCH: "search"}
ORDERS = {
    BEST: gettext_lazy("sorted by best match"),
    MINE: gettext_lazy("sorted by fit for us"),
    THEIRS: gettext_lazy("sorted by fit for them"),
    NEWEST: gettext_lazy("newest first"),
    NAME: gettext_lazy("sorted by name"),
}
MOST_KEPT = 500  # names of results
LONGEST_KEPT = 1000


def may_save(user: User) -> bool:
    return user.role in (Role.STARTUP, Role.INVESTOR)


def saved_searches(user: User) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(user=user).order_by("name", "pk")


def kept_query(page: str, query: str) -> str:
    given = QueryDict(query[: 3 * LONGEST_KEPT])
    cleaned = QueryDict(mutable=True)
    for key in KEYS[SearchPage(page)]:
        if value := given.get(key, "").replace("\x00", "")[:100]:
            cleaned[key] = value
    return cleaned.urlencode()[:LONGEST_KEPT]


def results_of(saved: SavedSearch) -> list[str]:
    given = QueryDict(saved.query)
    reader = search_reader(saved.user)
    if saved.page == SearchPage.SEARCH:
        return [result.key for result in Search(reader, asked_of(given)).filtered][:MOST_RESULTS]
    if reader.member is None or not reader.member.company.is_published:
        return []
    lists = own_list(reader.member)
    query = search_query_of(given)
    return listed_ids(reader.member, query, lists)[:MOST_KEPT] if lists else []


def due_searches(*, at: datetime) -> QuerySet[SavedSearch]:
    """Return the saved searches that were not checked for an hour, the oldest first."""
    rows = SavedSearch.objects.filter(checked_at__lte=at - CHECKED_EVERY, user__is_active=True)
    return rows.select_related("user").order_by("checked_at", "pk")


def address_of(saved: SavedSearch) -> str:
    url = reverse(URLS[SearchPage(saved.page)])
    return f"{url}?{saved.query}" if saved.query else url


@dataclass(frozen=True)
class SavedRow:
    saved: SavedSearch
    fresh: int
    told: str  # what it asks for


def saved_rows(user: User) -> list[SavedRow]:
    searches = list(saved_searches(user))
    names = _names(user) if searches else {}
    return [SavedRow(search, len(search.fresh), words_of(search, names)) for search in searches]


def _names(user: User) -> dict[tuple[str, str], str]:
    member = current_company(user)
    names = {("sort", code): str(order) for code, order in ORDERS.items()}
    if member:
        terms = facet_terms(member.side.other).by_pk
        names |= {(kind, term.code): term.name for kind in terms for term in terms[kind].values()}
        if isinstance(member.company, Investor):
            names |= {("thesis", str(thesis.pk)): str(thesis) for thesis in member.company.theses.all()}
    names |= {("kind", kind): kind_label(kind) for kind in (*ResultKind.values, *SEARCHABLE)}
    return names | {("side", side.value): str(side.label) for side in Side}


def words_of(saved: SavedSearch, names: Mapping[tuple[str, str], str]) -> str:
    given = QueryDict(saved.query).dict()
    typed = [f"“{given['q']}”"] if given.get("q") else []
    chosen = [names.get((key, str(code)), "") for key, code in given.items()]
    return DOT.join(filter(None, [*typed, *chosen]))


def digest_lines(user: User, *, language: str) -> list[str]:
    with override(language):
        link = settings.SITE_URL.rstrip("/") + reverse("saved_searches")
        lines = []
        for saved in saved_searches(user).exclude(fresh=[]):
            count = len(saved.fresh)
            text = ngettext("%(count)d new result", "%(count)d new results", count) % {"count": count}
            name = _("Saved search “%(name)s”") % {"name": saved.name}
            lines.append(f"{name}: {text}\n{link}")
        return lines
