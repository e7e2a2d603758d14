"""The catalogue: every profile field, declared once. Pages, forms, files and filters read it."""

from collections.abc import Iterable
from typing import Any

from profiles.catalogue.visibility.fields import investor, startup
from profiles.catalogue.visibility.fields.declaration import Check, Field, Group
from profiles.choices import Side

__all__ = [
    "CATALOGUE", "CONSENT_GROUPS", "GROUPS", "ROWS", "Check", "Field", "Group", "asked", "checked",
    "declared_of", "editable", "editable_lists", "held", "ordered",
]  # fmt: skip

SIDES = ((Side.STARTUP, startup), (Side.INVESTOR, investor))
CATALOGUE: dict[Side, dict[str, Field]] = {
    side: {field.name: field for field in own.FIELDS} for side, own in SIDES
}
GROUPS: dict[Side, dict[str, Group]] = {
    side: {group.key: group for group in own.GROUPS} for side, own in SIDES
}
# Those to which their owner agrees, or not, by themselves (docs/decisions/0019-consents-by-group.md).
CONSENT_GROUPS: dict[Side, dict[str, Group]] = {
    side: {group.key: group for group in own.CONSENT_GROUPS} for side, own in SIDES
}
# The fields of the rows that belong to a profile, by the name of their list.
ROWS: dict[str, dict[str, Field]] = {
    field.name: {inner.name: inner for inner in field.rows}
    for fields in CATALOGUE.values()
    for field in fields.values()
    if field.rows
}


def declared_of(stored: Any) -> Field:
    """Return the declaration of a model's field.

    Raises:
        KeyError: if there is none.
    """
    if isinstance(side := getattr(stored.model, "side", None), Side):
        return CATALOGUE[side][stored.name]
    owners = (field.remote_field.related_name for field in stored.model._meta.fields if field.many_to_one)
    return ROWS[next(part for part in owners if part in ROWS)][stored.name]


def ordered(fields: Iterable[Field], place: str) -> tuple[Field, ...]:
    """Return the fields with a position in the order `shown`, `reviewed`, `useful` or `exported`."""
    return tuple(sorted((f for f in fields if getattr(f, place)), key=lambda f: int(getattr(f, place))))


def asked(fields: dict[str, Field], step: str) -> tuple[str, ...]:
    """Return the stored fields that the form of a step has, in its order. The step of a row is its list."""
    return tuple(f.name for f in fields.values() if f.step == step and f.is_editable)


def editable(fields: dict[str, Field]) -> frozenset[str]:
    return frozenset(name for name, field in fields.items() if field.is_editable)


def editable_lists(side: Side) -> dict[str, frozenset[str]]:
    return {f.name: editable(ROWS[f.name]) for f in CATALOGUE[side].values() if f.rows and f.is_set}


def checked(side: Side) -> frozenset[str]:
    return frozenset(name for name, field in CATALOGUE[side].items() if field.check is Check.MATERIAL)


def held_for_review(fields: dict[str, Field]) -> frozenset[str]:
    return frozenset(name for name, field in fields.items() if field.check is Check.HELD)
