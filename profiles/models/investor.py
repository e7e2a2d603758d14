"""An investor or partner: a fund, an angel, a manufacturer, a university …"""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import (
    DataHosting,
    Evidence,
    Exclusivity,
    FeePolicy,
    InvestorKind,
    Side,
    StateOwned,
    Status,
)
from profiles.models.column_kinds import PERCENT, number, one_of, unless_unset
from profiles.models.place import Place
from profiles.models.profile import ASKED, CHECKED, TO_ASK, Profile


class Investor(Profile):
    """A partner that brings capital, expertise or access."""

    side = Side.INVESTOR

    kind = models.CharField(_("kind"), max_length=16, choices=InvestorKind, blank=True)
    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    group_name = models.CharField(_("group of companies"), max_length=120, blank=True)
    registry_id = models.CharField(_("registry number"), max_length=40, blank=True)
    place = one_of(Place, _("home place"))
    jurisdiction = models.CharField(_("jurisdiction"), max_length=2, blank=True)
    state_owned = models.CharField(_("state-owned"), max_length=8, choices=StateOwned, blank=True)
    beneficial_owner = models.CharField(_("beneficial owner"), max_length=160, blank=True)
    evidence = models.CharField(
        _("evidence level"), max_length=12, choices=Evidence, default=Evidence.SELF_STATED
    )
    evidence_expires_on = models.DateField(_("evidence valid until"), null=True, blank=True)
    reply_days = models.PositiveSmallIntegerField(
        _("answers within, days"), default=14, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    fee_policy = models.CharField(_("fees"), max_length=10, choices=FeePolicy, blank=True)
    fee_details = models.CharField(_("fees in detail"), max_length=200, blank=True)
    exclusivity_ask = models.CharField(_("exclusivity asked"), max_length=8, choices=Exclusivity, blank=True)
    board_seat_ask = models.BooleanField(_("asks for a board seat"), null=True, blank=True)
    max_stake_pct = number(_("largest stake, %"), PERCENT)
    portfolio = models.TextField(_("portfolio"), max_length=500, blank=True)
    conflicts = models.TextField(_("possible conflicts"), max_length=500, blank=True)
    data_hosting = models.CharField(_("data hosting"), max_length=16, choices=DataHosting, blank=True)

    class Meta:
        verbose_name = _("investor")
        verbose_name_plural = _("investors")
        ordering = ["name_en", "pk"]
        indexes = [
            models.Index(fields=["status", "submitted_at"], name="investor_queue"),
            models.Index(fields=["changed_at"], name="investor_changed"),
            models.Index(fields=["confirmed_on"], name="investor_confirmed", condition=TO_ASK),
            models.Index(fields=["fresh_asked_at"], name="investor_asked_fresh", condition=ASKED),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="investor_status"),
            unless_unset("investor_stake", "max_stake_pct", max_stake_pct__lte=100),
            models.CheckConstraint(condition=~models.Q(name_en=""), name="investor_named"),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="investor_capacity"),
            models.UniqueConstraint(
                fields=["registry_id"],
                # An unread claim neither squats a number nor tells of itself.
                condition=CHECKED & ~models.Q(registry_id=""),
                name="investor_approved_registry",
            ),
        ]
