"""Leases of rows of work. Only a row that `claim` returned may be renewed, finished or released."""

from datetime import datetime
from typing import Any

from django.db import transaction

from profiles.models.leased_row import LeasedRow, LeasedRows


class LeaseLostError(Exception):
    """The lease has ended, and another worker has the row or the row is gone."""


@transaction.atomic
def claim(rows: LeasedRows, *, until: datetime, **changes: Any) -> Any:
    """Lease the first of these rows, which must be free, and return it; None if there is none."""
    row = rows.select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
    if row:
        renew(row, until=until, attempts=row.attempts + 1, **changes)
    return row


def renew(row: LeasedRow, *, until: datetime, **changes: Any) -> None:
    """Prolong the lease, and store these changes. Raises LeaseLostError, with nothing stored."""
    finish(row, until=until, **changes)
    for name, value in {row.lease_field: until, **changes}.items():
        setattr(row, name, value)


def finish(row: LeasedRow, **changes: Any) -> None:
    """End the lease, and store the result. The caller must store all of it in one transaction.

    Raises:
        LeaseLostError: nothing was stored, and the transaction must not commit.
    """
    if not release(row, **changes):
        raise LeaseLostError(f"Another worker has taken over {row!r}.")


def release(row: LeasedRow, *, until: datetime | None = None, **changes: Any) -> bool:
    """Let others claim the row, from `until` on; return whether the claim still counted.

    The object stays as it is, so that it can be released if the transaction that finished it fails.
    """
    claimed = {name: getattr(row, name) for name in row.claim_fields}
    rows = type(row)._base_manager.filter(pk=row.pk, **claimed)
    return bool(rows.update(**{row.lease_field: until}, **changes))
