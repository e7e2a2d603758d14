"""What stays on record of reading: why a curator opened exact amounts, and which company read what."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db import IntegrityError

from profiles.audit import services as audit
from profiles.audit.services import subject_of
from profiles.choices import AuditAction
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import AuditRecord, Investor, Receipt, Startup, User
from profiles.visibility.access import Viewer

A_DAY = 24 * 60 * 60  # seconds


def open_restricted(profile: Startup | Investor, *, reason: str, by: User, at: datetime) -> AuditRecord:
    """Record that a curator opens the exact amounts of a profile, and why.

    Raises:
        NotACuratorError: for anybody else.
        ReasonMissingError: if `reason` is blank.
    """
    require_curator(by)
    if not reason.strip():
        raise ReasonMissingError
    return audit.record(
        AuditAction.VIEWED, subject=subject_of(profile), by=by, at=at, details={"reason": reason.strip()}
    )


def keep_receipts(company: Startup | Investor, viewer: Viewer, *, at: datetime) -> int:
    """Keep a row a day for every group of fields that the company's viewer has read; return how many are new.

    One query, and none where this process has kept the same today.
    """
    memory, key = caches["memory"], f"receipts:{company.public_id}:{at.date()}"
    kept: frozenset[Any] = memory.get(key, frozenset())
    fresh = viewer.shown - kept
    if not fresh:
        return 0
    owner, known = company.side.other, viewer.mutual | viewer.interested
    rows = [
        Receipt(
            **{f"{company.side}_id": company.pk, f"{owner}_id": pk},
            side=owner,
            group=group,
            seen_on=at.date(),
            is_blind=viewer.is_blind and pk not in known,
        )
        for pk, group in sorted(fresh)
    ]
    try:
        Receipt.objects.bulk_create(rows, ignore_conflicts=True)
    except IntegrityError:  # one of the companies was deleted a moment ago, and its receipts go with it
        return 0
    memory.set(key, kept | fresh, A_DAY)
    return len(rows)


def forget_receipts(*, at: datetime) -> int:
    """Delete the receipts that are older than the settings keep them; return how many."""
    oldest = at.date() - timedelta(days=settings.RECEIPTS_KEPT_DAYS)
    deleted, _by_model = Receipt.objects.filter(seen_on__lt=oldest).delete()
    return deleted
