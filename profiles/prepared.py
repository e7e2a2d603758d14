"""Querysets whose SQL is written once: for what every page asks.

Writing the SQL of a queryset anew takes Django longer than the database takes to answer a question about some
rows by their keys (docs/measurements.md). Only keys differ from call to call; all else that a queryset is
made from belongs to its shape, and each shape is written by itself.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from copy import copy
from dataclasses import dataclass, field, fields, is_dataclass, replace
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Model, QuerySet

Key = int | str
# Numbers in the place of keys while SQL is written: a BigAutoField's, and larger than any that is given.
MARK = 2**62
TEXT_MARK = "\0key "  # the same for keys that are texts; no text that is stored holds a zero byte
SHAPES = 128  # of one queryset: they differ by how many keys a list has


class TextKey(str):
    """A key that is text, such as a session's; any other text belongs to the shape."""

    __slots__ = ()


class PreparedQuery:
    """A queryset that depends on keys. `build` makes it from what it is called with.

    What it is called with may be plain values, keys (int or TextKey), tuples and frozensets of keys, and
    frozen dataclasses of these. `build` is given marks for keys: it may look for them in columns of big
    integers, such as primary keys, or of text, and compare or count them in no other way than by the length
    of a set.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self.build = build
        self.written = lru_cache(maxsize=SHAPES)(self._write)

    def __call__(self, *asked: Hashable) -> list[Any]:
        """Return the records for these keys, read now."""
        return self.read(*asked).records()

    def first(self, *asked: Hashable) -> Any:
        """Return the first record, None where there is none; `build` sees to it that one is read."""
        return next(iter(self(*asked)), None)

    def read(self, *asked: Hashable) -> "Answer":
        """Return what the database says for these keys, now."""
        keys: list[Key] = []
        shape = tuple(_marked(one, keys) for one in asked)
        return self.written(*shape).answer(keys)

    def _write(self, *shape: Hashable) -> "_Written":
        """Write the SQL of a shape."""
        queryset = self.build(*shape)
        if queryset._prefetch_related_lookups:  # type: ignore[attr-defined]  # Django's own, without a type
            raise ValueError("What is prefetched is read by a query of its own, which is not prepared here.")
        return _Written(queryset)


@dataclass(frozen=True)
class Answer:
    """The rows of a prepared query as the database gave them: what may be the key of a memory."""

    rows: tuple[tuple[Any, ...], ...]
    written: "_Written" = field(compare=False, repr=False)

    def records(self) -> list[Any]:
        """Return the rows as what the queryset makes of them. No query."""
        return self.written.records(self.rows)


class _Written:
    """The SQL of one shape; none where it has no rows, whatever the keys."""

    def __init__(self, queryset: QuerySet[Any]) -> None:
        self.queryset = queryset
        self.compiler = queryset.query.get_compiler(connection=connection)
        try:
            self.sql, self.params = self.compiler.as_sql()
        except EmptyResultSet:
            self.sql, self.params = "", ()
        else:
            texts = [one for one in self.params if isinstance(one, str) and TEXT_MARK in one]
            if not all(one.removeprefix(TEXT_MARK).isdecimal() for one in texts):
                raise ValueError("A key that is text is looked for as it is, not as a part of another text.")
            columns = [column for column, *_sql in self.compiler.select]
            self.converters = self.compiler.get_converters(columns)

    def answer(self, keys: list[Key]) -> Answer:
        """Return the rows for these keys."""
        if not self.sql:
            return Answer((), self)
        with connection.cursor() as cursor:
            cursor.execute(self.sql, tuple(_given(value, keys) for value in self.params))
            return Answer(tuple(cursor.fetchall()), self)

    def records(self, rows: tuple[tuple[Any, ...], ...]) -> list[Any]:
        """Return what the queryset makes of the rows, by a compiler that has run already."""
        if not rows:
            return []
        compiler: Any = copy(self.compiler)
        compiler.execute_sql = lambda *_how, **_more: [rows]
        compiler.get_converters = lambda _columns: self.converters
        found: Any = self.queryset.all()
        found.query.get_compiler = lambda *_using, **_more: compiler
        return list(found)


def with_rows(records: Iterable[Model], name: str, rows: Iterable[Model], column: str) -> None:
    """Give the records the rows that name them in `column`, as a prefetch would: `record.theses.all()`."""
    found: dict[int, list[Model]] = defaultdict(list)
    for row in rows:
        found[getattr(row, column)].append(row)
    for record in records:
        model: Any = record._meta.get_field(name).related_model
        related = model._default_manager.all()
        related._result_cache, related._prefetch_done = found[record.pk], True
        record.__dict__.setdefault("_prefetched_objects_cache", {})[name] = related


def padded(keys: Iterable[int], size: int = 16) -> tuple[int, ...]:
    """Return the keys, filled up with zeros, which are nobody's, to a multiple of `size`: fewer shapes."""
    found = tuple(keys)
    return found + (0,) * (-len(found) % size)


def _given(value: Any, keys: list[Key]) -> Any:
    """Return a parameter; for a mark its key, as the type of number that the database asks for."""
    if isinstance(value, str):
        return keys[int(value.removeprefix(TEXT_MARK))] if value.startswith(TEXT_MARK) else value
    is_mark = isinstance(value, int) and value >= MARK
    return type(value)(keys[value - MARK]) if is_mark else value


def _marked(value: Any, keys: list[Key]) -> Any:
    """Return a value with a mark for every key, and add the keys to `keys` in the order of their marks."""
    if type(value) is int:
        keys.append(value)
        return MARK + len(keys) - 1
    if isinstance(value, TextKey):
        keys.append(str(value))
        return f"{TEXT_MARK}{len(keys) - 1}"
    if isinstance(value, (tuple, frozenset)):
        return type(value)(_marked(one, keys) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        counted = [each.name for each in fields(value) if each.compare]
        return replace(value, **{name: _marked(getattr(value, name), keys) for name in counted})
    return value
