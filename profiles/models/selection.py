"""All results of a filter on which the worker carries out one act, and what came of each of them."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import SelectedOutcome, SelectionAct, SelectionState
from profiles.models.account import CompanyRow
from profiles.models.consent import Review
from profiles.models.leased_row import LeasedRow
from profiles.models.profile import empty_dict


class Selection(LeasedRow):
    """`seen_at`: when its curator read the summary. Nothing is done to a company that has changed since."""

    claim_fields = ("leased_until", "state")

    act = models.CharField(_("action"), max_length=10, choices=SelectionAct)
    filters = models.JSONField(_("filter"), default=empty_dict, editable=False)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who"))
    language = models.CharField(max_length=10, default="en")
    seen_at = models.DateTimeField()
    at = models.DateTimeField(_("when"))
    state = models.CharField(
        _("state"), max_length=10, choices=SelectionState, default=SelectionState.WORKING
    )
    size = models.PositiveIntegerField(_("companies"), default=0)
    done = models.PositiveIntegerField(_("companies done"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    leased_until = models.DateTimeField(null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("selection")
        verbose_name_plural = _("selections")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(
                fields=["at"], name="selection_open", condition=models.Q(state__in=("working", "undoing"))
            )
        ]

    def __str__(self) -> str:
        return str(self.get_act_display())


class SelectedCompany(CompanyRow):
    selection = models.ForeignKey(Selection, models.CASCADE, related_name="rows")
    outcome = models.CharField(
        _("result"), max_length=10, choices=SelectedOutcome, default=SelectedOutcome.WAITING
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    review = models.OneToOneField(Review, models.SET_NULL, null=True, blank=True, related_name="selected")

    class Meta(CompanyRow.Meta):
        verbose_name = _("selected company")
        verbose_name_plural = _("selected companies")
        ordering = ["pk"]
        indexes = [models.Index(fields=["selection", "outcome"], name="selectedcompany_outcome")]
