"""PostgreSQL keeps the packed bytes of lists in their row."""

from django.db import migrations

from matchmaker.migrations._ranking_storage import keep_in_row


class Migration(migrations.Migration):
    dependencies = [("matchmaker", "0001_initial")]
    operations = [migrations.RunPython(keep_in_row, migrations.RunPython.noop)]
