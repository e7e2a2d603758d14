"""Keeping receipts of what was read, and letting them go after their time."""

import logging
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from django.conf import settings
from django.core.cache import caches
from django.db import IntegrityError, OperationalError

from profiles.catalogue.visibility.access import ShownGroup, Viewer
from profiles.models import Investor, Receipt, Startup

logger = logging.getLogger(__name__)
A_DAY = 24 * 60 * 60  # seconds


def keep_receipts(company: Startup | Investor, viewer: Viewer, *, at: datetime) -> None:
    """Keep what the company's viewer has read."""
    memory, key = caches["memory"], f"receipts:{company.public_id}:{at.date()}"
    remembered: frozenset[ShownGroup] = memory.get(key, frozenset())
    fresh = viewer.shown - remembered
    if not fresh:
        return
    try:
        write_receipts(company, viewer, fresh, at=at)
    except IntegrityError:  # one of the companies was deleted a moment ago, and its receipts go with it
        return
    except OperationalError as error:  # the database is busy: who reads on, leaves the receipt then
        logger.warning("A receipt was not kept: %s", error)
        return
    memory.set(key, remembered | fresh, A_DAY)


def write_receipts(
    company: Startup | Investor, viewer: Viewer, shown: AbstractSet[ShownGroup], *, at: datetime
) -> None:
    owner_side, known = company.side.other, viewer.mutual | viewer.interested
    Receipt.objects.bulk_create(
        (
            Receipt(
                **{f"{company.side}_id": company.pk, f"{owner_side}_id": pk},
                side=owner_side,
                group=group,
                seen_on=at.date(),
                is_blind=viewer.is_blind and pk not in known,
            )
            for pk, group in sorted(shown)
        ),
        ignore_conflicts=True,
    )


def forget_receipts(*, at: datetime) -> int:
    oldest = at.date() - timedelta(days=settings.RECEIPTS_KEPT_DAYS)
    deleted, _by_model = Receipt.objects.filter(seen_on__lt=oldest).delete()
    return deleted
