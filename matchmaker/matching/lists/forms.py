"""Filters of the list of matches. Only the named keys count, and every choice leaves something."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import Side
from matchmaker.matching.lists.selectors import facets
from matchmaker.matching.lists.selectors.cards import BEST, MINE, THEIRS
from matchmaker.matching.lists.selectors.facets import Option
from matchmaker.matching.lists.selectors.list_page import (
    NAME,
    NEWEST,
    PLAIN_SORTS,
    SORTS,
    ListPage,
    SearchQuery,
)
from profiles.models import SIDES

PLAIN = "plain"
LESS = "less"  # asks for the less likely
WITH_FILTERS = "filters"  # asks for the page with its filters, or with 0 without them
SORT_LABELS = {
    BEST: gettext_lazy("Best match"),
    MINE: gettext_lazy("Fit for us"),
    THEIRS: gettext_lazy("Fit for them"),
    NEWEST: gettext_lazy("Newest"),
    NAME: gettext_lazy("Name"),
}
LABELS = {
    "sector": gettext_lazy("Sector"),
    "place": gettext_lazy("Location"),
    "stage": gettext_lazy("Stage"),
    "form": gettext_lazy("Partnership type"),
}
NEED_LABELS = {Side.INVESTOR: gettext_lazy("Needs"), Side.STARTUP: gettext_lazy("Offers")}
SORT_LABEL = gettext_lazy("Sort by")
FILTERS = frozenset(kind for side in Side for kind in facets.filters(side))


@dataclass(frozen=True)
class Choice:
    code: str
    label: str
    is_chosen: bool = False
    inner: tuple["Choice", ...] = ()


@dataclass(frozen=True)
class Select:
    name: str
    label: str
    choices: list[Choice]


def search_query_of(query: QueryDict, *, is_plain: bool = False) -> SearchQuery:
    sorts = PLAIN_SORTS if is_plain else SORTS
    sort = query.get("sort", "")
    if sort not in sorts:
        sort = sorts[0]
    codes = {kind: query.get(kind, "") for kind in FILTERS if query.get(kind)}
    return SearchQuery(
        codes=codes,
        sort=sort,
        is_plain=is_plain,
        thesis=query.get("thesis", ""),
        page=query.get("page", "1"),
        is_less=query.get(LESS) == "1",
        with_filters=query.get(WITH_FILTERS, "1" if codes else "0") == "1",
    )


def filters_of(page: ListPage) -> list[Select]:
    query, everything = page.query, Choice("", _("All"))
    selects = []
    for kind in facets.filters(page.side.other):
        choices = choices_of(page.options.get(kind, []), query.codes.get(kind))
        selects.append(Select(kind, _label(kind, page.side), [everything, *choices]))
    sorts = PLAIN_SORTS if query.is_plain else SORTS
    orders = [Choice(sort, str(SORT_LABELS[sort]), sort == query.sort) for sort in sorts]
    return [*selects, Select("sort", str(SORT_LABEL), orders)]


def _label(kind: str, side: Side) -> str:
    if kind in LABELS or kind == "need":
        return str(LABELS.get(kind) or NEED_LABELS[side])
    stored: Any = SIDES[side.other]._meta.get_field(kind)
    return str(capfirst(str(stored.verbose_name)))


def choices_of(options: list[Option], chosen: str | None) -> list[Choice]:
    offered = {option.term.pk for option in options}
    groups: dict[int, list[Option]] = {}
    top = []
    for option in options:
        if option.term.parent in offered:
            groups.setdefault(option.term.parent or 0, []).append(option)
        else:
            top.append(option)
    return [_choice(option, groups.get(option.term.pk, []), chosen) for option in top]


def _choice(option: Option, narrower: list[Option], chosen: str | None) -> Choice:
    term = option.term
    if not narrower:
        return Choice(term.code, _counted(term.name, option.count), term.code == chosen)
    whole = _counted(_("All of %(name)s") % {"name": term.name}, option.count)
    inner = [_choice(choice, [], chosen) for choice in narrower]
    return Choice("", term.name, inner=(Choice(term.code, whole, term.code == chosen), *inner))


def _counted(name: str, count: int | None) -> str:
    return name if count is None else f"{name} ({count})"
