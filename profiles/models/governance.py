"""What a pair should look at: dated, sourced questions of the law and of good practice."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.models.language import in_language
from profiles.models.profile import empty_dict


class LawOf(models.TextChoices):
    """Whose rules a governance check tells of."""

    PAKISTAN = "PK", _("Pakistan")
    CHINA = "CN", _("Mainland China")
    INTERNATIONAL = "INT", _("Between countries")
    PLATFORM = "PLATFORM", _("This platform")


class CheckWeight(models.TextChoices):
    """How much a governance check asks of the two sides, heaviest first."""

    SPECIALIST = "specialist", _("Ask a specialist")
    CHECK = "check", _("Look at this together")
    INFO = "info", _("Good to know")


class GovernanceCheck(models.Model):
    """One question, its plain text in three languages, when it applies, and where it comes from.

    `trigger` is of the language of profiles/taxonomy/triggers.py. A check without a question informs only.
    Once a curator has edited a check (`edited_at`), loading the tables leaves it as it is.
    """

    code = models.SlugField(_("code"), max_length=16, unique=True)
    law_of = models.CharField(_("law of"), max_length=8, choices=LawOf)
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
    source_url = models.URLField(_("address of the source"), blank=True, max_length=300)
    confidence = models.CharField(_("how well it is supported"), max_length=60)
    checked_on = models.DateField(_("looked at on"))
    review_by = models.DateField(_("look again by"))
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
                violation_error_message=_("The next look is before the last one."),
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def is_past_review(self) -> bool:
        """Whether a check in use was to be looked at again before today."""
        return self.is_active and self.review_by < timezone.localdate()

    @property
    def title(self) -> str:
        """The title in the active language, in English where that is missing."""
        return in_language(self, "title") or self.title_en

    @property
    def question(self) -> str:
        """The question in the active language; empty for what only informs."""
        return in_language(self, "question") or self.question_en

    @property
    def text(self) -> str:
        """The plain text in the active language."""
        return in_language(self, "text") or self.text_en
