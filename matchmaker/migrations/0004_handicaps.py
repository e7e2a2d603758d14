"""The price of attention is called a handicap; what is stored keeps its bytes."""

from typing import Any

from django.db import migrations, models

OLD, NEW = "prices", "handicap"


def rename_phase(apps: Any, _editor: Any) -> None:
    """A re-ranking that is under way stands in the phase of the new name."""
    apps.get_model("matchmaker", "RankingRun").objects.filter(phase=OLD).update(phase=NEW)


def restore_phase(apps: Any, _editor: Any) -> None:
    """The same the other way round."""
    apps.get_model("matchmaker", "RankingRun").objects.filter(phase=NEW).update(phase=OLD)


class Migration(migrations.Migration):
    """One column and one phase get another name."""

    dependencies = [("matchmaker", "0003_run_files")]

    operations = [
        migrations.RenameField("ranking", "price", "handicap"),
        migrations.AlterField("ranking", "handicap", models.IntegerField(default=0, verbose_name="handicap")),
        migrations.AlterField(
            "rankingrun",
            "phase",
            models.CharField(
                blank=True,
                choices=[
                    ("texts", "Reading descriptions"),
                    ("reading", "Reading profiles"),
                    ("merit", "Ranking on merit"),
                    ("handicap", "Sharing out attention"),
                    ("shares", "Ranking with shared attention"),
                    ("writing", "Writing rankings"),
                ],
                max_length=8,
                verbose_name="phase",
            ),
        ),
        migrations.RunPython(rename_phase, restore_phase),
    ]
