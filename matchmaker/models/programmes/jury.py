"""Reviewers of a programme, their connections and their scores."""

from django.conf import settings
from django.db import models
from django.db.models import UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.models.programmes.programme import Programme, ProgrammeApplication
from profiles.models.profile import empty_list

LOWEST, HIGHEST = 1, 5  # points of a criterion


class ProgrammeReviewer(models.Model):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="reviewers")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+")
    email = models.EmailField(_("email address"))
    at = models.DateTimeField(_("asked"), default=timezone.now)
    declared_at = models.DateTimeField(_("connections declared"), null=True, blank=True)

    class Meta:
        verbose_name = _("reviewer of a programme")
        verbose_name_plural = _("reviewers of programmes")
        ordering = ["at", "pk"]
        constraints = [UniqueConstraint(fields=["programme", "email"], name="programmereviewer_once")]

    def __str__(self) -> str:
        return str(self.user or self.email)


class ProgrammeConflict(models.Model):
    """A reviewer has declared a connection: never sees this application."""

    reviewer = models.ForeignKey(ProgrammeReviewer, models.CASCADE, related_name="conflicts")
    application = models.ForeignKey(ProgrammeApplication, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ["at", "pk"]
        constraints = [UniqueConstraint(fields=["reviewer", "application"], name="programmeconflict_once")]

    def __str__(self) -> str:
        return f"{self.reviewer_id}: {self.application_id}"


class ProgrammeScore(models.Model):
    """A reviewer's points for an application, in the order of the programme's criteria."""

    reviewer = models.ForeignKey(ProgrammeReviewer, models.CASCADE, related_name="scores")
    application = models.ForeignKey(ProgrammeApplication, models.CASCADE, related_name="scores")
    points = models.JSONField(_("points"), default=empty_list)
    note = models.CharField(_("note"), max_length=500, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("score of an application")
        verbose_name_plural = _("scores of applications")
        ordering = ["at", "pk"]
        constraints = [UniqueConstraint(fields=["reviewer", "application"], name="programmescore_once")]

    def __str__(self) -> str:
        return f"{self.reviewer_id}: {self.application_id}"
