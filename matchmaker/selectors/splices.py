"""Tables of arrays with some rows put anew: those that exist in their place, new ones at the end."""

from collections.abc import Callable, Collection
from dataclasses import fields
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from matchmaker.engine.columns import take

Array = NDArray[Any]
Table = TypeVar("Table")

BLANK = {"sectors": -1, "stage": -1, "places": -1, "ask": -1, "ticket": -1}  # all others are nought


def positions(keys: Array, wanted: Array) -> Array:
    """int64[len(wanted)]: where each wanted key stands in `keys`, -1 where it does not."""
    if not len(keys):
        return np.full(len(wanted), -1, np.int64)
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    found = order[at]
    return np.where(keys[found] == wanted, found, -1)


def blank(table: Table, *, keep: Collection[str]) -> Table:
    """The same rows saying nothing but the columns to keep."""
    columns = {f.name: getattr(table, f.name) for f in fields(table)}  # type: ignore[arg-type]
    said = {name: np.full_like(old, BLANK.get(name, 0)) for name, old in columns.items() if name not in keep}
    return type(table)(**{**columns, **said})


def put(
    keys: Array,
    table: Table,
    asked: Collection[int],
    fresh_keys: Array,
    fresh: Table,
    gone: Callable[[Table], Table],
) -> tuple[Array, Table]:
    """Return keys and table with the fresh rows put; asked-for keys that have none become `gone` rows.

    An exposure price stays with its row while the profile stays.
    """
    missing = positions(keys, np.setdiff1d(np.fromiter(asked, np.int64), fresh_keys))
    missing = missing[missing >= 0]
    at = positions(keys, fresh_keys)
    new = at < 0
    at[new] = len(keys) + np.arange(int(new.sum()))
    left = gone(take(table, missing))
    out = {}
    for f in fields(table):  # type: ignore[arg-type]
        old, rows = getattr(table, f.name), getattr(fresh, f.name)
        column = np.concatenate([old, rows[new]])
        if f.name != "price":
            column[at] = rows
        column[missing] = getattr(left, f.name)
        out[f.name] = column
    return np.concatenate([keys, fresh_keys[new]]), type(table)(**out)
