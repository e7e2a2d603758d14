"""What counterparts are filtered by, and how many each choice would leave.

A counterpart's traits include what is wider: who works in Lahore works in Punjab, who builds drip irrigation
works in agritech. All of them are fields that any checked member of the other side may see (policy.py).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.db.models import F, Q, QuerySet, Value

from matchmaker.choices import Side
from profiles.models import Investor, Startup
from profiles.taxonomy.selectors.term_tree import KINDS, TermNode, TermTree

Chosen = Mapping[str, TermNode]
DEEPEST = 2  # words in one line of descent that are offered as choices: a sector and its fields, not cities


@dataclass(frozen=True)
class Path:
    """Where one kind of trait is found, seen from the profile; `active` leaves out theses laid aside."""

    kind: str
    lookup: str
    active: Q = field(default_factory=Q)


ACTIVE = Q(theses__is_active=True)
PATHS: dict[Side, tuple[Path, ...]] = {
    Side.STARTUP: (
        Path("sector", "primary_sector"),
        Path("sector", "other_sectors"),
        Path("place", "place"),
        Path("place", "operating_places"),
        Path("stage", "stage"),
        Path("form", "forms"),
        Path("need", "needs__type"),
    ),
    Side.INVESTOR: (
        Path("sector", "theses__sectors", ACTIVE),
        Path("place", "place"),
        Path("stage", "theses__stages", ACTIVE),
        Path("form", "theses__forms", ACTIVE),
        Path("need", "offers__type"),
    ),
}
# The same for a few profiles at once: what stands in the row itself, and one round trip for the rest.
OWN: dict[Side, tuple[tuple[str, str], ...]] = {
    Side.STARTUP: (("sector", "primary_sector_id"), ("place", "place_id"), ("stage", "stage_id")),
    Side.INVESTOR: (("place", "place_id"),),
}
LISTS: dict[Side, tuple[str, ...]] = {
    Side.STARTUP: (
        "SELECT 'sector', startup_id, sector_id FROM profiles_startup_other_sectors WHERE startup_id IN ",
        "SELECT 'place', startup_id, place_id FROM profiles_startup_operating_places WHERE startup_id IN ",
        "SELECT 'form', startup_id, partnershipform_id FROM profiles_startup_forms WHERE startup_id IN ",
        "SELECT 'need', startup_id, type_id FROM profiles_need WHERE startup_id IN ",
    ),
    Side.INVESTOR: (
        "SELECT 'sector', t.investor_id, l.sector_id FROM profiles_thesis t "
        "JOIN profiles_thesis_sectors l ON l.thesis_id = t.id WHERE t.is_active AND t.investor_id IN ",
        "SELECT 'stage', t.investor_id, l.stage_id FROM profiles_thesis t "
        "JOIN profiles_thesis_stages l ON l.thesis_id = t.id WHERE t.is_active AND t.investor_id IN ",
        "SELECT 'form', t.investor_id, l.partnershipform_id FROM profiles_thesis t "
        "JOIN profiles_thesis_forms l ON l.thesis_id = t.id WHERE t.is_active AND t.investor_id IN ",
        "SELECT 'need', investor_id, type_id FROM profiles_offer WHERE investor_id IN ",
    ),
}


@dataclass
class Traits:
    """The words of one profile: by kind, as stated and with everything wider."""

    stated: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    wide: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in KINDS})

    def add(self, kind: str, pk: int | None, terms: TermTree) -> None:
        """Note one word, if it is one."""
        if pk is not None:
            self.stated[kind].add(pk)
            self.wide[kind].update(terms.family(kind, pk))

    def meets(self, chosen: Chosen) -> bool:
        """Whether the profile has every chosen word."""
        return all(term.pk in self.wide[kind] for kind, term in chosen.items())


@dataclass(frozen=True)
class Option:
    """One choice of a filter; `count` is how many it leaves, None where that is not counted."""

    term: TermNode
    count: int | None


Options = Mapping[str, list[Option]]


def traits_of(rows: QuerySet[Any], side: Side, terms: TermTree) -> dict[int, Traits]:
    """Return the traits of the few profiles in `rows`, by primary key, in their order. Two queries."""
    names = [name for _kind, name in OWN[side]]
    return _traits(rows.values_list("pk", *names), side, terms)


def traits_in(profile: Startup | Investor, side: Side, terms: TermTree) -> Traits:
    """Return the traits of a profile that was read before. One query."""
    values = (getattr(profile, name) for _kind, name in OWN[side])
    return _traits([(profile.pk, *values)], side, terms)[profile.pk]


def _traits(rows: Iterable[tuple[Any, ...]], side: Side, terms: TermTree) -> dict[int, Traits]:
    """Return the traits of profiles given as (pk, values of OWN …)."""
    found: dict[int, Traits] = {}
    for pk, *values in rows:
        found[pk] = Traits()
        for (kind, _name), value in zip(OWN[side], values, strict=True):
            found[pk].add(kind, value, terms)
    for kind, owner, term in _lists(side, list(found)):
        found[owner].add(kind, term, terms)
    return found


def _lists(side: Side, pks: list[int]) -> list[tuple[str, int, int]]:
    """Return (kind, profile, word) from the lists of some profiles."""
    if not pks:
        return []
    keys = f"({', '.join(['%s'] * len(pks))})"
    arms = LISTS[side]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(arm + keys for arm in arms), pks * len(arms))
        rows: list[tuple[str, int, int]] = cursor.fetchall()
    return rows


def counted(traits: Iterable[Traits], chosen: Chosen, terms: TermTree) -> Options:
    """Return the choices of each filter that leave something, given what the other filters say."""
    rows = list(traits)
    options: dict[str, list[Option]] = {}
    for kind in KINDS:
        rest = {other: term for other, term in chosen.items() if other != kind}
        counts = Counter(pk for row in rows if row.meets(rest) for pk in row.wide[kind])
        options[kind] = _options(kind, counts, chosen, terms)
    return options


def narrowed(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: TermTree) -> QuerySet[Any]:
    """Return the profiles that have every chosen word."""
    for kind, term in chosen.items():
        words = terms.within(kind, term.pk)
        wanted = Q(pk__in=[])
        for path in PATHS[side]:
            if path.kind == kind:
                wanted |= path.active & Q(**{f"{path.lookup}__in": words})
        rows = rows.filter(pk__in=rows.model._default_manager.order_by().filter(wanted).values("pk"))
    return rows


def existing(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: TermTree) -> Options:
    """Return the choices that leave something, uncounted: for lists too long to look at one by one."""
    arms = []
    for kind in KINDS:
        rest = {other: term for other, term in chosen.items() if other != kind}
        some = narrowed(rows, side, rest, terms).order_by()
        arms += [
            some.filter(path.active).values_list(Value(kind), F(path.lookup))
            for path in PATHS[side]
            if path.kind == kind
        ]
    present: dict[str, dict[int, None]] = {kind: {} for kind in KINDS}
    for kind, pk in arms[0].union(*arms[1:]):
        if pk is not None:
            present[kind].update(dict.fromkeys(terms.family(kind, pk)))
    return {kind: _options(kind, present[kind], chosen, terms) for kind in KINDS}


def _options(kind: str, found: Mapping[int, int | None], chosen: Chosen, terms: TermTree) -> list[Option]:
    """Return the found words as choices in the order of their table; the chosen one stays in any case."""
    known = terms.by_pk[kind]
    counts = {pk: found[pk] for pk in found if 0 < len(terms.family(kind, pk)) <= DEEPEST}
    if kind in chosen:
        counts.setdefault(chosen[kind].pk, 0)
    options = [Option(known[pk], count) for pk, count in counts.items()]
    return sorted(options, key=lambda option: option.term.order)
