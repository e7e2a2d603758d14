"""Consents by group as the tests set them."""

from collections.abc import Collection
from typing import Any

from django.utils import timezone

from profiles.catalogue.consents import services
from profiles.catalogue.visibility.fields import CONSENT_GROUPS
from profiles.choices import Purpose
from profiles.models import Investor, Startup, User

AnyProfile = Startup | Investor


def leave_out(
    profile: AnyProfile, groups: Collection[str], purposes: Collection[Purpose], *, by: User, at: Any = None
) -> None:
    """Agree to everything but these purposes of these groups, as the page does."""
    offered = {key: frozenset(group.purposes) for key, group in CONSENT_GROUPS[profile.side].items()}
    given = {key: each - set(purposes) if key in groups else each for key, each in offered.items()}
    services.set_groups(
        profile,
        given=given,
        offered=offered,
        by=by,
        at=at or timezone.now(),
        withheld_before=profile.withheld,
    )
