"""Who belongs to which company."""

import secrets

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models.investor import Investor
from profiles.models.startup import Startup

ONE_COMPANY = models.Q(startup__isnull=False, investor__isnull=True) | models.Q(
    startup__isnull=True, investor__isnull=False
)


def new_token() -> str:
    """Return an unguessable token for a link."""
    return secrets.token_urlsafe(24)


class Membership(models.Model):
    """A person in a company. A person belongs to one company at a time."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="membership")
    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="memberships")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="memberships")
    is_owner = models.BooleanField(_("owner"), default=False)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        ordering = ["joined_at", "pk"]
        constraints = [models.CheckConstraint(condition=ONE_COMPANY, name="membership_one_company")]

    def __str__(self) -> str:
        return str(self.user_id)


class Invitation(models.Model):
    """An invitation by mail to join a company."""

    email = models.EmailField(_("email address"))
    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="invitations")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="invitations")
    token = models.CharField(max_length=40, unique=True, default=new_token, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        ordering = ["-created_at", "pk"]
        constraints = [models.CheckConstraint(condition=ONE_COMPANY, name="invitation_one_company")]

    def __str__(self) -> str:
        return self.email
