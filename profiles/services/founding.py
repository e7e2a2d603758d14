"""Bringing a company onto the platform: its draft, its first owner and what the first form said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from profiles.choices import Side
from profiles.models import Investor, Membership, Startup, User
from profiles.selectors.reviews import MODELS
from profiles.services import profiles
from profiles.services.profiles import Row
from profiles.services.teams import AlreadyMemberError


@transaction.atomic
def found(
    side: Side,
    *,
    changes: Mapping[str, Any],
    rows: Mapping[str, list[Row]] | None = None,
    by: User,
    at: datetime,
) -> Startup | Investor:
    """Create a company of `side` owned by `by`, with what the first form said, and return it.

    Raises:
        AlreadyMemberError: if the person belongs to a company already; a second click finds the first one.
    """
    owner = User.objects.select_for_update().get(pk=by.pk)
    if Membership.objects.filter(user=owner).exists():
        raise AlreadyMemberError
    company = profiles.create(MODELS[side], name_en=changes["name_en"], by=by, at=at, owner=owner)
    return profiles.edit(company, changes=changes, rows=rows, by=by, at=at)
