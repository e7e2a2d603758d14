"""What the people of an approved company changed, until a curator has read it."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models.account import CompanyRow
from profiles.models.investor import Investor
from profiles.models.startup import Startup


class HeldEdit(CompanyRow):
    """The new values of one company, beside the approved ones in its tables. Readers of those see no edit."""

    startup = models.OneToOneField(Startup, models.CASCADE, null=True, blank=True, related_name="held_edit")
    investor = models.OneToOneField(Investor, models.CASCADE, null=True, blank=True, related_name="held_edit")
    values = models.JSONField(_("new values"), default=dict, blank=True)
    rows = models.JSONField(_("new values of rows"), default=dict, blank=True)
    changed_at = models.DateTimeField(_("last changed"), default=timezone.now)
    # When the profile would have been submitted last without this edit: it is so again once the edit is gone.
    submitted_before = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta(CompanyRow.Meta):
        verbose_name = _("waiting edit")
        verbose_name_plural = _("waiting edits")
        ordering = ["pk"]
