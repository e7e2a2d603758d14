"""What would change this: the answer to a startup's question, scored by the worker."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models import Startup
from profiles.models.profile import empty_list


class Advice(models.Model):
    """The newest answer for one startup. Due while it was asked after it was last answered.

    `items` are the best edits: {"kind", "pk" or "first"/"last" (bands), "eligible", "fitting"}, the last two
    how many partners more.
    """

    startup = models.OneToOneField(Startup, models.CASCADE, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    eligible = models.PositiveIntegerField(_("partners that may be met"), default=0)
    fitting = models.PositiveIntegerField(_("partners that fit"), default=0)
    items = models.JSONField(_("edits"), default=empty_list, blank=True)

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        ordering = ["startup"]

    def __str__(self) -> str:
        return str(self.startup_id)
