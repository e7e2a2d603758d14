"""What the matching writes: rankings, jobs, runs, pins, decisions, weights. For reading."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from matchmaker.models import (
    Heartbeat,
    Interest,
    Market,
    Pass,
    Pin,
    Ranking,
    RankingJob,
    RankingRun,
    ShortlistEntry,
    Weights,
)
from profiles.admin.base import ReadOnlyAdmin


@admin.register(Ranking)
class RankingAdmin(ReadOnlyAdmin):
    """Packed rankings."""

    list_display = ("side", "profile_id", "size", "weights_version", "engine_version", "computed_at")
    list_filter = ("side",)
    exclude = ("entries",)


@admin.register(Market)
class MarketAdmin(ReadOnlyAdmin):
    """Market statistics."""

    list_display = ("pk", "startups", "investors", "made_at")
    exclude = ("statistics",)


@admin.register(RankingJob)
class RankingJobAdmin(ReadOnlyAdmin):
    """Ranking jobs."""

    list_display = ("side", "profile_id", "wanted", "done", "attempts", "parked_at", "wanted_at")
    list_filter = ("side",)


@admin.register(RankingRun)
class RankingRunAdmin(ReadOnlyAdmin):
    """Whole re-rankings."""

    list_display = ("pk", "state", "reason", "asked_at", "finished_at", "changed_rows")
    list_filter = ("state",)
    exclude = ("unseen", "crowded")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Return the runs without what they found of attention, which the desk shows by name."""
        return super().get_queryset(request).defer("unseen", "crowded")


@admin.register(Pin)
class PinAdmin(ReadOnlyAdmin):
    """Pins."""

    list_display = ("kind", "startup", "investor", "by", "at", "expires_on", "released_at")
    list_select_related = ("startup", "investor", "by")
    list_filter = ("kind",)


@admin.register(ShortlistEntry, Interest)
class PairActAdmin(ReadOnlyAdmin):
    """Shortlists and interests."""

    list_display = ("side", "startup", "investor", "by", "at")
    list_select_related = ("startup", "investor", "by")
    list_filter = ("side",)


@admin.register(Pass)
class PassAdmin(ReadOnlyAdmin):
    """Passes, with their reasons."""

    list_display = ("side", "startup", "investor", "reason", "by", "at")
    list_select_related = ("startup", "investor", "by")
    list_filter = ("side", "reason")


@admin.register(Weights)
class WeightsAdmin(ReadOnlyAdmin):
    """Versions of the weights; new ones are applied at the desk."""

    list_display = ("pk", "note", "by", "at")
    list_select_related = ("by",)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Signs of life."""

    list_display = ("name", "at")
