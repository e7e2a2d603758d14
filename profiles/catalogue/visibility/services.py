"""Opening restricted figures: a curator says why, that stays on record, and holds for a day."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from profiles.catalogue.visibility.kinds import VIEWED
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import AuditRecord, Investor, Startup, User
from profiles.platform.audit import services as audit
from profiles.platform.audit.services import subject_of

LASTS = timedelta(days=1)


def access_grants_of(profile: Startup | Investor) -> QuerySet[AuditRecord]:
    """Return the records of the openings, newest first; each has its `reason` in the details."""
    return AuditRecord.objects.filter(action=VIEWED, subject=subject_of(profile)).order_by("-pk")


def is_open_for(profile: Startup | Investor, curator: User, *, at: datetime) -> bool:
    """Tell whether this curator opened the amounts within the last day; another one gives a reason too."""
    return access_grants_of(profile).filter(actor=curator, at__gt=at - LASTS).exists()


def open_restricted(profile: Startup | Investor, *, reason: str, by: User, at: datetime) -> AuditRecord:
    """Record that a curator opens the exact amounts of a profile, and why.

    Raises:
        NotACuratorError: for anyone else.
        ReasonMissingError: if `reason` is blank.
    """
    require_curator(by)
    if not reason.strip():
        raise ReasonMissingError
    return audit.record(VIEWED, subject=subject_of(profile), by=by, at=at, details={"reason": reason.strip()})
