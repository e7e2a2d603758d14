"""Outcomes of introductions: acts of the two sides, and what is asked three, six and twelve months later.

Every act can raise what apply_transition raises.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.deals.introductions.services import locks
from matchmaker.deals.outcomes.kinds import (
    OUTCOME_ANSWERED,
    OUTCOME_ASKED,
    OUTCOME_LIMIT,
    OUTCOME_MOVED,
    OUTCOME_RECORDED,
    OUTCOME_WAITS,
)
from matchmaker.deals.outcomes.services import recording
from matchmaker.matching.pairs import services as pairs
from matchmaker.models.introduction import Introduction, IntroductionAct, IntroductionState, IntroductionStep
from matchmaker.models.outcome import ROUNDS, IntroductionOutcome, OutcomeAct, OutcomeQuestion, OutcomeState
from matchmaker.models.pair_action import Interest
from matchmaker.models.programmes import ProgrammeOutcome
from matchmaker.models.stage import IntroductionStage
from matchmaker.transitions import apply_transition
from profiles.choices import Status
from profiles.guards import require_curator
from profiles.models import Investor, Startup, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.audit import services as audit
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

ASKED_AGAIN, WAITS = timedelta(days=14), timedelta(days=7)  # after which a side is reminded, once


class WaitsAlreadyError(RefusedError):
    message = _("An outcome of this kind is already waiting for an answer.")


@transaction.atomic
def record_outcome(
    introduction: Introduction, *, values: Mapping[str, Any], side: Side, by: User, at: datetime
) -> IntroductionOutcome:
    """Record an outcome and ask the other side to confirm it. `values`: the fields that its form cleans.

    Raises:
        WaitsAlreadyError: one of the same kind is not answered yet.
    """
    pairs.count(OUTCOME_LIMIT, *introduction.pair, side=side, by=by, at=at)
    locks.lock_mutual_pair(introduction)
    same = introduction.outcomes.filter(kind=values["kind"], state=OutcomeState.RECORDED)
    if same.exists():
        raise WaitsAlreadyError
    outcome = IntroductionOutcome(
        introduction=introduction, recorded_by=side, factors=_factors(introduction), by=by, at=at, **values
    )
    _move(outcome, OutcomeAct.RECORD, side=side, by=by, at=at, remind_at=at + WAITS)
    _say(introduction, side, is_over=False, at=at)
    _notify(OUTCOME_RECORDED, introduction, side.other, event=str(outcome.pk), at=at)
    return outcome


def _factors(introduction: Introduction) -> dict[str, Any]:
    """Return the factors of the pair when the two said yes, as far as they were kept."""
    startup, investor = introduction.pair
    said = Interest.objects.filter(startup=startup, investor=investor).order_by("at")
    return next((factors for factors in said.values_list("factors", flat=True) if factors), {})


def _move(
    outcome: IntroductionOutcome, act: OutcomeAct, *, side: Side, by: User, at: datetime, **changes: Any
) -> None:
    apply_transition(outcome, act, side=side, by=by, at=at, **changes)
    details: dict[str, Any] = {"done": str(act), "kind": str(outcome.kind)}
    pairs.record(OUTCOME_MOVED, *outcome.pair, side=side, by=by, at=at, **details)


def _lock(outcome: IntroductionOutcome) -> IntroductionOutcome:
    related = ("introduction__startup", "introduction__investor", "form", "by")
    stored = IntroductionOutcome.objects.select_related(*related).get(pk=outcome.pk)
    locks.lock_mutual_pair(stored.introduction)
    stored.refresh_from_db(fields=["state"])
    return stored


@transaction.atomic
def answer_outcome(
    outcome: IntroductionOutcome,
    *,
    objection: str = "",
    side: Side,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> None:
    """Confirm an outcome, or dispute it with an objection, which curators read too."""
    stored = _lock(outcome)
    move = partial(_move, side=side, remind_at=None)
    recording.answer(stored, move, objection=objection, by=by, at=at, version_read=version_read)
    _say(stored.introduction, side, is_over=False, at=at)
    _settle(stored.introduction, side, OUTCOME_RECORDED, OUTCOME_WAITS, at=at)
    _notify(OUTCOME_ANSWERED, stored.introduction, side.other, event=str(stored.pk), at=at)


@transaction.atomic
def retract_outcome(
    outcome: IntroductionOutcome, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    stored = _lock(outcome)
    _move(stored, OutcomeAct.RETRACT, side=side, by=by, at=at, version_read=version_read, remind_at=None)
    notifications.take_back(OUTCOME_RECORDED, event=str(stored.pk))
    _settle(stored.introduction, side.other, OUTCOME_RECORDED, OUTCOME_WAITS, at=at)


@transaction.atomic
def say_none(introduction: Introduction, *, is_over: bool, side: Side, by: User, at: datetime) -> None:
    """Say that nothing has come of it yet, or that nothing more will: then it is never asked again."""
    pairs.count(OUTCOME_LIMIT, *introduction.pair, side=side, by=by, at=at)
    locks.lock_mutual_pair(introduction)
    OutcomeQuestion.objects.get_or_create(introduction=introduction, side=side)
    _say(introduction, side, is_over=is_over, at=at)
    done = "over" if is_over else "none"
    pairs.record(OUTCOME_MOVED, *introduction.pair, side=side, by=by, at=at, done=done, kind="")


def _say(introduction: Introduction, side: Side, *, is_over: bool, at: datetime) -> None:
    for question in introduction.outcome_questions.filter(side=side):
        changes: dict[str, Any] = {"answered_at": at, "remind_at": None}
        recording.answer_question(question, is_over=is_over, rounds=len(ROUNDS), **changes)
    _settle(introduction, side, OUTCOME_ASKED, at=at)


def _settle(introduction: Introduction, side: Side, *kinds: str, at: datetime) -> None:
    company = introduction.company_on(side)
    notifications.mark_settled(company, kinds=kinds, path=_path(introduction, side), at=at)


def _path(introduction: Introduction, side: Side) -> str:
    return reverse("outcomes", args=[introduction.company_on(side.other).public_id])


def _notify(kind: str, introduction: Introduction, side: Side, *, event: str, at: datetime) -> None:
    message = Message(kind=kind, path=_path(introduction, side), event=event, at=at)
    notify_team(introduction.company_on(side), message)


@transaction.atomic
def mark_read(outcome: IntroductionOutcome | ProgrammeOutcome, *, by: User, at: datetime) -> None:
    """Take a dispute off the curators' queue. It stays a dispute of the two sides."""
    require_curator(by)
    rows = type(outcome)._default_manager.filter(pk=outcome.pk, state=OutcomeState.DISPUTED, read_at=None)
    if not rows.update(read_by=by, read_at=at):
        return
    details: dict[str, Any] = {"done": "read", "kind": str(outcome.kind)}
    if isinstance(outcome, IntroductionOutcome):
        side = Side(outcome.recorded_by)
        pairs.record(OUTCOME_MOVED, *outcome.pair, side=side, by=by, at=at, **details)
    else:
        subject = f"programme:{outcome.programme.public_id}"
        details["done"] = "read of programme"
        audit.record(OUTCOME_MOVED, subject=subject, by=by, at=at, details=details)


def advance(*, at: datetime) -> None:
    ask_due(at=at)
    remind_due(at=at)


def ask_due(*, at: datetime) -> int:
    """Ask both sides of open introductions, once a round; return how many sides were asked."""
    asked = 0
    for number, after in enumerate(ROUNDS, start=1):
        agreed = IntroductionStep.objects.filter(
            act__in=(IntroductionAct.ACCEPT, IntroductionAct.MEET), at__lte=at - after
        )
        if number < len(ROUNDS):
            agreed = agreed.filter(at__gt=at - ROUNDS[number])
        for side in Side:
            for pk in locks.due_keys(_unasked(agreed, side, number)):
                asked += _ask(pk, side, number, at=at)
    return asked


def _unasked(agreed: "QuerySet[IntroductionStep]", side: Side, number: int) -> "QuerySet[Any]":
    """Return the open introductions to ask about: without a deal on record, or an outcome that waits."""
    of_this = {"introduction": OuterRef("pk")}
    asked = OutcomeQuestion.objects.filter(
        Q(asked_rounds__gte=number) | Q(answered_rounds__gte=len(ROUNDS)), side=side, **of_this
    )
    said = IntroductionOutcome.objects.filter(
        Q(state=OutcomeState.RECORDED) | Q(state=OutcomeState.CONFIRMED, deal__isnull=False), **of_this
    )
    signed = IntroductionStage.objects.filter(deal__isnull=False, **of_this)
    rows = Introduction.objects.filter(
        ~Exists(asked),
        ~Exists(said),
        ~Exists(signed),
        pk__in=agreed.order_by().values("introduction"),
        state=IntroductionState.MUTUAL,
        startup__status=Status.APPROVED,
        startup__matching_consent=True,
        investor__status=Status.APPROVED,
        investor__matching_consent=True,
    )
    return rows.order_by("pk")


@transaction.atomic
def _ask(pk: int, side: Side, number: int, *, at: datetime) -> bool:
    introduction = Introduction.objects.select_related("startup", "investor").get(pk=pk)
    if not locks.lock_if_mutual(introduction):
        return False
    question, _made = OutcomeQuestion.objects.get_or_create(introduction=introduction, side=side)
    if not recording.claim_round(question, number, remind_at=at + ASKED_AGAIN):
        return False
    _notify(OUTCOME_ASKED, introduction, side, event=f"{pk}:{number}", at=at)
    return True


def remind_due(*, at: datetime) -> int:
    """Remind each side once of a question, and once of an outcome that waits; return how many."""
    reminded = 0
    models: tuple[type[OutcomeQuestion] | type[IntroductionOutcome], ...]
    models = (OutcomeQuestion, IntroductionOutcome)
    for model in models:
        due = model.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
        for pk in locks.due_keys(due):
            reminded += _remind(model, pk, at=at)
    return reminded


@transaction.atomic
def _remind(model: "type[OutcomeQuestion] | type[IntroductionOutcome]", pk: int, *, at: datetime) -> bool:
    related = ("introduction__startup", "introduction__investor")
    row: Any = model._default_manager.select_related(*related).get(pk=pk)
    introduction = row.introduction
    if not locks.lock_if_mutual(introduction):
        model._default_manager.filter(pk=pk).update(remind_at=None)
        return False
    if not model._default_manager.filter(pk=pk, remind_at__lte=at).update(remind_at=None):
        return False
    is_question = isinstance(row, OutcomeQuestion)
    side = Side(row.side) if is_question else Side(row.recorded_by).other
    event = f"question {pk}:{row.asked_rounds}" if is_question else str(pk)
    _notify(OUTCOME_WAITS, introduction, side, event=event, at=at)
    return True


def erase_company(company: Startup | Investor, at: datetime) -> None:
    """Before a company goes: what it recorded goes, and its words on what the other side recorded."""
    side = Side(company.side)
    outcomes = IntroductionOutcome.objects.filter(**{f"introduction__{side}": company})
    outcomes.filter(recorded_by=side).delete()
    outcomes.filter(state=OutcomeState.DISPUTED).update(objection="–", read_at=at)
    outcomes.update(remind_at=None)
    OutcomeQuestion.objects.filter(**{f"introduction__{side}": company}).delete()
