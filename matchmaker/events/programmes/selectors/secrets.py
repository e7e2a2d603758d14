"""Secret addresses that a calendar opens: each is one person's, and ends with the account or its password."""

import re
from typing import Any

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare, salted_hmac

from matchmaker.events.programmes.selectors.programmes import Reader, reader_of
from profiles.models import User

FORM = re.compile(r"(\d{1,18})-(\d{1,18})-([0-9a-f]{32})")


def secret_of(row: Any, user: User) -> str:
    return f"{row.pk}-{user.pk}-{_seal(row, user)}"


def _seal(row: Any, user: User) -> str:
    return salted_hmac(f"matchmaker.{row._meta.label}", f"{row.token} {user.password}").hexdigest()[:32]


def opened_with(secret: str, rows: QuerySet[Any]) -> tuple[Any, Reader] | None:
    """Return the row of a secret and its reader; None for a closed account or a suspended company.

    The caller checks that the row still belongs to the reader.
    """
    parts = FORM.fullmatch(secret)
    if parts is None:
        return None
    row = rows.filter(pk=parts[1]).first()
    user = User.objects.filter(pk=parts[2], is_active=True).first()
    if row is None or user is None or not constant_time_compare(parts[3], _seal(row, user)):
        return None
    reader = reader_of(user)
    return None if reader.is_suspended else (row, reader)
