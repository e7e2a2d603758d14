"""What counterparts are filtered by, and how many each choice would leave.

A counterpart's traits include what is wider: who works in Lahore works in Punjab, who builds drip irrigation
works in agritech. The catalogue says which fields are filtered; any checked member of the other side may see
them all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import F, Model, Q, QuerySet, Value
from django.utils import timezone
from django.utils.translation import get_language

from matchmaker.choices import Side
from matchmaker.models import InferredSector
from profiles.models import SIDES, Investor, Startup
from profiles.models.lasting import LastingRow, in_use, in_use_sql
from profiles.taxonomy.selectors.term_tree import KINDS, TermNode, TermTree, all_terms
from profiles.visibility.fields import CATALOGUE, Field

Chosen = Mapping[str, TermNode]
REMEMBERED = 64  # lists whose traits are remembered, about 250 KB each
TOLD = "told"  # the fields that a description speaks of: words for a sentence, not a filter
DEEPEST = 2  # words in one line of descent that are offered as choices: a sector and its fields, not cities


@dataclass(frozen=True)
class Path:
    """Where one kind of trait is found, seen from the profile.

    `rows`: the kind of rows in which it stands, of those that count for a time only.
    `column`: that of the profile's own row which holds it, else empty; then `arm` reads it from its list, for
    the owners whose keys follow. `is_closed`: a code of a closed list is kept, not a word of a table.
    """

    kind: str
    lookup: str
    rows: type[Model] | None = None
    column: str = ""
    arm: str = ""
    is_closed: bool = False

    def in_use(self, on: date) -> Q:
        """Leave out rows that are over or laid aside."""
        return in_use(self.rows, on, self.lookup.rpartition("__")[0] + "__") if self.rows else Q()


def _paths(side: Side) -> tuple[Path, ...]:
    """Return where the catalogue's filtered fields of a side are found."""
    model, fields = SIDES[side], CATALOGUE[side].values()
    own = [_own(model, field) for field in fields if field.filtered]
    rows = ((each.name, inner) for each in fields for inner in each.rows if inner.filtered)
    return *own, *(_in_row(model, part, inner) for part, inner in rows)


def _own(model: Any, declared: Field) -> Path:
    """Return the path to a field of the profile: a word, a list of words, or a code."""
    found = model._meta.get_field(declared.name)
    path = Path(declared.filtered, declared.name, is_closed=bool(found.choices))
    if not found.many_to_many:
        return replace(path, column=found.attname)
    owner, word = found.m2m_column_name(), found.m2m_reverse_name()
    return replace(path, arm=_arm(declared.filtered, owner, word, found.m2m_db_table(), owner))


def _in_row(model: Any, part: str, declared: Field) -> Path:
    """Return the path to a field of the rows of a list: a word, or a list of words."""
    relation = model._meta.get_field(part)
    rows, owner = relation.related_model._meta, f"r.{relation.field.column}"
    found, table = rows.get_field(declared.name), f"{rows.db_table} r"
    word = f"r.{found.column}"
    if found.many_to_many:
        table += f" JOIN {found.m2m_db_table()} l ON l.{found.m2m_column_name()} = r.id"
        word = f"l.{found.m2m_reverse_name()}"
    conditions = filter(None, (in_use_sql(relation.related_model, "r"), owner))
    arm = _arm(declared.filtered, owner, word, table, " AND ".join(conditions))
    lasts = relation.related_model if issubclass(relation.related_model, LastingRow) else None
    return Path(declared.filtered, f"{part}__{declared.name}", lasts, arm=arm)


def _arm(kind: str, owner: str, word: str, table: str, condition: str) -> str:
    """Return the query of (kind, owner, word) up to the owners' keys. All names in it are the project's."""
    return f"SELECT '{kind}', {owner}, {word} FROM {table} WHERE {condition} IN "  # noqa: S608


PATHS: dict[Side, tuple[Path, ...]] = {side: _paths(side) for side in Side}


def filters(side: Side) -> tuple[str, ...]:
    """Return the filters of the lists of one side's profiles: those of words, then those of closed lists."""
    return *KINDS, *(path.kind for path in PATHS[side] if path.is_closed)


def words_of(side: Side) -> TermTree:
    """Return all words by which the profiles of a side are filtered. One query."""
    return _with_closed(all_terms(), side, get_language())


@lru_cache(maxsize=16)
def _with_closed(terms: TermTree, side: Side, _language: str | None) -> TermTree:
    """Return the words and a side's closed lists, in the active language; made once of the same words."""
    closed = {}
    for path in PATHS[side]:
        if path.is_closed:
            stored: Any = SIDES[side]._meta.get_field(path.lookup)
            closed[path.kind] = {
                at: TermNode(path.kind, at, code, str(label), None, (at, code))
                for at, (code, label) in enumerate(stored.choices, 1)
            }
    return TermTree(
        terms.by_pk | closed,
        terms.families | {kind: {pk: (pk,) for pk in words} for kind, words in closed.items()},
    )


class Traits:
    """The words of one profile: by kind, as stated and with everything wider."""

    def __init__(self, terms: TermTree) -> None:
        self.stated: dict[str, set[int]] = defaultdict(set)
        self.terms = terms

    @cached_property
    def wide(self) -> dict[str, set[int]]:
        """The words with everything wider; asked for when all are stated."""
        found = {}
        for kind, families in self.terms.families.items():
            found[kind] = {wide for pk in self.stated.get(kind, ()) for wide in families.get(pk, ())}
        return found

    def add_own(self, kind: str, value: int | str | None) -> None:
        """Note what stands in the row itself: a primary key, a code of a closed list, or nothing."""
        term = self.terms.find(kind, value) if isinstance(value, str) else None
        pk = term.pk if term else value
        if isinstance(pk, int):
            self.stated[kind].add(pk)

    def meets(self, chosen: Chosen) -> bool:
        """Whether the profile has every chosen word."""
        return all(term.pk in self.wide[kind] for kind, term in chosen.items())


@dataclass(frozen=True)
class Option:
    """One choice of a filter; `count` is how many it leaves, None where that is not counted."""

    term: TermNode
    count: int | None


@dataclass(frozen=True, eq=False)
class Options:
    """The choices of each filter, by its kind; the same object only while they are the same."""

    by_kind: Mapping[str, list[Option]]


NO_OPTIONS = Options({})


def traits_of(rows: QuerySet[Any], side: Side, terms: TermTree) -> dict[int, Traits]:
    """Return the traits of the few profiles in `rows`, by primary key, in their order. Two queries."""
    return traits_from(own_words(rows, side), side, terms)


def own_words(rows: QuerySet[Any], side: Side) -> QuerySet[Any, tuple[Any, ...]]:
    """Ask for the primary key of each profile and the words that stand in its own row."""
    return rows.values_list("pk", *(path.column for path in PATHS[side] if path.column))


def traits_from(rows: Iterable[tuple[Any, ...]], side: Side, terms: TermTree) -> dict[int, Traits]:
    """Return the traits of the profiles in rows of `own_words`, in their order. One query."""
    read = tuple(rows)
    return _made(read, tuple(_lists(side, [pk for pk, *_values in read])), side, terms)


def traits_in(profile: Startup | Investor, side: Side, terms: TermTree) -> Traits:
    """Return the traits of a profile that was read before. One query."""
    values = (getattr(profile, path.column) for path in PATHS[side] if path.column)
    return traits_from([(profile.pk, *values)], side, terms)[profile.pk]


@lru_cache(maxsize=REMEMBERED)
def _made(
    rows: tuple[tuple[Any, ...], ...], lists: tuple[tuple[str, int, int], ...], side: Side, terms: TermTree
) -> dict[int, Traits]:
    """Return the traits told by rows of `own_words` and by those of `_lists`, which nobody changes then."""
    kinds = [path.kind for path in PATHS[side] if path.column]
    found: dict[int, Traits] = {}
    for pk, *values in rows:
        found[pk] = Traits(terms)
        for kind, value in zip(kinds, values, strict=True):
            if kind in terms.by_pk:  # of closed lists only those asked for
                found[pk].add_own(kind, value)
    for kind, owner, term in lists:
        found[owner].stated[kind].add(term)
    return found


def _lists(side: Side, pks: list[int]) -> list[tuple[str, int, int]]:
    """Return (kind, profile, word) from the lists of some profiles."""
    if not pks:
        return []
    on = {"on": timezone.localdate().isoformat()}
    # The keys are numbers of our own: written out, because two hundred parameters take longer than the query.
    keys = f"({', '.join(map(str, pks))})"
    arms = [path.arm for path in PATHS[side] if path.arm]
    if side == Side.STARTUP:
        arms.append(_arm(TOLD, "startup_id", "sector_id", InferredSector._meta.db_table, "startup_id"))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(arm + keys for arm in arms), on)
        rows: list[tuple[str, int, int]] = cursor.fetchall()
    return rows


def counted(traits: Iterable[Traits], chosen: Chosen, terms: TermTree) -> Options:
    """Return the choices of each filter that leave something, given what the other filters say."""
    rows = list(traits)
    options: dict[str, list[Option]] = {}
    for kind in terms.by_pk:
        rest = {other: term for other, term in chosen.items() if other != kind}
        left = [row for row in rows if row.meets(rest)] if rest else rows
        counts = Counter(chain.from_iterable(row.wide[kind] for row in left))
        options[kind] = _options(kind, counts, chosen, terms)
    return Options(options)


def narrowed(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: TermTree) -> QuerySet[Any]:
    """Return the profiles that have every chosen word."""
    for kind, term in chosen.items():
        words = terms.within(kind, term.pk)
        wanted = Q(pk__in=[])
        for path in PATHS[side]:
            if path.kind == kind:
                values = [term.code] if path.is_closed else words
                wanted |= path.in_use(timezone.localdate()) & Q(**{f"{path.lookup}__in": values})
        rows = rows.filter(pk__in=rows.model._default_manager.order_by().filter(wanted).values("pk"))
    return rows


def existing(rows: QuerySet[Any], side: Side, chosen: Chosen, terms: TermTree) -> Options:
    """Return the choices that leave something, uncounted: for lists too long to look at one by one.

    One query for all words, and one for each closed list: a code is no number, so it joins no union.
    """
    arms = []
    present: dict[str, dict[int, None]] = {kind: {} for kind in terms.by_pk}
    for path in PATHS[side]:
        rest = {other: term for other, term in chosen.items() if other != path.kind}
        some = narrowed(rows, side, rest, terms).order_by().filter(path.in_use(timezone.localdate()))
        if path.is_closed:
            codes = some.values_list(path.lookup, flat=True).distinct()
            present[path.kind] = {t.pk: None for code in codes if (t := terms.find(path.kind, code))}
        else:
            arms.append(some.values_list(Value(path.kind), F(path.lookup)))
    for kind, pk in arms[0].union(*arms[1:]):
        if pk is not None:
            present[kind].update(dict.fromkeys(terms.family(kind, pk)))
    return Options({kind: _options(kind, present[kind], chosen, terms) for kind in terms.by_pk})


def _options(kind: str, found: Mapping[int, int | None], chosen: Chosen, terms: TermTree) -> list[Option]:
    """Return the found words as choices in the order of their table; the chosen one stays in any case."""
    known = terms.by_pk[kind]
    counts = {pk: found[pk] for pk in found if 0 < len(terms.family(kind, pk)) <= DEEPEST}
    if kind in chosen:
        counts.setdefault(chosen[kind].pk, 0)
    options = [Option(known[pk], count) for pk, count in counts.items()]
    return sorted(options, key=lambda option: option.term.order)
