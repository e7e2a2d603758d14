"""Records about a company: what it agreed to, who read what of it, what curators decided, its appeals."""

from collections.abc import Mapping

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from profiles.choices import Purpose, ReviewOutcome, Side
from profiles.models.account import CompanyRow, one_a_company
from profiles.models.investor import Investor
from profiles.models.profile import empty_dict, in_language
from profiles.models.startup import Startup


class Consent(CompanyRow):
    """One consent of a company for one purpose. Withdrawing closes the row; giving again opens a new one."""

    purpose = models.CharField(_("purpose"), max_length=16, choices=Purpose)
    group = models.CharField(_("field group"), max_length=24, blank=True)
    text_version = models.CharField(_("version of the text"), max_length=16)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField(_("given"), default=timezone.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta(CompanyRow.Meta):
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        ordering = ["-given_at", "pk"]
        constraints = [
            *CompanyRow.Meta.constraints,
            *one_a_company("consent_open", "group", "purpose", withdrawn_at__isnull=True),
        ]

    def __str__(self) -> str:
        return self.purpose


class Receipt(models.Model):
    """A group of fields that the company across the table read on one day, at least once."""

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="receipts")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="receipts")
    side = models.CharField(_("profile viewed"), max_length=8, choices=Side)
    group = models.CharField(_("field group"), max_length=24, blank=True)
    seen_on = models.DateField(_("day"))
    is_blind = models.BooleanField(_("viewed with names hidden"), default=False)

    class Meta:
        verbose_name = _("profile view")
        verbose_name_plural = _("profile views")
        ordering = ["-seen_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["startup", "side", "seen_on", "investor", "group"], name="receipt_once_a_day"
            )
        ]
        indexes = [
            models.Index(fields=["investor", "side", "seen_on"], name="receipt_investor_day"),
            models.Index(fields=["seen_on"], name="receipt_day"),
        ]

    def __str__(self) -> str:
        return f"{self.startup_id}–{self.investor_id} {self.seen_on}"


class Review(CompanyRow):
    """One decision. `before`: the earlier state, for undo.

    `tell_at`: when the team is notified; unset afterwards. `waited_since`: when the profile entered the
    queue.
    """

    outcome = models.CharField(_("decision"), max_length=12, choices=ReviewOutcome)
    message = models.TextField(_("message to the owner"), max_length=1000, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    decided_at = models.DateTimeField(_("decided"), default=timezone.now)
    waited_since = models.DateTimeField(_("waiting since"), null=True, blank=True)
    before = models.JSONField(default=empty_dict, blank=True, editable=False)
    tell_at = models.DateTimeField(_("notify from"), null=True, blank=True, editable=False)

    class Meta(CompanyRow.Meta):
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering = ["-decided_at", "pk"]
        indexes = [
            models.Index(fields=["tell_at"], name="review_untold", condition=models.Q(tell_at__isnull=False))
        ]

    def __str__(self) -> str:
        return self.outcome

    @property
    def reasons(self) -> Mapping[str, str]:
        return {reason.field: reason.said for reason in self.given.select_related("canned") if reason.field}


class CannedReason(models.Model):
    text_en = models.CharField(_("in English"), max_length=300)
    text_ur = models.CharField(_("in Urdu"), max_length=300)
    text_zh = models.CharField(_("in Chinese"), max_length=300)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(_("no longer offered since"), null=True, blank=True)

    class Meta:
        verbose_name = _("ready-made reason")
        verbose_name_plural = _("ready-made reasons")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return in_language(self, "text") or self.text_en


class ReviewReason(models.Model):
    """One thing that a decision asks for: of a field or list, of one row of a list, or of no field at all."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="given")
    field = models.CharField(_("field"), max_length=32, blank=True)
    row = models.JSONField(_("row"), default=empty_dict, blank=True)
    digest = models.CharField(max_length=24, blank=True, editable=False)
    text = models.CharField(_("reason"), max_length=300, blank=True)
    canned = models.ForeignKey(
        CannedReason,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("ready-made reason"),
    )
    mended_at = models.DateTimeField(_("changed"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    is_waived = models.BooleanField(_("waived"), default=False)

    class Meta:
        verbose_name = _("reason of a decision")
        verbose_name_plural = _("reasons of decisions")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.field

    @property
    def said(self) -> str:
        return str(self.canned) if self.canned else self.text

    @property
    def row_name(self) -> str:
        """What the row is called in the reader's language; empty for a whole field or list."""
        return str(self.row.get((get_language() or "en")[:2], ""))

    @property
    def is_settled(self) -> bool:
        return bool(self.mended_at or self.closed_at)


class ReviewAssignment(CompanyRow):
    curator = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta(CompanyRow.Meta):
        verbose_name = _("assignment of a review")
        verbose_name_plural = _("assignments of reviews")
        ordering = ["at", "pk"]
        constraints = [*CompanyRow.Meta.constraints, *one_a_company("assigned")]


class CuratorNote(CompanyRow):
    text = models.TextField(_("internal note"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("written"), default=timezone.now)

    class Meta(CompanyRow.Meta):
        verbose_name = _("internal note")
        verbose_name_plural = _("internal notes")
        ordering = ["-at", "-pk"]


class Appeal(CompanyRow):
    text = models.TextField(_("appeal"), max_length=1000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("sent"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)

    class Meta(CompanyRow.Meta):
        verbose_name = _("appeal")
        verbose_name_plural = _("appeals")
        ordering = ["at", "pk"]
        constraints = [*CompanyRow.Meta.constraints, *one_a_company("appeal_open", answered_at__isnull=True)]
