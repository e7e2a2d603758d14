"""What was made of rows, remembered by the rows: the same rows give the same, so it is never out of date.

Rows are read anew for every page, as access and consents say now; only what follows from them is remembered.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, Generic, TypeVar

from django.db.models import Model

Made = TypeVar("Made")


class PageMemory(Generic[Made]):
    """The results asked for last, by all that they were made from."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.results: OrderedDict[Hashable, Made] = OrderedDict()
        self.lock = Lock()

    def get_or_make(self, key: Hashable, make: Callable[[], Made]) -> Made:
        """Return what was made from the same key, or make it; `make` uses nothing but what is in the key."""
        with self.lock:
            if key in self.results:
                self.results.move_to_end(key)
                return self.results[key]
        made = make()
        with self.lock:
            self.results[key] = made
            while len(self.results) > self.most:
                self.results.popitem(last=False)
        return made


def loaded_values(record: Model) -> Hashable:
    """Return all that was loaded of a record and of what was loaded with it, for the key of a memory."""
    along = (one for one in record._state.fields_cache.values() if one is not None)
    rows = record.__dict__.get("_prefetched_objects_cache", {}).values()
    return (
        _own_values(record),
        tuple(_own_values(one) for one in along),
        tuple(_own_values(row) for found in rows for row in found),
    )


def _own_values(record: Model) -> tuple[Any, ...]:
    """Return a record's own values; lists and maps, which a field of JSON holds, as they are written."""
    stored = ((name, value) for name, value in record.__dict__.items() if not name.startswith("_"))
    return tuple(repr(value) if isinstance(value, (list, dict)) else value for _name, value in stored)
