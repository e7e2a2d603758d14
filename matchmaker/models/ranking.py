"""Rankings, the work to make them, and what they are made with."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Phase, Side
from matchmaker.models.run import Run
from profiles.models import Sector, Startup, Thesis
from profiles.models.profile import empty_list, taxonomy_fk


class Weights(models.Model):
    """Points of 1000 by factor, for both sides. `version` is the primary key."""

    for_investor = models.JSONField(_("for the investor"))
    for_startup = models.JSONField(_("for the startup"))
    note = models.CharField(_("reason"), max_length=300)
    back_to = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("restored version")
    )
    lessons = models.JSONField(_("learned from decisions"), default=empty_list, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("weights")
        verbose_name_plural = _("weights")
        ordering = ["-pk"]
        constraints = [CheckConstraint(condition=~Q(note=""), name="weights_say_why")]

    def __str__(self) -> str:
        return f"v{self.pk}"

    @property
    def why(self) -> str:
        sentences = " ".join([gettext(self.note), *map(_lesson_words, self.lessons)])
        if self.back_to_id is None:
            return sentences
        return gettext("Restored version %(version)d: %(reason)s") % {
            "version": self.back_to_id,
            "reason": sentences,
        }


def _lesson_words(lesson: dict[str, Any]) -> str:
    text = ngettext(
        "(%(side)s: %(count)d decision, log-loss %(before)s → %(after)s)",
        "(%(side)s: %(count)d decisions, log-loss %(before)s → %(after)s)",
        lesson["decisions"],
    )
    return text % {
        "side": Side(lesson["side"]).label,
        "count": lesson["decisions"],
        "before": number_format(lesson["before"], 3),
        "after": number_format(lesson["after"], 3),
    }


class TextVector(models.Model):
    """The int8 unit vector of one profile's description, with the text's hash and the model's version."""

    side = models.CharField(_("side"), max_length=8, choices=Side)
    profile_id = models.BigIntegerField(_("profile"))
    text_hash = models.CharField(max_length=64)
    model_version = models.CharField(max_length=40)
    vector = models.BinaryField()

    class Meta:
        verbose_name = _("text vector")
        verbose_name_plural = _("text vectors")
        constraints = [UniqueConstraint(fields=["side", "profile_id"], name="textvector_once")]

    def __str__(self) -> str:
        return f"{self.side} {self.profile_id}"


class SectorVector(models.Model):
    """The int8 unit vector of a field's names and other words, in all languages."""

    sector = models.OneToOneField(Sector, models.CASCADE, verbose_name=_("sector"), related_name="+")
    text_hash = models.CharField(max_length=64)
    model_version = models.CharField(max_length=40)
    vector = models.BinaryField()

    class Meta:
        verbose_name = _("sector vector")
        verbose_name_plural = _("sector vectors")

    def __str__(self) -> str:
        return str(self.sector_id)


GUESSED = 10  # the position from which on a sector is a guess: it counts, and no page names it


class SectorOfText(models.Model):
    sector = models.ForeignKey(Sector, models.CASCADE, verbose_name=_("sector"), related_name="+")
    position = models.PositiveSmallIntegerField(_("position"))

    class Meta:
        abstract = True


class InferredSector(SectorOfText):
    startup = models.ForeignKey(Startup, models.CASCADE, verbose_name=_("startup"), related_name="+")

    class Meta:
        verbose_name = _("sector from the description")
        verbose_name_plural = _("sectors from the description")
        ordering = ["startup", "position"]
        constraints = [UniqueConstraint(fields=["startup", "sector"], name="inferredsector_once")]

    def __str__(self) -> str:
        return f"{self.startup_id} {self.sector_id}"


class ThesisInferredSector(SectorOfText):
    thesis = models.ForeignKey(Thesis, models.CASCADE, verbose_name=_("thesis"), related_name="+")

    class Meta:
        verbose_name = _("sector from the description of a thesis")
        verbose_name_plural = _("sectors from the descriptions of theses")
        ordering = ["thesis", "position"]
        constraints = [UniqueConstraint(fields=["thesis", "sector"], name="thesisinferredsector_once")]

    def __str__(self) -> str:
        return f"{self.thesis_id} {self.sector_id}"


THESIS = "thesis"


class Ranking(models.Model):
    """The ranked counterparts of one profile or thesis.

    As packed bytes (ranking/selectors/stored_lists.py). `handicap` is in log units of the engine. For a
    thesis, `side` is THESIS and `profile_id` its key.
    """

    side = models.CharField(_("side"), max_length=8, choices=[*Side.choices, (THESIS, _("Thesis"))])
    profile_id = models.BigIntegerField(_("profile"))
    entries = models.BinaryField(_("entries"), default=b"")
    size = models.PositiveSmallIntegerField(_("entries"), default=0)
    is_whole = models.BooleanField(
        _("complete"), default=True, help_text=_("No eligible counterpart was cut off.")
    )
    demand_adjustment = models.IntegerField(_("demand adjustment"), default=0)
    weights_version = models.PositiveIntegerField(_("weights"))
    market_version = models.PositiveIntegerField(_("market statistics"))
    engine_version = models.CharField(_("engine"), max_length=12)
    computed_at = models.DateTimeField(_("calculated"))
    revision = models.BigIntegerField(_("revision"), default=0, db_index=True)

    class Meta:
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")
        ordering = ["side", "profile_id"]
        constraints = [UniqueConstraint(fields=["side", "profile_id"], name="ranking_once")]

    def __str__(self) -> str:
        return f"{self.side} {self.profile_id}"


class RankingClock(models.Model):
    """The one row that puts all writing of rankings in order, whatever the number of workers.

    A worker writes only if `revision` still is what it computed from, and raises it by one in the same
    transaction; every ranking and job it writes carries the new number.
    """

    revision = models.BigIntegerField(_("revision"), default=0)

    class Meta:
        verbose_name = _("clock of the rankings")
        verbose_name_plural = _("clock of the rankings")

    def __str__(self) -> str:
        return f"r{self.revision}"


class Market(models.Model):
    """Statistics of the whole market, made once per whole re-ranking and reused until the next."""

    statistics = models.BinaryField(_("statistics"))
    weights_version = models.PositiveIntegerField(_("weights"))
    engine_version = models.CharField(_("engine"), max_length=12)
    startups = models.PositiveIntegerField(_("startups"))
    investors = models.PositiveIntegerField(_("investors"))
    made_at = models.DateTimeField(_("made"))

    class Meta:
        verbose_name = _("market statistics")
        verbose_name_plural = _("market statistics")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"v{self.pk}"


class RankingJob(models.Model):
    """The job of ranking one profile.

    It is due while the completed version is lower than the requested one.
    """

    side = models.CharField(_("side"), max_length=8, choices=Side)
    profile_id = models.BigIntegerField(_("profile"))
    requested_version = models.PositiveIntegerField(_("wanted"), default=1)
    completed_version = models.PositiveIntegerField(_("done"), default=0)
    requested_at = models.DateTimeField(_("wanted since"), default=timezone.now)
    completed_at = models.DateTimeField(_("done"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    parked_at = models.DateTimeField(_("failed at"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)
    revision = models.BigIntegerField(_("revision"), default=0, db_index=True)

    class Meta:
        verbose_name = _("ranking job")
        verbose_name_plural = _("ranking jobs")
        ordering = ["requested_at", "pk"]
        constraints = [
            UniqueConstraint(fields=["side", "profile_id"], name="job_once"),
            CheckConstraint(
                condition=Q(completed_version__lte=F("requested_version")), name="job_versions_order"
            ),
        ]
        indexes = [
            Index(
                fields=["requested_at"],
                name="job_due",
                condition=Q(completed_version__lt=F("requested_version"), parked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.profile_id}"


class RankingRun(Run):
    """A whole re-ranking of the market, done by one worker."""

    reason = models.CharField(_("reason"), max_length=200, blank=True)
    weights = taxonomy_fk(Weights, _("new weights"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    claim = models.UUIDField(null=True, editable=False)
    phase = models.CharField(_("phase"), max_length=8, choices=Phase, blank=True)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    steps_total = models.PositiveIntegerField(_("steps"), default=0)
    changed_rows = models.PositiveIntegerField(_("rankings changed"), default=0)
    unseen_startups = models.PositiveIntegerField(_("startups on no match list"), default=0)
    unseen_investors = models.PositiveIntegerField(_("investors on no match list"), default=0)
    unseen = models.JSONField(_("on no list"), default=empty_list, blank=True)

    class Meta:
        verbose_name = _("re-ranking")
        verbose_name_plural = _("re-rankings")
        ordering = ["-pk"]
        constraints = [CheckConstraint(condition=Q(steps_done__lte=F("steps_total")), name="run_steps_order")]

    @property
    def why(self) -> str:
        return self.weights.why if self.weights else gettext(self.reason)


class Heartbeat(models.Model):
    """When a periodic task last started, by whatever worker, and the error it ended with if it failed."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    at = models.DateTimeField(_("last seen"))
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class Worker(models.Model):
    """A worker's main process and its last sign of life."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    queues = models.CharField(_("queues"), max_length=200)
    seen_at = models.DateTimeField(_("last seen"), db_index=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.name
