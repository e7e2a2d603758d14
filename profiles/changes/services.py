"""A profile has changed: the row says so, and the other app gets a nudge."""

from datetime import datetime

from django.db import transaction

from profiles.choices import Side
from profiles.models import Investor, Startup
from profiles.signals import profile_changed


@transaction.atomic
def notify_changed(profile: Startup | Investor, *, at: datetime) -> None:
    """Set `changed_at` and tell who listens, inside the caller's transaction."""
    profile.changed_at = at
    profile.save(update_fields=["changed_at"])
    side = Side.STARTUP if isinstance(profile, Startup) else Side.INVESTOR
    profile_changed.send(sender=type(profile), side=side, pk=profile.pk)
