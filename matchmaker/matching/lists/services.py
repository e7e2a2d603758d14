"""A person's progress through the list."""

import logging
from datetime import datetime

from django.db import OperationalError

from matchmaker.models.pair_action import Look
from profiles.models import Investor, Startup, User

logger = logging.getLogger(__name__)


def note_look(startup: Startup, investor: Investor, *, by: User, at: datetime) -> None:
    """Store the first time a person opened a match; no one is notified."""
    try:
        Look.objects.bulk_create(
            [Look(user=by, startup=startup, investor=investor, at=at)], ignore_conflicts=True
        )
    except OperationalError as error:  # the database is busy: it stays new until the next look
        logger.warning("A look was not kept: %s", error)
