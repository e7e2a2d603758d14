"""A curator's hand on a pairing: boost, hide, release. Each act says why and re-ranks both sides."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from matchmaker.choices import PinKind, Side
from matchmaker.desk.kinds import BOOSTED, HIDDEN, RELEASED
from matchmaker.models.pair_action import Pin
from matchmaker.ranking.services import jobs
from profiles.audit import services as audit
from profiles.changes.services import lock_profiles
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import Investor, Startup, User

ACTIONS = {PinKind.BOOST: BOOSTED, PinKind.HIDE: HIDDEN}


class AlreadyPinnedError(Exception):
    """The pairing has an open pin; release that one first."""


class NotPinnedError(Exception):
    """The pin was released already."""


@transaction.atomic
def pin(
    startup: Startup,
    investor: Investor,
    *,
    kind: PinKind,
    note: str,
    expires_on: date | None,
    by: User,
    at: datetime,
) -> Pin:
    """Boost or hide a pairing until `expires_on`, or for good."""
    require_curator(by)
    if not note.strip():
        raise ReasonMissingError
    lock_profiles(startup, investor)
    try:
        with transaction.atomic():
            made = Pin.objects.create(
                startup=startup,
                investor=investor,
                kind=kind,
                note=note.strip(),
                expires_on=expires_on,
                by=by,
                at=at,
            )
    except IntegrityError as error:
        raise AlreadyPinnedError from error
    _record(made, ACTIONS[kind], note=made.note, by=by, at=at)
    return made


def release(pin: Pin, *, note: str, by: User, at: datetime) -> None:
    """End a pin; the row stays for the record."""
    require_curator(by)
    if not _release(pin, note=note, by=by, at=at):
        raise NotPinnedError


def _record(pin: Pin, action: str, *, by: User | None, at: datetime, **said: str) -> None:
    """Write the act down, with what its curator said, and have both sides ranked again."""
    audit.record(
        action,
        subject=audit.pair_subject(pin.startup, pin.investor),
        by=by,
        at=at,
        details={"kind": pin.kind, "expires_on": pin.expires_on and pin.expires_on.isoformat(), **said},
    )
    jobs.request(Side.STARTUP, pin.startup_id, at=at)
    jobs.request(Side.INVESTOR, pin.investor_id, at=at)


def expire(*, at: datetime) -> int:
    """Release the pins whose last day is over, have both sides ranked again, and return how many."""
    expired = Pin.objects.filter(released_at=None, expires_on__lt=at.date())
    return sum(_release(pin, at=at) for pin in expired.select_related("startup", "investor"))


@transaction.atomic
def _release(pin: Pin, *, at: datetime, by: User | None = None, **said: str) -> bool:
    """End a pin, unless it ended already."""
    lock_profiles(pin.startup, pin.investor)
    if not Pin.objects.filter(pk=pin.pk, released_at=None).update(released_at=at):
        return False
    _record(pin, RELEASED, by=by, at=at, **said)
    return True
