"""A company takes no new requests for a while; what is open goes on."""

from datetime import datetime

from django.db import transaction

from matchmaker.introductions.kinds import INTERESTED
from profiles.audit import services as audit
from profiles.changes.services import lock_profiles
from profiles.companies.kinds import EDIT_LIMIT
from profiles.limits import services as limits
from profiles.models import Investor, Startup, User


@transaction.atomic
def set_pause(company: Startup | Investor, *, is_paused: bool, by: User, at: datetime) -> None:
    """Take no new requests from now on, or take them again. Doing it twice is doing it once.

    Raises:
        LimitReachedError: after pausing too often; who takes requests again is never refused.
    """
    if is_paused:
        limits.take_token(EDIT_LIMIT, account=by, company=company, at=at)
    lock_profiles(company)
    others = type(company)._default_manager.filter(pk=company.pk, paused_at__isnull=is_paused)
    if others.update(paused_at=at if is_paused else None):
        done = "paused" if is_paused else "resumed"
        subject = audit.subject_of(company)
        audit.record(INTERESTED, subject=subject, by=by, at=at, details={"done": done})
