"""The database itself refuses to remove or change audit records."""

from django.db import migrations

from profiles.migrations._audit_triggers import guard, unguard


class Migration(migrations.Migration):
    dependencies = [("profiles", "0001_initial")]
    operations = [migrations.RunPython(guard, unguard)]
