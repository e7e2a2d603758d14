"""What came of a programme, between two who took part or with its organiser."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.outcome import Outcome, outcome_rules
from matchmaker.models.stateful import Actor, checks
from matchmaker.models.transitions import Mover
from profiles.models import Investor, Startup
from profiles.models.profile import check_if_set

# How long after the end the participants are asked for the outcome.
ROUNDS = (timedelta(days=1), timedelta(days=91), timedelta(days=182), timedelta(days=365))
M = Mover


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
HAS_MONEY = models.Q(kind=OutcomeKind.INVESTMENT, form__isnull=False, amount__isnull=False)
HAS_NONE = ~models.Q(kind=OutcomeKind.INVESTMENT) & models.Q(form__isnull=True, amount__isnull=True)
OUTCOME_RULES = (
    *outcome_rules(OutcomeKind),
    ("of_two", models.Q(other__isnull=True) | ~models.Q(other=models.F("application"))),
    ("one_other", models.Q(other__isnull=True) | models.Q(partner__isnull=True)),
    ("recorder", models.Q(by_other=False) | models.Q(other__isnull=True)),
    ("money", HAS_MONEY | HAS_NONE),
)


class ProgrammeOutcome(Outcome):
    """One outcome between two sides: `application`, someone who took part, and another side.

    That is `other`, who took part too, or `partner`, the second principal investigator of the application, or
    with neither the organiser. `by_other`: that side recorded it.
    """

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

    class Meta(Outcome.Meta):
        verbose_name = _("outcome of a programme")
        verbose_name_plural = _("outcomes of programmes")
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
    def is_by_investor(self) -> bool:
        recorder = (self.programme if self.by_other else self.application).company
        return isinstance(recorder, Investor)

    @property
    def becomes_a_deal(self) -> bool:
        return self.kind in ON_RECORD and self.pair is not None

    def sides_of(self, actor: Actor) -> list[str]:
        applied = self.application.is_of(actor)
        if self.partner_id:
            is_other = self.partner_id == actor.pk
        else:
            is_other = self.other.is_of(actor) if self.other else self.programme.is_led_by(actor)
        if self.by_other:
            is_recorder, may_answer = is_other, applied
        else:
            is_recorder, may_answer = applied, is_other
        if is_recorder:
            return [M.RECORDER]
        if may_answer:
            return [M.OTHER]
        return []
