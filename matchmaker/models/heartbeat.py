"""Signs of life of the worker."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When a periodic task last started, by whatever worker, and the error it ended with if it failed."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    at = models.DateTimeField(_("last seen"))
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name
