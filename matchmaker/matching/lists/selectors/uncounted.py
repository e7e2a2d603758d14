"""Filters where everyone is listed: few profiles are counted; of many, no choice is looked up."""

from typing import Any

from django.db.models import QuerySet

from matchmaker.choices import Side
from matchmaker.matching.lists.selectors.facets import (
    PATHS,
    Chosen,
    Options,
    filtered_profiles,
    options_of,
    term_of,
    union_of,
)
from profiles.catalogue.taxonomy.selectors.terms import TermTree
from profiles.models import SIDES

FEW = 4_000  # profiles. Each is named once for each path to a filter, and SQLite takes 32,766 names.


def few_of(rows: QuerySet[Any]) -> list[int] | None:
    """Return the primary keys of these profiles, None if they are many."""
    pks = list(rows.order_by().values_list("pk", flat=True)[: FEW + 1])
    return pks if len(pks) <= FEW else None


def uncounted_options(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: TermTree) -> Options:
    """Return the terms that leave a profile besides the other filters; where those leave many, all terms."""
    present: dict[str, dict[int, None]] = {}
    for kinds in ([kind for kind in terms.by_pk if kind not in chosen], *([kind] for kind in chosen)):
        rest = {kind: term for kind, term in chosen.items() if kind not in kinds}
        left = few_of(filtered_profiles(rows, side, rest, terms))
        if left is None:
            present |= {kind: dict.fromkeys(terms.by_pk[kind]) for kind in kinds}
            continue
        present |= {kind: {} for kind in kinds}
        profiles = SIDES[side]._default_manager.filter(pk__in=left)
        for kind, value in union_of(path.values_of(profiles) for path in PATHS[side] if path.kind in kinds):
            if term := term_of(terms, kind, value):
                present[kind].update(dict.fromkeys(terms.family(kind, term.pk)))
    return {kind: options_of(kind, present[kind], chosen, terms) for kind in terms.by_pk}
