"""What counterparts are filtered by, and how many each choice would leave.

A counterpart's traits include what is wider: who works in Lahore works in Punjab, who builds drip irrigation
works in agritech. All of them are fields that any checked member of the other side may see (policy.py).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q, QuerySet, Value

from matchmaker.choices import Side
from matchmaker.selectors.terms import KINDS, Term, Terms

Chosen = Mapping[str, Term]
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


@dataclass
class Traits:
    """The words of one profile: by kind, as stated and with everything wider."""

    stated: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in KINDS})
    wide: dict[str, set[int]] = field(default_factory=lambda: {kind: set() for kind in KINDS})

    def meets(self, chosen: Chosen) -> bool:
        """Whether the profile has every chosen word."""
        return all(term.pk in self.wide[kind] for kind, term in chosen.items())


@dataclass(frozen=True)
class Option:
    """One choice of a filter; `count` is how many it leaves, None where that is not counted."""

    term: Term
    count: int | None


Options = Mapping[str, list[Option]]


def traits_of(rows: QuerySet[Any], side: Side, terms: Terms) -> dict[int, Traits]:
    """Return the traits of the profiles in `rows`, by primary key. One query."""
    found: dict[int, Traits] = defaultdict(Traits)
    plain = rows.order_by()
    first, *others = (
        plain.filter(path.active).values_list(Value(path.kind), "pk", F(path.lookup)) for path in PATHS[side]
    )
    for kind, owner, term in first.union(*others, all=True):
        traits = found[owner]
        if term is not None:
            traits.stated[kind].add(term)
            traits.wide[kind].update(terms.family(kind, term))
    return found


def counted(traits: Iterable[Traits], chosen: Chosen, terms: Terms) -> Options:
    """Return the choices of each filter that leave something, given what the other filters say."""
    rows = list(traits)
    options: dict[str, list[Option]] = {}
    for kind in KINDS:
        rest = {other: term for other, term in chosen.items() if other != kind}
        counts = Counter(pk for row in rows if row.meets(rest) for pk in row.wide[kind])
        options[kind] = _options(kind, counts, chosen, terms)
    return options


def narrowed(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: Terms) -> QuerySet[Any]:
    """Return the profiles that have every chosen word."""
    for kind, term in chosen.items():
        words = terms.within(kind, term.pk)
        wanted = Q(pk__in=[])
        for path in PATHS[side]:
            if path.kind == kind:
                wanted |= path.active & Q(**{f"{path.lookup}__in": words})
        rows = rows.filter(pk__in=rows.model._default_manager.order_by().filter(wanted).values("pk"))
    return rows


def existing(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: Terms) -> Options:
    """Return the choices that leave something, uncounted: for lists too long to look at one by one."""
    arms = []
    for kind in KINDS:
        rest = {other: term for other, term in chosen.items() if other != kind}
        some = narrowed(rows, side, rest, terms)
        arms += [
            some.order_by().filter(path.active).values_list(Value(kind), F(path.lookup))
            for path in PATHS[side]
            if path.kind == kind
        ]
    present: dict[str, dict[int, None]] = {kind: {} for kind in KINDS}
    for kind, pk in arms[0].union(*arms[1:]):
        present[kind].update(dict.fromkeys(terms.family(kind, pk)))
    return {kind: _options(kind, present[kind], chosen, terms) for kind in KINDS}


def _options(kind: str, found: Mapping[int, int | None], chosen: Chosen, terms: Terms) -> list[Option]:
    """Return the found words as choices in the order of their table; the chosen one stays in any case."""
    known = terms.by_pk[kind]
    counts = {pk: found[pk] for pk in found if len(list(terms.family(kind, pk))) in range(1, DEEPEST + 1)}
    if kind in chosen:
        counts.setdefault(chosen[kind].pk, 0)
    options = [Option(known[pk], count) for pk, count in counts.items()]
    return sorted(options, key=lambda option: (option.term.position, option.term.code))
