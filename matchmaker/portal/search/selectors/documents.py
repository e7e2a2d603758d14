"""The terms of a profile or a pilot, by who may find it by them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Prefetch, QuerySet

from matchmaker.models.search import LONGEST_TERM, ResultKind, SearchAudience
from matchmaker.portal.search.words import number_terms, terms_of
from matchmaker.searchable import SearchDocument
from profiles.catalogue.taxonomy.selectors.terms import TermTree
from profiles.catalogue.visibility.access import Viewer, preview, see
from profiles.choices import Role, Side, Status
from profiles.models import Investor, Need, Offer, Startup

Weighted = dict[str, int]
LANGUAGES = ("en", "ur", "zh")
CURATOR = Viewer(role=Role.CURATOR, is_curator=True)
NAME, FOUNDERS, TEXT, FEW = 10, 6, 4, 2
# Fields of a profile that hold text, with their weight; names also have their sound.
NAMES = tuple(f"name_{language}" for language in LANGUAGES)
TEXTS: dict[str, int] = {
    "pitch": TEXT,
    **{f"pitch_{language}": TEXT for language in LANGUAGES},
    **{f"summary_{language}": FEW for language in LANGUAGES},
    "licences": FEW,
    "portfolio": FEW,
}
PEOPLE: dict[str, int] = {"contact_name": 8, "legal_name": NAME, "group_name": 6}
NUMBERS: dict[str, int] = {
    "registration_number": NAME,
    "registry_id": NAME,
    "contact_email": NAME,
    "contact_whatsapp": NAME,
    "contact_wechat": NAME,
    "website": 6,
}
# Fields that hold words of the taxonomy, with their weight: what kind, of which term.
CONCEPTS: dict[str, tuple[str, int]] = {
    "primary_sector": ("sector", 7),
    "other_sectors": ("sector", 5),
    "place": ("place", 6),
    "operating_places": ("place", 3),
    "stage": ("stage", 4),
    "forms": ("form", FEW),
}
ROWS: dict[Side, tuple[str, ResultKind]] = {
    Side.STARTUP: ("needs", ResultKind.NEED),
    Side.INVESTOR: ("offers", ResultKind.OFFER),
}
ROW_TEXTS = {"description": TEXT, "quantity": FEW, "capacity": FEW, "outcome": FEW, "references": FEW}
ROW_CONCEPTS = {
    "type": ("need", 6),
    "province": ("place", 4),
    "regions": ("place", FEW),
    "forms": ("form", FEW),
}
THESIS_CONCEPTS = {
    "sectors": ("sector", 5),
    "stages": ("stage", FEW),
    "places": ("place", 1),
    "forms": ("form", 1),
}


@dataclass(frozen=True)
class Document:
    """One entry of the index, without its key. `terms`: weights by audience and term."""

    kind: str
    row_pk: int | None
    terms: dict[SearchAudience, Weighted]


def concept(kind: str, code: str) -> str:
    return f"{kind}:{code}"[:LONGEST_TERM]


def profiles_to_index(side: Side) -> QuerySet[Any]:
    if side == Side.STARTUP:
        rows = Startup.objects.select_related("place", "primary_sector", "stage")
        needs = Prefetch("needs", Need.objects.select_related("type"))
        return rows.prefetch_related("other_sectors", "operating_places", "forms", needs, "needs__forms")
    rows = Investor.objects.select_related("place")
    parts = ("theses__sectors", "theses__stages", "theses__places", "theses__forms")
    offers = Prefetch("offers", Offer.objects.select_related("type"))
    return rows.prefetch_related(*parts, offers, "offers__regions", "offers__forms")


def documents_of(profile: Startup | Investor, tree: TermTree) -> list[Document]:
    """Return what is indexed of a profile: itself, then each of its needs or offers."""
    kind, seen = ResultKind(str(profile.side)), {SearchAudience.CURATORS: see(profile, CURATOR)}
    if profile.status == Status.DRAFT:
        return [Document(kind, None, _apart({who: _name_terms(view) for who, view in seen.items()}))]
    if profile.is_published:
        stranger = preview(Side(profile.side).other)
        seen[SearchAudience.BLIND] = see(profile, replace(stranger, is_blind=True))
        seen[SearchAudience.MEMBERS] = see(profile, stranger)
    own = {who: _profile_terms(view, profile, tree) for who, view in seen.items()}
    documents = [Document(kind, None, _apart(own))]
    part, row_kind = ROWS[Side(profile.side)]
    rows: dict[int, dict[SearchAudience, Any]] = defaultdict(dict)
    for who, view in seen.items():
        for row in getattr(view, part) or ():
            rows[row.pk][who] = row
    for pk, views in rows.items():
        terms = {who: _row_terms(view, tree) for who, view in views.items()}
        documents.append(Document(row_kind, pk, _apart(terms)))
    return documents


def other_document(kind: str, found: SearchDocument, tree: TermTree, *, is_open: bool) -> Document:
    """Return what is indexed of something that a capability registers."""
    main_audience = SearchAudience.BLIND if is_open else SearchAudience.CURATORS
    terms: dict[SearchAudience, Weighted] = {main_audience: {}, SearchAudience.CURATORS: {}}
    for who, texts in ((main_audience, found.texts), (SearchAudience.CURATORS, found.curated)):
        for text, weight in texts:
            _add(terms[who], terms_of(text), weight)
    _add_concepts(terms[main_audience], tree, "sector", found.sectors, 6)
    _add_concepts(terms[main_audience], tree, "place", found.places, 6)
    return Document(kind, found.pk, _apart(terms))


def _apart(terms: Mapping[SearchAudience, Weighted]) -> dict[SearchAudience, Weighted]:
    by_audience: dict[SearchAudience, Weighted] = {}
    seen_terms: Weighted = {}
    for audience in SearchAudience:
        shown = terms.get(audience, {})
        by_audience[audience] = {
            term: weight for term, weight in shown.items() if weight > seen_terms.get(term, 0)
        }
        seen_terms |= by_audience[audience]
    return by_audience


def _profile_terms(seen: Any, profile: Startup | Investor, tree: TermTree) -> Weighted:
    terms = _name_terms(seen)
    for name, weight in TEXTS.items():
        _add(terms, terms_of(_text(seen, name)), weight)
    _add(terms, terms_of(_text(seen, "founders"), is_name=True), FOUNDERS)
    _add_shown(terms, tree, seen, CONCEPTS)
    if isinstance(profile, Investor):
        if seen.kind:
            _add(terms, [concept("kind", seen.kind)], 6)
        if seen.jurisdiction:
            _add(terms, [concept("place", seen.jurisdiction)], TEXT)
        for thesis in seen.theses or ():
            _add_shown(terms, tree, thesis, THESIS_CONCEPTS)
    return terms


def _name_terms(seen: Any) -> Weighted:
    terms: Weighted = {}
    for name in NAMES:
        _add(terms, terms_of(_text(seen, name), is_name=True), NAME)
    for name, weight in PEOPLE.items():
        _add(terms, terms_of(_text(seen, name), is_name=True), weight)
    for name, weight in NUMBERS.items():
        _add(terms, number_terms(_text(seen, name).removeprefix("https://")), weight)
    return terms


def _text(seen: Any, name: str) -> str:
    """Return a text that a view shows; empty for what it hides, and for what this side does not have."""
    return str(getattr(seen, name) or "") if name in seen.names else ""


def _row_terms(row: Any, tree: TermTree) -> Weighted:
    terms: Weighted = {}
    _add_shown(terms, tree, row, ROW_CONCEPTS)
    for name, weight in ROW_TEXTS.items():
        _add(terms, terms_of(_text(row, name)), weight)
    return terms


def _add(found: Weighted, terms: Iterable[str], weight: int) -> None:
    for term in terms:
        found[term] = max(found.get(term, 0), weight)


def _add_shown(found: Weighted, tree: TermTree, seen: Any, fields: dict[str, tuple[str, int]]) -> None:
    for name, (kind, weight) in fields.items():
        if name in seen.names:
            shown = getattr(seen, name)
            _add_concepts(found, tree, kind, shown if isinstance(shown, tuple) else [shown], weight)


def _add_concepts(found: Weighted, tree: TermTree, kind: str, words: Iterable[Any], weight: int) -> None:
    for word in words:
        for at, code in enumerate(_wider(tree, kind, word.pk) if word is not None else ()):
            _add(found, [concept(kind, code)], max(1, weight - at))


def _wider(tree: TermTree, kind: str, pk: int) -> Iterator[str]:
    for each in tree.family(kind, pk):
        yield tree.by_pk[kind][each].code
