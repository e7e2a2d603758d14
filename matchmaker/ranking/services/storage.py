"""Writing packed rankings: many rows at once, in the order that one clock gives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from matchmaker.models import Ranking, RankingClock
from matchmaker.ranking.selectors.packing import ListRow

UPSERT = """
INSERT INTO matchmaker_ranking (
    side, profile_id, entries, size, is_whole, handicap,
    weights_version, market_version, engine_version, computed_at, revision
) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (side, profile_id) DO UPDATE SET
    entries = excluded.entries, size = excluded.size, is_whole = excluded.is_whole,
    handicap = excluded.handicap, weights_version = excluded.weights_version,
    market_version = excluded.market_version, engine_version = excluded.engine_version,
    computed_at = excluded.computed_at, revision = excluded.revision
"""
# PostgreSQL takes many rows fastest through COPY, which knows no conflicts: so what was there goes first.
# A join, because the planner may compare `= ANY(array)` row by row: 120,000 times 120,000.
DELETE = """
DELETE FROM matchmaker_ranking AS old USING unnest(%s::bigint[]) AS new (profile_id)
WHERE old.side = %s AND old.profile_id = new.profile_id
"""
COPY = """
COPY matchmaker_ranking (
    side, profile_id, entries, size, is_whole, handicap,
    weights_version, market_version, engine_version, computed_at, revision
) FROM STDIN (FORMAT BINARY)
"""
COPY_TYPES = (
    "varchar", "int8", "bytea", "int2", "bool", "int4", "int4", "int4", "varchar", "timestamptz", "int8",
)  # fmt: skip
MANY = 500  # rows from which COPY pays
CHUNK = 500  # primary keys in one statement


@dataclass(frozen=True)
class Stamp:
    """With what, when and at which tick of the clock rankings were made."""

    weights_version: int
    market_version: int
    engine_version: str
    at: datetime
    revision: int


def revision() -> int:
    """Return the clock's revision, setting the clock up on the first day."""
    clock, _made = RankingClock.objects.get_or_create(pk=1)
    return clock.revision


def advance(seen: int) -> bool:
    """Take the next revision, in the writing's own transaction; False if somebody else wrote since `seen`."""
    return bool(RankingClock.objects.filter(pk=1, revision=seen).update(revision=seen + 1))


def write(side: str, rows: Sequence[ListRow], *, stamp: Stamp) -> None:
    """Store these lists, each in the place of the one before it."""
    values = _values(side, rows, stamp)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql" and len(rows) >= MANY:
            cursor.execute(DELETE, [[row.profile_id for row in rows], str(side)])
            _copy(cursor, values)
        else:
            cursor.executemany(UPSERT, list(values))


def _values(side: str, rows: Sequence[ListRow], stamp: Stamp) -> Iterable[tuple[Any, ...]]:
    at: Any = (
        stamp.at if connection.vendor == "postgresql" else connection.ops.adapt_datetimefield_value(stamp.at)
    )
    made_with = (stamp.weights_version, stamp.market_version, stamp.engine_version, at, stamp.revision)
    for row in rows:
        yield (str(side), row.profile_id, row.entries, row.size, row.is_whole, row.handicap, *made_with)


def _copy(cursor: Any, values: Iterable[tuple[Any, ...]]) -> None:
    with cursor.copy(COPY) as copy:
        copy.set_types(COPY_TYPES)
        for row in values:
            copy.write_row(row)


def remove(side: str, pks: Sequence[int]) -> None:
    """Delete the lists of profiles that are not matched any more."""
    for start in range(0, len(pks), CHUNK):
        Ranking.objects.filter(side=side, profile_id__in=pks[start : start + CHUNK]).delete()
