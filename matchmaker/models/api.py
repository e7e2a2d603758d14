"""Tokens with which programs read what their person may read."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import Membership
from profiles.models.profile import empty_list


class Scope(models.TextChoices):
    PROFILE = "profile", _("Your company’s own profile")
    MATCHES = "matches", _("Matches, with scores and reasons")
    INTRODUCTIONS = "introductions", _("Introductions and their progress")
    PILOTS = "pilots", _("Pilots")
    PROGRAMMES = "programmes", _("Programmes, and your company’s own meetings there")
    DIRECTORY = "directory", _("The directory of all profiles")


class ApiToken(models.Model):
    """A token of one person. Of its secret only a hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    membership = models.ForeignKey(Membership, models.CASCADE, null=True, blank=True, related_name="+")
    name = models.CharField(_("name"), max_length=60)
    scopes = models.JSONField(_("what it can read"), default=empty_list)
    hash = models.CharField(max_length=64, unique=True, editable=False)
    ending = models.CharField(_("last characters"), max_length=4)
    sessions = models.PositiveIntegerField(editable=False)
    created_at = models.DateTimeField(_("made"), default=timezone.now)
    expires_at = models.DateTimeField(_("valid until"))
    used_at = models.DateTimeField(_("last used"), null=True, blank=True)

    class Meta:
        verbose_name = _("API token")
        verbose_name_plural = _("API tokens")
        ordering = ["-created_at", "-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "name"], name="apitoken_name")]

    def __str__(self) -> str:
        return self.name
