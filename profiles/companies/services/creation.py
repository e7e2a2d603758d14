"""Bringing a company onto the platform: its draft, its first owner and what the first form said."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from profiles.accounts.services.teams import AlreadyMemberError
from profiles.choices import Side
from profiles.companies.services import companies
from profiles.companies.services.companies import Row
from profiles.models import SIDES, Investor, Membership, Startup, User


@transaction.atomic
def create_company(
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
    owner = User.objects.select_for_update(no_key=True).get(pk=by.pk)
    if Membership.objects.filter(user=owner).exists():
        raise AlreadyMemberError
    company = companies.create(SIDES[side], name_en=changes["name_en"], by=by, at=at, owner=owner)
    return companies.edit(company, changes=changes, rows=rows, by=by, at=at)
