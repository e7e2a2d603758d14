"""What a side, a curator or the worker says of a company or of a pair."""

from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import OverrideKind, PassReason, Side
from profiles.models import Investor, Membership, Startup, account
from profiles.models.profile import check_if_set, empty_dict, empty_list


class CompanyRow(account.CompanyRow):
    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True


class SideOfPair(models.Model):
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
    factors = models.JSONField(_("factors at that time"), default=empty_dict, blank=True)

    class Meta:
        abstract = True


RATINGS = range(1, 6)


class ShortlistEntry(PairAction):
    """What one team notes about a company, for itself alone. It is on the shortlist while `is_listed`."""

    is_listed = models.BooleanField(_("on the shortlist"), default=True, db_default=True)
    note = models.CharField(_("note"), max_length=300, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True, default="", db_default="")
    due_on = models.DateField(_("by when"), null=True, blank=True)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    in_charge = models.ForeignKey(
        Membership,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("colleague in charge"),
    )
    rating = models.PositiveSmallIntegerField(_("rating"), null=True, blank=True)

    class Meta:
        verbose_name = _("shortlist entry")
        verbose_name_plural = _("shortlist entries")
        ordering = ["-at", "pk"]
        constraints = [
            UniqueConstraint(fields=["side", "startup", "investor"], name="shortlist_once"),
            check_if_set("shortlist_rating", "rating", rating__range=(RATINGS[0], RATINGS[-1])),
        ]
        indexes = [
            Index(fields=["remind_at"], name="shortlist_reminding", condition=Q(remind_at__isnull=False))
        ]

    @property
    def has_notes(self) -> bool:
        return bool(self.note or self.next_step or self.due_on or self.in_charge_id or self.rating)


PASS_DELAY = timedelta(days=7)  # before the other side's pages follow: what changes at once tells who passed


class PassQuerySet(models.QuerySet["Pass"]):
    def in_effect(self, *, at: datetime) -> Self:
        return self.filter(at__lte=at - PASS_DELAY)


class Pass(PairAction):
    """One side's no, with one of eight reasons. The pair leaves both lists until it is taken back."""

    reason = models.CharField(_("reason"), max_length=10, choices=PassReason)
    note = models.CharField(_("note"), max_length=300, blank=True)

    objects = PassQuerySet.as_manager()

    class Meta:
        verbose_name = _("pass")
        verbose_name_plural = _("passes")
        ordering = ["-at", "pk"]
        constraints = [UniqueConstraint(fields=["side", "startup", "investor"], name="pass_once")]


class InterestQuerySet(models.QuerySet["Interest"]):
    def unanswered_by(self, asked: Side) -> Self:
        pair = {"side": asked, "startup": models.OuterRef("startup"), "investor": models.OuterRef("investor")}
        yes, no = (models.Exists(model.objects.filter(**pair)) for model in (Interest, Pass))
        return self.filter(~yes, ~no, side=asked.other)


class Interest(PairAction):
    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = _("interest")
        verbose_name_plural = _("interests")
        ordering = ["-at", "pk"]
        constraints = [UniqueConstraint(fields=["side", "startup", "investor"], name="interest_once")]
        indexes = [Index(fields=["investor", "startup"], name="interest_pair")]


class CuratorOverride(models.Model):
    """A pairing boosted, hidden or suggested, with a note and an end. Released pins stay for the record."""

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    kind = models.CharField(_("kind"), max_length=8, choices=OverrideKind)
    note = models.CharField(_("note"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("since"), default=timezone.now)
    expires_on = models.DateField(_("until"), null=True, blank=True)
    released_at = models.DateTimeField(_("removed"), null=True, blank=True)

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering = ["-at", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["startup", "investor"], condition=Q(released_at__isnull=True), name="pin_one_open"
            ),
            CheckConstraint(condition=~Q(note=""), name="pin_says_why"),
            CheckConstraint(
                condition=~Q(kind=OverrideKind.SUGGEST) | Q(expires_on__isnull=False), name="suggestion_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.startup_id} × {self.investor_id}"


class Advice(models.Model):
    """The newest answer for one company. Due while it was asked after it was last answered."""

    startup = models.OneToOneField(Startup, models.CASCADE, null=True, blank=True, related_name="+")
    investor = models.OneToOneField(Investor, models.CASCADE, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    eligible = models.PositiveIntegerField(_("partners that can be introduced"), default=0)
    fitting = models.PositiveIntegerField(_("partners that fit"), default=0)
    items = models.JSONField(_("edits"), default=empty_list, blank=True)

    class Meta:
        verbose_name = _("advice")
        verbose_name_plural = _("advice")
        ordering = ["pk"]
        constraints = [CheckConstraint(condition=account.ONE_COMPANY, name="advice_one_company")]

    def __str__(self) -> str:
        return f"{self.startup_id or self.investor_id}"


class Look(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="looks")
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("opened match")
        verbose_name_plural = _("opened matches")
        ordering = ["-at", "pk"]
        constraints = [UniqueConstraint(fields=["user", "startup", "investor"], name="look_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.startup_id} × {self.investor_id}"


class DigestEntry(models.Model):
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("match in a digest")
        verbose_name_plural = _("matches in digests")
        ordering = ["-at", "pk"]
        constraints = [UniqueConstraint(fields=["user", "startup", "investor"], name="digest_once")]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.startup_id} × {self.investor_id}"
