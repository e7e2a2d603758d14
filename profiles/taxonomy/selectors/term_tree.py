"""The words by which lists are filtered: sectors, places, stages, forms, needs, each with its parents."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db import connection
from django.utils.translation import get_language

from profiles.taxonomy.selectors.collation import alphabetical

KINDS = ("sector", "place", "stage", "form", "need")
# One round trip for five small tables.
EVERY = """
    SELECT 'sector', id, code, name_en, name_zh, name_ur, parent_id, 0 FROM profiles_sector
    UNION ALL SELECT 'place', id, code, name_en, name_zh, name_ur, parent_id, 0 FROM profiles_place
    UNION ALL SELECT 'stage', id, code, name_en, name_zh, name_ur, NULL, position FROM profiles_stage
    UNION ALL SELECT 'form', id, code, name_en, name_zh, name_ur, NULL, position FROM profiles_partnershipform
    UNION ALL SELECT 'need', id, code, name_en, name_zh, name_ur, NULL, position FROM profiles_needtype
"""
NAMES = {"en": 3, "zh": 4, "ur": 5}


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
    """All words, by kind and primary key. Shared by those who read the same rows: to be read only."""

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
    """Read all words in the active language. One query."""
    name = NAMES.get((get_language() or "en")[:2], NAMES["en"])
    with connection.cursor() as cursor:
        cursor.execute(EVERY)
        return _tree(tuple(cursor.fetchall()), name)


@lru_cache(maxsize=2 * len(NAMES))  # for each language the words of now, and those of before an edit
def _tree(rows: tuple[tuple[Any, ...], ...], name: int) -> TermTree:
    """Return the rows of EVERY as a tree, named by the column `name`. Of the same rows it is made once."""
    by_pk: dict[str, dict[int, TermNode]] = {kind: {} for kind in KINDS}
    for row in rows:
        kind, pk, code, parent, position = row[0], row[1], row[2], row[6], row[7]
        word = row[name] or row[NAMES["en"]]
        order = (position, alphabetical(word) if kind == "place" else code)
        by_pk[kind][pk] = TermNode(kind, pk, code, word, parent, order)
    return TermTree(by_pk, {kind: {pk: _family(words, pk) for pk in words} for kind, words in by_pk.items()})


def _family(words: dict[int, TermNode], pk: int) -> tuple[int, ...]:
    """Return a word and everything wider than it."""
    parent = words[pk].parent
    return (pk, *(_family(words, parent) if parent is not None and parent in words else ()))
