"""The figures of the front page."""

from dataclasses import dataclass

from django.db.models import Sum
from django.db.models.functions import Coalesce

from matchmaker.models import Ranking
from profiles.choices import Status
from profiles.models import Deal, Investor, Sector, Startup

PUBLISHED = {"status": Status.APPROVED, "matching_consent": True}


@dataclass(frozen=True)
class Figures:
    """What there is to find, counted from the records themselves."""

    startups: int
    investors: int
    sectors: int
    places: int
    deals: int
    matches: int


def figures() -> Figures:
    """Count what is published: nothing waiting for review, nothing withdrawn."""
    startups = Startup.objects.filter(**PUBLISHED)
    return Figures(
        startups=startups.count(),
        investors=Investor.objects.filter(**PUBLISHED).count(),
        sectors=Sector.objects.filter(is_active=True, merged_into__isnull=True).count(),
        places=startups.values("place").exclude(place=None).distinct().count(),
        deals=Deal.objects.count(),
        matches=Ranking.objects.filter(side="startup").aggregate(n=Coalesce(Sum("size"), 0))["n"],
    )
