"""What came of a programme: one side records it, the other confirms or disputes it."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.stateful import Actor, StatefulModel, checks
from matchmaker.models.transitions import Mover, Transition, codes_of, set_in, unset_in
from profiles.choices import USD, currencies
from profiles.models import Deal, Investor, PartnershipForm, Startup
from profiles.models.profile import check_if_set, money, taxonomy_fk
from profiles.models.profile import person as person_key

# How long after the end the participants are asked for the outcome.
ROUNDS = (timedelta(days=1), timedelta(days=91), timedelta(days=182), timedelta(days=365))
WORDS = 300


class AskedForOutcomes(models.Model):
    """One side of a programme.

    In how many rounds it was asked what came of it, and until which it answered.
    """

    asked_rounds = models.PositiveSmallIntegerField(_("times asked"), default=0, editable=False)
    answered_rounds = models.PositiveSmallIntegerField(_("times answered"), default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def owes_an_answer(self) -> bool:
        return self.asked_rounds > self.answered_rounds


class OutcomeKind(models.TextChoices):
    PROTOTYPE = "prototype", pgettext_lazy("outcome", "Prototype")
    PILOT = "pilot", pgettext_lazy("outcome", "Pilot")
    PROPOSAL = "proposal", pgettext_lazy("outcome", "Joint proposal")
    PAPER = "paper", pgettext_lazy("outcome", "Paper")
    HIRE = "hire", pgettext_lazy("outcome", "Hire")
    MEMORANDUM = "memorandum", pgettext_lazy("outcome", "Memorandum of understanding")
    AGREEMENT = "agreement", pgettext_lazy("outcome", "Agreement")
    INVESTMENT = "investment", pgettext_lazy("outcome", "Investment")


ON_RECORD = (OutcomeKind.PILOT, OutcomeKind.INVESTMENT)  # between two companies a deal on the profile


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
HAS_MONEY = models.Q(kind=OutcomeKind.INVESTMENT, form__isnull=False, amount__isnull=False)
HAS_NONE = ~models.Q(kind=OutcomeKind.INVESTMENT) & models.Q(form__isnull=True, amount__isnull=True)
OUTCOME_RULES = (
    ("known", models.Q(state__in=codes_of(S), kind__in=codes_of(OutcomeKind))),
    ("unanswered", unset_in("answered_at", (S.RECORDED,))),
    ("answered", set_in("answered_at", (S.CONFIRMED, S.DISPUTED))),
    ("says_why", ~models.Q(state=S.DISPUTED) | ~models.Q(objection="")),
    ("of_two", models.Q(other__isnull=True) | ~models.Q(other=models.F("application"))),
    ("one_other", models.Q(other__isnull=True) | models.Q(partner__isnull=True)),
    ("recorder", models.Q(by_other=False) | models.Q(other__isnull=True)),
    ("money", HAS_MONEY | HAS_NONE),
)


class ProgrammeOutcome(StatefulModel):
    """One outcome between two sides: `application`, someone who took part, and another side.

    That is `other`, who took part too, or `partner`, the second principal investigator of the application, or
    with neither the organiser. `by_other`: that side recorded it. `deal`: the record on the profile that it
    became.
    """

    transitions = {line.act: line for line in OUTCOME_LINES}
    step_model, step_fields = "ProgrammeStep", ("programme", "outcome")

    programme = models.ForeignKey("matchmaker.Programme", models.CASCADE, related_name="outcomes")
    application = models.ForeignKey(
        "matchmaker.ProgrammeApplication", models.CASCADE, related_name="outcomes"
    )
    other = models.ForeignKey(
        "matchmaker.ProgrammeApplication", models.CASCADE, null=True, blank=True, related_name="+"
    )
    partner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("second principal investigator"),
    )
    by_other = models.BooleanField(_("recorded by the other side"), default=False)
    kind = models.CharField(_("kind"), max_length=10, choices=OutcomeKind)
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

    class Meta:
        verbose_name = _("outcome of a programme")
        verbose_name_plural = _("outcomes of programmes")
        ordering = ["-at", "-pk"]
        constraints = [
            *checks("programmeoutcome", OUTCOME_RULES),
            check_if_set("programmeoutcome_amount", "amount", amount__gte=0),
        ]
        indexes = [models.Index(fields=["programme", "state"], name="programmeoutcome_count")]

    def __str__(self) -> str:
        return f"{self.programme_id}: {self.kind}, {self.state}"

    @property
    def other_company(self) -> Startup | Investor | None:
        """The company of the side that is not the application; None: a person, or the curators."""
        return None if self.partner_id else (self.other or self.programme).company

    @property
    def pair(self) -> tuple[Startup, Investor] | None:
        """The startup and the investor of the outcome; None for other pairs."""
        both = self.application.company, self.other_company
        startup = next((each for each in both if isinstance(each, Startup)), None)
        investor = next((each for each in both if isinstance(each, Investor)), None)
        return (startup, investor) if startup and investor else None

    @property
    def becomes_a_deal(self) -> bool:
        return self.kind in ON_RECORD and self.pair is not None

    def sides_of(self, actor: Actor) -> list[str]:
        applied = self.application.is_of(actor)
        if self.partner_id:
            is_other = self.partner_id == actor.pk
        else:
            is_other = self.other.is_of(actor) if self.other else self.programme.is_led_by(actor)
        recorded, answers = (is_other, applied) if self.by_other else (applied, is_other)
        return [M.RECORDER] if recorded else [M.OTHER] if answers else []
