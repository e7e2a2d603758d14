"""Rows that belong to one company of either side."""

from django.db import models

from matchmaker.choices import Side
from profiles.models import Investor, Startup


class CompanyRow(models.Model):
    """A row of one company, on either side."""

    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True

    @property
    def side(self) -> Side:
        """The side of the company."""
        return Side.STARTUP if self.startup_id else Side.INVESTOR

    @property
    def company(self) -> Startup | Investor:
        """The company (the database sees to it that there is one)."""
        company = self.startup or self.investor
        assert company is not None  # noqa: S101  constraint *_one_company
        return company
