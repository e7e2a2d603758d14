"""Fair dealing: answers to checks, requests to disclose, terms; published lists of restricted names."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import (
    AnswerState,
    DataEnd,
    Disputes,
    FirstRefusal,
    IpOwner,
    LawOfContract,
    PaymentTerms,
    ScreeningDecision,
    StepIn,
)
from matchmaker.models.pair_action import CompanyRow, SideOfPair
from profiles.choices import Exclusivity, currencies
from profiles.models import GovernanceCheck
from profiles.models.account import ONE_COMPANY
from profiles.models.profile import check_if_set, number, person

YEAR = (MinValueValidator(0), MaxValueValidator(365))
SEATS = (MinValueValidator(0), MaxValueValidator(30))


CLAUSES = (
    ("exclusivity", "exclusivity_territory", "exclusivity_months"),
    ("ip_owner",),
    ("exit_notice_days",),
    ("board_partner", "board_total", "step_in", "cure_days"),
    ("first_refusal",),
    ("data_end",),
    ("price", "minimum_order", "payment_terms", "currency"),
    ("law", "disputes"),
)
TERM_FIELDS = tuple(name for names in CLAUSES for name in names)


class CheckAnswer(SideOfPair):
    check_asked = models.ForeignKey(GovernanceCheck, models.PROTECT, related_name="+")
    state = models.CharField(_("answer"), max_length=8, choices=AnswerState)
    text = models.TextField(_("in your words"), max_length=500, blank=True)
    finder = models.CharField(_("who will find out"), max_length=120, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)

    class Meta:
        verbose_name = _("answer to a governance check")
        verbose_name_plural = _("answers to governance checks")
        ordering = ["check_asked", "pk"]
        constraints = [
            UniqueConstraint(fields=["startup", "investor", "side", "check_asked"], name="checkanswer_once")
        ]


class DisclosureRequest(SideOfPair):
    class Meta:
        verbose_name = _("request to disclose")
        verbose_name_plural = _("requests to disclose")
        ordering = ["-at", "pk"]
        constraints = [
            UniqueConstraint(fields=["startup", "investor", "side"], name="disclosurerequest_once")
        ]


class FairTerms(SideOfPair):
    """One version of what one side would agree to; private until that side opens it."""

    version = models.PositiveSmallIntegerField(_("version"))
    opened_at = models.DateTimeField(_("opened"), null=True, blank=True)
    exclusivity = models.CharField(_("exclusivity"), max_length=8, choices=Exclusivity, blank=True)
    exclusivity_territory = models.CharField(_("where exclusivity applies"), max_length=80, blank=True)
    exclusivity_months = number(_("exclusivity period, months"), [MaxValueValidator(600)])
    ip_owner = models.CharField(_("owner of joint results"), max_length=12, choices=IpOwner, blank=True)
    exit_notice_days = number(_("notice period, days"), [MaxValueValidator(3650)])
    board_partner = number(_("board seats of the partner"), SEATS)
    board_total = number(_("board seats in total"), SEATS)
    step_in = models.CharField(_("when the partner may take over"), max_length=10, choices=StepIn, blank=True)
    cure_days = number(_("time to fix the problem first, days"), YEAR)
    first_refusal = models.CharField(
        _("what is offered to the partner first"), max_length=8, choices=FirstRefusal, blank=True
    )
    data_end = models.CharField(
        _("what happens to data at the end"), max_length=8, choices=DataEnd, blank=True
    )
    price = models.CharField(_("price"), max_length=120, blank=True)
    minimum_order = models.CharField(_("minimum order"), max_length=120, blank=True)
    payment_terms = models.CharField(_("payment terms"), max_length=8, choices=PaymentTerms, blank=True)
    currency = models.CharField(_("currency of payments"), max_length=3, choices=currencies, blank=True)
    law = models.CharField(_("governing law"), max_length=8, choices=LawOfContract, blank=True)
    disputes = models.CharField(_("where disputes are heard"), max_length=11, choices=Disputes, blank=True)

    class Meta:
        verbose_name = _("fair terms")
        verbose_name_plural = _("fair terms")
        ordering = ["-version", "pk"]
        constraints = [
            UniqueConstraint(fields=["startup", "investor", "side", "version"], name="fairterms_version"),
            check_if_set(
                "fairterms_board",
                "board_partner",
                "board_total",
                board_partner__lte=F("board_total"),
                said=_("The partner cannot have more board seats than there are in total."),
            ),
        ]

    @property
    def is_empty(self) -> bool:
        return all(getattr(self, name) in (None, "") for name in TERM_FIELDS)


class ScreeningName(models.Model):
    list_code = models.CharField(_("list"), max_length=16)
    entry = models.CharField(_("number on the list"), max_length=40)
    name = models.CharField(_("name"), max_length=300)
    imported_at = models.DateTimeField(_("imported"))

    class Meta:
        verbose_name = _("name on a screening list")
        verbose_name_plural = _("names on screening lists")
        ordering = ["list_code", "entry", "pk"]
        constraints = [UniqueConstraint(fields=["list_code", "entry", "name"], name="screeningname_once")]

    def __str__(self) -> str:
        return self.name


class ScreeningCandidate(CompanyRow):
    """A company name that resembles a listed one. Nothing follows from it automatically."""

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
        verbose_name = _("screening candidate")
        verbose_name_plural = _("screening candidates")
        ordering = ["decided_at", "found_at", "pk"]
        constraints = [
            CheckConstraint(condition=ONE_COMPANY, name="screeningcandidate_one_company"),
            UniqueConstraint(
                fields=["startup", "list_code", "entry"],
                condition=Q(startup__isnull=False),
                name="screeningcandidate_startup",
            ),
            UniqueConstraint(
                fields=["investor", "list_code", "entry"],
                condition=Q(investor__isnull=False),
                name="screeningcandidate_investor",
            ),
            CheckConstraint(condition=Q(decision="") | ~Q(reason=""), name="screeningcandidate_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.own_name} ~ {self.listed_name}"
