"""A startup and what only startups have."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import (
    BusinessModel,
    Currency,
    Exclusivity,
    FeePolicy,
    IpPolicy,
    Revenue,
    RevenueBand,
    Side,
    StateOwned,
    Status,
)
from profiles.models.column_kinds import money, money_in_usd, number, one_of, share, some_of, unless_unset
from profiles.models.place import Place
from profiles.models.profile import ASKED, CHECKED, TO_ASK, Profile, empty_list
from profiles.models.taxonomy import PartnershipForm, Sector, Stage

MOST_PEOPLE = 100_000


class Startup(Profile):
    """A company that looks for partners. Draft fields may be empty; submission checks what is needed."""

    side = Side.STARTUP

    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    registrar = models.CharField(_("registrar"), max_length=80, blank=True)
    place = one_of(Place, _("home place"))
    operating_places = some_of(Place, _("also works in"))
    founded = number(_("year founded"), [MinValueValidator(1900), MaxValueValidator(2100)])
    primary_sector = one_of(Sector, _("main sector"))
    other_sectors = some_of(Sector, _("other sectors"))
    stage = one_of(Stage, _("stage"))
    revenue = models.CharField(_("revenue"), max_length=4, choices=Revenue, blank=True)
    revenue_band = models.CharField(_("yearly revenue"), max_length=10, choices=RevenueBand, blank=True)
    business_model = models.CharField(_("business model"), max_length=12, choices=BusinessModel, blank=True)
    team_size = models.PositiveIntegerField(
        _("team size"), null=True, blank=True, validators=[MaxValueValidator(MOST_PEOPLE)]
    )
    women_led = models.BooleanField(_("led by women"), null=True, blank=True)
    founders = models.TextField(_("founders"), max_length=500, blank=True)

    seeks_capital = models.BooleanField(_("raising money"), default=False)
    ask_min = money(_("lowest amount"))
    ask_max = money(_("highest amount"))
    ask_currency = models.CharField(_("currency"), max_length=3, choices=Currency, default=Currency.USD)
    ask_min_usd = money_in_usd()
    ask_max_usd = money_in_usd()
    rate_on = models.DateField(_("exchange rate of"), null=True, editable=False)
    committed = money(_("already committed"))
    foreign_capital = money(_("secured from abroad"))
    closing_on = models.DateField(_("round closes on"), null=True, blank=True)
    forms = some_of(PartnershipForm, _("forms of partnership accepted"))
    forms_are_must = models.BooleanField(_("only these forms"), default=False)
    foreign_share_pct = share(_("share held abroad, %"))
    cap_table = models.TextField(_("shareholders in short"), max_length=500, blank=True)
    licences = models.CharField(_("licences held or pending"), max_length=200, blank=True)
    public_sector_customer = models.BooleanField(_("has public-sector customers"), null=True, blank=True)
    accepts_exclusivity = models.CharField(
        _("accepts exclusivity"), max_length=8, choices=Exclusivity, blank=True
    )
    ip_policy = models.CharField(_("intellectual property"), max_length=8, choices=IpPolicy, blank=True)
    no_state_owned = models.BooleanField(_("no state-owned partners"), default=False)
    state_owned = models.CharField(_("state-owned"), max_length=8, choices=StateOwned, blank=True)
    beneficial_owner = models.CharField(_("beneficial owner"), max_length=160, blank=True)
    fee_policy = models.CharField(_("fees"), max_length=10, choices=FeePolicy, blank=True)
    fee_details = models.CharField(_("fees in detail"), max_length=200, blank=True)
    exclusivity_ask = models.CharField(_("exclusivity asked"), max_length=8, choices=Exclusivity, blank=True)

    data_classes = models.JSONField(_("classes of data handled"), default=empty_list, blank=True)
    data_location = models.CharField(_("where data is kept"), max_length=20, blank=True)
    data_crosses_border = models.BooleanField(_("data crosses a border"), null=True, blank=True)
    data_access = models.CharField(_("who has access to data"), max_length=200, blank=True)
    data_exit = models.CharField(_("what happens to data at the end"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("startup")
        verbose_name_plural = _("startups")
        ordering = ["name_en", "pk"]
        indexes = [
            models.Index(fields=["status", "submitted_at"], name="startup_queue"),
            models.Index(fields=["changed_at"], name="startup_changed"),
            models.Index(fields=["confirmed_on"], name="startup_confirmed", condition=TO_ASK),
            models.Index(fields=["fresh_asked_at"], name="startup_asked_fresh", condition=ASKED),
        ]
        constraints = [
            models.CheckConstraint(condition=models.Q(status__in=Status.values), name="startup_status"),
            unless_unset(
                "startup_ask_order",
                "ask_min",
                "ask_max",
                ask_min__gte=0,
                ask_max__gte=models.F("ask_min"),
                said=_("The upper amount is below the lower one."),
            ),
            models.CheckConstraint(condition=~models.Q(name_en=""), name="startup_named"),
            models.CheckConstraint(condition=models.Q(capacity__gte=1), name="startup_capacity"),
            unless_unset("startup_founded", "founded", founded__range=(1900, 2100)),
            unless_unset("startup_foreign_share", "foreign_share_pct", foreign_share_pct__range=(0, 100)),
            models.UniqueConstraint(
                fields=["registration_number"],
                # An unread claim neither squats a number nor tells of itself.
                condition=CHECKED & ~models.Q(registration_number=""),
                name="startup_approved_registration",
            ),
        ]
