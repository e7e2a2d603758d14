"""What the workers of a whole re-ranking hand each other: arrays as files, where all can see them."""

from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.models.ranking_job import RankingRun


class RunFile(models.Model):
    """One file of a run, whole as soon as it can be seen; of several with one name the newest counts.

    `token` names this very file: a worker that keeps a copy under it never has to ask whether it still holds.
    """

    run = models.ForeignKey(RankingRun, models.CASCADE, related_name="files")
    name = models.CharField(_("name"), max_length=40)
    token = models.UUIDField(default=uuid4, unique=True, editable=False)
    size = models.PositiveBigIntegerField(_("bytes"))

    class Meta:
        verbose_name = _("file of a re-ranking")
        verbose_name_plural = _("files of re-rankings")
        ordering = ["run", "name", "-pk"]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.name}"


class RunFilePart(models.Model):
    """A few megabytes of a file, so that nobody has to hold all of a large one twice."""

    file = models.ForeignKey(RunFile, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField(_("number"))
    content = models.BinaryField()

    class Meta:
        verbose_name = _("part of a file")
        verbose_name_plural = _("parts of files")
        ordering = ["file", "number"]
        constraints = [models.UniqueConstraint(fields=["file", "number"], name="runfilepart_once")]

    def __str__(self) -> str:
        return f"{self.file_id}: {self.number}"
