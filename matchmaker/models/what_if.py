"""What a change would do to everyone's lists, and what the record teaches: worked out for curators."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaker.models.run import Run
from profiles.models.profile import empty_dict


class WhatIf(Run):
    """One question. `asked` holds weights ({"for_investor", "for_startup"}) or changes of the sectors.

    `found`: what matching/comparison.py returns, or lessons and calibrations of ranking/services/weights.py.
    """

    WEIGHTS, SECTORS, LEARNED = "weights", "sectors", "learned"

    kind = models.CharField(
        _("about"),
        max_length=8,
        choices=[
            (WEIGHTS, _("Weights")),
            (SECTORS, _("Sectors")),
            (LEARNED, _("Learned from answers and outcomes")),
        ],
    )
    asked = models.JSONField(default=empty_dict)
    found = models.JSONField(default=empty_dict, blank=True)
    steps_done = models.PositiveSmallIntegerField(_("steps done"), default=0)
    claim = models.UUIDField(null=True, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("preview of lists")
        verbose_name_plural = _("previews of lists")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state", "asked_at"], name="whatif_open")]

    @property
    def why(self) -> str:
        return gettext(self.error) if self.error else ""
