"""Curating the sectors: rename, add, merge. No profile loses its place."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction

from profiles.audit import services as audit
from profiles.changes import services as changes
from profiles.models import Deal, Investor, Sector, SectorRelation, Startup, Thesis, User
from profiles.taxonomy.kinds import TAXONOMY


class MergeRefusedError(Exception):
    """A sector merges into another one in use, of its own level, that was not merged itself."""


@transaction.atomic
def rename(sector: Sector, *, names: Mapping[str, str], by: User, at: datetime) -> None:
    """Set the names and aliases of a sector (`name_en`, `name_zh`, `name_ur`, `aliases`). The code stays."""
    before = {field: getattr(sector, field) for field in names}
    for field, value in names.items():
        setattr(sector, field, value)
    sector.save(update_fields=list(names))
    _record(sector, by=by, at=at, act="rename", before=before, after=dict(names))


@transaction.atomic
def add(*, parent: Sector | None, names: Mapping[str, str], by: User, at: datetime) -> Sector:
    """Add a field under `parent`, or a whole sector, with the next free code, and return it."""
    sector = Sector.objects.create(code=_free_code(parent, names["name_en"]), parent=parent, **names)
    _record(sector, by=by, at=at, act="add", after=dict(names))
    return sector


@transaction.atomic
def merge(source: Sector, *, into: Sector, by: User, at: datetime) -> int:
    """Move everything that names `source` to `into`, retire `source`, and return how many profiles moved."""
    if source == into or not into.is_active or (source.parent is None) != (into.parent is None):
        raise MergeRefusedError
    moved = changes.lock_profiles(*_profiles_naming(source))
    Startup.objects.filter(primary_sector=source).update(primary_sector=into)
    Deal.objects.filter(sector=source).update(sector=into)
    Sector.objects.filter(parent=source).update(parent=into)
    Sector.objects.filter(merged_into=source).update(merged_into=into)
    for through, column in (
        (Startup.other_sectors.through, "startup_id"),
        (Thesis.sectors.through, "thesis_id"),
        (Thesis.sectors_out.through, "thesis_id"),
    ):
        _move_links(through, column, source, into)
    SectorRelation.objects.filter(models.Q(first=source) | models.Q(second=source)).delete()
    source.is_active, source.merged_into = False, into
    source.save(update_fields=["is_active", "merged_into"])
    _record(source, by=by, at=at, act="merge", into=into.code, profiles=len(moved))
    for profile in moved:
        changes.notify_changed(profile, at=at)
    return len(moved)


def _record(sector: Sector, *, by: User, at: datetime, **details: object) -> None:
    audit.record(TAXONOMY, subject=f"sector:{sector.code}", by=by, at=at, details=details)


def _free_code(parent: Sector | None, name: str) -> str:
    """Return a code nobody has: the parent's with the next number, or three letters of the name."""
    if parent is None:
        letters = "".join(char for char in name.upper() if char.isascii() and char.isalpha())[:3].ljust(
            3, "X"
        )
        taken = set(Sector.objects.filter(code__startswith=letters).values_list("code", flat=True))
        return next(
            code for code in (letters, *(f"{letters}-{n}" for n in range(2, 1000))) if code not in taken
        )
    taken = set(Sector.objects.filter(code__startswith=parent.code).values_list("code", flat=True))
    return next(code for code in (f"{parent.code}{n:02d}" for n in range(1, 1000)) if code not in taken)


def _profiles_naming(sector: Sector) -> list[Startup | Investor]:
    """Return the profiles whose own rows, theses or recorded deals name the sector."""
    startups = Startup.objects.filter(
        models.Q(primary_sector=sector) | models.Q(other_sectors=sector)
    ).distinct()
    investors = Investor.objects.filter(
        models.Q(theses__sectors=sector)
        | models.Q(theses__sectors_out=sector)
        | models.Q(deals__sector=sector)
    ).distinct()
    return [*startups, *investors]


def _move_links(through: Any, column: str, source: Sector, into: Sector) -> None:
    """Point the rows of a link table from `source` to `into`; drop those that already point there."""
    there = through.objects.filter(sector=into).values_list(column, flat=True)
    through.objects.filter(sector=source, **{f"{column}__in": list(there)}).delete()
    through.objects.filter(sector=source).update(sector=into)
