"""What a change would do to everybody's lists: asked by curators, worked out by the worker."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import RunState
from profiles.models.profile import empty_dict


class WhatIf(models.Model):
    """One question. `asked` holds weights ({"for_investor", "for_startup"}) or changes of the sectors.

    `found`: what evaluation/comparison.py returns. A worker holds the row by its claim and a lease that every
    report renews.
    """

    WEIGHTS, SECTORS = "weights", "sectors"

    kind = models.CharField(
        _("about"), max_length=8, choices=[(WEIGHTS, _("Weights")), (SECTORS, _("Sectors"))]
    )
    asked = models.JSONField(default=empty_dict)
    found = models.JSONField(default=empty_dict, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.WAITING)
    steps_done = models.PositiveSmallIntegerField(_("steps done"), default=0)
    claim = models.UUIDField(null=True, editable=False)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    error = models.TextField(_("error"), blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("preview of lists")
        verbose_name_plural = _("previews of lists")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "asked_at"], name="whatif_open")]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state in (RunState.WAITING, RunState.RUNNING)

    @property
    def why(self) -> str:
        """Why it failed, in the reader's language where that is a sentence of ours."""
        return gettext(self.error) if self.error else ""
