"""Possible duplicates, curators' decisions, and merged records."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from matchmaker.models.pair_action import CompanyRow
from profiles.models import Investor, Startup
from profiles.models.account import ONE_COMPANY
from profiles.models.profile import ID_LENGTH, empty_dict, empty_list, person

OTHER_OF_ONE_SIDE = models.Q(startup__isnull=False, other_startup__isnull=False) | models.Q(
    investor__isnull=False, other_investor__isnull=False
)


class DuplicateProbe(CompanyRow):
    names = models.JSONField(_("names"), default=empty_list)
    made_for = models.DateTimeField(_("based on changes until"))  # `changed_at` of the company

    class Meta:
        verbose_name = _("fingerprint of a company")
        verbose_name_plural = _("fingerprints of companies")
        constraints = [
            models.CheckConstraint(condition=ONE_COMPANY, name="duplicateprobe_one_company"),
            models.UniqueConstraint(fields=["startup"], name="duplicateprobe_startup"),
            models.UniqueConstraint(fields=["investor"], name="duplicateprobe_investor"),
        ]

    def __str__(self) -> str:
        return f"{self.startup_id or self.investor_id}"


class DuplicateKey(models.Model):
    probe = models.ForeignKey(DuplicateProbe, models.CASCADE, related_name="keys")
    key = models.CharField(_("key"), max_length=200)

    class Meta:
        verbose_name = _("key of a company")
        verbose_name_plural = _("keys of companies")
        constraints = [models.UniqueConstraint(fields=["key", "probe"], name="duplicatekey_once")]

    def __str__(self) -> str:
        return self.key


class DuplicateState(models.TextChoices):
    OPEN = "open", _("Waiting for a decision")
    DIFFERENT = "different", _("Not a duplicate")


class DuplicateReason(models.TextChoices):
    NUMBER = "number", _("same registration number")
    DOMAIN = "domain", _("same domain of website or email")
    NAME = "name", _("names that sound alike")


class DuplicateCandidate(CompanyRow):
    """Two records of one side that may be one company; the second is `other_startup` or `other_investor`.

    The lower number comes first. `score`: how alike, of 100. The row of two records that become one goes with
    the second record; what is left is a CompanyMerge.
    """

    other_startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="+")
    other_investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="+")
    reasons = models.JSONField(_("why"), default=empty_list)
    score = models.PositiveSmallIntegerField(_("similarity, out of 100"))
    state = models.CharField(_("state"), max_length=9, choices=DuplicateState, default=DuplicateState.OPEN)
    found_at = models.DateTimeField(_("found"), default=timezone.now)
    decided_by = person()
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("possible duplicate")
        verbose_name_plural = _("possible duplicates")
        ordering = ["-score", "found_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_COMPANY, name="duplicate_one_side"),
            models.CheckConstraint(condition=OTHER_OF_ONE_SIDE, name="duplicate_same_side"),
            models.UniqueConstraint(fields=["startup", "other_startup"], name="duplicate_startups"),
            models.UniqueConstraint(fields=["investor", "other_investor"], name="duplicate_investors"),
            models.CheckConstraint(
                condition=models.Q(state=str(DuplicateState.OPEN)) ^ models.Q(decided_at__isnull=False),
                name="duplicate_decided",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-score", "found_at"],
                name="duplicate_open",
                condition=models.Q(state=str(DuplicateState.OPEN)),
            )
        ]

    def __str__(self) -> str:
        return f"{self.company} ~ {self.other}"

    @property
    def other(self) -> Startup | Investor:
        """The second company, of which the constraint sees to it that there is one."""
        other = self.other_startup or self.other_investor
        assert other is not None  # noqa: S101  constraint duplicate_same_side
        return other

    @property
    def why(self) -> str:
        return ", ".join(str(DuplicateReason(reason).label) for reason in self.reasons)


class CompanyMerge(CompanyRow):
    """Two records that became one: `company` is the kept one."""

    old_public_id = models.CharField(max_length=ID_LENGTH, db_index=True, editable=False)
    old_name = models.CharField(_("merged record"), max_length=120)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("merged"), default=timezone.now)
    undone_by = person()
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    record = models.JSONField(default=empty_dict, editable=False)
    prints = models.JSONField(default=empty_dict, editable=False)

    class Meta:
        verbose_name = _("merge of two records")
        verbose_name_plural = _("merges of records")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_COMPANY, name="companymerge_one_company"),
            models.CheckConstraint(condition=~models.Q(reason=""), name="companymerge_says_why"),
            models.UniqueConstraint(
                fields=["old_public_id"], condition=models.Q(undone_at__isnull=True), name="companymerge_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.old_name} → {self.company}"
