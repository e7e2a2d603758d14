"""An investor with several theses has a list for each."""

from django.db import migrations, models


class Migration(migrations.Migration):
    """A ranking may be that of a thesis."""

    dependencies = [("matchmaker", "0006_told_fields")]

    operations = [
        migrations.AlterField(
            "ranking",
            "side",
            models.CharField(
                choices=[
                    ("startup", "Startup"),
                    ("investor", "Investor or partner"),
                    ("thesis", "Thesis"),
                ],
                max_length=8,
                verbose_name="side",
            ),
        )
    ]
