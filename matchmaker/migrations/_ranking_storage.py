"""PostgreSQL keeps the packed bytes of lists in their row: compressing what cannot be compressed cost half the time."""


def keep_in_row(apps, schema_editor):
    """Store the bytes as they are, within the row (2 KB of a page's 8)."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE matchmaker_ranking ALTER COLUMN entries SET STORAGE PLAIN")
