"""The shared vocabulary: terms that can be chosen, the tree of terms, sorting of names."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from babel import Locale
from django.conf import settings
from django.db.models import CharField, F, IntegerField, Model, QuerySet, Value
from django.utils.translation import get_language, to_locale

from profiles.choices import DataHosting, PlaceLevel
from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage

URDU = "اآبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہۂۃھءیئےۓ"
RANKS = str.maketrans({letter: chr(0x0700 + at) for at, letter in enumerate(URDU)})


def alphabetical(name: str) -> str:
    """Return a sort key for a name in the active language."""
    language = (get_language() or "en")[:2]
    if language == "zh":
        return name.encode("gb18030").decode("latin-1")
    return name.translate(RANKS) if language == "ur" else name.casefold()


def sectors() -> QuerySet[Sector]:
    """Return the active sectors. A merged sector is replaced by the one it was merged into."""
    return Sector.objects.filter(is_active=True, merged_into__isnull=True).select_related("parent")


def successor_of(code: str) -> Sector | None:
    """Return the sector that a retired one was merged into; None if there is none."""
    old = Sector.objects.filter(code=code, is_active=False).select_related("merged_into").first()
    return old.merged_into if old else None


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


def names_of_countries(codes: Iterable[str]) -> list[str]:
    """Return the names of countries in the active language, sorted; those that are no place of ours too."""
    codes = list(codes)
    known = {place.code: place.name for place in Place.objects.filter(code__in=codes)}
    names = Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE)).territories
    return sorted((known.get(code) or names.get(code, code) for code in codes), key=alphabetical)


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
    name = f"name_{language if language in ('zh', 'ur') else 'en'}"
    by_pk: dict[str, dict[int, TermNode]] = {kind: {} for kind in KINDS}
    first, *rest = (_rows_of(kind, name) for kind in KINDS)
    for kind, pk, code, own, english, parent, position in first.union(*rest, all=True):
        word = own or english
        order = (position, alphabetical(word) if kind == "place" else code)
        by_pk[kind][pk] = TermNode(kind, pk, code, word, parent, order)
    return TermTree(by_pk, {kind: {pk: _family(words, pk) for pk in words} for kind, words in by_pk.items()})


def _rows_of(kind: str, name: str) -> QuerySet[Any, tuple[Any, ...]]:
    """Ask for the terms of one kind in columns that fit one union; 0 where its table has no positions."""
    model = KINDS[kind]
    known = {field.name for field in model._meta.fields}
    parent = F("parent_id") if "parent" in known else Value(None, IntegerField())
    position = F("position") if "position" in known else Value(0, IntegerField())
    rows = model._default_manager.order_by()
    return rows.values_list(Value(kind, CharField()), "pk", "code", name, "name_en", parent, position)


def _family(words: dict[int, TermNode], pk: int) -> tuple[int, ...]:
    """Return a word and everything wider than it."""
    parent = words[pk].parent
    return (pk, *(_family(words, parent) if parent is not None and parent in words else ()))
