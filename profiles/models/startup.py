"""A startup, its needs, traction figures and existing partners."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.choices import (
    USD,
    BusinessModel,
    DataHosting,
    Delivery,
    Exclusivity,
    IpPolicy,
    Revenue,
    RevenueBand,
    Sensitivity,
    Side,
    Status,
    Urgency,
    currencies,
)
from profiles.models.profile import (
    HERE,
    IN_DIRECTORY,
    PERCENT,
    Profile,
    TemporalRow,
    check_if_set,
    empty_list,
    money,
    money_in_usd,
    number,
    share,
    taxonomy_fk,
    taxonomy_m2m,
)
from profiles.models.taxonomy import NeedType, PartnershipForm, Place, Sector, Stage

MOST_PEOPLE = 100_000


class Startup(Profile):
    """A company that looks for partners. Draft fields may be empty; submission checks what is needed."""

    side = Side.STARTUP

    registration_number = models.CharField(_("registration number"), max_length=40, blank=True)
    registrar = models.CharField(_("registrar"), max_length=80, blank=True)
    place = taxonomy_fk(Place, _("main location"))
    operating_places = taxonomy_m2m(Place, _("also works in"))
    founded = number(_("year founded"), [MinValueValidator(1900), MaxValueValidator(2100)])
    primary_sector = taxonomy_fk(Sector, _("main sector"))
    other_sectors = taxonomy_m2m(Sector, _("other sectors"))
    stage = taxonomy_fk(Stage, _("stage"))
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
    ask_currency = models.CharField(_("currency"), max_length=3, choices=currencies, default=USD)
    ask_min_usd = money_in_usd()
    ask_max_usd = money_in_usd()
    rate_on = models.DateField(_("exchange rate of"), null=True, editable=False)
    committed = money(_("already committed"))
    foreign_capital = money(_("secured from abroad"))
    closing_on = models.DateField(_("round closes on"), null=True, blank=True)
    forms = taxonomy_m2m(PartnershipForm, _("partnership types accepted"))
    forms_are_must = models.BooleanField(_("only these partnership types"), default=False)
    foreign_share_pct = share(_("share held abroad, %"))
    cap_table = models.TextField(_("summary of shareholders"), max_length=500, blank=True)
    licences = models.CharField(_("licences held or pending"), max_length=200, blank=True)
    public_sector_customer = models.BooleanField(_("has public-sector customers"), null=True, blank=True)
    accepts_exclusivity = models.CharField(
        _("accepts exclusivity"), max_length=8, choices=Exclusivity, blank=True
    )
    ip_policy = models.CharField(_("intellectual property"), max_length=8, choices=IpPolicy, blank=True)
    no_state_owned = models.BooleanField(_("no state-owned partners"), default=False)

    data_classes = models.JSONField(_("types of data handled"), default=empty_list, blank=True)
    data_location = models.CharField(_("where data is stored"), max_length=20, blank=True)
    data_crosses_border = models.BooleanField(_("data crosses a border"), null=True, blank=True)
    data_access = models.CharField(_("who has access to data"), max_length=200, blank=True)
    data_exit = models.CharField(_("what happens to data at the end"), max_length=200, blank=True)

    class Meta(Profile.Meta):
        verbose_name = _("startup")
        verbose_name_plural = _("startups")
        indexes = [
            *Profile.Meta.indexes,
            # The counts and the filters by columns of the other side's directory, and of the curators'.
            models.Index(
                fields=["id", "place", "primary_sector", "stage"],
                name="startup_filters",
                condition=IN_DIRECTORY,
            ),
            models.Index(
                fields=["id", "place", "primary_sector", "stage", "status"],
                name="startup_desk",
                condition=HERE,
            ),
        ]
        constraints = [
            *Profile.Meta.constraints,
            check_if_set(
                "startup_ask_order",
                "ask_min",
                "ask_max",
                ask_min__gte=0,
                ask_max__gte=models.F("ask_min"),
                said=_("The highest amount is below the lowest amount."),
            ),
            check_if_set("startup_founded", "founded", founded__range=(1900, 2100)),
            check_if_set("startup_foreign_share", "foreign_share_pct", foreign_share_pct__range=(0, 100)),
            models.UniqueConstraint(
                fields=["registration_number"],
                # An unread claim neither squats a number nor tells of itself: it waits aside.
                condition=models.Q(status=Status.APPROVED) & ~models.Q(registration_number=""),
                name="startup_approved_registration",
            ),
        ]


class Need(TemporalRow):
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="needs")
    type = models.ForeignKey(NeedType, models.PROTECT, related_name="+", verbose_name=_("kind"))
    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=Urgency, default=Urgency.SOON)
    description = models.CharField(_("in your words"), max_length=300, blank=True)
    quantity = models.CharField(_("how much"), max_length=60, blank=True, help_text=_("For example: 200 ha."))
    budget = money(_("budget"))
    budget_currency = models.CharField(_("currency"), max_length=3, choices=currencies, default=USD)
    forms = taxonomy_m2m(PartnershipForm, _("acceptable forms"))
    languages = models.JSONField(_("languages"), default=empty_list, blank=True)
    beneficiaries = models.CharField(_("who benefits"), max_length=120, blank=True)
    sensitivity = models.CharField(_("data sensitivity"), max_length=8, choices=Sensitivity, blank=True)
    data_classes = models.JSONField(_("types of data involved"), default=empty_list, blank=True)
    data_hosting = models.CharField(_("data hosting"), max_length=16, choices=DataHosting, blank=True)
    data_crosses_border = models.BooleanField(_("data crosses a border"), null=True, blank=True)
    data_access = models.CharField(_("who has access to data"), max_length=200, blank=True)
    data_exit = models.CharField(_("what happens to data at the end"), max_length=200, blank=True)
    delivery = models.CharField(_("delivery"), max_length=8, choices=Delivery, blank=True)
    province = taxonomy_fk(Place, _("where"))
    outcome = models.CharField(_("how success is measured"), max_length=200, blank=True)
    starts_on = models.DateField(_("from"), null=True, blank=True)
    expires_on = models.DateField(_("until"), null=True, blank=True)

    class Meta:
        verbose_name = _("need")
        verbose_name_plural = _("needs")
        ordering = ["-urgency", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["startup", "type"], name="need_once"),
            check_if_set("need_budget", "budget", budget__gte=0),
            check_if_set("need_dates", "starts_on", "expires_on", expires_on__gte=models.F("starts_on")),
            models.CheckConstraint(condition=models.Q(urgency__in=Urgency.values), name="need_urgency"),
        ]

    def __str__(self) -> str:
        return str(self.type_id)


class TractionFigure(models.Model):
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="traction")
    label = models.CharField(_("what is measured"), max_length=80)
    value = models.DecimalField(_("figure"), max_digits=16, decimal_places=2)
    as_of_on = models.DateField(_("as of"))
    source = models.CharField(_("source"), max_length=120)

    class Meta:
        verbose_name = _("traction figure")
        verbose_name_plural = _("traction figures")
        ordering = ["-as_of_on", "pk"]

    def __str__(self) -> str:
        return self.label


class ExistingPartner(models.Model):
    startup = models.ForeignKey(Startup, models.CASCADE, related_name="partners")
    name = models.CharField(_("partner"), max_length=120)
    provides = models.CharField(_("provides"), max_length=120)
    type = taxonomy_fk(NeedType, _("kind of input"))
    group_name = models.CharField(_("group of companies"), max_length=120, blank=True)
    share_pct = models.PositiveSmallIntegerField(_("share of that input, %"), validators=PERCENT)

    class Meta:
        verbose_name = _("existing partner")
        verbose_name_plural = _("existing partners")
        ordering = ["-share_pct", "pk"]
        constraints = [
            models.CheckConstraint(condition=models.Q(share_pct__lte=100), name="existingpartner_share")
        ]

    def __str__(self) -> str:
        return self.name
