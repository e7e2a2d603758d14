"""What every test finds in the database: the tables of profiles/data, also after a test that commits."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Model

FIRST_ROWS: dict[type[Model], list[Model]] = {}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load the tables; after a test that commits, `flush` (emptying/) stores them again."""
    with django_db_blocker.unblock():
        call_command("load_tables", verbosity=0)
        for app in ("profiles", "matchmaker"):
            for model in apps.get_app_config(app).get_models(include_auto_created=True):
                if rows := list(model._base_manager.all()):
                    FIRST_ROWS[model] = rows
    yield
    if connection.vendor == "postgresql":
        # A process that was killed may leave a session, and no database is deleted under one.
        others = "FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(f"SELECT pg_terminate_backend(pid) {others}")


@contextmanager
def without_triggers() -> Iterator[None]:
    """Switch the database's own triggers off: those of the audit trail refuse every change and deletion."""
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
