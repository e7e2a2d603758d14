"""Whether anything at all has been written since."""

from django.db import connection


def database_state() -> str | None:
    """Return what differs after every change that anybody has committed; None where that cannot be told.

    PostgreSQL's snapshot (`pg_current_snapshot`) names the transactions that are over: two that are the same
    see the same rows. What is read after it may be kept for it: if something is written in between, no later
    snapshot is like it. Within a transaction of one's own it says nothing of one's own changes. SQLite has
    nothing like it that connections share. One query.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        return str(cursor.fetchone()[0])
