"""Candidates of the screening lists as curators read them; nobody else does."""

from typing import Any

from django.db.models import Count, Max, QuerySet

from matchmaker.models import ScreeningCandidate, ScreeningName

MOST_SHOWN = 100


def imported_lists() -> QuerySet[Any, Any]:
    """Return the imported lists with their sizes and last imports."""
    found = ScreeningName.objects.order_by("list_code").values("list_code")
    return found.annotate(names=Count("pk"), imported=Max("imported_at"))


def all_candidates() -> QuerySet[ScreeningCandidate]:
    """Return every candidate, with its company."""
    return ScreeningCandidate.objects.select_related("startup", "investor", "decided_by")


def candidates(*, is_decided: bool) -> QuerySet[ScreeningCandidate]:
    """Return the candidates that wait, the oldest first, or those that were decided, the newest first."""
    if is_decided:
        return all_candidates().exclude(decision="").order_by("-decided_at", "pk")[:MOST_SHOWN]
    return all_candidates().filter(decision="").order_by("found_at", "pk")[:MOST_SHOWN]
