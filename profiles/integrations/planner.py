"""How many rows there are: what a database plans its queries by."""

from django.db import connection


def count_rows() -> None:
    """Let the database count its rows again.

    SQLite counts only when told to. By counts made on empty tables it finds fifty known profiles by
    reading all that have the same status. PostgreSQL counts by itself, and once more does not hurt.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
