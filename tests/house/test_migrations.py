"""Migrations break no code of the release before; commands say when they are missing."""

import shutil
import sys
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django_migration_linter import MigrationLinter

import profiles.migrations

pytestmark = pytest.mark.sqlite

# What no old code knew of, and what a new database gets at once from migrations that are checked.
FIRST = (
    "0001_initial", "0002_ranking_storage", "0002_audit_triggers", "0001_squashed_0011_filters_in_an_index",
    "0001_squashed_0011_copies_and_replies",
)  # fmt: skip
OURS = ("profiles", "matchmaker")
# App and name of migrations that remove what the release before does without already (docs/run.md).
SECOND_STEPS: tuple[str, ...] = ()


def test_each_app_has_one_last_migration():
    assert MigrationLoader(None).detect_conflicts() == {}


@pytest.mark.django_db
@pytest.mark.parametrize("command", ["rank", "learn_weights", "bench_storage", "load_tables", "load_demo"])
def test_commands_ask_for_missing_tables(command):
    MigrationRecorder(connection).migration_qs.filter(app="matchmaker").delete()

    with pytest.raises(CommandError, match=r"run `manage\.py migrate` first"):
        call_command(command)


def lint(capsys, *names):
    """Return what the linter holds against these migrations; without names, against all later ones."""
    linter = MigrationLinter(
        include_apps=OURS,
        include_name=names,
        ignore_name=(*FIRST, *SECOND_STEPS),
        quiet=("ok", "warning", "ignore"),
    )
    linter.lint_all_migrations()
    return capsys.readouterr().out


@pytest.mark.django_db
@pytest.mark.vendor("postgresql")  # whose statements are read: SQLite makes every table again
class TestOldCodeOnNewTables:
    def test_no_migration_breaks_the_release_before(self, capsys):
        assert lint(capsys) == ""

    @pytest.mark.parametrize(
        ("operation", "fault"),
        [
            ("RemoveField('startup', 'team_size')", "DROPPING columns"),
            ("AddField('startup', 'motto', models.CharField(max_length=9, default=''))", "NOT NULL"),
            ("AddField('startup', 'motto', models.CharField(max_length=9, db_default=''))", ""),
            ("DeleteModel('importrun')", "DROPPING table"),
            ("RenameField('startup', 'team_size', 'people')", "RENAMING columns"),
            ("RenameModel('importrun', 'upload')", "RENAMING tables"),
            ("AlterField('startup', 'registrar', models.IntegerField())", "ALTERING columns"),
            ("AlterUniqueTogether('startup', {('place', 'team_size')})", "ADDING unique"),
            ("AddField('startup', 'motto', models.CharField(max_length=9, null=True))", ""),
        ],
    )
    def test_what_the_linter_refuses(self, operation, fault, tmp_path, settings, monkeypatch, capsys):
        folder = tmp_path / "next_migrations"
        shutil.copytree(
            Path(profiles.migrations.__file__).parent, folder, ignore=shutil.ignore_patterns("*.pyc")
        )
        (folder / "0100_next.py").write_text(
            "from django.db import migrations, models\n\n\n"
            "class Migration(migrations.Migration):\n"
            "    dependencies = [('profiles', '0002_audit_triggers')]\n"
            f"    operations = [migrations.{operation}]\n"
        )
        monkeypatch.syspath_prepend(str(tmp_path))
        settings.MIGRATION_MODULES = {"profiles": folder.name}
        try:
            said = lint(capsys, "0100_next")
        finally:
            for name in [name for name in sys.modules if name.startswith(folder.name)]:
                del sys.modules[name]
        assert (fault in said) if fault else said == ""
