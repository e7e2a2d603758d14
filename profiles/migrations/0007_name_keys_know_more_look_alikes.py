"""Skeletons of names are made anew: they know the letters of Unicode's table of look-alikes now."""

from typing import Any

from django.db import migrations

from profiles.validators import name_keys


def make_anew(apps: Any, _schema_editor: Any) -> None:
    """Write every company's skeletons again, a thousand rows at a time."""
    for name in ("Startup", "Investor"):
        model = apps.get_model("profiles", name)
        rows = model.objects.only("name_en", "name_zh", "name_ur").order_by("pk")
        last = 0
        while found := list(rows.filter(pk__gt=last)[:1000]):
            for row in found:
                row.name_key = name_keys(row.name_en, row.name_zh, row.name_ur)
            model.objects.bulk_update(found, ["name_key"])
            last = found[-1].pk


class Migration(migrations.Migration):
    dependencies = [("profiles", "0006_limits_are_buckets")]

    operations = [migrations.RunPython(make_anew, migrations.RunPython.noop)]
