"""Rows of work that one worker at a time has, until its lease ends."""

from datetime import datetime
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import Q


class LeasedRows(models.QuerySet[Any]):
    def free(self, *, at: datetime) -> Self:
        """Return the rows that no worker has."""
        lease = self.model.lease_field
        return self.filter(Q(**{lease: None}) | Q(**{f"{lease}__lte": at}))


class LeasedRow(models.Model):
    """A row of work with a lease and a number of attempts. profiles/platform/leases.py changes it.

    A claim counts while the `claim_fields` are as it left them. Each claim must change one of them.
    """

    lease_field: ClassVar[str] = "leased_until"
    claim_fields: ClassVar[tuple[str, ...]]

    objects = LeasedRows.as_manager()

    class Meta:
        abstract = True
