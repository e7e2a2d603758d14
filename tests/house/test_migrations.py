"""The migrations say what the models say, and lead from every state to the same tables."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

from tests.house.tree import ROOT

# Stops half-way through what the first migrations replace, goes on, and forgets that anything was replaced.
HALF_WAY = """
import django
django.setup()
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
executor = MigrationExecutor(connection)
executor.loader = MigrationLoader(connection, replace_migrations=False)
replacements = executor.loader.replacements
old = next(one.replaces for one in replacements.values() if one.app_label == "matchmaker")
executor.migrate([old[len(old) // 2]])
applied = executor.recorder.applied_migrations().keys()
assert all(applied & set(one.replaces) and set(one.replaces) - applied for one in replacements.values())
call_command("migrate", verbosity=0)
call_command("createcachetable", verbosity=0)
for app, name in replacements:
    executor.recorder.record_unapplied(app, name)
call_command("migrate", check_unapplied=True)
"""


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(f"Run manage.py makemigrations:\n{said.getvalue()}")


def test_each_app_has_one_last_migration() -> None:
    assert MigrationLoader(None).detect_conflicts() == {}


def schema(database: Any) -> dict[tuple[str, str], tuple[list[Any], list[str]]]:
    """Return every object of an SQLite database: a table's columns in order, and the parts of its statement.

    A column that came later stands behind the constraints in the statement, so the parts have no order.
    """
    found = database.execute("SELECT type, name, sql FROM sqlite_master").fetchall()
    return {
        (kind, name): (
            database.execute(f'PRAGMA table_info("{name}")').fetchall(),
            sorted((sql or "").removesuffix(")").split(", ")),
        )
        for kind, name, sql in found
    }


@pytest.mark.vendor("sqlite")
@pytest.mark.django_db
def test_a_database_half_way_goes_on_to_the_tables_of_a_new_one(tmp_path: Path) -> None:
    path = tmp_path / "old.sqlite3"
    variables = {"DATABASE_URL": f"sqlite:///{path}", "DJANGO_SETTINGS_MODULE": "matchmaker.settings"}
    subprocess.run([sys.executable, "-c", HALF_WAY], cwd=ROOT, env={**os.environ, **variables}, check=True)

    with connection.cursor() as new, closing(sqlite3.connect(path)) as old:
        assert schema(old) == schema(new)


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["rank", "learn_weights", "bench_storage", "load_tables", "load_demo"])
def test_commands_ask_for_missing_tables(command: str) -> None:
    MigrationRecorder(connection).migration_qs.filter(app="matchmaker").delete()

    with pytest.raises(CommandError, match=r"run `manage\.py migrate` first"):
        call_command(command)
