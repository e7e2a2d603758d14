"""In the place of Django's `flush`, which the runner calls after each test that commits."""

from typing import Any

from django.apps import apps
from django.core.management.commands import flush
from django.db import connection, transaction

from tests.tables import FIRST_ROWS, without_triggers

KEPT = ("contenttypes", "auth")  # types, permissions and groups are the same before and after any test


class Command(flush.Command):
    """Delete what tables hold, and store again what was in them before the first test.

    Django truncates every table and computes all permissions again. That takes a second for each test, and
    only ten of two hundred tables are in use.
    """

    def handle(self, **_options: Any) -> None:
        """Look which tables hold anything, and empty those."""
        quote = connection.ops.quote_name
        kept = {model._meta.db_table for app in KEPT for model in apps.get_app_config(app).get_models()}
        tables = sorted(set(connection.introspection.django_table_names()) - kept)
        asked = " UNION ALL ".join(
            f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {quote(table)})"  # noqa: S608  names of our own
            for table in tables
        )
        with transaction.atomic(), without_triggers(), connection.cursor() as cursor:
            cursor.execute(asked)
            for (table,) in cursor.fetchall():
                cursor.execute(f"DELETE FROM {quote(table)}")  # noqa: S608
            for model, rows in FIRST_ROWS.items():
                model._base_manager.bulk_create(rows)
