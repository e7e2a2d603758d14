"""Storing many whole profiles at once: the demonstration's records and synthetic markets.

Everything is inserted in bulk, already approved. No task is enqueued: rank the whole market after.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from profiles.audit import services as audit
from profiles.choices import Purpose
from profiles.consents import services as consents
from profiles.imports.kinds import IMPORTED
from profiles.models import Consent, Investor, Startup, User

BATCH = 2_000
Links = dict[str, list[int]]  # name of a many-to-many field: primary keys


@dataclass
class Draft:
    """An unsaved record, what it links to, and the unsaved rows that belong to it."""

    record: Any
    links: Links = field(default_factory=dict)
    rows: list["Draft"] = field(default_factory=list)

    def rows_of(self, model: type[Any]) -> list["Draft"]:
        """Return the rows of one model."""
        return [row for row in self.rows if isinstance(row.record, model)]


@transaction.atomic
def store(
    startups: Sequence[Draft], investors: Sequence[Draft], *, by: User, at: datetime, source: str
) -> None:
    """Insert the profiles with everything that belongs to them, and one audit record that names `source`."""
    profiles = [*startups, *investors]
    _insert_drafts(profiles)
    for profile in profiles:
        for row in profile.rows:
            setattr(row.record, _owner(profile.record), profile.record)
    _insert_drafts([row for profile in profiles for row in profile.rows])
    given = {"text_version": consents.TEXT_VERSION, "given_by": by, "given_at": at}
    agreed = [
        Consent(**{_owner(profile.record): profile.record}, purpose=purpose, **given)
        for profile in profiles
        for purpose in Purpose
    ]
    _insert(Consent, agreed)
    counts = {"startups": len(startups), "investors": len(investors)}
    audit.record(IMPORTED, subject=f"market:{source}", by=by, at=at, details=counts)


def _owner(profile: Startup | Investor) -> str:
    """Return the name of the foreign key to this profile."""
    return "startup" if isinstance(profile, Startup) else "investor"


def _insert(model: type[Any], rows: list[Any]) -> None:
    """Insert rows in batches; they know their primary keys afterwards."""
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def _insert_drafts(drafts: Iterable[Draft]) -> None:
    """Insert drafts of any models, and the rows of the many-to-many fields that they link through."""
    by_model: dict[type[Any], list[Draft]] = {}
    for draft in drafts:
        by_model.setdefault(type(draft.record), []).append(draft)
    for model, found in by_model.items():
        _insert(model, [draft.record for draft in found])
        for name in dict.fromkeys(name for draft in found for name in draft.links):
            relation = model._meta.get_field(name)
            through = relation.remote_field.through
            own, other = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
            links = [
                through(**{own: draft.record.pk, other: target})
                for draft in found
                for target in dict.fromkeys(draft.links.get(name, ()))
            ]
            _insert(through, links)


@transaction.atomic
def clear(site: str, *, by: User, at: datetime) -> None:
    """Remove every demo record whose website ends with `site`, and all that belongs to it."""
    gone = {}
    for model in (Investor, Startup):
        rows = model._default_manager.filter(is_demo=True, website__endswith=site)
        gone[model.__name__.lower()] = rows.count()
        rows.delete()
    audit.record(IMPORTED, subject=f"market:{site}", by=by, at=at, details={"removed": gone})
