"""Introductions: one side asks, the other answers, and every step is kept."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Side
from matchmaker.models.stateful import Actor, StatefulModel, Step, checks, move_fields
from matchmaker.models.transitions import Mover, Transition, codes_of, set_in, step_rule, unset_in
from profiles.models import Investor, Startup
from profiles.models.profile import person


class IntroductionState(models.TextChoices):
    QUEUED = "queued", _("Waiting until they have room")
    ASKED = "asked", _("Waiting for an answer")
    LATER = "later", _("Answered “Later”")
    MUTUAL = "mutual", _("You are both interested")
    DECLINED = "declined", _("Will not go ahead")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    CLOSED = "closed", pgettext_lazy("introduction", "Closed")


class IntroductionAct(models.TextChoices):
    QUEUE = "queue", _("Requested; waiting until there is room")
    ASK = "ask", _("Asked")
    MEET = "meet", _("Both are interested")
    DELIVER = "deliver", _("Delivered")
    ACCEPT = "accept", _("Answered “Interested”")
    POSTPONE = "postpone", _("Answered “Later”")
    DECLINE = "decline", _("Will not go ahead")
    WITHDRAW = "withdraw", _("Withdrawn")
    EXPIRE = "expire", _("Expired")
    CLOSE = "close", pgettext_lazy("introduction", "Closed")


S, A = IntroductionState, IntroductionAct
WAITING = (S.QUEUED, S.ASKED, S.LATER)  # something is still to be said
OPEN = (*WAITING, S.MUTUAL)  # one a pair at most
PENDING = (S.QUEUED, S.ASKED)  # takes one of the places of who asks
TALKS = (S.MUTUAL, S.CLOSED)  # is or was mutual
ENDED = (S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.CLOSED)

TRANSITIONS = (
    Transition(A.QUEUE, (), S.QUEUED, Mover.ASKER),
    Transition(A.ASK, (), S.ASKED, Mover.ASKER),
    Transition(A.MEET, (), S.MUTUAL, Mover.ASKED),  # a yes that stood is answered after all
    Transition(A.DELIVER, (S.QUEUED,), S.ASKED, Mover.TIME),
    Transition(A.ACCEPT, WAITING, S.MUTUAL, Mover.ASKED),
    Transition(A.POSTPONE, (S.ASKED,), S.LATER, Mover.ASKED),
    Transition(A.DECLINE, WAITING, S.DECLINED, Mover.ASKED),
    Transition(A.WITHDRAW, WAITING, S.WITHDRAWN, Mover.ASKER),
    Transition(A.EXPIRE, WAITING, S.EXPIRED, Mover.TIME),
    Transition(A.CLOSE, (S.MUTUAL,), S.CLOSED, Mover.EITHER),
)


# What each state says of its moments: delivered, answered, over, and when it closes by itself.
STATE_RULES = (
    ("known", Q(state__in=codes_of(S))),
    ("queued_is_undelivered", unset_in("delivered_at", (S.QUEUED,))),
    ("delivered", set_in("delivered_at", (S.ASKED, S.LATER, S.MUTUAL, S.CLOSED))),
    ("unanswered", unset_in("answered_at", (S.QUEUED, S.ASKED))),
    ("answered", set_in("answered_at", (S.LATER, S.MUTUAL, S.DECLINED, S.CLOSED))),
    ("ended", set_in("ended_at", ENDED)),
    ("open", unset_in("ended_at", OPEN)),
    ("closes", set_in("closes_at", WAITING)),
    ("stays", unset_in("closes_at", (S.MUTUAL, *ENDED))),
    ("reminds", unset_in("remind_at", (S.QUEUED, S.MUTUAL, *ENDED))),
)


WORDS = 300  # letters of an answer


class Introduction(StatefulModel):
    """One request between a startup and an investor, from asking to its end."""

    transitions = {line.act: line for line in TRANSITIONS}
    step_model, step_fields = "IntroductionStep", ("introduction",)

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
    left_at = models.DateTimeField(_("other company deleted"), null=True, blank=True)
    left_name = models.CharField(
        _("name of the deleted company"), max_length=120, blank=True, default="", db_default=""
    )

    class Meta:
        verbose_name = _("introduction")
        verbose_name_plural = _("introductions")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            UniqueConstraint(
                fields=["startup", "investor"],
                condition=Q(state__in=[str(state) for state in OPEN]),
                name="introduction_one_open",
            ),
            CheckConstraint(
                condition=Q(asked_by__in=[str(side) for side in Side]), name="introduction_asked_by"
            ),
            *checks("introduction", STATE_RULES),
        ]
        indexes = [
            Index(fields=["startup", "state", "asked_at"], name="introduction_startup"),
            Index(fields=["investor", "state", "asked_at"], name="introduction_investor"),
            Index(
                fields=["closes_at"],
                name="introduction_closing",
                condition=Q(state__in=[str(state) for state in WAITING]),
            ),
            Index(
                fields=["asked_at"],
                name="introduction_queue",
                condition=Q(state=str(IntroductionState.QUEUED)),
            ),
            Index(fields=["remind_at"], name="introduction_reminding", condition=Q(remind_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.startup_id} × {self.investor_id}: {self.state}"

    @property
    def asked_side(self) -> Side:
        return Side(self.asked_by).other

    @property
    def pair(self) -> tuple[Startup, Investor]:
        return self.startup, self.investor

    def company_on(self, side: Side) -> Startup | Investor:
        return self.startup if side == Side.STARTUP else self.investor

    def sides_of(self, actor: Actor) -> list[str]:
        return actor.sides_in(self)

    def movers_of(self, side: str) -> set[str]:
        return {Mover.EITHER, Mover.ASKER if side == self.asked_by else Mover.ASKED}


class IntroductionStep(Step):
    """One transition of an introduction. `side` is empty for transitions by time."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="steps")
    act, source, target = move_fields(IntroductionAct, 9, 9, IntroductionState)
    side = models.CharField(_("side"), max_length=8, choices=Side, blank=True)

    class Meta(Step.Meta):
        verbose_name = _("step of an introduction")
        verbose_name_plural = _("steps of introductions")
        constraints = [
            CheckConstraint(condition=step_rule(TRANSITIONS), name="introduction_step_is_a_line"),
            UniqueConstraint(fields=["introduction", "act"], name="introduction_step_once"),
        ]
