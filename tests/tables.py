"""What every test finds in the database: the tables of profiles/data, also after a test that commits."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.models import Model
from django.db.models.signals import post_migrate

from profiles.models import Sector

FIRST_ROWS: dict[type[Model], list[Model]] = {}
WITHOUT_TRIGGERS = ExitStack()  # from a test that commits until its rows are gone


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup, django_db_blocker):
    """Load the tables, and once more whenever Django's flush has emptied them after a test that commits."""
    with django_db_blocker.unblock():
        call_command("load_tables", verbosity=0)
        for app in ("profiles", "matchmaker"):
            for model in apps.get_app_config(app).get_models(include_auto_created=True):
                FIRST_ROWS[model] = list(model._base_manager.all())
    post_migrate.connect(restore_first_rows, sender=apps.get_app_config("profiles"))


def restore_first_rows(**_signal: Any) -> None:
    """Store again what was in the tables before the first test."""
    if not Sector.objects.exists():
        for model, rows in FIRST_ROWS.items():
            model._base_manager.bulk_create(rows)
    WITHOUT_TRIGGERS.close()


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


def commits(item: Any) -> bool:
    """Return whether the test's records are really stored, and flushed after it."""
    marker = item.get_closest_marker("django_db")
    marked = marker is not None and marker.kwargs.get("transaction", False)
    return bool(marked or {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ())))


@pytest.fixture(autouse=True)
def _let_the_flush_pass(request):
    if commits(request.node):
        request.getfixturevalue("transactional_db")  # so that its flush comes after this fixture's end
        yield
        WITHOUT_TRIGGERS.enter_context(without_triggers())
    else:
        yield
