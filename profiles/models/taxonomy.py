"""The shared vocabulary: sectors, stages, needs, partnership forms. Each term in three languages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.models.language import in_language


class Term(models.Model):
    """A coded term with a name in each language."""

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
        """The name in the active language, in English where that is missing."""
        return in_language(self, "name") or self.name_en


class DescribedTerm(Term):
    """A term with one plain sentence in each language."""

    position = models.PositiveSmallIntegerField(_("position"), default=0)
    desc_en = models.CharField(max_length=300, blank=True)
    desc_zh = models.CharField(max_length=300, blank=True)
    desc_ur = models.CharField(max_length=300, blank=True)

    class Meta:
        abstract = True

    @property
    def desc(self) -> str:
        """The description in the active language."""
        return in_language(self, "desc") or self.desc_en


class Sector(Term):
    """A sector (level 1) or a field within it (level 2). Technologies are fields too."""

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
    aliases = models.TextField(_("other words"), blank=True, help_text=_("One a line, in any language."))
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


class Stage(DescribedTerm):
    """A financing stage. `match_band` makes the stages of two markets comparable (null: in no order)."""

    match_band = models.PositiveSmallIntegerField(_("band"), null=True, blank=True)

    class Meta:
        verbose_name = _("stage")
        verbose_name_plural = _("stages")
        ordering = ["position", "code"]


class NeedType(DescribedTerm):
    """What a startup may need and a partner may offer."""

    group = models.CharField(_("group"), max_length=24)

    class Meta:
        verbose_name = _("kind of need")
        verbose_name_plural = _("kinds of need")
        ordering = ["position", "code"]


class PartnershipForm(DescribedTerm):
    """A form of working together: equity, joint venture, pilot, licence …"""

    group = models.CharField(_("group"), max_length=24)
    control_shift = models.PositiveSmallIntegerField(_("control shift, 0–3"), default=0)

    class Meta:
        verbose_name = _("form of partnership")
        verbose_name_plural = _("forms of partnership")
        ordering = ["position", "code"]
