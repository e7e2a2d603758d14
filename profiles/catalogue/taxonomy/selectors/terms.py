"""The shared vocabulary: terms that can be chosen, the tree of terms, sorting of names."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from babel import Locale
from django.conf import settings
from django.db.models import Case, CharField, F, IntegerField, Model, QuerySet, Value, When
from django.db.models.functions import Cast, Round
from django.utils.translation import get_language, to_locale

from profiles.choices import DataHosting, PlaceLevel
from profiles.models import NeedType, PartnershipForm, Place, Sector, SectorRelation, Stage

URDU = "اآبپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہۂۃھءیئےۓ"
RANKS = str.maketrans({letter: chr(0x0700 + at) for at, letter in enumerate(URDU)})


def alphabetical(name: str, language: str = "") -> str:
    language = language or (get_language() or "en")[:2]
    if language == "zh":
        return name.encode("gb18030").decode("latin-1")
    return name.translate(RANKS) if language == "ur" else name.casefold()


def sectors() -> QuerySet[Sector]:
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
    places = Place.objects.select_related("parent__parent")
    return places.filter(level__in=levels) if levels else places


def data_place(code: str) -> str:
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


def grouped(terms: Iterable[Any], leading: Collection[str] = ()) -> list[tuple[str, list[Any]]]:
    """Return terms for a select, grouped by parent: the sector, or the country. Some codes come first."""
    groups: dict[Any, list[Any]] = {}
    for term in terms:
        groups.setdefault(_root(term), []).append(term)
    ordered = sorted(groups.items(), key=lambda group: (group[0].code not in leading, len(group[1]) == 1))
    return [
        (root.name, sorted(members, key=_path) if isinstance(root, Place) else members)
        for root, members in ordered
    ]


def _path(term: Any) -> tuple[str, ...]:
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


class TermNode(NamedTuple):
    kind: str
    pk: int
    code: str
    name: str
    parent: int | None
    order: tuple[int, str]
    mark: int | None = None  # of a stage its band; of a form 1 if money is invested by it


@dataclass(frozen=True, eq=False)
class TermTree:
    by_pk: dict[str, dict[int, TermNode]]
    families: dict[str, dict[int, tuple[int, ...]]]  # each word with everything wider than it
    related: Mapping[tuple[int, int], float] = field(default_factory=dict)  # how alike two sectors are

    @cached_property
    def bands(self) -> dict[int, int]:
        return {pk: term.mark for pk, term in self.by_pk["stage"].items() if term.mark is not None}

    @cached_property
    def investing(self) -> frozenset[int]:
        """The forms by which money is invested."""
        return frozenset(pk for pk, term in self.by_pk["form"].items() if term.mark)

    def find(self, kind: str, code: str) -> TermNode | None:
        return next((term for term in self.by_pk[kind].values() if term.code == code), None)

    def family(self, kind: str, pk: int) -> tuple[int, ...]:
        return self.families[kind].get(pk, ())

    def within(self, kind: str, pk: int) -> set[int]:
        return {other for other in self.by_pk[kind] if pk in self.family(kind, other)}

    def names(self, kind: str, pks: Iterable[int]) -> list[str]:
        by_pk = self.by_pk[kind]
        return [term.name for term in sorted((by_pk[pk] for pk in pks if pk in by_pk), key=lambda t: t.order)]


def all_terms() -> TermTree:
    language = (get_language() or "en")[:2]
    by_pk: dict[str, dict[int, TermNode]] = {kind: {} for kind in KINDS}
    related = {}
    for kind, pk, code, own_name, english, parent, position, mark in ROWS.get(language, ROWS["en"]).all():
        if kind == RELATED:
            related[pk, parent] = related[parent, pk] = mark / 100
            continue
        word = own_name or english
        order = (position, alphabetical(word, language) if kind == "place" else code)
        by_pk[kind][pk] = TermNode(kind, pk, code, word, parent, order, mark)
    families = {kind: {pk: _family(words, pk) for pk in words} for kind, words in by_pk.items()}
    return TermTree(by_pk, families, related)


RELATED = "related"
MARKS: dict[str, Any] = {
    "stage": F("match_band"),
    "form": Case(When(group="capital", then=1), output_field=IntegerField()),
}


def _rows_of(kind: str, name: str) -> QuerySet[Any, tuple[Any, ...]]:
    model = KINDS[kind]
    names = {field.name for field in model._meta.fields}
    parent = F("parent_id") if "parent" in names else Value(None, IntegerField())
    position = F("position") if "position" in names else Value(0, IntegerField())
    mark = MARKS.get(kind, Value(None, IntegerField()))
    rows = model._default_manager.order_by()
    return rows.values_list(Value(kind, CharField()), "pk", "code", name, "name_en", parent, position, mark)


def _relations() -> QuerySet[Any, tuple[Any, ...]]:
    text, alike = Value("", CharField()), Cast(Round(F("similarity") * 100), IntegerField())
    both = "first_id", text, text, text, "second_id", Value(0, IntegerField()), alike
    return SectorRelation.objects.order_by().values_list(Value(RELATED, CharField()), *both)


def _all_rows(name: str) -> QuerySet[Any, tuple[Any, ...]]:
    return _relations().union(*(_rows_of(kind, name) for kind in KINDS), all=True)


# By language. They are built once, because building such a query takes longer than its answer.
ROWS = {language: _all_rows(f"name_{language}") for language in ("en", "zh", "ur")}


def _family(words: dict[int, TermNode], pk: int) -> tuple[int, ...]:
    parent = words[pk].parent
    return (pk, *(_family(words, parent) if parent is not None and parent in words else ()))
