"""Small edits of a startup, as rows for the engine: what would change this, if it were otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np

from matchmaker.ranking.market.columns import Columns
from profiles.taxonomy.selectors import money

USUAL_URGENCY = 2


@dataclass(frozen=True)
class Edit:
    """One edit: a kind of partnership, need or place to add (`pk`), or another range of the ask (bands)."""

    kind: str  # form | need | place | ask
    pk: int = 0
    first: int = 0
    last: int = 0


def edits_of(found: Columns, row: int) -> list[Edit]:
    """Return every small edit that the startup in this row could make."""
    startups, words = found.snapshot.startups, found.vocabulary
    forms, needs = int(startups.forms[row]), startups.needs[row]
    edits = list(_asks(startups, row))
    if forms:  # who states none already accepts all
        edits += [Edit("form", pk) for bit, pk in enumerate(words.forms.tolist()) if not forms >> bit & 1]
    if needs.any():
        free = [at for at in np.flatnonzero(needs == 0).tolist() if at != words.capital]
        edits += [Edit("need", int(words.needs[at])) for at in free]
    edits += [Edit("place", int(words.places[at])) for at in _places(found, row)]
    return edits


def _asks(startups: Any, row: int) -> Iterator[Edit]:
    """Yield the ask one band wider or narrower at either end."""
    first, last = (int(band) for band in startups.ask[row])
    if first < 0 or not startups.seeks_capital[row]:
        return
    for low, high in ((first - 1, last), (first, last + 1), (first + 1, last), (first, last - 1)):
        if 0 <= low <= high <= money.LAST:
            yield Edit("ask", first=low, last=high)


def _places(found: Columns, row: int) -> list[int]:
    """Return the provinces of its own country that it could work in too, while there is room for one more."""
    here = found.snapshot.startups.places[row]
    parents, home = found.vocabulary.place_parent, int(here[0])
    if home < 0 or parents[home] < 0 or (here >= 0).all():
        return []
    siblings = np.flatnonzero(parents == parents[home])
    return [int(at) for at in siblings if at not in here]


def copies(found: Columns, row: int, edits: list[Edit]) -> Any:
    """Return the startup as it is and once per edit, as rows like snapshot.startups."""
    table = found.snapshot.startups
    columns = {
        each.name: np.repeat(getattr(table, each.name)[row : row + 1], len(edits) + 1, axis=0)
        for each in fields(table)
    }
    for at, edit in enumerate(edits, start=1):
        _APPLY[edit.kind](found, columns, at, edit)
    return type(table)(**columns)


def _ask(_found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    columns["ask"][at] = edit.first, edit.last


def _need(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    columns["needs"][at, found.vocabulary.need_row[edit.pk]] = USUAL_URGENCY


def _place(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    free = int(np.flatnonzero(columns["places"][at] < 0)[0])
    columns["places"][at, free] = found.vocabulary.place_row[edit.pk]


def _form(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    """Accept one form more; a startup that had one only is no longer one that insists on it."""
    before, words = int(columns["forms"][at]), found.vocabulary
    if before.bit_count() == 1:
        trait = int(words.form_bit(np.array(before.bit_length() - 1)))
        columns["traits"][at, trait // 64] &= ~np.uint64(1 << trait % 64)
    columns["forms"][at] |= np.uint64(1 << int(words.form_row[edit.pk]))


_APPLY = {"ask": _ask, "need": _need, "place": _place, "form": _form}
