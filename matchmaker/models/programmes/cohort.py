"""Who organises a programme besides, and what goes on in it: announcements, files, agenda, who was there."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.models.call import AT_MOST_ONE, OptionalCompany, one_each
from matchmaker.models.programmes.programme import Programme, ProgrammeApplication
from matchmaker.models.stateful import Actor
from profiles.models import CheckedFile
from profiles.models.account import new_token
from profiles.models.profile import empty_list, person


class ProgrammeHost(OptionalCompany):
    """A person invited by address to co-organise.

    After acceptance `startup` or `investor` is set; neither means the curators.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="hosts")
    email = models.EmailField(_("email address"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+"
    )
    at = models.DateTimeField(_("asked"), default=timezone.now)
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)

    class Meta:
        verbose_name = _("co-organiser of a programme")
        verbose_name_plural = _("co-organisers of programmes")
        ordering = ["at", "pk"]
        constraints = [
            CheckConstraint(condition=AT_MOST_ONE, name="programmehost_at_most_one_company"),
            *one_each("programmehost", ("email", "startup", "investor"), "programme"),
        ]

    def __str__(self) -> str:
        return self.email

    @property
    def takes_part(self) -> bool:
        return self.company is None or self.company.takes_part

    def is_of(self, actor: Actor, email: str) -> bool:
        """Tell whether a person co-organises by this row, or is asked to."""
        if self.accepted_at is None:
            return self.email == email.lower()
        return actor.is_of(self) if self.company else actor.is_curator


class ProgrammeFile(models.Model):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="files")
    file = models.OneToOneField(CheckedFile, models.CASCADE, related_name="+", verbose_name=_("file"))

    class Meta:
        verbose_name = _("file of a programme")
        verbose_name_plural = _("files of programmes")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.file_id}"


class ProgrammeAnnouncement(models.Model):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="announcements")
    text = models.CharField(_("announcement"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text[:40]


class ProgrammeTelling(models.Model):
    """A pending notification to many people. `waiting`: applications left; the row is deleted without any."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="tellings")
    kind = models.CharField(_("kind"), max_length=32)
    event = models.CharField(max_length=60)
    path = models.CharField(max_length=300)
    waiting = models.JSONField(_("still to be notified"), default=empty_list)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("programme notification")
        verbose_name_plural = _("programme notifications")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.kind}"


class ProgrammeSession(models.Model):
    programme = models.ForeignKey(Programme, models.CASCADE, related_name="sessions")
    title = models.CharField(_("title"), max_length=120)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    place = models.CharField(_("room or link"), max_length=200, blank=True)
    code = models.CharField(max_length=40, unique=True, default=new_token, editable=False)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["starts_at", "pk"]
        constraints = [
            CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="programmesession_order")
        ]

    def __str__(self) -> str:
        return self.title


class ProgrammeAttendance(models.Model):
    session = models.ForeignKey(ProgrammeSession, models.CASCADE, related_name="attendance")
    application = models.ForeignKey(ProgrammeApplication, models.CASCADE, related_name="attendance")
    by = person()
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["at", "pk"]
        constraints = [UniqueConstraint(fields=["session", "application"], name="programmeattendance_once")]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.application_id}"
