"""How records that a test has really stored go again, and what every test finds in the database.

Django empties every table and writes its own first rows again, and the tables of profiles/data are loaded
anew: half a second for each test that commits. On PostgreSQL what was there at first is kept in a schema of
its own, and only what differs from it is put back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.commands import flush
from django.db import connection, transaction

from profiles.models import Sector

KEPT = "kept"  # the schema with the first rows of every table that had any


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Load the tables once; tests that roll back find them again."""
    with django_db_blocker.unblock():
        call_command("load_tables", verbosity=0)
        if connection.vendor == "postgresql":
            keep_first_rows()


def own_tables() -> list[str]:
    """Return the names of every model's table."""
    return sorted(connection.introspection.django_table_names(only_existing=True, include_views=False))


def told_by(questions: list[str]) -> list[str]:
    """Return what these queries say, each a name or nothing."""
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(questions))
        return sorted(name for (name,) in cursor.fetchall())


def keep_first_rows() -> None:
    """Copy every table, as it is before the first test."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {KEPT}")
        for name in own_tables():
            cursor.execute(f"CREATE TABLE {KEPT}.{name} AS TABLE {name}")


def put_back() -> None:
    """Make every table what it was at first. Whoever still writes is waited for."""
    tables = own_tables()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(tables)} IN EXCLUSIVE MODE")
        for name in told_by([differs(name) for name in tables]):
            cursor.execute(f"DELETE FROM {name}")  # noqa: S608  names of our own tables
            cursor.execute(f"INSERT INTO {name} TABLE {KEPT}.{name}")


def differs(name: str) -> str:
    """Return a query that says the table's name if it is not as it was at first."""
    now, first = f"TABLE {name}", f"TABLE {KEPT}.{name}"
    change = f"({now} EXCEPT ALL {first}) UNION ALL ({first} EXCEPT ALL {now})"
    return f"SELECT '{name}' WHERE EXISTS ({change})"


@contextmanager
def without_triggers() -> Iterator[None]:
    """Switch the database's own guards off while a test's records are wiped (the audit trail's say no)."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET session_replication_role = replica")
            yield
            cursor.execute("SET session_replication_role = DEFAULT")
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


@pytest.fixture(scope="session", autouse=True)
def _wipe_past_triggers() -> Iterator[None]:
    """Let the wipe after transactional tests pass the guards of the audit trail, and wipe what differs."""
    whole = flush.Command.handle

    def handle(self: flush.Command, **options: Any) -> None:
        with without_triggers():
            if connection.vendor == "postgresql":
                put_back()
            else:
                whole(self, **options)

    flush.Command.handle = handle
    yield
    flush.Command.handle = whole


def commits(item: Any) -> bool:
    """Return whether the test's records are really stored, and wiped after it."""
    marker = item.get_closest_marker("django_db")
    marked = marker is not None and marker.kwargs.get("transaction", False)
    return bool(marked or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))


@pytest.fixture(autouse=True)
def _tables_after_a_wipe(request: pytest.FixtureRequest) -> None:
    """Load the tables again for a test that commits, when one before it has wiped them."""
    if commits(request.node):
        request.getfixturevalue("transactional_db")
        if not Sector.objects.exists():
            call_command("load_tables", verbosity=0)
