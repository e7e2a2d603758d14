"""Terms to choose from, by code, and grouped for forms."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from profiles.choices import DataHosting, PlaceLevel
from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage
from profiles.taxonomy.selectors.collation import alphabetical


def sectors() -> QuerySet[Sector]:
    """Return the active sectors. A merged sector is replaced by the one it was merged into."""
    return Sector.objects.filter(is_active=True, merged_into__isnull=True).select_related("parent")


def stages() -> QuerySet[Stage]:
    return Stage.objects.all()


def need_types() -> QuerySet[NeedType]:
    return NeedType.objects.all()


def forms() -> QuerySet[PartnershipForm]:
    return PartnershipForm.objects.all()


def places(*levels: PlaceLevel) -> QuerySet[Place]:
    """Return the locations of these levels, or all."""
    found = Place.objects.select_related("parent__parent")
    return found.filter(level__in=levels) if levels else found


def data_place(code: str) -> str:
    """Return in words where data is stored: a country, or one of the other answers."""
    if code in DataHosting.values:
        return str(DataHosting(code).label)
    country = Place.objects.filter(code=code).first() if code else None
    return country.name if country else code


def grouped(terms: Iterable[Any]) -> list[tuple[str, list[Any]]]:
    """Return terms for a select, grouped by parent: the sector, or the country.

    Each group begins with the parent, so that a whole country or sector can be chosen. Locations follow by
    name, cities after their province. Terms without a parent come last.
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
    """Return a sort key: the names from below the topmost parent down to the term."""
    return (*_path(term.parent), alphabetical(term.name)) if term.parent_id else ()


def _root(term: Any) -> Any:
    """Return the topmost parent of a term, or the term itself. Parents must be loaded."""
    while term.parent_id:
        term = term.parent
    return term
