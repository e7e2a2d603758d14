"""Filter choices where everyone is listed: each is looked up, not counted."""

from typing import Any

from django.db.models import CharField, Exists, OuterRef, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.matching.lists.selectors.facets import (
    PATHS,
    Chosen,
    FacetPath,
    Options,
    filtered_profiles,
    options_of,
    term_of,
    union_of,
)
from profiles.catalogue.taxonomy.selectors.terms import KINDS, TermTree


def uncounted_options(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: TermTree) -> Options:
    arms = []
    for path in PATHS[side]:
        rest = {other: term for other, term in chosen.items() if other != path.kind}
        profiles = filtered_profiles(rows, side, rest, terms)
        # A filter would be asked again for every term.
        arms.append(path.values_of(profiles) if rest or path.is_closed else _terms_in_use(path, profiles))
    present: dict[str, dict[int, None]] = {kind: {} for kind in terms.by_pk}
    for kind, value in union_of(arms):
        if term := term_of(terms, kind, value):
            present[kind].update(dict.fromkeys(terms.family(kind, term.pk)))
    return {kind: options_of(kind, present[kind], chosen, terms) for kind in terms.by_pk}


def _terms_in_use(path: FacetPath, profiles: QuerySet[Any]) -> QuerySet[Any, tuple[Any, ...]]:
    """Ask for the kind and the terms that some of the profiles have: the first that has one answers."""
    having = profiles.filter(path.active_on(timezone.localdate()), **{path.lookup: OuterRef("pk")})
    in_use = KINDS[path.kind]._default_manager.filter(Exists(having.order_by())).order_by()
    return in_use.values_list(Value(path.kind, CharField()), Cast("pk", TextField()))
