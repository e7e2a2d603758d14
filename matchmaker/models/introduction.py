"""Introductions: one side asks, the other answers, and every step is kept."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Side
from matchmaker.models.introduction_table import (
    BY_ACT,
    OPEN,
    STATE_RULES,
    TRANSITIONS,
    WAITING,
    IntroductionAct,
    IntroductionState,
    Mover,
)
from matchmaker.models.transitions import step_rule
from profiles.models import Investor, Startup
from profiles.models.profile import person

WORDS = 300  # letters of an answer


class Introduction(models.Model):
    """One request between a startup and an investor, from asking to its end.

    The words are for the two companies alone: the asked side reads them once it is delivered. An answer is a
    `line`; of a founder who asked while the other side did, all three answers. `due_at` is the day the asked
    side promised; at `closes_at` it closes by itself. A late yes to what has closed begins anew, without a
    promise.
    """

    transitions = BY_ACT

    startup = models.ForeignKey(Startup, models.CASCADE, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, related_name="+")
    asked_by = models.CharField(_("asked by"), max_length=8, choices=Side)
    state = models.CharField(_("state"), max_length=9, choices=IntroductionState)
    why = models.CharField(_("why this partner"), max_length=WORDS, blank=True)
    purpose = models.CharField(_("what for"), max_length=WORDS, blank=True)
    next_step = models.CharField(_("first step"), max_length=WORDS, blank=True)
    line = models.CharField(_("comment"), max_length=WORDS, blank=True)
    answer_purpose = models.CharField(_("answer: what for"), max_length=WORDS, blank=True)
    answer_next_step = models.CharField(_("answer: first step"), max_length=WORDS, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    due_at = models.DateTimeField(_("promised by"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes automatically on"), null=True, blank=True)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    answered_by = person()
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["startup", "investor"],
                condition=models.Q(state__in=[str(state) for state in OPEN]),
                name="introduction_one_open",
            ),
            models.CheckConstraint(
                condition=models.Q(asked_by__in=[str(side) for side in Side]), name="introduction_asked_by"
            ),
            *(
                models.CheckConstraint(condition=rule, name=f"introduction_{name}")
                for name, rule in STATE_RULES
            ),
        ]
        indexes = [
            models.Index(fields=["startup", "state", "asked_at"], name="introduction_startup"),
            models.Index(fields=["investor", "state", "asked_at"], name="introduction_investor"),
            models.Index(
                fields=["closes_at"],
                name="introduction_closing",
                condition=models.Q(state__in=[str(state) for state in WAITING]),
            ),
            models.Index(
                fields=["asked_at"],
                name="introduction_queue",
                condition=models.Q(state=str(IntroductionState.QUEUED)),
            ),
            models.Index(
                fields=["remind_at"],
                name="introduction_reminding",
                condition=models.Q(remind_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.startup_id} × {self.investor_id}: {self.state}"

    @property
    def asked_side(self) -> Side:
        """Who is asked."""
        return Side(self.asked_by).other

    @property
    def pair(self) -> tuple[Startup, Investor]:
        """The two companies, the startup first."""
        return self.startup, self.investor

    def company_on(self, side: Side) -> Startup | Investor:
        """Return the company on one side."""
        return self.startup if side == Side.STARTUP else self.investor

    def movers_of(self, side: str | None) -> set[Mover]:
        """Return as whom a side may act; no side is time."""
        own = {str(self.asked_by): Mover.ASKER, str(self.asked_side): Mover.ASKED}
        if side is None:
            return {Mover.TIME}
        return {Mover.EITHER, own[side]} if side in own else set()

    def new_step(self, **fields: Any) -> "IntroductionStep":
        """Return an unsaved row of the log."""
        return IntroductionStep(introduction=self, **fields)


class IntroductionStep(models.Model):
    """One move of an introduction: a line of the table, when and by whom. `side` is empty for time's own."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="steps")
    act = models.CharField(_("action"), max_length=9, choices=IntroductionAct)
    source = models.CharField(
        pgettext_lazy("state", "from"), max_length=9, choices=IntroductionState, blank=True
    )
    target = models.CharField(_("to"), max_length=9, choices=IntroductionState)
    side = models.CharField(_("side"), max_length=8, choices=Side, blank=True)
    by = person()
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("step of an introduction")
        verbose_name_plural = _("steps of introductions")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=step_rule(TRANSITIONS), name="introduction_step_is_a_line"),
            models.UniqueConstraint(fields=["introduction", "act"], name="introduction_step_once"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.at:%Y-%m-%d}"
