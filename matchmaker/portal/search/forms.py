"""What is asked for by the query string, and the filters of the page. Only the named keys count."""

from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.matching.lists.forms import LABELS, Choice, Select
from matchmaker.models.search import ResultKind
from matchmaker.portal.search.selectors.query import LONGEST_QUERY
from matchmaker.portal.search.selectors.results import FACETS, Asked, Search
from matchmaker.portal.search.selectors.rows import kind_label
from matchmaker.searchable import SEARCHABLE
from profiles.choices import Side

KIND, SIDE = gettext_lazy("Kind"), gettext_lazy("Side")


def asked_of(query: QueryDict) -> Asked:
    kind, side = query.get("kind", ""), query.get("side", "")
    return Asked(
        text=" ".join(query.get("q", "")[: 2 * LONGEST_QUERY].split())[:LONGEST_QUERY],
        kind=kind if kind in {*ResultKind.values, *SEARCHABLE} else "",
        side=side if side in Side.values else "",
        codes={name: query.get(name, "")[:40] for name in FACETS},
        page=query.get("page", "1"),
    )


def search_filters(search: Search) -> list[Select]:
    asked, everything = search.asked, Choice("", _("All"))
    kinds = [Choice(kind, kind_label(kind), kind == asked.kind) for kind in search.reader.kinds]
    selects = [Select("kind", str(KIND), [everything, *kinds])]
    if len(search.reader.sides) > 1:
        sides = [Choice(side, str(side.label), side == asked.side) for side in Side]
        selects.append(Select("side", str(SIDE), [everything, *sides]))
    for name in FACETS:
        options = search.options(name)
        choices = [
            Choice(code, f"{label} ({count})", code == asked.codes.get(name))
            for code, label, count in options
        ]
        selects.append(Select(name, str(LABELS[name]), [everything, *choices]))
    return selects
