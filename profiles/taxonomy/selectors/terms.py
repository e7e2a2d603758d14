"""The shared vocabulary: what can be chosen, by code, and in groups for a form."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from profiles.choices import DataHosting, PlaceLevel
from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage
from profiles.taxonomy.selectors.collation import alphabetical


def sectors() -> QuerySet[Sector]:
    """Return the sectors in use; a merged one is used through the one it went into."""
    return Sector.objects.filter(is_active=True, merged_into__isnull=True).select_related("parent")


def stages() -> QuerySet[Stage]:
    """Return the stages in order."""
    return Stage.objects.all()


def need_types() -> QuerySet[NeedType]:
    """Return the kinds of need in order."""
    return NeedType.objects.all()


def forms() -> QuerySet[PartnershipForm]:
    """Return the forms of partnership in order."""
    return PartnershipForm.objects.all()


def places(*levels: PlaceLevel) -> QuerySet[Place]:
    """Return the places of the given levels, or all."""
    found = Place.objects.select_related("parent__parent")
    return found.filter(level__in=levels) if levels else found


def data_place(code: str) -> str:
    """Return where data is kept in words: the name of a country, or one of the answers without one."""
    if code in DataHosting.values:
        return str(DataHosting(code).label)
    country = Place.objects.filter(code=code).first() if code else None
    return country.name if country else code


def grouped(terms: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Return terms for a select, under the name of what they belong to: a sector's parent, a place's country.

    Each group begins with the parent itself, so that a whole country or a whole sector can be chosen; places
    follow by name in the reader's order, cities behind their province. What stands alone comes last.
    """
    groups: dict[Any, list[Any]] = {}
    for term in terms:
        groups.setdefault(_root(term), []).append(term)
    ordered = sorted(groups.items(), key=lambda group: len(group[1]) == 1)
    return [
        (root.name, sorted(members, key=_path) if isinstance(root, Place) else members)
        for root, members in ordered
    ]


def _path(term: Any) -> tuple[str, ...]:
    """Return what sorts the names from below the topmost parent down to the term."""
    return (*_path(term.parent), alphabetical(term.name)) if term.parent_id else ()


def _root(term: Any) -> Any:
    """Return the topmost parent of a term (parents must be loaded), or the term itself."""
    while term.parent_id:
        term = term.parent
    return term
