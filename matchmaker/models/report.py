"""The curators' reports: one computation of all figures, and its figures as rows."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.models.run import Run


class ReportRun(Run):
    """One computation of all reports by a worker. `started_at` is the moment that its figures are of."""

    claim_fields = ("started_at", "state")

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    steps_done = models.PositiveSmallIntegerField(_("steps done"), default=0)
    steps_total = models.PositiveSmallIntegerField(_("steps"), default=0)

    class Meta:
        verbose_name = _("calculation of reports")
        verbose_name_plural = _("computations of reports")
        ordering = ["-pk"]


class ReportRow(models.Model):
    """The figures of one group in one report: `key` is a code or a first day, `values` are numbers only."""

    run = models.ForeignKey(ReportRun, models.CASCADE, related_name="rows")
    report = models.CharField(_("report"), max_length=16)
    group = models.CharField(_("grouped by"), max_length=8, blank=True)
    key = models.CharField(_("group"), max_length=32, blank=True)
    values = models.JSONField(_("figures"))

    class Meta:
        verbose_name = _("row of a report")
        verbose_name_plural = _("rows of reports")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "report", "group", "key"], name="reportrow_once")
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.group} {self.key}"
