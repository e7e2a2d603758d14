"""The migrations match the models, and commands say when they have not been run."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


@pytest.mark.django_db
def test_no_migration_is_missing():
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except SystemExit:
        pytest.fail(f"Run manage.py makemigrations:\n{said.getvalue()}")


def test_each_app_has_one_last_migration():
    assert MigrationLoader(None).detect_conflicts() == {}


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["rank", "learn_weights", "bench_storage", "load_tables", "load_demo"])
def test_commands_ask_for_missing_tables(command):
    MigrationRecorder(connection).migration_qs.filter(app="matchmaker").delete()

    with pytest.raises(CommandError, match=r"run `manage\.py migrate` first"):
        call_command(command)
