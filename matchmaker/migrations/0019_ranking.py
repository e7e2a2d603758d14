"""One task ranks the market: its blocks and files go. Jobs count versions, sectors are inferred."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("matchmaker", "0018_told_fields_of_theses")]

    operations = [
        migrations.DeleteModel("RunFilePart"),
        migrations.DeleteModel("RunFile"),
        migrations.DeleteModel("RankingBlock"),
        migrations.AddField("rankingrun", "claim", models.UUIDField(editable=False, null=True)),
        migrations.RemoveConstraint("rankingjob", "job_done_wanted"),
        migrations.RemoveIndex("rankingjob", "job_due"),
        migrations.RenameField("rankingjob", "wanted", "requested_version"),
        migrations.RenameField("rankingjob", "done", "completed_version"),
        migrations.RenameField("rankingjob", "wanted_at", "requested_at"),
        migrations.RenameField("rankingjob", "done_at", "completed_at"),
        migrations.AlterModelOptions(
            "rankingjob",
            {
                "ordering": ["requested_at", "pk"],
                "verbose_name": "ranking job",
                "verbose_name_plural": "ranking jobs",
            },
        ),
        migrations.AddConstraint(
            "rankingjob",
            models.CheckConstraint(
                condition=Q(completed_version__lte=F("requested_version")), name="job_versions_order"
            ),
        ),
        migrations.AddIndex(
            "rankingjob",
            models.Index(
                fields=["requested_at"],
                name="job_due",
                condition=Q(completed_version__lt=F("requested_version"), parked_at__isnull=True),
            ),
        ),
        migrations.RemoveConstraint("toldfield", "toldfield_once"),
        migrations.RemoveConstraint("thesistoldfield", "thesistoldfield_once"),
        migrations.RenameModel("ToldField", "InferredSector"),
        migrations.RenameModel("ThesisToldField", "ThesisInferredSector"),
        migrations.AddConstraint(
            "inferredsector",
            models.UniqueConstraint(fields=["startup", "sector"], name="inferredsector_once"),
        ),
        migrations.AddConstraint(
            "thesisinferredsector",
            models.UniqueConstraint(fields=["thesis", "sector"], name="thesisinferredsector_once"),
        ),
        migrations.AlterField(
            "heartbeat", "name", models.CharField(max_length=120, unique=True, verbose_name="name")
        ),
        migrations.AddField("heartbeat", "error", models.TextField(blank=True, verbose_name="error")),
    ]
