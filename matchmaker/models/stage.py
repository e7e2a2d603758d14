"""Stages of an introduction: one side proposes, the other confirms or disputes, and every step is kept."""

from django.db import models
from django.db.models import CheckConstraint, Index, Q, UniqueConstraint
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Side
from matchmaker.models.introduction import WORDS, Introduction
from matchmaker.models.stateful import Actor, StatefulModel, Step, checks, move_fields
from matchmaker.models.transitions import Mover, Transition, codes_of, set_in, step_rule, unset_in
from profiles.choices import USD, currencies
from profiles.models import Deal, PartnershipForm
from profiles.models.profile import check_if_set, money, share, taxonomy_fk


class StageKind(models.TextChoices):
    """How far the two are, in the order in which it is drawn. Any but the first may be left out."""

    TALKING = "talking", pgettext_lazy("stage", "Talking")
    SAMPLE = "sample", pgettext_lazy("stage", "Sample or pilot")
    CONFIDENTIALITY = "confidentiality", pgettext_lazy("stage", "Confidentiality agreement")
    TERMS = "terms", pgettext_lazy("stage", "Terms")
    SIGNED = "signed", pgettext_lazy("stage", "Signed")
    ENDED = "ended", pgettext_lazy("stage", "Ended")


class StageState(models.TextChoices):
    PROPOSED = "proposed", pgettext_lazy("stage", "Proposed")
    AGREED = "agreed", pgettext_lazy("stage", "Confirmed by both")
    DONE = "done", pgettext_lazy("stage", "Confirmed by both; the next step is done")
    PAST = "past", pgettext_lazy("stage", "Confirmed by both; a later stage followed")
    DISPUTED = "disputed", pgettext_lazy("stage", "Disputed")
    WITHDRAWN = "withdrawn", pgettext_lazy("stage", "Withdrawn")
    DROPPED = "dropped", pgettext_lazy("stage", "Dropped, because the introduction was closed")


class StageAct(models.TextChoices):
    PROPOSE = "propose", pgettext_lazy("stage", "Proposed")
    CONFIRM = "confirm", pgettext_lazy("stage", "Confirmed")
    DISPUTE = "dispute", pgettext_lazy("stage", "Disputed")
    WITHDRAW = "withdraw", pgettext_lazy("stage", "Withdrawn")
    FINISH = "finish", pgettext_lazy("stage", "Next step done")
    FOLLOW = "follow", pgettext_lazy("stage", "Followed by another stage")
    DROP = "drop", pgettext_lazy("stage", "Dropped, because the introduction was closed")


class Doer(models.TextChoices):
    STARTUP = "startup", _("the startup")
    INVESTOR = "investor", _("the partner")
    BOTH = "both", _("both")


G, D = StageState, StageAct
CURRENT = (G.AGREED, G.DONE)  # one an introduction at most
REACHED = (*CURRENT, G.PAST)
DECIDED = (*REACHED, G.DISPUTED, G.WITHDRAWN, G.DROPPED)
STAGE_LINES = (
    Transition(D.PROPOSE, (), G.PROPOSED, Mover.EITHER),
    Transition(D.CONFIRM, (G.PROPOSED,), G.AGREED, Mover.OTHER),
    Transition(D.DISPUTE, (G.PROPOSED,), G.DISPUTED, Mover.OTHER),
    Transition(D.WITHDRAW, (G.PROPOSED,), G.WITHDRAWN, Mover.PROPOSER),
    Transition(D.FINISH, (G.AGREED,), G.DONE, Mover.DOER),
    Transition(D.FOLLOW, CURRENT, G.PAST, Mover.EITHER),
    Transition(D.DROP, (G.PROPOSED,), G.DROPPED, Mover.TIME),
)
STAGE_RULES = (
    ("known", Q(state__in=codes_of(G))),
    ("undecided", unset_in("decided_at", (G.PROPOSED,))),
    ("decided", set_in("decided_at", DECIDED)),
    ("reminds", unset_in("remind_at", [each for each in G if each not in (G.PROPOSED, G.AGREED)])),
    ("who", Q(proposed_by__in=codes_of(Side))),
    # The next step says who does what by when, or nothing.
    (
        "whole",
        Q(next_step="", doer="", due_on__isnull=True)
        | ~Q(next_step="") & Q(doer__in=codes_of(Doer), due_on__isnull=False),
    ),
    ("record", Q(wants_record=False) | Q(kind=str(StageKind.SIGNED))),
)


class IntroductionStage(StatefulModel):
    """One proposal of how far the two are: since when, and who does what next by when."""

    transitions = {line.act: line for line in STAGE_LINES}
    step_model, step_fields = "StageStep", ("stage",)

    introduction = models.ForeignKey(Introduction, models.CASCADE, related_name="stages")
    kind = models.CharField(pgettext_lazy("introduction", "stage"), max_length=15, choices=StageKind)
    state = models.CharField(_("state"), max_length=9, choices=StageState)
    proposed_by = models.CharField(_("proposed by"), max_length=8, choices=Side)
    since_on = models.DateField(pgettext_lazy("stage", "since"))
    next_step = models.CharField(_("next step"), max_length=WORDS, blank=True)
    doer = models.CharField(_("who does it"), max_length=8, choices=Doer, blank=True)
    due_on = models.DateField(_("by when"), null=True, blank=True)
    objection = models.CharField(_("what the other side disputes"), max_length=WORDS, blank=True)
    proposed_at = models.DateTimeField(_("when"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    wants_record = models.BooleanField(_("record the deal"), default=False)
    form = taxonomy_fk(PartnershipForm, _("partnership type"))
    amount = money(_("amount"))
    currency = models.CharField(_("currency"), max_length=3, choices=currencies, default=USD)
    stake_pct = share(_("stake, %"))
    deal = taxonomy_fk(Deal, _("recorded deal"), models.SET_NULL)

    class Meta:
        verbose_name = _("stage of an introduction")
        verbose_name_plural = _("stages of introductions")
        ordering = ["proposed_at", "pk"]
        constraints = [
            UniqueConstraint(
                fields=["introduction"],
                condition=Q(state=str(StageState.PROPOSED)),
                name="stage_one_proposed",
            ),
            UniqueConstraint(
                fields=["introduction"],
                condition=Q(state__in=[str(state) for state in CURRENT]),
                name="stage_one_current",
            ),
            *checks("stage", STAGE_RULES),
            check_if_set("stage_amount", "amount", amount__gte=0),
            check_if_set("stage_stake", "stake_pct", stake_pct__range=(0, 100)),
        ]
        indexes = [Index(fields=["remind_at"], name="stage_reminding", condition=Q(remind_at__isnull=False))]

    def __str__(self) -> str:
        return f"{self.introduction_id}: {self.kind}, {self.state}"

    @property
    def other_side(self) -> Side:
        return Side(self.proposed_by).other

    @property
    def doers(self) -> list[Side]:
        return [side for side in Side if self.doer in (side, Doer.BOTH)]

    def sides_of(self, actor: Actor) -> list[str]:
        return self.introduction.sides_of(actor)

    def movers_of(self, side: str) -> set[str]:
        mover = Mover.PROPOSER if side == self.proposed_by else Mover.OTHER
        return {Mover.EITHER, mover, *([Mover.DOER] if side in self.doers else [])}


class StageStep(Step):
    """One transition of a stage. `side` is empty for transitions by time."""

    stage = models.ForeignKey(IntroductionStage, models.CASCADE, related_name="steps")
    act, source, target = move_fields(StageAct, 8, 9, StageState)
    side = models.CharField(_("side"), max_length=8, choices=Side, blank=True)

    class Meta(Step.Meta):
        verbose_name = _("step of a stage")
        verbose_name_plural = _("steps of stages")
        constraints = [CheckConstraint(condition=step_rule(STAGE_LINES), name="stage_step_is_a_line")]
        indexes = [Index(fields=["act", "at"], name="stage_step_act")]
