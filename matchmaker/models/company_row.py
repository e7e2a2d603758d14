"""Rows that belong to one company of either side."""

from django.db import models

from profiles.models import Investor, Startup, account


class CompanyRow(account.CompanyRow):
    """A row of one company, to which the company does not lead back."""

    startup = models.ForeignKey(Startup, models.CASCADE, null=True, blank=True, related_name="+")
    investor = models.ForeignKey(Investor, models.CASCADE, null=True, blank=True, related_name="+")

    class Meta:
        abstract = True
