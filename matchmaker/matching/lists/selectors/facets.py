"""What a list can be narrowed to."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, reduce
from operator import or_
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.matching.reasons.facts import Recorded
from profiles.catalogue.taxonomy.selectors.terms import KINDS, TermNode, TermTree, all_terms
from profiles.catalogue.visibility.fields import CATALOGUE
from profiles.models import SIDES
from profiles.models.profile import TemporalRow, active_on

Chosen = Mapping[str, TermNode]
DEEPEST = 2  # terms in one line of descent that are offered as choices: a sector and its fields, not cities


@dataclass(frozen=True)
class FacetPath:
    """Where one kind of facet value is found, seen from the profile."""

    kind: str
    lookup: str
    rows: type[TemporalRow] | None = None
    is_closed: bool = False
    is_column: bool = False  # of the profile's own table

    def active_on(self, on: date) -> Q:
        return active_on(self.rows, on, self.lookup.rpartition("__")[0] + "__") if self.rows else Q()

    def meets(self, side: Side, values: Collection[Any]) -> Q:
        """Return the condition that a profile has one of these values.

        It is asked from the profile, so that the database can stop at the first ones that have it.
        """
        if self.is_column:
            return Q(**{f"{self.lookup}__in": values})
        name, _rows, inner = self.lookup.partition("__")
        relation: Any = SIDES[side]._meta.get_field(name)
        if inner:
            stated = relation.related_model._default_manager.filter(**{f"{inner}__in": values})
            stated = stated.active_on(timezone.localdate()) if self.rows else stated
            return Q(Exists(stated.filter(**{relation.field.name: OuterRef("pk")}).order_by()))
        own, term = relation.m2m_field_name(), relation.m2m_reverse_field_name()
        links = relation.remote_field.through._default_manager
        return Q(Exists(links.filter(**{own: OuterRef("pk"), f"{term}__in": values})))

    def values_of(self, profiles: QuerySet[Any], *columns: str) -> QuerySet[Any, tuple[Any, ...]]:
        active = profiles.filter(self.active_on(timezone.localdate())).order_by()
        return active.values_list(Value(self.kind, CharField()), *columns, Cast(self.lookup, TextField()))


def _paths(side: Side) -> tuple[FacetPath, ...]:
    model = SIDES[side]
    paths = []
    for shown in CATALOGUE[side].values():
        if shown.filtered:
            stored: Any = model._meta.get_field(shown.name)
            path = FacetPath(
                shown.filtered,
                shown.name,
                is_closed=bool(getattr(stored, "choices", None)),
                is_column=not stored.many_to_many,
            )
            paths.append(path)
        for inner in shown.rows:
            if inner.filtered:
                rows: Any = model._meta.get_field(shown.name).related_model
                temporal = rows if issubclass(rows, TemporalRow) else None
                paths.append(FacetPath(inner.filtered, f"{shown.name}__{inner.name}", temporal))
    return tuple(paths)


PATHS: dict[Side, tuple[FacetPath, ...]] = {side: _paths(side) for side in Side}


def filters(side: Side) -> tuple[str, ...]:
    """Return the filters of the lists of one side's profiles: taxonomies first, then closed lists."""
    return *KINDS, *(path.kind for path in PATHS[side] if path.is_closed)


def facet_terms(side: Side) -> TermTree:
    terms = all_terms()
    closed: dict[str, dict[int, TermNode]] = {}
    families: dict[str, dict[int, tuple[int, ...]]] = {}
    for path in PATHS[side]:
        if path.is_closed:
            stored: Any = SIDES[side]._meta.get_field(path.lookup)
            nodes = {}
            for number, (code, label) in enumerate(stored.choices, 1):
                nodes[number] = TermNode(path.kind, number, code, str(label), None, (number, code))
            closed[path.kind] = nodes
            families[path.kind] = {number: (number,) for number in nodes}
    return replace(terms, by_pk=terms.by_pk | closed, families=terms.families | families)


class FacetValues:
    def __init__(self, terms: TermTree) -> None:
        self.stated: dict[str, set[int]] = defaultdict(set)
        self.terms = terms

    @cached_property
    def wide(self) -> dict[str, set[int]]:
        wide = {}
        for kind, families in self.terms.families.items():
            wide[kind] = {ancestor for pk in self.stated[kind] for ancestor in families.get(pk, ())}
        return wide

    def meets(self, chosen: Chosen) -> bool:
        return all(term.pk in self.wide[kind] for kind, term in chosen.items())


def facet_values(
    pks: Collection[int], side: Side, terms: TermTree, kinds: Collection[str] = ()
) -> dict[int, FacetValues]:
    values_by_pk = {pk: FacetValues(terms) for pk in pks}
    profiles = SIDES[side]._default_manager.filter(pk__in=pks)
    paths = [path for path in PATHS[side] if not kinds or path.kind in kinds]
    for kind, pk, value in union_of(path.values_of(profiles, "pk") for path in paths):
        if term := term_of(terms, kind, value):
            values_by_pk[pk].stated[kind].add(term.pk)
    return values_by_pk


def loaded_values(
    profiles: Mapping[int, Any], side: Side, recorded: Recorded, terms: TermTree
) -> dict[int, FacetValues]:
    """Return the same of loaded profiles and what was read of them. No query."""
    model: Any = SIDES[side]
    columns = [
        (path.kind, model._meta.get_field(path.lookup).attname) for path in PATHS[side] if path.is_column
    ]
    values_by_pk = {pk: FacetValues(terms) for pk in profiles}
    for pk, profile in profiles.items():
        stated = values_by_pk[pk].stated
        for kind, keys in recorded.stated(side, pk).items():
            stated[kind] |= keys & terms.by_pk[kind].keys()
        for kind, column in columns:
            if term := term_of(terms, kind, getattr(profile, column)):
                stated[kind].add(term.pk)
    return values_by_pk


def union_of(arms: Iterable[QuerySet[Any, tuple[Any, ...]]]) -> QuerySet[Any, tuple[Any, ...]]:
    first, *rest = arms
    return first.union(*rest)


def term_of(terms: TermTree, kind: str, value: Any) -> TermNode | None:
    if not value:
        return None
    if kind in KINDS:
        return terms.by_pk[kind].get(int(value))
    return terms.find(kind, value)


@dataclass(frozen=True)
class Option:
    """One choice of a filter; `count` is how many it leaves, None where that is not counted."""

    term: TermNode
    count: int | None


Options = Mapping[str, list[Option]]  # the choices of each filter, by its kind


def counted_options(rows: Collection[FacetValues], chosen: Chosen, terms: TermTree) -> Options:
    options: dict[str, list[Option]] = {}
    for kind in terms.by_pk:
        rest = {other: term for other, term in chosen.items() if other != kind}
        counts: Counter[int] = Counter()
        for row in rows:
            if row.meets(rest):
                counts.update(row.wide[kind])
        options[kind] = options_of(kind, counts, chosen, terms)
    return options


def filtered_profiles(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: TermTree) -> QuerySet[Any]:
    for kind, term in chosen.items():
        values = terms.within(kind, term.pk) if kind in KINDS else [term.code]
        paths = (path.meets(side, values) for path in PATHS[side] if path.kind == kind)
        rows = rows.filter(reduce(or_, paths))
    return rows


def options_of(kind: str, counts: Mapping[int, int | None], chosen: Chosen, terms: TermTree) -> list[Option]:
    """Return the counted terms as choices in the order of their table; the chosen one stays in any case."""
    offered = {pk: count for pk, count in counts.items() if 0 < len(terms.family(kind, pk)) <= DEEPEST}
    if kind in chosen:
        offered.setdefault(chosen[kind].pk, 0)
    options = [Option(terms.by_pk[kind][pk], count) for pk, count in offered.items()]
    return sorted(options, key=lambda option: option.term.order)
