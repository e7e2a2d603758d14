"""An investor or partner, its theses, offers and deals on record."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from profiles.choices import (
    USD,
    DataHosting,
    DealSource,
    Exclusivity,
    InvestorKind,
    IpPolicy,
    LeadRole,
    Maturity,
    Revenue,
    Side,
    Status,
    currencies,
)
from profiles.models.profile import (
    IN_DIRECTORY,
    PERCENT,
    Profile,
    TemporalRow,
    ValidatedRow,
    check_if_set,
    empty_dict,
    empty_list,
    importance,
    money,
    money_in_usd,
    number,
    share,
    taxonomy_fk,
    taxonomy_m2m,
)
from profiles.models.startup import Startup
from profiles.models.taxonomy import NeedType, PartnershipForm, Place, Sector, Stage


class Investor(Profile):
    side = Side.INVESTOR

    kind = models.CharField(_("kind"), max_length=16, choices=InvestorKind, blank=True)
    legal_name = models.CharField(_("legal name"), max_length=160, blank=True)
    group_name = models.CharField(_("group of companies"), max_length=120, blank=True)
    registry_id = models.CharField(_("registry number"), max_length=40, blank=True)
    place = taxonomy_fk(Place, _("main location"))
    jurisdiction = models.CharField(_("jurisdiction"), max_length=2, blank=True)
    reply_days = models.PositiveSmallIntegerField(
        _("promises an answer within (days)"),
        default=14,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    board_seat_ask = models.BooleanField(_("asks for a board seat"), null=True, blank=True)
    max_stake_pct = number(_("largest stake, %"), PERCENT)
    portfolio = models.TextField(_("portfolio"), max_length=500, blank=True)
    conflicts = models.TextField(_("possible conflicts"), max_length=500, blank=True)
    data_hosting = models.CharField(_("data hosting"), max_length=16, choices=DataHosting, blank=True)

    class Meta(Profile.Meta):
        verbose_name = _("investor")
        verbose_name_plural = _("investors")
        indexes = [
            *Profile.Meta.indexes,
            # The directory of the other side: its count.
            models.Index(fields=["id"], name="investor_listed", condition=IN_DIRECTORY),
        ]
        constraints = [
            *Profile.Meta.constraints,
            check_if_set("investor_stake", "max_stake_pct", max_stake_pct__lte=100),
            models.UniqueConstraint(
                fields=["registry_id"],
                # An unread claim neither squats a number nor tells of itself: it waits aside.
                condition=models.Q(status=Status.APPROVED) & ~models.Q(registry_id=""),
                name="investor_approved_registry",
            ),
        ]


class Thesis(TemporalRow):
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="theses")
    name = models.CharField(_("name"), max_length=80)
    note = models.TextField(_("private note"), max_length=500, blank=True)
    sectors = taxonomy_m2m(Sector, _("sectors"))
    sectors_out = taxonomy_m2m(Sector, _("sectors excluded"))
    sector_importance = importance(_("importance of sectors"))
    stages = taxonomy_m2m(Stage, _("stages"))
    stage_importance = importance(_("importance of stages"))
    stages_out = taxonomy_m2m(Stage, _("stages excluded"))
    places = taxonomy_m2m(Place, _("locations"))
    places_out = taxonomy_m2m(Place, _("locations excluded"))
    place_importance = importance(_("importance of locations"))
    ticket_min = money(_("lowest amount"))
    ticket_max = money(_("highest amount"))
    ticket_currency = models.CharField(_("currency"), max_length=3, choices=currencies, default=USD)
    ticket_min_usd = money_in_usd()
    ticket_max_usd = money_in_usd()
    rate_on = models.DateField(_("exchange rate of"), null=True, editable=False)
    ticket_importance = importance(_("importance of ticket size"))
    forms = taxonomy_m2m(PartnershipForm, _("partnership types"))
    form_importance = importance(_("importance of partnership types"))
    forms_out = taxonomy_m2m(PartnershipForm, _("partnership types excluded"))
    revenue_required = models.CharField(_("revenue wanted"), max_length=4, choices=Revenue, blank=True)
    no_pre_revenue = models.BooleanField(_("exclude pre-revenue startups"), default=False)
    lead_role = models.CharField(_("leads or follows"), max_length=8, choices=LeadRole, blank=True)
    weights = models.JSONField(_("own weights"), default=empty_dict, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    active_from_on = models.DateField(_("active from"), null=True, blank=True)
    active_to_on = models.DateField(_("active until"), null=True, blank=True)
    confirmed_on = models.DateField(_("last confirmed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("thesis")
        verbose_name_plural = _("theses")
        ordering = ["pk"]
        constraints = [
            check_if_set(
                "thesis_ticket_order",
                "ticket_min",
                "ticket_max",
                ticket_min__gte=0,
                ticket_max__gte=models.F("ticket_min"),
            ),
            check_if_set(
                "thesis_active_order",
                "active_from_on",
                "active_to_on",
                active_to_on__gte=models.F("active_from_on"),
            ),
            models.UniqueConstraint(fields=["investor", "name"], name="thesis_name"),
        ]

    def __str__(self) -> str:
        return self.name or gettext("First thesis")


class Offer(TemporalRow):
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="offers")
    type = models.ForeignKey(NeedType, models.PROTECT, related_name="+", verbose_name=_("kind"))
    description = models.CharField(_("in your words"), max_length=300, blank=True)
    maturity = models.CharField(_("maturity"), max_length=10, choices=Maturity, blank=True)
    ip_policy = models.CharField(_("intellectual property"), max_length=8, choices=IpPolicy, blank=True)
    forms = taxonomy_m2m(PartnershipForm, _("partnership types"))
    regions = taxonomy_m2m(Place, _("regions"))
    price = models.CharField(_("price"), max_length=80, blank=True)
    is_free = models.BooleanField(_("free for the startup"), null=True, blank=True)
    exclusivity = models.CharField(_("asks for exclusivity"), max_length=8, choices=Exclusivity, blank=True)
    equity_ask_pct = share(_("equity requested, %"))
    data_hosting = models.CharField(_("data hosting"), max_length=16, choices=DataHosting, blank=True)
    data_access = models.CharField(_("data access requested"), max_length=200, blank=True)
    data_classes = models.JSONField(_("types of data involved"), default=empty_list, blank=True)
    data_crosses_border = models.BooleanField(_("data crosses a border"), null=True, blank=True)
    data_exit = models.CharField(_("what happens to data at the end"), max_length=200, blank=True)
    capacity = models.CharField(_("how much"), max_length=60, blank=True)
    references = models.CharField(_("references"), max_length=200, blank=True)
    expires_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["investor", "type"], name="offer_once"),
            check_if_set("offer_equity", "equity_ask_pct", equity_ask_pct__range=(0, 100)),
        ]

    def __str__(self) -> str:
        return str(self.type_id)


class Deal(ValidatedRow):
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="deals")
    startup = models.ForeignKey(
        Startup, models.SET_NULL, null=True, blank=True, related_name="deals", verbose_name=_("startup")
    )
    startup_name = models.CharField(_("name of the startup"), max_length=120, blank=True)
    closed_on = models.DateField(_("closed on"))
    sector = taxonomy_fk(Sector, _("sector"))
    stage = taxonomy_fk(Stage, _("stage"))
    place = taxonomy_fk(Place, _("location"))
    form = taxonomy_fk(PartnershipForm, _("partnership type"))
    amount = money(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, choices=currencies, default=USD)
    amount_usd = money_in_usd(_("amount in US dollars"))
    rate_on = models.DateField(_("exchange rate of"), null=True, editable=False)
    stake_pct = share(_("stake, %"))
    source = models.CharField(_("source"), max_length=10, choices=DealSource, default=DealSource.SELF)
    is_demo = models.BooleanField(_("demo record"), default=False)

    class Meta:
        verbose_name = _("recorded deal")
        verbose_name_plural = _("recorded deals")
        ordering = ["-closed_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(startup__isnull=False) | ~models.Q(startup_name=""),
                name="deal_names_startup",
            ),
            check_if_set("deal_amount", "amount", amount__gte=0),
            check_if_set("deal_stake", "stake_pct", stake_pct__range=(0, 100)),
        ]

    def __str__(self) -> str:
        return f"{self.startup_name or self.startup_id} ({self.closed_on})"
