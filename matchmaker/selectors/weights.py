"""Weights through time, and what other weights would change on real pairs."""

from dataclasses import dataclass

from django.db.models import QuerySet

from matchmaker.choices import Factor, Side
from matchmaker.models import Ranking, Weights
from matchmaker.selectors import rankings
from profiles.models import Investor, Startup


@dataclass(frozen=True)
class Moved:
    """One real pair under today's weights and under others."""

    startup: str
    investor: str
    rank_before: int
    rank_after: int
    score_before: int
    score_after: int


def versions() -> QuerySet[Weights]:
    """Return all versions, newest first."""
    return Weights.objects.select_related("by")
