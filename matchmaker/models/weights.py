"""The weights of the factors: one row a version, never edited; the newest applied one counts."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from profiles.models.profile import empty_list


class Weights(models.Model):
    """Points of 1000 by factor, for both sides. `version` is the primary key.

    Why: `note`, and of versions that nobody wrote by hand the facts: which one is back, or what the decisions
    of each side taught ({"side", "decisions", "before", "after"}, the last two log-losses).
    """

    for_investor = models.JSONField(_("for the investor"))
    for_startup = models.JSONField(_("for the startup"))
    note = models.CharField(_("reason"), max_length=300)
    back_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("version that is back"),
    )
    lessons = models.JSONField(_("learned from decisions"), default=empty_list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("weights")
        verbose_name_plural = _("weights")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(note=""), name="weights_say_why")]

    def __str__(self) -> str:
        return f"v{self.pk}"

    @property
    def why(self) -> str:
        """Why this version was made, in the reader's language."""
        told = " ".join([gettext(self.note), *map(_told, self.lessons)])
        if self.back_to_id is None:
            return told
        return gettext("Back to v%(version)d: %(reason)s") % {"version": self.back_to_id, "reason": told}


def _told(lesson: dict[str, Any]) -> str:
    """Return what one side's decisions taught, in the reader's language."""
    text = ngettext(
        "(%(side)s: %(count)d decision, log-loss %(before)s → %(after)s)",
        "(%(side)s: %(count)d decisions, log-loss %(before)s → %(after)s)",
        lesson["decisions"],
    )
    return text % {
        "side": Side(lesson["side"]).label,
        "count": lesson["decisions"],
        "before": number_format(lesson["before"], 3),
        "after": number_format(lesson["after"], 3),
    }
