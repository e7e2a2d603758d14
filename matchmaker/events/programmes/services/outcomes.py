"""Each side records outcomes of a programme; the other side confirms or disputes them.

A deal that both confirm goes on record once.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.urls import reverse

from matchmaker.deals.outcomes.services import recording
from matchmaker.events.programmes import kinds
from matchmaker.events.programmes.services.programmes import apply_programme_transition, lock_programme_row
from matchmaker.events.programmes.services.telling import notify_applicant, notify_organiser, notify_person
from matchmaker.matching.pairs.selectors.pair import blocked_by
from matchmaker.models.outcome import OutcomeAct, OutcomeState
from matchmaker.models.programmes import Programme, ProgrammeApplication, ProgrammeOutcome, ProgrammeProposal
from matchmaker.models.programmes.outcome import ROUNDS
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeState
from matchmaker.transitions import WrongStateError
from profiles.choices import Status
from profiles.models import User
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message

BATCH = 200  # sides that one sweep asks
Respondent = ProgrammeApplication | None  # who is asked: someone who took part; None: the organiser
Side = Respondent | ProgrammeProposal  # of an outcome; a proposal: its second principal investigator


def _lock(programme: Programme, *sides: Side) -> Programme:
    """Lock all companies of an outcome, then the programme; return the programme as stored.

    Raises:
        WrongStateError: the programme is not over, someone did not take part, or a company is suspended.
    """
    parts = [each for each in sides if not isinstance(each, ProgrammeProposal)]
    both = {(each or programme).company for each in parts}
    companies = lock_profiles(*(each for each in both if each))
    held = lock_programme_row(programme)
    keys = [each.pk for each in parts if each]
    took_part = held.applications.filter(pk__in=keys, state=ProgrammeApplicationState.ACCEPTED).count()
    if held.state != ProgrammeState.FINISHED or took_part != len(keys):
        raise WrongStateError
    if any(company.status == Status.SUSPENDED for company in companies):
        raise WrongStateError
    return held


@transaction.atomic
def record_outcome(
    programme: Programme, *, mine: Side, whom: Side, values: Mapping[str, Any], by: User, at: datetime
) -> ProgrammeOutcome:
    """Record an outcome and ask the other side to confirm it.

    Raises:
        WrongStateError: the programme is not over, one did not take part, or is suspended, both are one, or a
        second principal investigator is with someone else than the applicant.
    """
    limits.take_token(kinds.OUTCOME_LIMIT, account=by, at=at)
    locked = _lock(programme, mine, whom)
    application, other = (mine, whom) if isinstance(mine, ProgrammeApplication) else (whom, mine)
    if not isinstance(application, ProgrammeApplication) or application == other:
        raise WrongStateError
    partner = other.partner if isinstance(other, ProgrammeProposal) else None
    if isinstance(other, ProgrammeProposal) and (partner is None or other.application_id != application.pk):
        raise WrongStateError
    outcome = ProgrammeOutcome(
        programme=locked,
        application=application,
        other=other if isinstance(other, ProgrammeApplication) else None,
        partner=partner,
        by_other=application is not mine,
        **values,
        by=by,
        at=at,
    )
    apply_programme_transition(outcome, OutcomeAct.RECORD, by=by, at=at)
    if not isinstance(mine, ProgrammeProposal):
        answer_question(locked, mine, is_all=False)
    _notify(kinds.OUTCOME_RECORDED, outcome, is_other=not outcome.by_other, at=at)
    return outcome


def still_asks(key: str, **_at: Any) -> bool:
    outcome = ProgrammeOutcome.objects.filter(pk=key, state=OutcomeState.RECORDED).first()
    return bool(outcome and not (outcome.pair and blocked_by(*outcome.pair)))


def _notify(kind: str, outcome: ProgrammeOutcome, *, is_other: bool, at: datetime) -> None:
    company = outcome.other_company if is_other else outcome.application.company
    if company and outcome.pair and company.side in blocked_by(*outcome.pair):
        return
    programme, event = outcome.programme, str(outcome.pk)
    path = reverse("programme_outcomes", args=[programme.public_id])
    told = outcome.other if is_other else outcome.application
    if told:
        notify_applicant(kind, told, at=at, event=event, path=path)
    elif outcome.partner:
        notify_person(outcome.partner, Message(kind=kind, path=path, event=event, at=at), programme)
    else:
        notify_organiser(kind, programme, at=at, event=event, path=path, is_told_alone=True)


def _stored(outcome: ProgrammeOutcome) -> ProgrammeOutcome:
    others = [] if outcome.partner_id else [outcome.other]
    locked = _lock(outcome.programme, outcome.application, *others)
    related = ("application__startup", "application__investor", "other__startup", "other__investor", "by")
    stored = ProgrammeOutcome.objects.select_related(*related, "form", "partner").get(pk=outcome.pk)
    stored.programme = locked
    return stored


@transaction.atomic
def answer_outcome(
    outcome: ProgrammeOutcome, *, objection: str = "", by: User, at: datetime, version_read: str | None = None
) -> None:
    """Confirm an outcome, or dispute it with an objection. Raises what recording.answer raises."""
    limits.take_token(kinds.OUTCOME_LIMIT, account=by, at=at)
    stored = _stored(outcome)
    move = apply_programme_transition
    recording.answer(stored, move, objection=objection, by=by, at=at, version_read=version_read)
    if stored.by_other or not stored.partner:
        answerer = stored.application if stored.by_other else stored.other
        answer_question(stored.programme, answerer, is_all=False)
    _notify(kinds.OUTCOME_ANSWERED, stored, is_other=stored.by_other, at=at)


@transaction.atomic
def retract_outcome(
    outcome: ProgrammeOutcome, *, by: User, at: datetime, version_read: str | None = None
) -> None:
    apply_programme_transition(_stored(outcome), OutcomeAct.RETRACT, by=by, at=at, version_read=version_read)
    notifications.take_back(kinds.OUTCOME_RECORDED, event=str(outcome.pk))


def answer_question(programme: Programme, part: Respondent, *, is_all: bool) -> None:
    """Answer the question for one side; an organiser that takes part, for both of its own."""
    is_host = part is not None and part.company is not None and part.company == programme.company
    for owner in (programme, part) if is_host and part else (part or programme,):
        recording.answer_question(owner, is_over=is_all, rounds=len(ROUNDS))


OF_ORGANISER = Q(startup__isnull=False, startup=F("programme__startup")) | Q(
    investor__isnull=False, investor=F("programme__investor")
)


def ask_due(*, at: datetime) -> int:
    """Ask each side of finished programmes for outcomes, once a round; return how many were asked."""
    asked, suspended = 0, Q(startup__status=Status.SUSPENDED) | Q(investor__status=Status.SUSPENDED)
    for number, after in enumerate(ROUNDS, start=1):
        over = Programme.objects.filter(state=ProgrammeState.FINISHED, ended_at__lte=at - after)
        if number < len(ROUNDS):
            over = over.filter(ended_at__gt=at - ROUNDS[number])
        unasked = Q(asked_rounds__lt=number, answered_rounds__lt=len(ROUNDS)) & ~suspended
        programmes = over.filter(unasked)
        took_part = ProgrammeApplication.objects.filter(
            unasked, programme__in=over.order_by(), state=ProgrammeApplicationState.ACCEPTED
        ).exclude(OF_ORGANISER)
        related = ("programme", "startup", "investor", "person")
        for programme in programmes.select_related("startup", "investor", "by")[:BATCH]:
            asked += _ask(programme, None, number, at=at)
        for application in took_part.select_related(*related)[:BATCH]:
            asked += _ask(application.programme, application, number, at=at)
    return asked


@transaction.atomic
def _ask(programme: Programme, part: Respondent, number: int, *, at: datetime) -> int:
    owner = part or programme
    if not recording.claim_round(owner, number):
        return 0
    kwargs: dict[str, Any] = {"at": at, "event": f"{owner.pk}:{number}"}
    kwargs["path"] = reverse("programme_outcomes", args=[programme.public_id])
    if part:
        notify_applicant(kinds.OUTCOMES_ASKED, part, **kwargs)
    else:
        notify_organiser(kinds.OUTCOMES_ASKED, programme, **kwargs, is_told_alone=True)
    return 1
