"""Imports of files: what was sent, how far the worker is, and what came of each row."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import ImportKind, ImportState, KeptBecause, RowOutcome
from profiles.models.investor import Deal, Investor
from profiles.models.leased_row import LeasedRow
from profiles.models.profile import empty_dict, empty_list, person
from profiles.models.startup import Startup


class ImportRun(LeasedRow):
    """One file of rows.

    `columns` says what each of the file's `headers` means; "" is left out.
    """

    claim_fields = ("leased_until", "state")

    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind)
    name = models.CharField(_("file name"), max_length=120)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    at = models.DateTimeField(_("when"))
    language = models.CharField(max_length=10, default="en")
    state = models.CharField(_("state"), max_length=10, choices=ImportState, default=ImportState.UPLOADED)
    headers = models.JSONField(default=empty_list, editable=False)
    columns = models.JSONField(default=empty_list, editable=False)
    is_submitted = models.BooleanField(_("submitted for review immediately"), default=False)
    size = models.PositiveIntegerField(_("rows"), default=0)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    counts = models.JSONField(_("results"), default=empty_dict, editable=False)
    problems = models.JSONField(default=empty_list, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    undone_by = person()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["-at", "-id"], name="importrun_newest"),
            models.Index(
                fields=["at"],
                name="importrun_open",
                condition=models.Q(
                    state__in=("uploaded", "checking", "faulty", "ready", "writing", "undoing")
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def tone(self) -> str:
        tones = {ImportState.FAULTY: "bad", ImportState.DONE: "good", ImportState.READY: "warn"}
        return tones.get(ImportState(self.state), "info")


class ImportFile(models.Model):
    run = models.OneToOneField(ImportRun, models.CASCADE, primary_key=True, related_name="file")
    rows = models.BinaryField()
    problems = models.BinaryField(default=bytes, db_default=b"")  # all that the last check found

    class Meta:
        verbose_name = _("imported file")
        verbose_name_plural = _("imported files")

    def __str__(self) -> str:
        return str(self.run_id)


class ImportedRow(models.Model):
    """What came of one row of a file. It goes with its company or deal."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField(_("line"))
    outcome = models.CharField(_("outcome"), max_length=10, choices=RowOutcome)
    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="+")
    deal = models.ForeignKey(Deal, models.CASCADE, null=True, blank=True, related_name="+")
    before = models.JSONField(default=empty_dict, editable=False)
    kept = models.CharField(_("why it was not undone"), max_length=10, choices=KeptBecause, blank=True)

    class Meta:
        verbose_name = _("imported row")
        verbose_name_plural = _("imported rows")
        ordering = ["line"]
        constraints = [models.UniqueConstraint(fields=["run", "line"], name="importedrow_line")]

    def __str__(self) -> str:
        return str(self.line)

    @property
    def title(self) -> str:
        if self.deal:
            return f"{self.deal.investor} – {self.deal.startup_name}"
        return str(self.startup or self.investor or "")


class ColumnMapping(models.Model):
    kind = models.CharField(_("kind"), max_length=10, choices=ImportKind)
    name = models.CharField(_("name"), max_length=60)
    columns = models.JSONField(default=empty_dict, editable=False)  # by header

    class Meta:
        verbose_name = _("column mapping")
        verbose_name_plural = _("column mappings")
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="columnmapping_once")]

    def __str__(self) -> str:
        return self.name
