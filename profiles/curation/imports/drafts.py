"""Unsaved records with all that belongs to them, inserted many at a time."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from profiles.models import Investor, Startup

BATCH = 2_000
Links = dict[str, list[int]]  # name of a many-to-many field: primary keys


@dataclass
class Draft:
    record: Any
    links: Links = field(default_factory=dict)
    rows: list["Draft"] = field(default_factory=list)

    def rows_of(self, model: type[Any]) -> list["Draft"]:
        return [row for row in self.rows if isinstance(row.record, model)]


def insert(model: type[Any], rows: list[Any]) -> None:
    model._default_manager.bulk_create(rows, batch_size=BATCH)


def insert_profiles(profiles: Iterable[Draft]) -> None:
    profiles = list(profiles)
    insert_drafts(profiles)
    for profile in profiles:
        company: Startup | Investor = profile.record
        for row in profile.rows:
            setattr(row.record, company.side, company)
    insert_drafts(row for profile in profiles for row in profile.rows)


def insert_drafts(drafts: Iterable[Draft]) -> None:
    by_model: dict[type[Any], list[Draft]] = {}
    for draft in drafts:
        by_model.setdefault(type(draft.record), []).append(draft)
    for model, found in by_model.items():
        insert(model, [draft.record for draft in found])
        for name in dict.fromkeys(name for draft in found for name in draft.links):
            relation = model._meta.get_field(name)
            through = relation.remote_field.through
            own_column, other = f"{relation.m2m_field_name()}_id", f"{relation.m2m_reverse_field_name()}_id"
            links = [
                through(**{own_column: draft.record.pk, other: target})
                for draft in found
                for target in dict.fromkeys(draft.links.get(name, ()))
            ]
            insert(through, links)
