"""Deals on record, for the investor they belong to."""

from django.db.models import QuerySet

from profiles.choices import DealSource
from profiles.models import Deal, Investor, Thesis


def deals_of(investor: Investor) -> QuerySet[Deal]:
    """Return all deals of an investor, newest first."""
    return investor.deals.select_related("startup", "sector", "stage", "place", "form")


def own_deals_of(investor: Investor) -> QuerySet[Deal]:
    """Return the deals that the investor stated itself: only these are its own to change."""
    return deals_of(investor).filter(source=DealSource.SELF)


LISTS = tuple(field.name for field in Thesis._meta.many_to_many)


def theses_of(investor: Investor) -> QuerySet[Thesis]:
    """Return all theses of an investor with their lists."""
    return investor.theses.prefetch_related(*LISTS)
