"""Shortlists: counterparts a company wants to remember."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.models.pair_action import PairAction


class ShortlistEntry(PairAction):
    """One counterpart on the shortlist of one side."""

    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("shortlist entry")
        verbose_name_plural = _("shortlist entries")
        ordering = ["-at", "pk"]
        constraints = [models.UniqueConstraint(fields=["side", "startup", "investor"], name="shortlist_once")]
