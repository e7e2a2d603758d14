"""Work to do: the row is the truth, the broker's message only a hint."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Phase, RunState, Side
from matchmaker.models.weights import Weights
from profiles.models.column_kinds import one_of
from profiles.models.profile import empty_list


class RankingJob(models.Model):
    """The standing job of ranking one profile. Due while `done` is behind `wanted`.

    An edit raises `wanted` in its own transaction. A worker claims the row until `leased_until`, reads
    `wanted`, works, and sets `done` to what it read in the transaction that stores the result. `revision` is
    the clock's (RankingClock) when that happened: whoever keeps columns in memory reads these profiles again.
    """

    side = models.CharField(_("side"), max_length=8, choices=Side)
    profile_id = models.BigIntegerField(_("profile"))
    wanted = models.PositiveIntegerField(_("wanted"), default=1)
    done = models.PositiveIntegerField(_("done"), default=0)
    wanted_at = models.DateTimeField(_("wanted since"), default=timezone.now)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    parked_at = models.DateTimeField(_("parked"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)
    revision = models.BigIntegerField(_("revision"), default=0, db_index=True)

    class Meta:
        verbose_name = _("ranking job")
        verbose_name_plural = _("ranking jobs")
        ordering = ["wanted_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["side", "profile_id"], name="job_once"),
            models.CheckConstraint(condition=models.Q(done__lte=models.F("wanted")), name="job_done_wanted"),
        ]
        indexes = [
            models.Index(
                fields=["wanted_at"],
                name="job_due",
                condition=models.Q(done__lt=models.F("wanted"), parked_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.profile_id}"


class RankingRun(models.Model):
    """A whole re-ranking of the market, split into blocks of startups.

    `unseen` says who was on nobody's top 20 when it ended (ranking/services/full_steps.py); the desk shows
    those of the newest run.
    """

    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.WAITING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    weights = one_of(Weights, _("new weights"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    phase = models.CharField(_("phase"), max_length=8, choices=Phase, blank=True)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    steps_total = models.PositiveIntegerField(_("steps"), default=0)
    changed_rows = models.PositiveIntegerField(_("rankings changed"), default=0)
    unseen = models.JSONField(_("on no list"), default=empty_list, blank=True)
    error = models.TextField(_("error"), blank=True)

    class Meta:
        verbose_name = _("re-ranking")
        verbose_name_plural = _("re-rankings")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(steps_done__lte=models.F("steps_total")), name="run_steps_order"
            )
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"

    @property
    def why(self) -> str:
        """Why it was asked for, in the reader's language; `weights` of who asks come along."""
        return self.weights.why if self.weights else gettext(self.reason)


class RankingBlock(models.Model):
    """Some of a run's startups, ranked as one task. A killed worker costs its block: the lease runs out.

    A run ranks twice: in round 1 without handicaps, in round 2 with the handicaps that follow from it.
    """

    run = models.ForeignKey(RankingRun, models.CASCADE, related_name="blocks")
    round = models.PositiveSmallIntegerField(_("round"))
    first = models.PositiveIntegerField(_("first row"))
    last = models.PositiveIntegerField(_("after the last row"))
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("block of a re-ranking")
        verbose_name_plural = _("blocks of re-rankings")
        ordering = ["run", "round", "first"]
        constraints = [
            models.UniqueConstraint(fields=["run", "round", "first"], name="block_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("last")), name="block_rows"),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.round}: {self.first}–{self.last}"
