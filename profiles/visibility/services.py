"""Opening restricted figures: a curator says why, and that stays on record."""

from datetime import datetime

from profiles.audit import services as audit
from profiles.audit.services import subject_of
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import AuditRecord, Investor, Startup, User
from profiles.visibility.kinds import VIEWED


def open_restricted(profile: Startup | Investor, *, reason: str, by: User, at: datetime) -> AuditRecord:
    """Record that a curator opens the exact amounts of a profile, and why.

    Raises:
        NotACuratorError: for anybody else.
        ReasonMissingError: if `reason` is blank.
    """
    require_curator(by)
    if not reason.strip():
        raise ReasonMissingError
    return audit.record(VIEWED, subject=subject_of(profile), by=by, at=at, details={"reason": reason.strip()})
