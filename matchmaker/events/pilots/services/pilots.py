"""A host writes, submits, corrects, starts and cancels a pilot; a curator approves or returns it.

New texts of an open pilot go back to review.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.events.pilots import kinds
from matchmaker.events.pilots.selectors.pilot import OPENABLE, acts_version, has_dates
from matchmaker.events.pilots.services import applications
from matchmaker.events.pilots.services.applications import (
    apply_pilot_transition,
    lock_pilot,
    notify,
    record_pilot_audit,
    require_not_suspended,
)
from matchmaker.models.pilot import (
    ACTIVE_STATES,
    LISTS,
    Pilot,
    PilotAct,
    PilotAim,
    PilotApplication,
    PilotApplicationState,
    PilotState,
)
from matchmaker.transitions import ChangedSinceReadError, NotPublishedError, WrongStateError
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import Investor, Startup, User
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError

MOST_DRAFTS = 20  # pilots of one host that are not over


class NotCompleteError(RefusedError):
    message = _("Before a curator can review it, say when it runs and what is measured.")


class PilotOverError(RefusedError):
    message = _("Its last day has passed. Change it to today or a later date.")


@transaction.atomic
def write_pilot(
    host: Startup | Investor,
    *,
    values: Mapping[str, Any],
    aims: Sequence[tuple[str, str]] | None,
    by: User,
    at: datetime,
    pilot: Pilot | None = None,
) -> Pilot:
    """Keep a draft: a new one, or the given one with other words. `aims`: what is measured, and success.

    With None the aims stay as they are, and so does every field that `values` leave out.

    Raises:
        RefusedError: the host has too many pilots under way.
        WrongStateError: the pilot is no draft any more.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(kinds.PILOT_LIMIT, account=by, company=host, at=at)
    lock_profiles(host)
    lists = {name: values[name] for name in LISTS if name in values}
    plain = {name: value for name, value in values.items() if name not in lists}
    if pilot is None:
        owner: dict[str, Any] = {str(host.side): host}
        over = (PilotState.FINISHED, PilotState.CANCELLED)
        if Pilot.objects.filter(**owner).exclude(state__in=over).count() >= MOST_DRAFTS:
            raise RefusedError(_("You have reached the limit of active pilots. End one first."))
        saved = Pilot(**owner, **plain, by=by, written_at=at, is_demo=host.is_demo)
        apply_pilot_transition(saved, PilotAct.WRITE, by=by, at=at)
    else:
        saved = lock_pilot(pilot)
        if saved.state != PilotState.DRAFT:
            raise WrongStateError
        for name, value in plain.items():
            setattr(saved, name, value)
        saved.save(update_fields=list(plain))
        record_pilot_audit(saved, "edit", by=by, at=at)
    for name, terms in lists.items():
        getattr(saved, name).set(terms)
    if aims is not None:
        _keep_aims(saved, aims)
    return saved


def _keep_aims(pilot: Pilot, aims: Sequence[tuple[str, str]]) -> None:
    pilot.aims.all().delete()
    PilotAim.objects.bulk_create(
        PilotAim(pilot=pilot, position=position, measure=measure, success=success)
        for position, (measure, success) in enumerate(aims, start=1)
    )


def _require_days_left(pilot: Pilot, at: datetime) -> None:
    if pilot.ends_on and pilot.ends_on < localdate(at):
        raise PilotOverError


@transaction.atomic
def submit_pilot(
    pilot: Pilot, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Give a draft to the curators.

    Raises:
        NotPublishedError: the host is not published. NotCompleteError: dates or aims are missing.
        PilotOverError: its last day is over. WrongStateError: it is no draft.
    """
    locked = lock_with_companies(pilot)
    _require_read_by_host(locked, version_read)
    if not locked.company.is_published:
        raise NotPublishedError
    if not has_dates(locked) or not locked.aims.exists():
        raise NotCompleteError
    _require_days_left(locked, at)
    limits.take_token(kinds.PILOT_LIMIT, account=by, company=locked.company, at=at)
    apply_pilot_transition(locked, PilotAct.SUBMIT, side=side, by=by, at=at, submitted_at=at, note="")


def _require_read_by_host(locked: Pilot, version_read: str | None) -> None:
    """Refuse an act of a host that has not read the pilot as a colleague wrote it, or a new application.

    Raises:
        ChangedSinceReadError: something has changed since `version_read`.
    """
    if version_read is not None and version_read != acts_version(locked):
        raise ChangedSinceReadError


@transaction.atomic
def approve_pilot(pilot: Pilot, *, version_read: str | None, by: User, at: datetime) -> None:
    """Let a pilot stand on the board as it was read, and tell its host.

    `version_read` is the version that was read; None for programs.

    Raises:
        NotACuratorError: for anyone else. ChangedSinceReadError: the host has written something else since.
        NotPublishedError: the host is not published any more.
        PilotOverError: its last day went by while it waited. WrongStateError: it does not wait.
    """
    require_curator(by)
    locked = lock_with_companies(pilot)
    if not locked.company.is_published:
        raise NotPublishedError
    _require_days_left(locked, at)
    apply_pilot_transition(locked, PilotAct.APPROVE, by=by, at=at, version_read=version_read, approved_at=at)
    notify(kinds.PILOT_APPROVED, locked.company, locked, event=f"{locked.pk}:{at:%Y%m%d%H%M%S}", at=at)


@transaction.atomic
def send_back_pilot(
    pilot: Pilot, *, message: str, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Return a pilot to its host with a message.

    Raises:
        NotACuratorError: for anyone else. ReasonMissingError: without a message.
        WrongStateError: it does not wait.
    """
    require_curator(by)
    if not message:
        raise ReasonMissingError
    locked = lock_with_companies(pilot)
    apply_pilot_transition(locked, PilotAct.SEND_BACK, by=by, at=at, version_read=version_read, note=message)
    notify(kinds.PILOT_RETURNED, locked.company, locked, event=f"{locked.pk}:{at:%Y%m%d%H%M%S}", at=at)


@transaction.atomic
def start_pilot(pilot: Pilot, *, side: Side, by: User, at: datetime, version_read: str | None = None) -> None:
    """Begin with the companies that have a slot. Notify them, and decline the applications that still wait.

    Raises:
        NotPublishedError: the host is suspended. WrongStateError: it is not open.
    """
    locked = lock_with_companies(pilot, with_applicants=True)
    _require_read_by_host(locked, version_read)
    require_not_suspended(locked)
    apply_pilot_transition(locked, PilotAct.START, side=side, by=by, at=at, started_at=at)
    for application in locked.applications.filter(state=PilotApplicationState.APPLIED):
        applications.decline(application, side=side, by=by, at=at)
    for application in locked.applications.filter(state=PilotApplicationState.ACCEPTED):
        notify(kinds.PILOT_STARTED, application.company, locked, event=application.pk, at=at)


@transaction.atomic
def cancel_pilot(
    pilot: Pilot, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Cancel a pilot and notify its participants and applicants.

    Raises:
        WrongStateError: it is over.
    """
    locked = lock_with_companies(pilot, with_applicants=True)
    _require_read_by_host(locked, version_read)
    apply_pilot_transition(locked, PilotAct.CANCEL, side=side, by=by, at=at, ended_at=at)
    path = reverse("own_pilots")
    for application in at_work(locked):
        notify(kinds.PILOT_CANCELLED, application.company, locked, event=application.pk, at=at, path=path)


@transaction.atomic
def open_parts(pilot: Pilot, *, parts: Sequence[str], by: User, at: datetime) -> None:
    """Make exactly these parts of a pilot public. Opening more is counted; closing is never refused."""
    if set(parts) - set(pilot.opened):
        limits.take_token(kinds.PILOT_LIMIT, account=by, company=pilot.company, at=at)
    locked = lock_with_companies(pilot)
    if locked.opened == [part for part in OPENABLE if part in parts]:
        return
    locked.opened = [part for part in OPENABLE if part in parts]
    locked.save(update_fields=["opened"])
    record_pilot_audit(locked, "open", by=by, at=at)


def at_work(pilot: Pilot) -> "QuerySet[PilotApplication]":
    return pilot.applications.filter(state__in=ACTIVE_STATES).select_related("startup", "investor")


def lock_with_companies(pilot: Pilot, *, with_applicants: bool = False) -> Pilot:
    companies: dict[tuple[str, int], Startup | Investor] = {_key(pilot.company): pilot.company}
    if with_applicants:
        for application in at_work(pilot):
            companies[_key(application.company)] = application.company
    lock_profiles(*companies.values())
    return lock_pilot(pilot)


def _key(company: Startup | Investor) -> tuple[str, int]:
    return str(company.side), company.pk


DATES = ("season", "year", "starts_on", "ends_on")
AT_ONCE = (*DATES, "apply_by", "needs", "offers", "data_classes", "data_location", "data_crosses_border")
READ_AGAIN = (
    *(f"{text}_{language}" for text in ("title", "summary") for language in ("en", "ur", "zh")),
    "size",
    "who_pays",
    "data_access",
    "data_exit",
)
CORRECTABLE = (*AT_ONCE, *READ_AGAIN)


@transaction.atomic
def correct_pilot(pilot: Pilot, *, values: Mapping[str, Any], side: Side, by: User, at: datetime) -> Pilot:
    """Change what may be changed of an open pilot, tell who applied, and return it.

    `values`: by the names of CORRECTABLE.

    Raises:
        NotPublishedError: the host is suspended. WrongStateError: it is not open.
        NotCompleteError: it would not say any more when it runs.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(kinds.PILOT_LIMIT, account=by, company=pilot.company, at=at)
    locked = lock_with_companies(pilot, with_applicants=True)
    require_not_suspended(locked)
    if locked.state != PilotState.OPEN:
        raise WrongStateError
    changed = [name for name in CORRECTABLE if name in values and values[name] != _now(locked, name)]
    if not changed:
        return locked
    plain = {name: values[name] for name in changed if name not in LISTS}
    for name in set(changed) - set(plain):
        getattr(locked, name).set(values[name])
    if not has_dates(Pilot(**{name: plain.get(name, getattr(locked, name)) for name in DATES})):
        raise NotCompleteError
    act = PilotAct.CORRECT
    if set(changed) & set(READ_AGAIN):
        plain |= {"approved_at": None, "submitted_at": at, "note": ""}
        act = PilotAct.REVISE
    step = apply_pilot_transition(locked, act, side=side, by=by, at=at, corrected=changed, **plain)
    for application in at_work(locked):
        notify(kinds.PILOT_CORRECTED, application.company, locked, event=step.pk, at=at)
    return locked


def _now(pilot: Pilot, name: str) -> Any:
    return list(getattr(pilot, name).all()) if name in LISTS else getattr(pilot, name)
