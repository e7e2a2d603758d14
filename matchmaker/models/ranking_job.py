"""Work to do. The row is the truth; a message only says that there is something to do."""

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
    """The standing job of ranking one profile. Due while the completed version is behind the requested one.

    An edit raises `requested_version` in its own transaction. A worker claims the row until `leased_until`,
    works, and completes the version that it read in the transaction that stores the result. `revision` is the
    clock's (RankingClock) when that happened: whoever keeps the market in memory reads these profiles again.
    """

    side = models.CharField(_("side"), max_length=8, choices=Side)
    profile_id = models.BigIntegerField(_("profile"))
    requested_version = models.PositiveIntegerField(_("wanted"), default=1)
    completed_version = models.PositiveIntegerField(_("done"), default=0)
    requested_at = models.DateTimeField(_("wanted since"), default=timezone.now)
    completed_at = models.DateTimeField(_("done"), null=True, blank=True)
    leased_until = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    parked_at = models.DateTimeField(_("parked"), null=True, blank=True)
    error = models.TextField(_("last error"), blank=True)
    revision = models.BigIntegerField(_("revision"), default=0, db_index=True)

    class Meta:
        verbose_name = _("ranking job")
        verbose_name_plural = _("ranking jobs")
        ordering = ["requested_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["side", "profile_id"], name="job_once"),
            models.CheckConstraint(
                condition=models.Q(completed_version__lte=models.F("requested_version")),
                name="job_versions_order",
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"],
                name="job_due",
                condition=models.Q(
                    completed_version__lt=models.F("requested_version"), parked_at__isnull=True
                ),
            )
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.profile_id}"


class RankingRun(models.Model):
    """A whole re-ranking of the market, done by one worker.

    `claim` names the attempt that may report and finish, until `leased_until`. `unseen` says who was on
    nobody's top 20 when it ended (ranking/services/rank_market.py); the desk shows those of the newest run.
    """

    state = models.CharField(_("state"), max_length=8, choices=RunState, default=RunState.WAITING)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    weights = one_of(Weights, _("new weights"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    started_at = models.DateTimeField(_("started"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)
    claim = models.UUIDField(null=True, editable=False)
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
