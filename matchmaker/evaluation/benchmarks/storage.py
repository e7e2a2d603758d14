"""How fast rankings are written: packed, one row a profile, beside one row a pair.

Everything happens in one transaction that is rolled back: the database is as it was. On PostgreSQL, where
what is rolled back still takes room in its table, another of the same make is written.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
from django.db import connection, transaction

from matchmaker.choices import Side
from matchmaker.ranking.selectors.packing import ListRow
from matchmaker.ranking.selectors.stored_lists import ENTRY, HEADER, STORED, pack_all
from matchmaker.ranking.services import storage

FIRST = 10_000_000  # primary keys that no profile has
# Found before the real one; made like it, logged like it, gone with the transaction.
OWN_TABLE = """
CREATE SCHEMA ranking_bench;
CREATE TABLE ranking_bench.matchmaker_ranking (LIKE matchmaker_ranking INCLUDING ALL);
SET LOCAL search_path = ranking_bench, public
"""
PAIR_TABLE = """
CREATE TEMPORARY TABLE pair_row (
    side varchar(8), profile_id bigint, rank smallint, counterpart_id bigint, thesis_id bigint,
    u integer, v integer,
    sector smallint, stage smallint, ticket smallint, place smallint, needs smallint, forms smallint,
    text smallint, activity smallint, UNIQUE (side, profile_id, counterpart_id)
)
"""
PAIR_UPSERT = """
INSERT INTO pair_row VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (side, profile_id, counterpart_id) DO UPDATE SET
    rank = excluded.rank, thesis_id = excluded.thesis_id, u = excluded.u, v = excluded.v
"""


@dataclass(frozen=True)
class Measured:
    """Seconds from the engine's arrays to all profiles' rows; the pairs' are extrapolated from a sample."""

    database: str
    profiles: int
    megabytes: float
    packed_s: float
    again_s: float
    pairs_s: float
    ratio: float


def measure(*, profiles: int, sample: int, seed: int) -> Measured:
    """Write rankings of so many profiles, then write them again, and a sample of them pair by pair."""
    entries = _entries(profiles, np.random.default_rng(seed))
    with transaction.atomic():
        if connection.vendor == "postgresql":
            connection.cursor().execute(OWN_TABLE)
        packed = _timed(lambda: storage.write(Side.STARTUP, _rows(entries), stamp=_stamp(1)))
        again = _timed(lambda: storage.write(Side.STARTUP, _rows(entries), stamp=_stamp(2)))
        pairs = _timed(lambda: _write_pairs(entries[:sample])) * profiles / sample
        transaction.set_rollback(True)
    size = sum(len(row.entries) for row in _rows(entries)) / 1e6
    return Measured(connection.vendor, profiles, size, packed, again, pairs, pairs / packed)


def _timed(work: Callable[[], None]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _entries(profiles: int, rng: np.random.Generator) -> np.ndarray:
    """ENTRY[profiles,STORED]: random bytes, as hard to write as real ones."""
    noise = rng.integers(0, 256, (profiles, STORED * ENTRY.itemsize), np.uint8)
    return noise.view(ENTRY)


def _rows(entries: np.ndarray) -> list[ListRow]:
    headers = np.zeros(len(entries), HEADER)
    packed = pack_all(headers, entries, np.full(len(entries), STORED))
    return [ListRow(FIRST + at, content, STORED, False, 0) for at, content in enumerate(packed)]


def _stamp(revision: int) -> storage.Stamp:
    return storage.Stamp(1, 1, "bench", datetime(2026, 1, 1, tzinfo=UTC), revision)


def _write_pairs(entries: np.ndarray) -> None:
    """Write one row for every pair, as fast as the database takes rows one by one."""
    with connection.cursor() as cursor:
        cursor.execute(PAIR_TABLE)
        values = [
            ("startup", FIRST + profile, rank, rank, *(number % 2**31 for number in entry[1:4]), *levels)
            for profile, row in enumerate(entries)
            for rank, (entry, levels) in enumerate(zip(row.tolist(), row["levels"].tolist(), strict=True))
        ]
        cursor.executemany(PAIR_UPSERT, values)
