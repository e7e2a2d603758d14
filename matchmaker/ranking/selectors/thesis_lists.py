"""An investor's list where it has several theses: one list for each, and all of them taking turns."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from django.db.models import OuterRef, Subquery

from matchmaker.models.ranking import THESIS, Ranking
from matchmaker.ranking.selectors.stored_lists import ENTRY, HEADER, SHOWN, ListEntry, list_entries
from profiles.models import Thesis


@dataclass(frozen=True)
class ThesisList:
    """The startups of one thesis, best first."""

    pk: int
    name: str
    entries: tuple[ListEntry, ...]


def lists_of_theses(investor_pk: int) -> list[ThesisList]:
    """Return the lists of an investor's theses, the oldest first; none where it has but one. One query."""
    stored = Ranking.objects.filter(side=THESIS, profile_id=OuterRef("pk")).values("entries")[:1]
    theses = Thesis.objects.filter(investor_id=investor_pk, is_active=True).annotate(packed=Subquery(stored))
    rows = theses.exclude(packed=None).order_by("pk").values_list("pk", "name", "packed")
    return [ThesisList(pk, name, _entries(bytes(packed))) for pk, name, packed in rows]


def _entries(packed: bytes) -> tuple[ListEntry, ...]:
    """Return the entries, none where another engine laid them out otherwise."""
    readable = packed and (len(packed) - HEADER.itemsize) % ENTRY.itemsize == 0
    return list_entries(packed) if readable else ()


def taking_turns(theses: Sequence[ThesisList], everybody: Sequence[ListEntry]) -> tuple[ListEntry, ...]:
    """Return the best of each thesis, then the second of each …; each startup by the thesis it fits best.

    Those that a curator put on the list come first. `everybody` is the list over all theses: whoever was
    given a place on it, so as to be seen, keeps it.
    """
    best: dict[int, ListEntry] = {}
    for entry in (entry for thesis in theses for entry in thesis.entries):
        known = best.get(entry.counterpart_id)
        if known is None or _number(entry) > _number(known):
            best[entry.counterpart_id] = entry
    own = [[entry for entry in thesis.entries if best[entry.counterpart_id] is entry] for thesis in theses]
    found = [entry for turn in zip_longest(*own) for entry in turn if entry is not None]
    found.sort(key=lambda entry: not entry.is_boosted)
    for entry in everybody:
        if entry.is_so_that_seen and entry.counterpart_id not in best:
            found.insert(entry.rank - 1, entry)
    return tuple(replace(entry, rank=rank) for rank, entry in enumerate(found[:SHOWN], start=1))


def _number(entry: ListEntry) -> int:
    """Return what a list is sorted by."""
    return entry.score - entry.handicap_tenths
