"""An organiser writes, submits, corrects, closes, starts, ends and cancels a programme; a curator decides."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker import transitions
from matchmaker.events.programmes import kinds
from matchmaker.events.programmes.selectors.applications import waitlist
from matchmaker.events.programmes.selectors.programmes import had_part_in, missing_in
from matchmaker.events.programmes.services import telling
from matchmaker.models.outcome import OutcomeAct
from matchmaker.models.programmes import Programme, ProgrammeApplication, ProgrammeOutcome, ProgrammeStep
from matchmaker.models.programmes.programme import (
    LISTS,
    ONGOING,
    OVER,
    RESUME_TIME,
    ProgrammeAct,
    ProgrammeApplicationAct,
    ProgrammeApplicationState,
    ProgrammeState,
)
from matchmaker.models.stateful import actor_of
from profiles.choices import Status
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import Investor, Startup, User
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError

MOST_UNDER_WAY = 20  # programmes of one organiser that are not over
BATCH = 100  # programmes that one call closes
CORRECTABLE = ("apply_by", "starts_at", "ends_at", "time_zone", "place_count", "side_places")


class DeadlinePassedError(RefusedError):
    message = _("This deadline is in the past. Choose a later time.")


def lock_programme(programme: Programme) -> Programme:
    if programme.company:
        lock_profiles(programme.company)
    return lock_programme_row(programme)


def lock_as_organiser(programme: Programme, *, by: User) -> Programme:
    """Lock a programme for one of its organisers. Raises: WrongSideError, NotPublishedError."""
    locked = lock_programme(programme)
    require_organiser(locked, by=by)
    return locked


def lock_ongoing(programme: Programme, *, by: User) -> Programme:
    """Lock a public programme that is not over for one of its organisers.

    Raises what `lock_as_organiser` raises. WrongStateError: it is a draft, or over.
    """
    locked = lock_as_organiser(programme, by=by)
    if locked.state not in ONGOING:
        raise transitions.WrongStateError
    return locked


def require_organiser(programme: Programme, *, by: User) -> None:
    """Refuse a person who does not organise a locked programme, and an organiser that is not published."""
    if not (programme.is_organised_by(actor_of(by)) or transitions.writes_demonstration(by)):
        raise transitions.WrongSideError
    require_open_organiser(programme)


def require_leader(programme: Programme, *, by: User) -> None:
    """Refuse a person who does not lead a locked programme: co-organisers do not."""
    if not (programme.is_led_by(actor_of(by)) or transitions.writes_demonstration(by)):
        raise transitions.WrongSideError


def require_applicant(application: ProgrammeApplication, *, by: User) -> None:
    """Refuse a person who neither is the applicant nor belongs to the company that applied."""
    if not (application.is_of(actor_of(by)) or transitions.writes_demonstration(by)):
        raise transitions.WrongSideError


def lock_programme_row(programme: Programme) -> Programme:
    """Lock the programme row until the transaction ends. Callers that lock companies must lock them first."""
    rows = Programme.objects.select_related("startup", "investor")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=programme.pk)


def apply_programme_transition(
    record: Programme | ProgrammeApplication | ProgrammeOutcome,
    act: ProgrammeAct | ProgrammeApplicationAct | OutcomeAct,
    *,
    by: User | None,
    at: datetime,
    **changes: Any,
) -> ProgrammeStep:
    """Apply a transition to a programme, an application or an outcome, and record it in the audit log.

    Raises what matchmaker.transitions.apply_transition raises.
    """
    step: ProgrammeStep = transitions.apply_transition(record, act, by=by, at=at, **changes)
    done = (
        str(act) if isinstance(record, Programme) else type(record).__name__.removeprefix("Programme").lower()
    )
    record_audit(step.programme, done, by=by, at=at, step=str(act))
    return step


def record_audit(programme: Programme, done: str, *, by: User | None, at: datetime, **details: Any) -> None:
    if done == ProgrammeAct.SEND_BACK:
        details["message"] = programme.note
    subject = f"programme:{programme.public_id}"
    audit.record(kinds.CHANGED, subject=subject, by=by, at=at, details={"done": done, **details})


def require_open_organiser(programme: Programme, message: str | Promise = "") -> None:
    """Refuse while the organiser is not published. The caller must hold the lock of the organiser."""
    if programme.company and not programme.company.is_published:
        raise transitions.NotPublishedError(message)


@transaction.atomic
def write_programme(
    company: Startup | Investor | None,
    *,
    values: Mapping[str, Any],
    by: User,
    at: datetime,
    programme: Programme | None = None,
) -> Programme:
    limits.take_token(kinds.PROGRAMME_LIMIT, account=by, company=company, at=at)
    if company:
        lock_profiles(company)
    lists = {name: values[name] for name in LISTS if name in values}
    plain = {name: value for name, value in values.items() if name not in lists}
    if programme is None:
        owner: dict[str, Any] = (
            {str(company.side): company} if company else {"startup": None, "investor": None}
        )
        if Programme.objects.filter(**owner).exclude(state__in=OVER).count() >= MOST_UNDER_WAY:
            raise RefusedError(_("You have reached the limit of active programmes. End one first."))
        is_demo = company.is_demo if company else by.is_demo
        saved = Programme(**owner, **plain, by=by, written_at=at, is_demo=is_demo)
        apply_programme_transition(saved, ProgrammeAct.WRITE, by=by, at=at)
    else:
        saved = lock_programme_row(programme)
        require_leader(saved, by=by)
        if saved.state != ProgrammeState.DRAFT:
            raise transitions.WrongStateError
        for name, value in plain.items():
            setattr(saved, name, value)
        saved.save(update_fields=list(plain))
        record_audit(saved, "edit", by=by, at=at)
    for name, terms in lists.items():
        getattr(saved, name).set(terms)
    return saved


@transaction.atomic
def submit_programme(
    programme: Programme, *, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Submit a draft for review.

    Raises:
        DeadlinePassedError: no one could apply any more.
    """
    locked = lock_programme(programme)
    require_open_organiser(locked)
    if missing_in(locked):
        raise RefusedError(_("Something is still missing. The page says what."))
    _require_time_left(locked, at)
    limits.take_token(kinds.PROGRAMME_LIMIT, account=by, company=locked.company, at=at)
    apply_programme_transition(
        locked, ProgrammeAct.SUBMIT, by=by, at=at, version_read=version_read, submitted_at=at, note=""
    )


def _require_time_left(programme: Programme, at: datetime) -> None:
    if programme.apply_by is None or programme.apply_by <= at:
        raise DeadlinePassedError


@transaction.atomic
def approve_programme(programme: Programme, *, by: User, at: datetime, version_read: str | None) -> None:
    """Publish a programme as it was read, and notify its organiser.

    Raises:
        DeadlinePassedError: its deadline went by while it waited.
    """
    require_curator(by)
    locked = lock_programme(programme)
    if had_part_in(locked, by):
        raise RefusedError(_("You proposed this programme, so another curator must approve it."))
    require_open_organiser(locked)
    _require_time_left(locked, at)
    step = apply_programme_transition(
        locked, ProgrammeAct.APPROVE, by=by, at=at, version_read=version_read, approved_at=at
    )
    telling.notify_organiser(kinds.APPROVED, locked, at=at, event=str(step.pk))


@transaction.atomic
def send_back_programme(
    programme: Programme, *, message: str, by: User, at: datetime, version_read: str | None = None
) -> None:
    require_curator(by)
    if not message:
        raise ReasonMissingError
    locked = lock_programme(programme)
    step = apply_programme_transition(
        locked, ProgrammeAct.SEND_BACK, by=by, at=at, version_read=version_read, note=message
    )
    telling.notify_organiser(kinds.RETURNED, locked, at=at, event=str(step.pk))


@transaction.atomic
def correct_programme(
    programme: Programme,
    *,
    values: Mapping[str, Any],
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> None:
    """Change dates and places; closed applications open again until the new deadline.

    Raises:
        DeadlinePassedError: the new deadline is over.
    """
    limits.take_token(kinds.PROGRAMME_LIMIT, account=by, company=programme.company, at=at)
    locked = lock_programme(programme)
    require_open_organiser(locked)
    changed = {
        name: values[name] for name in CORRECTABLE if name in values and values[name] != getattr(locked, name)
    }
    is_closed = locked.state == ProgrammeState.CLOSED
    if not changed and not is_closed:
        return
    if values["apply_by"] <= at:
        raise DeadlinePassedError
    sides: dict[str, int] = values.get("side_places", locked.side_places)
    fewer = any(sides.get(kind, 0) < count for kind, count in locked.side_places.items())
    if values["place_count"] < locked.place_count or fewer:
        raise RefusedError(_("You can only add places. You cannot remove places that were announced."))
    act = ProgrammeAct.REOPEN if is_closed else ProgrammeAct.CORRECT
    before = {kind: locked.places_for(kind) for kind in locked.waitlists}
    step = apply_programme_transition(locked, act, by=by, at=at, version_read=version_read, **changed)
    concerned = at_work(locked).select_related("programme", "startup", "investor", "person")
    telling.notify_many(kinds.CORRECTED, locked, concerned, event=str(step.pk), at=at)
    for kind, count in before.items():
        fill_from_waitlist(locked, kind, freed=locked.places_for(kind) - count, at=at)


def at_work(programme: Programme) -> QuerySet[ProgrammeApplication]:
    states = (
        ProgrammeApplicationState.SENT,
        ProgrammeApplicationState.ACCEPTED,
        ProgrammeApplicationState.WAITLISTED,
    )
    return programme.applications.filter(state__in=states)


def fill_from_waitlist(programme: Programme, kind: str, *, freed: int, at: datetime) -> None:
    """Give places that a kind of applicant freed to its waitlist, in order.

    The caller must hold the lock of the programme.
    """
    if programme.state not in (ProgrammeState.OPEN, ProgrammeState.CLOSED):
        return
    free = free_places(programme, kind)[: max(freed, 0)]
    rows = waitlist(programme, kind).exclude(startup__status=Status.SUSPENDED)
    rows = rows.exclude(investor__status=Status.SUSPENDED).select_related("startup", "investor", "person")
    for application, number in zip(list(rows[: len(free)]), free, strict=False):
        application.programme = programme
        given: dict[str, Any] = {"place_number": number, "place_count": programme.place_count}
        apply_programme_transition(application, ProgrammeApplicationAct.MOVE_UP, by=None, at=at, **given)
        telling.notify_applicant(kinds.MOVED_UP, application, at=at)


def free_places(programme: Programme, kind: str) -> list[int]:
    """Return the numbers that the next applicants of a kind can get."""
    rows = ProgrammeApplication.objects.filter(programme=programme, place_number__isnull=False)
    taken = set(rows.values_list("place_number", flat=True))
    numbers = [number for number in range(1, programme.place_count + 1) if number not in taken]
    if programme.side_places:
        left = programme.places_for(kind) - rows.filter(**{f"{kind}__isnull": False}).count()
        return numbers[: max(left, 0)]
    return numbers


@transaction.atomic
def close_programme(programme: Programme, *, by: User, at: datetime, version_read: str | None = None) -> None:
    apply_programme_transition(
        lock_programme(programme), ProgrammeAct.CLOSE, by=by, at=at, version_read=version_read
    )


@transaction.atomic
def start_programme(programme: Programme, *, by: User, at: datetime, version_read: str | None = None) -> None:
    locked = lock_programme(programme)
    require_open_organiser(locked)
    apply_programme_transition(
        locked, ProgrammeAct.START, by=by, at=at, version_read=version_read, started_at=at
    )
    _lapse(locked, (ProgrammeApplicationState.DRAFT,), at=at)


@transaction.atomic
def finish_programme(
    programme: Programme, *, by: User, at: datetime, version_read: str | None = None
) -> None:
    """End a programme. What follows from it waits for `RESUME_TIME`, in which the end can be undone."""
    locked = lock_programme(programme)
    apply_programme_transition(
        locked, ProgrammeAct.FINISH, by=by, at=at, version_read=version_read, ended_at=at
    )


@transaction.atomic
def resume_programme(
    programme: Programme, *, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Undo the end of a programme.

    Raises:
        RefusedError: it is too late.
    """
    locked = lock_programme(programme)
    require_open_organiser(locked)
    if not locked.may_resume(at):
        raise RefusedError(_("It is too late to undo the end of this programme."))
    apply_programme_transition(
        locked, ProgrammeAct.RESUME, by=by, at=at, version_read=version_read, ended_at=None
    )


UNDECIDED = (ProgrammeApplicationState.SENT, ProgrammeApplicationState.WAITLISTED)


def lapse_ended(*, at: datetime) -> int:
    """End the undecided applications of programmes whose end can no longer be undone."""
    ended = Programme.objects.filter(state=ProgrammeState.FINISHED, ended_at__lte=at - RESUME_TIME)
    waiting = ProgrammeApplication.objects.filter(state__in=UNDECIDED, programme__in=ended).order_by()
    found = Programme.objects.filter(pk__in=waiting.values("programme")).order_by("pk")[:BATCH]
    for programme in found:
        with transaction.atomic():
            locked = lock_programme_row(programme)
            if locked.state == ProgrammeState.FINISHED and not locked.may_resume(at):
                undecided = _lapse(locked, UNDECIDED, at=at)
                telling.notify_later(kinds.LAPSED, locked, undecided, event=f"{locked.pk}:end", at=at)
    return len(found)


@transaction.atomic
def cancel_programme(
    programme: Programme, *, by: User, at: datetime, version_read: str | None = None
) -> None:
    locked = lock_programme(programme)
    step = apply_programme_transition(
        locked, ProgrammeAct.CANCEL, by=by, at=at, version_read=version_read, ended_at=at
    )
    applied = list(at_work(locked).values_list("pk", flat=True))
    telling.notify_later(kinds.CANCELLED, locked, applied, event=str(step.pk), at=at)
    waiting = (
        ProgrammeApplicationState.DRAFT,
        ProgrammeApplicationState.SENT,
        ProgrammeApplicationState.WAITLISTED,
    )
    _lapse(locked, waiting, at=at)


def _lapse(programme: Programme, states: tuple[ProgrammeApplicationState, ...], *, at: datetime) -> list[int]:
    """End all undecided applications at once; return their keys.

    The caller must hold the lock of the programme.
    """
    line = ProgrammeApplication.transitions[ProgrammeApplicationAct.LAPSE]
    rows = programme.applications.filter(state__in=states).order_by("pk")
    lapsed = list(rows.select_for_update(no_key=True).values_list("pk", "state"))
    if not lapsed:
        return []
    rows.update(state=line.target, ended_at=at)
    ProgrammeStep.objects.bulk_create(
        ProgrammeStep(
            programme=programme, application_id=pk, act=line.act, source=source, target=line.target, at=at
        )
        for pk, source in lapsed
    )
    record_audit(programme, "application", by=None, at=at, step=str(line.act))
    return [pk for pk, _source in lapsed]


def close_due(*, at: datetime) -> int:
    due = Programme.objects.filter(state=ProgrammeState.OPEN, apply_by__lte=at).order_by("apply_by", "pk")
    closed = 0
    for programme in due[:BATCH]:
        with transaction.atomic():
            locked = lock_programme_row(programme)
            if locked.state == ProgrammeState.OPEN and locked.apply_by and locked.apply_by <= at:
                apply_programme_transition(locked, ProgrammeAct.DEADLINE, by=None, at=at)
                closed += 1
    return closed
