"""What a query finds for a reader."""

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from matchmaker.matching.current_company.selectors import CurrentCompany, current_company
from matchmaker.matching.lists.selectors.facets import FacetValues, facet_values
from matchmaker.matching.lists.selectors.list_page import unpassed_counterparts
from matchmaker.models.search import ResultKind, SearchAudience, SearchEntry, SearchTerm
from matchmaker.portal.search.selectors.query import Query, Vocabulary, read_query
from matchmaker.searchable import SEARCHABLE
from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms
from profiles.catalogue.visibility import access
from profiles.choices import Role, Side
from profiles.models import SIDES, Need, Offer, User
from profiles.models.profile import temporal

MOST_CANDIDATES = 250  # entries whose company is looked at together
MOST_RESULTS = 200
PER_PAGE = 10
WORST = 0.15  # of the best score: a word in a summary counts beside one in a name, a similar sound does not
FACETS = ("sector", "place", "stage")
OF_SIDE = {
    Side.STARTUP: (ResultKind.STARTUP, ResultKind.NEED),
    Side.INVESTOR: (ResultKind.INVESTOR, ResultKind.OFFER),
}


@dataclass(frozen=True)
class SearchReader:
    user: User
    viewer: access.Viewer
    member: CurrentCompany | None = None

    @property
    def audience(self) -> SearchAudience:
        if self.viewer.is_curator:
            return SearchAudience.CURATORS
        is_stranger = self.member is None or self.viewer.is_blind or not self.member.company.takes_part
        return SearchAudience.BLIND if is_stranger else SearchAudience.MEMBERS

    @cached_property
    def vocabulary(self) -> Vocabulary:
        if self.member is None:
            return Vocabulary(self.audience, Q(pk__in=()), Q(pk__in=()))
        side, hidden = self.member.side, self.member.interactions.hidden
        own = Q(**{f"entry__{side}": self.member.company_id})
        return Vocabulary(self.audience, own, Q(**{f"entry__{side.other}__in": hidden}))

    @property
    def sides(self) -> tuple[Side, ...]:
        if self.viewer.is_curator:
            return tuple(Side)
        return (self.member.side.other,) if self.member else ()

    @property
    def kinds(self) -> list[str]:
        """What the reader may find, in the order in which it is offered."""
        kinds = [kind for side in self.sides for kind in OF_SIDE[side]]
        talks = [ResultKind.CONVERSATION] if self.member else []
        return [*kinds, *SEARCHABLE, *talks]

    def profiles(self, side: Side) -> QuerySet[Any]:
        if self.viewer.is_curator:
            return SIDES[side]._default_manager.all()
        if self.member is None:
            return SIDES[side]._default_manager.none()
        if side == self.member.side:
            return SIDES[side]._default_manager.filter(pk=self.member.company_id)
        return unpassed_counterparts(self.member)


def search_reader(user: User) -> SearchReader:
    if user.role not in (Role.STARTUP, Role.INVESTOR):
        return SearchReader(user, access.viewer_in(user, None))
    member = current_company(user)
    return SearchReader(user, member.viewer if member else access.NOBODY, member)


@dataclass(frozen=True)
class Asked:
    text: str = ""
    kind: str = ""
    side: str = ""
    codes: Mapping[str, str] = field(default_factory=dict)
    page: str = "1"

    @property
    def is_filtered(self) -> bool:
        return bool(self.kind or self.side or any(self.codes.values()))


@dataclass(frozen=True)
class Found:
    kind: str
    pk: int
    company: tuple[Side, int]
    score: float

    @property
    def key(self) -> str:
        return f"{self.kind}-{self.pk}"


class Search:
    """A query of a reader with everything that it finds, best first, before filters and after."""

    def __init__(self, reader: SearchReader, asked: Asked) -> None:
        self.reader, self.asked = reader, asked
        self.query: Query = read_query(asked.text, reader.vocabulary)

    @cached_property
    def everything(self) -> list[Found]:
        """What is found without filters. The same queries however much that is."""
        if not self.query.groups:
            return []
        scores = self._scores()
        order = sorted(scores, key=lambda pk: (-scores[pk], pk))
        results: list[Found] = []
        while order and len(results) < MOST_RESULTS:
            # What the reader may not see is taken out first: it neither fills places nor sets the best score.
            worst = WORST * (results[0].score if results else scores[order[0]])
            some = [pk for pk in order[:MOST_CANDIDATES] if scores[pk] >= worst]
            if not some:
                break
            order = order[len(some) :]
            results += self._visible(some, scores)
        return [result for result in results if result.score >= WORST * results[0].score][:MOST_RESULTS]

    def _scores(self) -> dict[int, float]:
        reader, worth, count = self.reader, self.query.worth, len(self.query.groups)
        kinds = [kind for kind in reader.kinds if kind != ResultKind.CONVERSATION]
        found = SearchTerm.objects.filter(term__in=self.query.terms, kind__in=kinds).order_by()
        rows = found.filter(audience__lte=reader.audience).values_list("entry_id", "term", "weight")
        best: dict[int, list[float]] = defaultdict(lambda: [0.0] * count)
        for entry, term, weight in chain(rows.iterator(), reader.vocabulary.own_rows):
            for at, gain in worth.get(term, ()):
                best[entry][at] = max(best[entry][at], gain * weight)
        return {entry: sum(score) * ((count - score.count(0.0)) / count) for entry, score in best.items()}

    def _visible(self, pks: list[int], scores: Mapping[int, float]) -> list[Found]:
        """Return what the reader may see of some entries, in their order."""
        today, member = timezone.localdate(), self.reader.member
        lasts = (Q(need=None) | temporal(Need, today, "need__")) & (
            Q(offer=None) | temporal(Offer, today, "offer__")
        )
        shown = Q(kind__in=SEARCHABLE)
        for side in self.reader.sides:
            is_there = Exists(self.reader.profiles(side).filter(pk=OuterRef(side)))
            shown |= Q(Q() if self.reader.viewer.is_curator else is_there, kind__in=OF_SIDE[side])
        if member:
            shown |= Q(**{str(member.side): member.company_id}, kind__in=OF_SIDE[member.side])
        columns = ("pk", "kind", "startup_id", "investor_id", "need_id", "offer_id", "other_id")
        entries = SearchEntry.objects.filter(shown, lasts, pk__in=pks).order_by()
        rows = {row[0]: row for row in entries.values_list(*columns)}
        found = []
        for entry in pks:
            if entry in rows:
                _pk, kind, startup, investor, need, offer, other = rows[entry]
                company = (Side.STARTUP, startup) if startup else (Side.INVESTOR, investor or 0)
                found.append(Found(kind, need or offer or other or company[1], company, scores[entry]))
        for kind, searchable in SEARCHABLE.items():
            if of_kind := [result.pk for result in found if result.kind == kind]:
                visible = searchable.visible(self.reader, of_kind)
                found = [result for result in found if result.kind != kind or result.pk in visible]
        # Of two by one name the better one stays.
        return list({result.key: result for result in reversed(found)}.values())[::-1]

    # --- Filters -------------------------------------------------------------------------------------------

    @cached_property
    def tree(self) -> TermTree:
        return all_terms()

    @cached_property
    def facets(self) -> dict[str, FacetValues]:
        by_key: dict[str, FacetValues] = {}
        for side in Side:
            of_side = [result for result in self.everything if result.kind in OF_SIDE[side]]
            if of_side:
                values = facet_values({result.company[1] for result in of_side}, side, self.tree, FACETS)
                by_key |= {result.key: values[result.company[1]] for result in of_side}
        for kind, searchable in SEARCHABLE.items():
            pks = [result.pk for result in self.everything if result.kind == kind]
            for pk, (sector, place) in searchable.facets(pks).items() if pks else ():
                own = by_key[f"{kind}-{pk}"] = FacetValues(self.tree)
                own.stated["sector"].add(sector)
                own.stated["place"].add(place)
        return by_key

    @cached_property
    def filtered(self) -> list[Found]:
        asked = self.asked
        if not asked.is_filtered:
            return self.everything
        results = [result for result in self.everything if _is_kind(result, asked)]
        chosen = self.chosen
        if not chosen:
            return results
        return [
            result
            for result in results
            if result.key in self.facets and self.facets[result.key].meets(chosen)
        ]

    @cached_property
    def chosen(self) -> dict[str, Any]:
        if not any(self.asked.codes.values()):
            return {}
        found = {kind: self.tree.find(kind, self.asked.codes.get(kind, "")) for kind in FACETS}
        return {kind: term for kind, term in found.items() if term}

    def options(self, kind: str) -> list[tuple[str, str, int]]:
        rest = {other: term for other, term in self.chosen.items() if other != kind}
        rows = [
            self.facets[result.key]
            for result in self.everything
            if result.key in self.facets and _is_kind(result, self.asked)
        ]
        counts = Counter(pk for row in rows if row.meets(rest) for pk in row.wide.get(kind, ()))
        if kind in self.chosen:
            counts.setdefault(self.chosen[kind].pk, 0)
        by_pk = self.tree.by_pk[kind]
        shown = sorted((by_pk[pk] for pk in counts if pk in by_pk), key=lambda term: term.order)
        return [
            (term.code, term.name, counts[term.pk])
            for term in shown
            if len(self.tree.family(kind, term.pk)) < 3
        ]

    def page(self) -> "Page[Any]":
        return Paginator(self.filtered, PER_PAGE).get_page(self.asked.page)


def _is_kind(result: Found, asked: Asked) -> bool:
    side, company = result.company
    is_of_side = not asked.side or (company > 0 and asked.side == side)  # curators have no company
    return is_of_side and asked.kind in ("", result.kind)
