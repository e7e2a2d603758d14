"""Decisions on a pair: passing with a reason, saying interested. Both interested is mutual."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import PassReason, Side
from matchmaker.models.pair_action import PairAction


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
