"""Theses, for the investor they belong to."""

from django.db.models import QuerySet

from profiles.models import Investor, Thesis

LISTS = ("sectors", "stages", "places", "forms", "sectors_out", "stages_out", "places_out", "forms_out")


def theses_of(investor: Investor) -> QuerySet[Thesis]:
    """Return all theses of an investor with their lists."""
    return investor.theses.prefetch_related(*LISTS)
