"""The words by which lists are filtered: sectors, places, stages, forms, needs, each with its parents."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BigIntegerField, CharField, F, IntegerField, Model, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage
from profiles.taxonomy.selectors.collation import alphabetical

KINDS: dict[str, type[Model]] = {
    "sector": Sector,
    "place": Place,
    "stage": Stage,
    "form": PartnershipForm,
    "need": NeedType,
}


@dataclass(frozen=True, slots=True)
class TermNode:
    """One word of one kind. `parent` is the primary key of the wider word, if there is one."""

    kind: str
    pk: int
    code: str
    name: str
    parent: int | None
    order: tuple[int, str]


@dataclass(frozen=True, eq=False)
class TermTree:
    """All terms, by kind and primary key."""

    by_pk: dict[str, dict[int, TermNode]]
    families: dict[str, dict[int, tuple[int, ...]]]  # each word with everything wider than it

    def find(self, kind: str, code: str) -> TermNode | None:
        """Return the word with this code."""
        return next((term for term in self.by_pk[kind].values() if term.code == code), None)

    def family(self, kind: str, pk: int) -> tuple[int, ...]:
        """Return the word and everything wider than it; nothing for an unknown word."""
        return self.families[kind].get(pk, ())

    def within(self, kind: str, pk: int) -> set[int]:
        """Return the word and everything narrower than it."""
        return {other for other in self.by_pk[kind] if pk in self.family(kind, other)}

    def names(self, kind: str, pks: Iterable[int]) -> list[str]:
        """Return the names of some words, in the order of their table."""
        known = self.by_pk[kind]
        return [term.name for term in sorted((known[pk] for pk in pks if pk in known), key=lambda t: t.order)]


def all_terms() -> TermTree:
    """Read all terms in the active language. One query."""
    language = (get_language() or "en")[:2]
    name = language if language in ("zh", "ur") else "en"
    first, *rest = (_rows(kind, name) for kind in KINDS)
    by_pk: dict[str, dict[int, TermNode]] = {kind: {} for kind in KINDS}
    for kind, pk, code, own, english, parent, position in first.union(*rest, all=True):
        word = own or english
        order = (position, alphabetical(word) if kind == "place" else code)
        by_pk[kind][pk] = TermNode(kind, pk, code, word, parent, order)
    return TermTree(by_pk, {kind: {pk: _family(words, pk) for pk in words} for kind, words in by_pk.items()})


def _rows(kind: str, name: str) -> QuerySet[Any, tuple[Any, ...]]:
    """Ask for the terms of one kind, in columns that fit one union."""
    model: Any = KINDS[kind]
    fields = {field.name for field in model._meta.get_fields()}
    no_parent, first = Cast(Value(None), BigIntegerField()), Value(0, IntegerField())
    parent = F("parent_id") if "parent" in fields else no_parent
    position = F("position") if "position" in fields else first
    rows: QuerySet[Any] = model.objects.order_by()
    return rows.values_list(
        Value(kind, CharField()), "pk", "code", F(f"name_{name}"), "name_en", parent, position
    )


def _family(words: dict[int, TermNode], pk: int) -> tuple[int, ...]:
    """Return a word and everything wider than it."""
    parent = words[pk].parent
    return (pk, *(_family(words, parent) if parent is not None and parent in words else ()))
