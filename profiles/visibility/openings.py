"""When curators opened a profile's exact amounts, why, and for how long that holds."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from profiles.audit.services import subject_of
from profiles.models import AuditRecord, Investor, Startup, User
from profiles.visibility.kinds import VIEWED

LASTS = timedelta(days=1)


def openings_of(profile: Startup | Investor) -> QuerySet[AuditRecord]:
    """Return the records of the openings, newest first; each has its `reason` in the details."""
    return AuditRecord.objects.filter(action=VIEWED, subject=subject_of(profile)).order_by("-pk")


def is_open_for(profile: Startup | Investor, curator: User, *, at: datetime) -> bool:
    """Tell whether this curator opened the amounts within the last day; another one gives a reason too."""
    return openings_of(profile).filter(actor=curator, at__gt=at - LASTS).exists()
