"""Published lists of restricted names, and companies whose names resemble one: for a person to decide."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import ScreeningDecision
from matchmaker.models.company_row import CompanyRow
from profiles.models.account import ONE_COMPANY
from profiles.models.column_kinds import person


class ScreeningName(models.Model):
    """One name of one entry of a published list, as it was imported."""

    list_code = models.CharField(_("list"), max_length=16)
    entry = models.CharField(_("number on the list"), max_length=40)
    name = models.CharField(_("name"), max_length=300)
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("name on a screening list")
        verbose_name_plural = _("names on screening lists")
        ordering = ["list_code", "entry", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["list_code", "entry", "name"], name="screeningname_once")
        ]

    def __str__(self) -> str:
        return self.name


class ScreeningCandidate(CompanyRow):
    """A company one of whose names resembles a listed one. It says nothing until a curator has decided.

    Nothing follows from it by itself, and neither side ever reads of it.
    """

    list_code = models.CharField(_("list"), max_length=16)
    entry = models.CharField(_("number on the list"), max_length=40)
    listed_name = models.CharField(_("name on the list"), max_length=300)
    own_name = models.CharField(_("name of the company or its owner"), max_length=160)
    found_at = models.DateTimeField(_("found"))
    decision = models.CharField(_("decision"), max_length=8, choices=ScreeningDecision, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    decided_by = person()
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)

    class Meta:
        verbose_name = _("candidate of a screening list")
        verbose_name_plural = _("candidates of screening lists")
        ordering = ["decided_at", "found_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=ONE_COMPANY, name="screeningcandidate_one_company"),
            models.UniqueConstraint(
                fields=["startup", "list_code", "entry"],
                condition=models.Q(startup__isnull=False),
                name="screeningcandidate_startup",
            ),
            models.UniqueConstraint(
                fields=["investor", "list_code", "entry"],
                condition=models.Q(investor__isnull=False),
                name="screeningcandidate_investor",
            ),
            models.CheckConstraint(
                condition=models.Q(decision="") | ~models.Q(reason=""), name="screeningcandidate_says_why"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.own_name} ~ {self.listed_name}"
