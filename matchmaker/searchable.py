"""What search finds besides profiles and conversations, registered by the capability to which it belongs."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from django.dispatch import Signal
from django.utils.functional import Promise

from profiles.catalogue.visibility.access import Viewer
from profiles.models import Investor, Startup

# Sent with `kind` and `pk` inside the transaction that changes one.
searchable_changed = Signal()


@dataclass(frozen=True)
class SearchDocument:
    """By what one is found: texts with their weight, 1 to 10, and words of the taxonomy."""

    pk: int
    company: Startup | Investor | None
    texts: tuple[tuple[str, int], ...]
    curated: tuple[tuple[str, int], ...]
    sectors: tuple[Any, ...]
    places: tuple[Any, ...]


@dataclass(frozen=True)
class SearchableRow:
    url: str
    title: str
    text: str
    facts: tuple[str, ...]
    tag: str
    is_demo: bool


class Reader(Protocol):
    @property
    def viewer(self) -> Viewer: ...

    @property
    def member(self) -> Any: ...


@dataclass(frozen=True, kw_only=True)
class Searchable:
    """One kind of things that are found. All functions but `changes` are asked for some keys.

    `visible` says which of them exist for a reader; `rows` is asked only for those.
    """

    kind: str
    label: Promise
    documents: Callable[[Collection[int]], list[SearchDocument]]
    visible: Callable[[Reader | None, Collection[int]], set[int]]
    rows: Callable[[Reader, Collection[int]], dict[int, SearchableRow]]
    facets: Callable[[Collection[int]], dict[int, tuple[int, int]]]
    of_company: Callable[[Startup | Investor], list[int]]
    changes: Callable[[], dict[int, datetime]]


SEARCHABLE: dict[str, Searchable] = {}


def register_searchable(found: Searchable) -> None:
    SEARCHABLE[found.kind] = found
