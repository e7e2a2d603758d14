"""A curator's hand on a pairing."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import PinKind
from profiles.models import Investor, Startup


class Pin(models.Model):
    """A pairing boosted or hidden, with a note and an end. Released pins stay for the record."""

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=6, choices=PinKind)
    note = models.CharField(_("note"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("since"), default=timezone.now)
    expires_on = models.DateField(_("until"), null=True, blank=True)
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("pin")
        verbose_name_plural = _("pins")
        ordering = ["-at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["startup", "investor"],
                condition=models.Q(released_at__isnull=True),
                name="pin_one_open",
            ),
            models.CheckConstraint(condition=~models.Q(note=""), name="pin_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.startup_id} × {self.investor_id}"
