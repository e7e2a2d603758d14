"""How much of a limit is used up."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class LimitBucket(models.Model):
    """One token bucket (profiles/limits), told by one moment: when it would be full again if left alone.

    `key` says what is counted and for whom. Each act moves `full_at` on by the time that one token takes.
    """

    key = models.CharField(_("what and for whom"), max_length=120, unique=True, editable=False)
    full_at = models.DateTimeField(_("full again"), db_index=True, editable=False)

    class Meta:
        verbose_name = _("used limit")
        verbose_name_plural = _("used limits")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.key
