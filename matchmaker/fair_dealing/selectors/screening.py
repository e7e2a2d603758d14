"""Candidates of the screening lists as curators read them; nobody else does."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, QuerySet

from matchmaker.models import ScreeningCandidate, ScreeningName

MOST_SHOWN = 100


@dataclass(frozen=True)
class ListLine:
    """One imported list."""

    list_code: str
    names: int
    imported_at: datetime


def imported_lists() -> list[ListLine]:
    """Return the imported lists with their sizes. One query."""
    found = ScreeningName.objects.order_by().values_list("list_code")
    counted = found.annotate(names=Count("pk"), imported=Max("imported_at"))
    return [ListLine(*row) for row in counted.order_by("list_code")]


def candidates(*, is_decided: bool) -> QuerySet[ScreeningCandidate]:
    """Return the candidates that wait, the oldest first, or those that were decided, the newest first."""
    found = ScreeningCandidate.objects.select_related("startup", "investor", "decided_by")
    if is_decided:
        return found.exclude(decision="").order_by("-decided_at", "pk")[:MOST_SHOWN]
    return found.filter(decision="").order_by("found_at", "pk")[:MOST_SHOWN]


def all_candidates() -> QuerySet[ScreeningCandidate]:
    """Return every candidate, with its company."""
    return ScreeningCandidate.objects.select_related("startup", "investor")
