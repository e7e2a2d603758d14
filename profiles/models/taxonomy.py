"""Reference data: sectors, stages, needs, partnership forms, places, exchange rates, governance checks."""

from decimal import ROUND_HALF_EVEN, Decimal

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.choices import PlaceLevel, SectorAct, cldr, currencies
from profiles.models.profile import empty_dict, in_language

CENT = Decimal("0.01")


class Term(models.Model):
    code = models.CharField(_("code"), max_length=32, unique=True)
    name_en = models.CharField(_("name in English"), max_length=120)
    name_zh = models.CharField(_("name in Chinese"), max_length=120, blank=True)
    name_ur = models.CharField(_("name in Urdu"), max_length=120, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name") or self.name_en


class DescribedTerm(Term):
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    desc_en = models.CharField(max_length=300, blank=True)
    desc_zh = models.CharField(max_length=300, blank=True)
    desc_ur = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def desc(self) -> str:
        return in_language(self, "desc") or self.desc_en


class Sector(Term):
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("parent")
    )
    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="merged_from",
        verbose_name=_("merged into"),
    )
    aliases = models.TextField(_("synonyms"), blank=True, help_text=_("One per line, in any language."))
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("sector")
        verbose_name_plural = _("sectors")
        ordering = ["code"]


class SectorRelation(models.Model):
    """How alike two fields are, 0 to 1, besides sharing a parent."""

    first = models.ForeignKey(Sector, models.CASCADE, related_name="+")
    second = models.ForeignKey(Sector, models.CASCADE, related_name="+")
    similarity = models.FloatField(_("similarity"))

    class Meta:
        verbose_name = _("related sectors")
        verbose_name_plural = _("related sectors")
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="sectorrelation_unique"),
            models.CheckConstraint(
                condition=models.Q(similarity__gte=0, similarity__lte=1), name="sectorrelation_similarity"
            ),
            models.CheckConstraint(condition=~models.Q(first=models.F("second")), name="sectorrelation_two"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id}–{self.second_id}"


class SectorChange(models.Model):
    """One change of the tree, with everything that undoing it needs."""

    act = models.CharField(_("what"), max_length=8, choices=SectorAct)
    sector = models.ForeignKey(Sector, models.PROTECT, related_name="changes", verbose_name=_("sector"))
    other = models.ForeignKey(
        Sector, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("other sector")
    )
    before = models.JSONField(default=empty_dict, blank=True)
    after = models.JSONField(default=empty_dict, blank=True)
    profiles = models.PositiveIntegerField(_("profiles moved"), default=0)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("when"), default=timezone.now)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("change of the sectors")
        verbose_name_plural = _("changes of the sectors")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk} {self.act}"


class Stage(DescribedTerm):
    """A financing stage. `match_band` makes the stages of two markets comparable (null: in no order)."""

    match_band = models.PositiveSmallIntegerField(_("band"), null=True, blank=True)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["position", "code"]


class NeedType(DescribedTerm):
    group = models.CharField(_("group"), max_length=24)

    class Meta:
        verbose_name = _("kind of need")
        verbose_name_plural = _("kinds of need")
        ordering = ["position", "code"]


class PartnershipForm(DescribedTerm):
    group = models.CharField(_("group"), max_length=24)
    control_shift = models.PositiveSmallIntegerField(_("control shift, 0–3"), default=0)

    class Meta:
        verbose_name = _("partnership type")
        verbose_name_plural = _("partnership types")
        ordering = ["position", "code"]


class Place(Term):
    level = models.CharField(_("level"), max_length=10, choices=PlaceLevel)
    country_code = models.CharField(_("country"), max_length=2)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    aliases = models.TextField(_("other names"), blank=True)
    time_zone = models.CharField(_("time zone"), max_length=40, blank=True)
    latitude = models.FloatField(null=True, blank=True)
    longitude = models.FloatField(null=True, blank=True)

    class Meta:
        verbose_name = _("location")
        verbose_name_plural = _("locations")
        ordering = ["code"]
        indexes = [models.Index(fields=["country_code", "level"], name="place_country_level")]


class ExchangeRate(models.Model):
    """How many units of `currency` one US dollar bought on a day."""

    currency = models.CharField(_("currency"), max_length=3, choices=currencies)
    per_usd = models.DecimalField(_("units per US dollar"), max_digits=12, decimal_places=4)
    quoted_on = models.DateField(_("day"))
    source = models.CharField(_("source"), max_length=200)

    class Meta:
        verbose_name = _("exchange rate")
        verbose_name_plural = _("exchange rates")
        ordering = ["-quoted_on", "currency"]
        constraints = [
            models.UniqueConstraint(fields=["currency", "quoted_on"], name="rate_currency_day"),
            models.CheckConstraint(condition=models.Q(per_usd__gt=0), name="rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.per_usd} ({self.quoted_on})"

    def to_usd(self, amount: Decimal | int | None) -> Decimal | None:
        """Return an amount in US dollars, rounded to cents; None stays None."""
        return None if amount is None else (Decimal(amount) / self.per_usd).quantize(CENT, ROUND_HALF_EVEN)


class LawOf(models.TextChoices):
    MAINLAND = "CN", _("Mainland China")
    INTERNATIONAL = "INT", _("Between countries")
    PLATFORM = "PLATFORM", _("This platform")


class CheckWeight(models.TextChoices):
    """How much a governance check asks of the two sides, heaviest first."""

    SPECIALIST = "specialist", _("Ask a specialist")
    CHECK = "check", _("Look at this together")
    INFO = "info", _("Good to know")


class GovernanceCheck(models.Model):
    """One question, its plain text in three languages, when it applies, and where it comes from."""

    code = models.SlugField(_("code"), max_length=16, unique=True)
    law_of = models.CharField(_("law of"), max_length=8)
    weight = models.CharField(_("weight"), max_length=10, choices=CheckWeight)
    trigger = models.JSONField(_("applies when"), default=empty_dict)
    title_en = models.CharField(_("title in English"), max_length=120)
    title_ur = models.CharField(_("title in Urdu"), max_length=120, blank=True)
    title_zh = models.CharField(_("title in Chinese"), max_length=120, blank=True)
    question_en = models.CharField(_("question in English"), max_length=300, blank=True)
    question_ur = models.CharField(_("question in Urdu"), max_length=300, blank=True)
    question_zh = models.CharField(_("question in Chinese"), max_length=300, blank=True)
    text_en = models.TextField(_("text in English"), max_length=1000)
    text_ur = models.TextField(_("text in Urdu"), max_length=1000, blank=True)
    text_zh = models.TextField(_("text in Chinese"), max_length=1000, blank=True)
    status = models.CharField(_("status of the rule"), max_length=80)
    as_of = models.CharField(_("as of (year or month)"), max_length=7)
    source = models.CharField(_("source"), max_length=300)
    source_url = models.URLField(_("source link"), blank=True, max_length=300)
    confidence = models.CharField(_("strength of evidence"), max_length=60)
    checked_on = models.DateField(_("last reviewed on"))
    review_by = models.DateField(_("next review by"))
    is_active = models.BooleanField(_("in use"), default=True)
    edited_at = models.DateTimeField(_("edited here"), null=True, editable=False)

    class Meta:
        verbose_name = _("governance check")
        verbose_name_plural = _("governance checks")
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(weight__in=CheckWeight.values), name="governancecheck_weight"
            ),
            models.CheckConstraint(
                condition=models.Q(review_by__gte=models.F("checked_on")),
                name="governancecheck_dates",
                violation_error_message=_("The next review date is before the last review."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def law(self) -> str:
        names = {code: str(label) for code, label in LawOf.choices}
        return names.get(self.law_of) or cldr().territories.get(self.law_of, self.law_of)

    @property
    def is_past_review(self) -> bool:
        return self.is_active and self.review_by < timezone.localdate()

    @property
    def title(self) -> str:
        return in_language(self, "title") or self.title_en

    @property
    def question(self) -> str:
        """The question in the active language; empty for what only informs."""
        return in_language(self, "question") or self.question_en

    @property
    def text(self) -> str:
        return in_language(self, "text") or self.text_en


class CheckVersion(models.Model):
    """A governance check after an edit; number 1 is the state before the first.

    `back_to`: the restored version.
    """

    check_kept = models.ForeignKey(GovernanceCheck, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    values = models.JSONField(_("values"))
    back_to = models.PositiveIntegerField(_("restored version"), null=True, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("since"), null=True, blank=True)

    class Meta:
        verbose_name = _("version of a governance check")
        verbose_name_plural = _("versions of governance checks")
        ordering = ["check_kept", "-number"]
        constraints = [models.UniqueConstraint(fields=["check_kept", "number"], name="checkversion_once")]

    def __str__(self) -> str:
        return f"{self.check_kept_id} v{self.number}"
