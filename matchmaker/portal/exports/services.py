"""An export is counted, and written into the audit log."""

from datetime import datetime

from django.db import transaction

from matchmaker.portal.exports.kinds import MEMBER_EXPORT_LIMIT, MEMBER_EXPORTED
from profiles.models import Investor, Startup, User
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits


@transaction.atomic
def record_export(company: Startup | Investor, *, table: str, form: str, by: User, at: datetime) -> None:
    """Write down who takes which of the company's tables away. The trail says nothing of what is in it.

    Raises:
        LimitReachedError: the person or the company did it too often.
    """
    limits.take_token(MEMBER_EXPORT_LIMIT, account=by, company=company, at=at)
    details = {"table": table, "format": form.upper()}
    audit.record(MEMBER_EXPORTED, subject=audit.subject_of(company), by=by, at=at, details=details)
