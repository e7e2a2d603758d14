"""Applications: drafted, sent, changed until the deadline, decided, withdrawn.

Accepted applicants get a place number, which is unique.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.events.programmes import kinds
from matchmaker.events.programmes.selectors.applications import (
    Applicant,
    conditions,
    is_blocked,
    is_unpublished,
    reviews,
    sent_to,
    unmet,
)
from matchmaker.events.programmes.selectors.deciding import Decision
from matchmaker.events.programmes.selectors.people import of_team
from matchmaker.events.programmes.services.people import leave_all_teams, write_proposal
from matchmaker.events.programmes.services.programmes import (
    apply_programme_transition,
    fill_from_waitlist,
    free_places,
    lock_ongoing,
    lock_programme_row,
    require_applicant,
    require_open_organiser,
    require_organiser,
)
from matchmaker.events.programmes.services.telling import notify_applicant, notify_many, notify_organiser
from matchmaker.models.programmes import (
    Programme,
    ProgrammeApplication,
    ProgrammeHost,
    ProgrammeInvitation,
    ProgrammeOutcome,
    ProgrammeTeamMember,
)
from matchmaker.models.programmes.people import MemberState
from matchmaker.models.programmes.programme import (
    ACTIVE_STATES,
    ONGOING,
    ApplicantKind,
    ProgrammeApplicationAct,
    ProgrammeApplicationState,
    ProgrammeKind,
)
from matchmaker.models.transitions import Mover
from matchmaker.transitions import NotPublishedError, TransitionRefusedError, WrongStateError
from profiles.choices import Side
from profiles.guards import ReasonMissingError
from profiles.models import Investor, Startup, User
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.refusals import RefusedError

NOT_TAKING = _("The organiser is not taking new applications at the moment.")


def lock_both(programme: Programme, applicant: Applicant) -> Programme:
    """Lock organiser, applicant and programme in the one lock order; return the programme as stored."""
    companies = {each for each in (programme.company, applicant.company) if each}
    lock_profiles(*companies)
    if applicant.company:
        applicant.company.refresh_from_db(fields=["status", "matching_consent", "stale_at", "leaves_at"])
    return lock_programme_row(programme)


def applicant_in(application: ProgrammeApplication) -> Applicant:
    return Applicant(application.kind, application.company, application.person)


def _require_may_apply(locked: Programme, applicant: Applicant, at: datetime) -> None:
    """Raise the errors of `write_application` for an applicant that may not apply.

    The caller must hold the locks of both companies.
    """
    require_open_organiser(locked, NOT_TAKING)
    if not locked.takes_applications(at) or applicant.kind not in locked.applicants:
        raise WrongStateError
    if is_unpublished(applicant):
        raise NotPublishedError
    if unmet(conditions(locked, applicant)):
        raise RefusedError(_("You do not meet a condition of the programme. Its page says which one."))
    if is_blocked(locked, applicant) or reviews(locked, applicant):
        raise RefusedError(NOT_TAKING)


@transaction.atomic
def write_application(
    programme: Programme,
    applicant: Applicant,
    *,
    answers: Sequence[str],
    is_final: bool,
    by: User,
    at: datetime,
    proposal: Mapping[str, Any] | None = None,
) -> ProgrammeApplication:
    """Keep a draft or send it; what was sent can be changed until the deadline. An applicant has one.

    `proposal`: of a research call, the second principal investigator, who signs before it counts.

    Raises:
        NotPublishedError: the company is not published.
        RefusedError: a condition is not met, one of the two has blocked the other, or the applicant reviews.
    """
    limits.take_token(kinds.APPLICATION_LIMIT, account=by, company=applicant.company, at=at)
    locked = lock_both(programme, applicant)
    _require_may_apply(locked, applicant, at)
    application = locked.applications.filter(**applicant.own, state__in=ACTIVE_STATES).first()
    if application is None:
        made = ProgrammeApplication(
            programme=locked,
            **applicant.own,
            answers=list(answers),
            place_count=locked.place_count,
            by=by,
            at=at,
        )
        apply_programme_transition(made, ProgrammeApplicationAct.DRAFT, by=by, at=at)
    else:
        made = application
        made.programme = locked
    if made.state not in (ProgrammeApplicationState.DRAFT, ProgrammeApplicationState.SENT):
        raise WrongStateError
    if made.state == ProgrammeApplicationState.SENT:
        apply_programme_transition(made, ProgrammeApplicationAct.CHANGE, by=by, at=at, answers=list(answers))
    elif is_final:
        apply_programme_transition(
            made, ProgrammeApplicationAct.SEND, by=by, at=at, answers=list(answers), sent_at=at
        )
        if locked.kind != ProgrammeKind.RESEARCH:
            path = reverse("programme_applications", args=[locked.public_id])
            notify_organiser(kinds.APPLIED, locked, at=at, event=str(made.pk), path=path)
            notify_applicant(kinds.RECEIVED, made, at=at)
    elif application is not None:
        made.answers = list(answers)
        made.save(update_fields=["answers"])
    if locked.kind == ProgrammeKind.RESEARCH and proposal:
        write_proposal(made, values=proposal, by=by, at=at)
    return made


@transaction.atomic
def discard_draft_of(application: ProgrammeApplication, *, by: User, at: datetime) -> None:
    locked = lock_both(application.programme, applicant_in(application))
    require_applicant(application, by=by)
    mine = locked.applications.filter(pk=application.pk, state=ProgrammeApplicationState.DRAFT)
    if not mine.delete()[0]:
        raise WrongStateError


@transaction.atomic
def withdraw_application(
    application: ProgrammeApplication, *, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Withdraw an application; its place goes to the first on the waitlist."""
    locked = lock_both(application.programme, applicant_in(application))
    if locked.state not in ONGOING:
        raise WrongStateError
    stored = locked.applications.get(pk=application.pk)
    _withdraw(stored, locked, by=by, at=at, version_read=version_read)


def _withdraw(
    stored: ProgrammeApplication,
    locked: Programme,
    *,
    by: User,
    at: datetime,
    version_read: str | None = None,
    checked_side: str | None = None,
) -> None:
    stored.programme = locked
    freed = int(stored.place_number is not None)
    leave_all_teams(stored)
    notifications.take_back(kinds.RECEIVED, event=str(stored.pk))
    gone: dict[str, Any] = {"place_number": None, "ended_at": at}
    gone |= {"version_read": version_read, "checked_side": checked_side}
    apply_programme_transition(stored, ProgrammeApplicationAct.WITHDRAW, by=by, at=at, **gone)
    if freed:
        path = reverse("programme_applications", args=[locked.public_id])
        notify_organiser(kinds.WITHDRAWN, locked, at=at, event=str(stored.pk), path=path)
    fill_from_waitlist(locked, stored.kind, freed=freed, at=at)


@transaction.atomic
def decide(
    application: ProgrammeApplication,
    act: ProgrammeApplicationAct,
    *,
    reason: str,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> None:
    limits.take_token(kinds.DECISION_LIMIT, account=by, at=at)
    locked = _lock_to_decide(application.programme, (act,), reason, by)
    stored = sent_to(locked).filter(pk=application.pk).first()
    if stored is None:
        raise WrongStateError
    _decide(stored, locked, act, reason=reason, by=by, at=at, version_read=version_read)
    notify_applicant(TOLD[act], stored, at=at)


@transaction.atomic
def decide_together(
    programme: Programme, decisions: Iterable[Decision], *, reason: str, by: User, at: datetime
) -> int:
    """Decide many applications as they were read, notify each applicant, and return how many were decided.

    An application that has changed since, or that is decided, stays as it is.

    Raises:
        RefusedError: there are fewer free places than acceptances. Nothing is decided then.
    """
    limits.take_token(kinds.DECISIONS_LIMIT, account=by, at=at)
    wanted = {each.pk: each for each in decisions if each.act}
    acts = {ProgrammeApplicationAct(each.act) for each in wanted.values()}
    locked = _lock_to_decide(programme, acts, reason, by)
    decided = defaultdict[ProgrammeApplicationAct, list[ProgrammeApplication]](list)
    rows = sent_to(locked, by).in_bulk(wanted)
    for pk, each in wanted.items():
        act = ProgrammeApplicationAct(each.act)
        if pk not in rows:
            continue
        with suppress(TransitionRefusedError):
            said = reason if act == ProgrammeApplicationAct.DECLINE else ""
            _decide(rows[pk], locked, act, reason=said, by=by, at=at, version_read=each.version)
            decided[act].append(rows[pk])
    for act, applications in decided.items():
        event = f"{act}:{at.isoformat(timespec='seconds')}"
        notify_many(TOLD[act], locked, applications, event=event, at=at)
    return sum(map(len, decided.values()))


def _lock_to_decide(
    programme: Programme, acts: Collection[ProgrammeApplicationAct], reason: str, by: User
) -> Programme:
    if ProgrammeApplicationAct.DECLINE in acts and not reason:
        raise ReasonMissingError
    return lock_ongoing(programme, by=by)


def _decide(
    stored: ProgrammeApplication,
    locked: Programme,
    act: ProgrammeApplicationAct,
    *,
    reason: str,
    by: User,
    at: datetime,
    version_read: str | None,
) -> None:
    """Decide one application. The caller must hold the lock of the programme and notify the applicant."""
    stored.programme = locked
    changes: dict[str, Any] = {"reason": reason, "decided_by": by, "decided_at": at}
    if act == ProgrammeApplicationAct.ACCEPT:
        free = free_places(locked, stored.kind)
        if not free:
            raise RefusedError(_("All places are taken. You can put the application on the waitlist."))
        changes |= {"place_number": free[0], "place_count": locked.place_count}
    apply_programme_transition(stored, act, by=by, at=at, version_read=version_read, **changes)


@transaction.atomic
def take_part(programme: Programme, company: Startup | Investor, *, by: User, at: datetime) -> None:
    """Give an organiser's own company a place, without an application to decide.

    Raises:
        WrongSideError: the person does not organise it. WrongStateError: it has one, or the programme is not
        for its side. RefusedError: no place is free, or one of its people reviews.
    """
    limits.take_token(kinds.APPLICATION_LIMIT, account=by, company=company, at=at)
    applicant = Applicant(ApplicantKind(company.side), company, None)
    locked = lock_both(programme, applicant)
    require_organiser(locked, by=by)
    if is_unpublished(applicant):
        raise NotPublishedError
    if reviews(locked, applicant):
        raise RefusedError(NOT_TAKING)
    active = locked.applications.filter(**applicant.own, state__in=ACTIVE_STATES)
    if locked.state not in ONGOING or applicant.kind not in locked.applicants or active.exists():
        raise WrongStateError
    place_directly(locked, applicant, by=by, at=at)


def place_directly(
    locked: Programme,
    applicant: Applicant,
    *,
    by: User,
    at: datetime,
    invitation: ProgrammeInvitation | None = None,
) -> ProgrammeApplication:
    """Give a place to an applicant that needs no decision. The caller must hold the locks of `lock_both`."""
    locked.applications.filter(**applicant.own, state=ProgrammeApplicationState.DRAFT).delete()
    made = ProgrammeApplication(
        programme=locked, **applicant.own, invitation=invitation, place_count=locked.place_count, by=by, at=at
    )
    apply_programme_transition(made, ProgrammeApplicationAct.DRAFT, by=by, at=at)
    apply_programme_transition(made, ProgrammeApplicationAct.SEND, by=by, at=at, sent_at=at)
    free = free_places(locked, made.kind)
    if not free:
        raise RefusedError(_("All places are taken."))
    given = {"place_number": free[0], "place_count": locked.place_count, "decided_at": at}
    apply_programme_transition(
        made, ProgrammeApplicationAct.ACCEPT, by=by, at=at, checked_side=Mover.HOST, **given
    )
    return made


TOLD = {
    ProgrammeApplicationAct.ACCEPT: kinds.ACCEPTED,
    ProgrammeApplicationAct.WAITLIST: kinds.WAITLISTED,
    ProgrammeApplicationAct.DECLINE: kinds.DECLINED,
}


def end_between(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """End what a block between two companies ends in programmes.

    The caller must hold the locks of both companies.
    """
    for company, host in ((startup, investor), (investor, startup)):
        requests = ProgrammeTeamMember.objects.exclude(state=MemberState.JOINED)
        requests = requests.filter(of_team(company, "team__lead__"), of_team(host, "application__"))
        for row in requests:
            notifications.take_back(kinds.TEAM_INVITED, event=f"{row.team_id}:{row.application_id}")
        requests.delete()
        states = [ProgrammeApplicationState.SENT, ProgrammeApplicationState.WAITLISTED]
        if side == company.side:
            states.append(ProgrammeApplicationState.ACCEPTED)
        helps = ProgrammeHost.objects.filter(**{str(host.side): host}, accepted_at__isnull=False)
        of_host = Q(**{str(host.side): host}) | Q(pk__in=helps.values("programme"))
        if side == company.side:
            told = Programme.objects.filter(of_host, state__in=ONGOING).values_list("public_id", flat=True)
            notifications.take_back_about(told, to=company)
        applied = ProgrammeApplication.objects.filter(of_team(company), state__in=states).order_by()
        programmes = Programme.objects.filter(of_host, pk__in=applied.values("programme"), state__in=ONGOING)
        for programme in programmes.order_by("pk"):
            locked = lock_programme_row(programme)
            for application in locked.applications.filter(of_team(company), state__in=states):
                _end(application, locked, is_own=side == company.side, by=by, at=at)


def _end(
    application: ProgrammeApplication, locked: Programme, *, is_own: bool, by: User, at: datetime
) -> None:
    """End an application after a block; `is_own`: its own side blocks.

    The caller must hold the lock of the programme.
    """
    if application.state == ProgrammeApplicationState.ACCEPTED:
        _withdraw(application, locked, by=by, at=at, checked_side=Mover.APPLICANT)
        return
    application.programme = locked
    apply_programme_transition(application, ProgrammeApplicationAct.LAPSE, by=None, at=at, ended_at=at)
    if not is_own:
        notify_applicant(kinds.LAPSED, application, at=at)


def withdraw_duplicate(stays: ProgrammeApplication, other: ProgrammeApplication, merging: Any) -> bool:
    if other.state == ProgrammeApplicationState.DRAFT:
        return False
    said: dict[str, Any] = {"in_place_of": Mover.APPLICANT, "by": merging.by, "at": merging.at}
    apply_programme_transition(
        other, ProgrammeApplicationAct.WITHDRAW, **said, place_number=None, ended_at=merging.at
    )
    outcomes = ProgrammeOutcome.objects.filter(programme=stays.programme)
    outcomes.filter(application=other).exclude(other=stays).update(application=stays)
    outcomes.filter(other=other).exclude(application=stays).update(other=stays)
    return True


@transaction.atomic
def remove_applications(rows: Any, *, at: datetime) -> None:
    keys = list(rows.values_list("programme", flat=True))
    for programme in Programme.objects.filter(pk__in=keys).order_by("pk"):
        locked = lock_programme_row(programme)
        applications = rows.filter(programme=locked)
        freed = Counter(each.kind for each in applications if each.place_number is not None)
        for application in applications:
            leave_all_teams(application)
        applications.delete()
        for kind, count in freed.items():
            fill_from_waitlist(locked, kind, freed=count, at=at)
