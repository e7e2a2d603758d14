"""The words by which lists are filtered: sectors, places, stages, forms, needs, each with its parents."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast
from django.utils.translation import get_language

from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage

KINDS = ("sector", "place", "stage", "form", "need")
MODELS: dict[str, type[Any]] = {
    "sector": Sector,
    "place": Place,
    "stage": Stage,
    "form": PartnershipForm,
    "need": NeedType,
}


@dataclass(frozen=True, slots=True)
class Term:
    """One word of one kind. `parent` is the primary key of the wider word, if there is one."""

    kind: str
    pk: int
    code: str
    name: str
    parent: int | None
    position: int


@dataclass(frozen=True)
class Terms:
    """All words, by kind and primary key."""

    by_pk: dict[str, dict[int, Term]]

    def find(self, kind: str, code: str) -> Term | None:
        """Return the word with this code."""
        return next((term for term in self.by_pk[kind].values() if term.code == code), None)

    def family(self, kind: str, pk: int | None) -> Iterable[int]:
        """Yield the word and everything wider than it; nothing for an unknown word."""
        known = self.by_pk[kind]
        while pk is not None and pk in known:
            yield pk
            pk = known[pk].parent

    def within(self, kind: str, pk: int) -> set[int]:
        """Return the word and everything narrower than it."""
        return {other for other in self.by_pk[kind] if pk in self.family(kind, other)}

    def names(self, kind: str, pks: Iterable[int]) -> list[str]:
        """Return the names of some words, in the order of their table."""
        known = (self.by_pk[kind][pk] for pk in pks if pk in self.by_pk[kind])
        return [term.name for term in sorted(known, key=lambda term: (term.position, term.code))]


def all_terms() -> Terms:
    """Read all words in the active language. One query."""
    language = (get_language() or "en")[:2]
    arms = [_arm(kind, f"name_{language}") for kind in KINDS]
    by_pk: dict[str, dict[int, Term]] = {kind: {} for kind in KINDS}
    for kind, pk, code, name, name_en, parent, position in arms[0].union(*arms[1:], all=True):
        by_pk[kind][pk] = Term(kind, pk, code, name or name_en, parent, position)
    return Terms(by_pk)


def _arm(kind: str, name: str) -> QuerySet[Any, tuple[Any, ...]]:
    """Return one table's words as rows of the common shape."""
    has_parent = kind in ("sector", "place")
    parent = F("parent_id") if has_parent else Cast(Value(None), IntegerField())
    position = Value(0) if has_parent else F("position")
    rows = MODELS[kind].objects.order_by()
    return rows.values_list(Value(kind), "pk", "code", F(name), "name_en", parent, position)
