"""How many rows there are: what a database plans its queries by."""

from django.db import connection


def count_rows() -> None:
    """Let the database count its rows again."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
