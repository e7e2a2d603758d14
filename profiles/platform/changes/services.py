"""Locks of profiles, and the signal after a change."""

from datetime import datetime

from django.db import transaction

from profiles.choices import Side
from profiles.models import Investor, Startup
from profiles.signals import profile_changed


class ChangedMeanwhileError(Exception):
    """A record was changed after the caller had read it."""


def lock_profiles(*profiles: Startup | Investor) -> list[Startup | Investor]:
    """Hold these rows until the caller's transaction ends; return them as the database has them.

    Raises:
        DoesNotExist: if one of them is gone.
    """
    by_order = sorted(profiles, key=lambda profile: (isinstance(profile, Investor), profile.pk))
    return [
        type(profile)._default_manager.select_for_update(no_key=True).get(pk=profile.pk)
        for profile in by_order
    ]


@transaction.atomic
def notify_changed(profile: Startup | Investor, *, at: datetime) -> None:
    """Set `changed_at` and tell who listens, inside the caller's transaction."""
    profile.changed_at = at
    profile.save(update_fields=["changed_at"])
    side = Side.STARTUP if isinstance(profile, Startup) else Side.INVESTOR
    profile_changed.send(sender=type(profile), side=side, pk=profile.pk)
