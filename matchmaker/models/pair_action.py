"""What a side says about a pair: remembered, passed on with a reason, interested; of both sides: mutual."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import PassReason, Side
from profiles.models import Investor, Startup
from profiles.models.profile import empty_dict


class SideOfPair(models.Model):
    """One side of a pair says something."""

    side = models.CharField(_("side"), max_length=8, choices=Side)
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.startup_id} × {self.investor_id}"


class PairAction(SideOfPair):
    """A person's act on a pair, with a frozen copy of its factors for the record."""

    factors = models.JSONField(_("factors at that time"), default=empty_dict, blank=True)

    class Meta:
        abstract = True


class ShortlistEntry(PairAction):
    """One counterpart on the shortlist of one side."""

    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("shortlist entry")
        verbose_name_plural = _("shortlist entries")
        ordering = ["-at", "pk"]
        constraints = [models.UniqueConstraint(fields=["side", "startup", "investor"], name="shortlist_once")]


class Pass(PairAction):
    """One side's no, with one of eight reasons. The pair leaves both lists until it is taken back."""

    reason = models.CharField(_("reason"), max_length=10, choices=PassReason)
    note = models.CharField(_("note"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        ordering = ["-at", "pk"]
        constraints = [models.UniqueConstraint(fields=["side", "startup", "investor"], name="pass_once")]


class InterestQuerySet(models.QuerySet["Interest"]):
    """Interests, and those of them that wait."""

    def unanswered_by(self, asked: Side) -> Self:
        """Narrow to requests to this side that have neither its yes nor its pass."""
        pair = {"side": asked, "startup": models.OuterRef("startup"), "investor": models.OuterRef("investor")}
        yes, no = (models.Exists(model.objects.filter(**pair)) for model in (Interest, Pass))
        return self.filter(~yes, ~no, side=asked.other)


class Interest(PairAction):
    """One side's yes. Withdrawing deletes the row, and what was mutual ends with the next request."""

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        ordering = ["-at", "pk"]
        constraints = [models.UniqueConstraint(fields=["side", "startup", "investor"], name="interest_once")]
        indexes = [models.Index(fields=["investor", "startup"], name="interest_pair")]
