"""What came of an introduction or a programme: one side records it, the other confirms or disputes it."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Side
from matchmaker.models.introduction import Introduction
from matchmaker.models.stateful import Actor, StatefulModel, Step, checks, move_fields
from matchmaker.models.transitions import Mover, Transition, codes_of, set_in, step_rule, unset_in
from profiles.choices import USD, currencies
from profiles.models import Deal, Investor, PartnershipForm, Startup
from profiles.models.profile import check_if_set, empty_dict, money, taxonomy_fk
from profiles.models.profile import person as person_key

WORDS = 300


class AskedForOutcomes(models.Model):
    """One side of a programme or of an introduction.

    In how many rounds it was asked what came of it, and until which it answered.
    """

    asked_rounds = models.PositiveSmallIntegerField(_("times asked"), default=0, editable=False)
    answered_rounds = models.PositiveSmallIntegerField(_("times answered"), default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def owes_an_answer(self) -> bool:
        return self.asked_rounds > self.answered_rounds


class OutcomeState(models.TextChoices):
    RECORDED = "recorded", pgettext_lazy("outcome", "Not confirmed")
    CONFIRMED = "confirmed", pgettext_lazy("outcome", "Confirmed by both")
    DISPUTED = "disputed", pgettext_lazy("outcome", "Disputed")
    RETRACTED = "retracted", pgettext_lazy("outcome", "Withdrawn")


class OutcomeAct(models.TextChoices):
    RECORD = "record", pgettext_lazy("outcome", "Recorded")
    CONFIRM = "confirm", pgettext_lazy("outcome", "Confirmed")
    DISPUTE = "dispute", pgettext_lazy("outcome", "Disputed")
    RETRACT = "retract", pgettext_lazy("outcome", "Withdrawn")


S, M = OutcomeState, Mover
OUTCOME_LINES = (
    Transition(OutcomeAct.RECORD, (), S.RECORDED, M.RECORDER),
    Transition(OutcomeAct.CONFIRM, (S.RECORDED,), S.CONFIRMED, M.OTHER),
    Transition(OutcomeAct.DISPUTE, (S.RECORDED,), S.DISPUTED, M.OTHER),
    Transition(OutcomeAct.RETRACT, (S.RECORDED, S.DISPUTED), S.RETRACTED, M.RECORDER),
)


def outcome_rules(kinds: Iterable[models.TextChoices]) -> tuple[tuple[str, Q], ...]:
    """Return what holds of every outcome; a table adds rules on its sides and on money."""
    return (
        ("known", Q(state__in=codes_of(S), kind__in=codes_of(kinds))),
        ("unanswered", unset_in("answered_at", (S.RECORDED,))),
        ("answered", set_in("answered_at", (S.CONFIRMED, S.DISPUTED))),
        ("says_why", ~Q(state=S.DISPUTED) | ~Q(objection="")),
    )


class Outcome(StatefulModel):
    """What one side says came of it. `deal`: the record on the partner's profile that it became."""

    transitions = {line.act: line for line in OUTCOME_LINES}
    kind: Any

    state = models.CharField(_("state"), max_length=9, choices=OutcomeState)
    happened_on = models.DateField(_("date"))
    words = models.CharField(_("in your words"), max_length=WORDS)
    form = taxonomy_fk(PartnershipForm, _("partnership type"))
    amount = money(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, choices=currencies, default=USD)
    objection = models.CharField(_("what the other side disputes"), max_length=WORDS, blank=True)
    deal = taxonomy_fk(Deal, _("recorded deal"), models.SET_NULL)
    by = person_key()
    at = models.DateTimeField(_("recorded"), default=timezone.now)
    answered_by = person_key()
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    read_by = person_key()
    read_at = models.DateTimeField(_("dispute read by a curator"), null=True, blank=True)

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]

    @property
    def pair(self) -> tuple[Startup, Investor] | None:
        """The startup and the investor of the outcome; None for other pairs."""
        raise NotImplementedError

    @property
    def is_by_investor(self) -> bool:
        raise NotImplementedError

    @property
    def becomes_a_deal(self) -> bool:
        raise NotImplementedError


# How long after both said yes the two sides are asked.
ROUNDS = (timedelta(days=91), timedelta(days=182), timedelta(days=365))


class DealKind(models.TextChoices):
    PILOT = "pilot", pgettext_lazy("outcome", "Sample or pilot")
    MEMORANDUM = "memorandum", pgettext_lazy("outcome", "Memorandum of understanding")
    AGREEMENT = "agreement", pgettext_lazy("outcome", "Agreement")
    INVESTMENT = "investment", pgettext_lazy("outcome", "Investment")


K = DealKind
MONEY = (
    Q(kind=str(K.INVESTMENT), form__isnull=False, amount__isnull=False)
    | Q(kind=str(K.AGREEMENT), form__isnull=False, amount__isnull=True)
    | Q(kind__in=[str(K.PILOT), str(K.MEMORANDUM)], form__isnull=True, amount__isnull=True)
)


class OutcomeQuestion(AskedForOutcomes):
    """What one side of an introduction was asked. It is reminded once a round."""

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="outcome_questions")
    side = models.CharField(_("side"), max_length=8, choices=Side)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)

    class Meta:
        verbose_name = _("question about an outcome")
        verbose_name_plural = _("questions about outcomes")
        ordering = ["pk"]
        constraints = [UniqueConstraint(fields=["introduction", "side"], name="outcomequestion_once")]
        indexes = [
            Index(
                fields=["remind_at"], name="outcomequestion_reminding", condition=Q(remind_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id}: {self.side}"

    @property
    def is_over(self) -> bool:
        return self.answered_rounds >= len(ROUNDS)


class IntroductionOutcome(Outcome):
    """One outcome of an introduction. `factors`: of the pair when the two said yes, for learning."""

    step_model, step_fields = "OutcomeStep", ("outcome",)

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="outcomes")
    recorded_by = models.CharField(_("recorded by"), max_length=8, choices=Side)
    kind = models.CharField(_("kind"), max_length=10, choices=DealKind)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    factors = models.JSONField(_("factors at that time"), default=empty_dict, blank=True)

    class Meta(Outcome.Meta):
        verbose_name = _("outcome of an introduction")
        verbose_name_plural = _("outcomes of introductions")
        constraints = [
            *checks("introductionoutcome", outcome_rules(DealKind)),
            *checks(
                "introductionoutcome",
                (
                    ("who", Q(recorded_by__in=codes_of(Side))),
                    ("reminds", unset_in("remind_at", (S.CONFIRMED, S.DISPUTED, S.RETRACTED))),
                    ("money", MONEY),
                ),
            ),
            check_if_set("introductionoutcome_amount", "amount", amount__gte=0),
        ]
        indexes = [
            Index(fields=["state", "answered_at"], name="introductionoutcome_state"),
            Index(
                fields=["remind_at"], name="introductionoutcome_remind", condition=Q(remind_at__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.introduction_id}: {self.kind}, {self.state}"

    @property
    def pair(self) -> tuple[Startup, Investor]:
        return self.introduction.pair

    @property
    def is_by_investor(self) -> bool:
        return self.recorded_by == Side.INVESTOR

    @property
    def becomes_a_deal(self) -> bool:
        return self.kind != DealKind.MEMORANDUM

    def sides_of(self, actor: Actor) -> list[str]:
        return self.introduction.sides_of(actor)

    def movers_of(self, side: str) -> set[str]:
        return {M.RECORDER if side == self.recorded_by else M.OTHER}


class OutcomeStep(Step):
    """One transition of an outcome of an introduction."""

    outcome = models.ForeignKey(IntroductionOutcome, models.CASCADE, related_name="steps")
    act, source, target = move_fields(OutcomeAct, 7, 9, OutcomeState)
    side = models.CharField(_("side"), max_length=8, choices=Side)

    class Meta(Step.Meta):
        verbose_name = _("step of an outcome")
        verbose_name_plural = _("steps of outcomes")
        constraints = [CheckConstraint(condition=step_rule(OUTCOME_LINES), name="outcome_step_is_a_line")]
