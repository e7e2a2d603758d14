"""Rows of work that one worker at a time has, until its lease ends."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models, transaction
from django.db.models import Q


class LeaseLostError(Exception):
    """The lease has ended, and another worker has the row or the row is gone."""


class LeasedRows(models.QuerySet[Any]):
    def free(self, *, at: datetime) -> Self:
        """Return the rows that no worker has."""
        lease = self.model.lease_field
        return self.filter(Q(**{lease: None}) | Q(**{f"{lease}__lte": at}))

    @transaction.atomic
    def claim(self, *, until: datetime, **changes: Any) -> Any:
        """Lease the first of these rows to the caller, and return it; None if there is none.

        All of these rows must be free.
        """
        row = self.select_for_update(no_key=True, skip_locked=True, of=("self",)).first()
        if row:
            row.renew(until=until, attempts=row.attempts + 1, **changes)
        return row


class LeasedRow(models.Model):
    """A row of work with a lease and a number of attempts. Only a row that `claim` returned may be changed.

    A claim counts while the `claim_fields` are as it left them. Each claim must change one of them.
    """

    lease_field: ClassVar[str] = "leased_until"
    claim_fields: ClassVar[tuple[str, ...]]

    objects = LeasedRows.as_manager()

    class Meta:
        abstract = True

    def renew(self, *, until: datetime, **changes: Any) -> None:
        """Prolong the lease, and store these changes. Raises LeaseLostError, with nothing stored."""
        self.finish(until=until, **changes)
        for name, value in {self.lease_field: until, **changes}.items():
            setattr(self, name, value)

    def finish(self, **changes: Any) -> None:
        """End the lease, and store the result. The caller must store all of it in one transaction.

        Raises:
            LeaseLostError: nothing was stored, and the transaction must not commit.
        """
        if not self.release(**changes):
            raise LeaseLostError(f"Another worker has taken over {self!r}.")

    def release(self, *, until: datetime | None = None, **changes: Any) -> bool:
        """Let others claim the row, from `until` on; return whether the claim still counted.

        This object stays as it is, so that it can be released if the transaction that finished it fails.
        """
        claim = {name: getattr(self, name) for name in self.claim_fields}
        rows = type(self)._base_manager.filter(pk=self.pk, **claim)
        return bool(rows.update(**{self.lease_field: until}, **changes))
