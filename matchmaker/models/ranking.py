"""Rankings: one packed row per profile."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side

THESIS = "thesis"


class Ranking(models.Model):
    """The best counterparts of one profile, in order, as packed bytes; or those of one thesis.

    An investor with several theses has a row for each as well, whose `side` is THESIS and whose `profile_id`
    is the thesis's.

    Their layout: ranking/selectors/stored_lists.py.

    `handicap` is the profile's own, in the engine's log units. The row also says with which
    weights, engine and market statistics it was made.
    """

    side = models.CharField(_("side"), max_length=8, choices=[*Side.choices, (THESIS, _("Thesis"))])
    profile_id = models.BigIntegerField(_("profile"))
    entries = models.BinaryField(_("entries"), default=b"")
    size = models.PositiveSmallIntegerField(_("entries"), default=0)
    is_whole = models.BooleanField(
        _("whole"), default=True, help_text=_("No eligible counterpart was cut off.")
    )
    handicap = models.IntegerField(_("handicap"), default=0)
    weights_version = models.PositiveIntegerField(_("weights"))
    market_version = models.PositiveIntegerField(_("market statistics"))
    engine_version = models.CharField(_("engine"), max_length=12)
    computed_at = models.DateTimeField(_("computed"))
    revision = models.BigIntegerField(_("revision"), default=0, db_index=True)

    class Meta:
        verbose_name = _("ranking")
        verbose_name_plural = _("rankings")
        ordering = ["side", "profile_id"]
        constraints = [models.UniqueConstraint(fields=["side", "profile_id"], name="ranking_once")]

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
    """Statistics of the whole market, made once per whole re-ranking and reused until the next.

    So that a new, unrelated profile changes nobody's ranking between two whole re-rankings. `statistics` is
    numpy's .npz of the engine's scales and of the vocabulary they belong to (ranking/market/term_index.py).
    """

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
