"""What the matching writes: rankings, jobs, runs, pins, decisions, weights. For reading."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from matchmaker.models import (
    Advice,
    CheckAnswer,
    DigestEntry,
    DisclosureRequest,
    FairTerms,
    Heartbeat,
    Interest,
    Introduction,
    IntroductionStep,
    Market,
    Pass,
    Pin,
    Ranking,
    RankingBlock,
    RankingClock,
    RankingJob,
    RankingRun,
    RunFile,
    RunFilePart,
    ScreeningCandidate,
    ScreeningName,
    SectorVector,
    ShortlistEntry,
    TextVector,
    ToldField,
    Weights,
)
from profiles.admin.base import ReadOnlyAdmin

OF_A_PAIR = ("startup__name_en", "startup__public_id", "investor__name_en", "investor__public_id")


@admin.register(Ranking)
class RankingAdmin(ReadOnlyAdmin):
    """Packed rankings."""

    list_display = ("side", "profile_id", "size", "weights_version", "engine_version", "computed_at")
    list_filter = ("side",)
    search_fields = ("profile_id",)


@admin.register(RankingClock)
class RankingClockAdmin(ReadOnlyAdmin):
    """The clock of the rankings."""

    list_display = ("pk", "revision")
    search_fields = ("revision",)


@admin.register(TextVector)
class TextVectorAdmin(ReadOnlyAdmin):
    """Which descriptions are embedded, with which model."""

    list_display = ("side", "profile_id", "model_version")
    list_filter = ("side",)
    search_fields = ("profile_id", "model_version")


@admin.register(SectorVector)
class SectorVectorAdmin(ReadOnlyAdmin):
    """Which fields' words are embedded, with which model."""

    list_display = ("sector", "model_version")
    search_fields = ("sector__code", "model_version")


@admin.register(ToldField)
class ToldFieldAdmin(ReadOnlyAdmin):
    """Which fields the descriptions of startups speak of that name none."""

    list_display = ("startup", "sector", "position")
    search_fields = ("startup__name_en", "sector__code")


@admin.register(Market)
class MarketAdmin(ReadOnlyAdmin):
    """Market statistics."""

    list_display = ("pk", "startups", "investors", "made_at")
    search_fields = ("engine_version",)


@admin.register(RankingJob)
class RankingJobAdmin(ReadOnlyAdmin):
    """Ranking jobs."""

    list_display = ("side", "profile_id", "wanted", "done", "attempts", "parked_at", "wanted_at")
    list_filter = ("side",)
    search_fields = ("profile_id", "error")


@admin.register(RankingRun)
class RankingRunAdmin(ReadOnlyAdmin):
    """Whole re-rankings."""

    list_display = ("pk", "state", "reason", "asked_at", "finished_at", "changed_rows")
    list_filter = ("state",)
    search_fields = ("reason", "error")
    exclude = ("unseen",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Return the runs without what they found of attention, which the desk shows by name."""
        return super().get_queryset(request).defer("unseen")


@admin.register(RankingBlock)
class RankingBlockAdmin(ReadOnlyAdmin):
    """Blocks of a whole re-ranking."""

    list_display = ("run", "round", "first", "last", "attempts", "done_at")
    list_select_related = ("run",)
    search_fields = ("run__id",)


@admin.register(RunFile)
class RunFileAdmin(ReadOnlyAdmin):
    """Files that the workers of a re-ranking hand each other, without their bytes."""

    list_display = ("run", "name", "size")
    list_select_related = ("run",)
    search_fields = ("name",)


@admin.register(RunFilePart)
class RunFilePartAdmin(ReadOnlyAdmin):
    """Parts of such files, without their bytes."""

    list_display = ("file", "number")
    list_select_related = ("file",)
    search_fields = ("file__name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        """Return the parts without their megabytes."""
        return super().get_queryset(request).defer("content")


@admin.register(Advice)
class AdviceAdmin(ReadOnlyAdmin):
    """When startups asked what would change their list; the answer is theirs."""

    list_display = ("startup", "asked_at", "answered_at")
    list_select_related = ("startup",)
    search_fields = ("startup__name_en", "startup__public_id")
    fields = ("startup", "asked_at", "answered_at")


@admin.register(Pin)
class PinAdmin(ReadOnlyAdmin):
    """Pins."""

    list_display = ("kind", "startup", "investor", "by", "at", "expires_on", "released_at")
    list_select_related = ("startup", "investor", "by")
    list_filter = ("kind",)
    search_fields = OF_A_PAIR


@admin.register(ShortlistEntry, Interest)
class PairActAdmin(ReadOnlyAdmin):
    """Shortlists and interests, without the company's own note."""

    list_display = ("side", "startup", "investor", "by", "at")
    list_select_related = ("startup", "investor", "by")
    list_filter = ("side",)
    search_fields = OF_A_PAIR
    exclude = ("note",)


@admin.register(Pass)
class PassAdmin(ReadOnlyAdmin):
    """Passes, with their reasons, without the company's own note."""

    list_display = ("side", "startup", "investor", "reason", "by", "at")
    list_select_related = ("startup", "investor", "by")
    list_filter = ("side", "reason")
    search_fields = OF_A_PAIR
    exclude = ("note",)


@admin.register(Introduction)
class IntroductionAdmin(ReadOnlyAdmin):
    """Introductions, without what the two companies wrote to each other."""

    list_display = ("startup", "investor", "asked_by", "state", "asked_at", "answered_at", "closes_at")
    list_select_related = ("startup", "investor")
    list_filter = ("state", "asked_by")
    search_fields = OF_A_PAIR
    exclude = ("why", "purpose", "next_step", "line")


@admin.register(IntroductionStep)
class IntroductionStepAdmin(ReadOnlyAdmin):
    """What moved introductions, and when."""

    list_display = ("introduction", "act", "source", "target", "side", "by", "at")
    list_select_related = ("introduction", "by")
    list_filter = ("act",)
    search_fields = tuple(f"introduction__{name}" for name in OF_A_PAIR)


@admin.register(DigestEntry)
class DigestEntryAdmin(ReadOnlyAdmin):
    """Which match was told to whom in a digest."""

    list_display = ("user", "startup", "investor", "at")
    list_select_related = ("user", "startup", "investor")
    search_fields = ("user__email",)


@admin.register(Weights)
class WeightsAdmin(ReadOnlyAdmin):
    """Versions of the weights; new ones are applied at the desk."""

    list_display = ("pk", "note", "by", "at")
    list_select_related = ("by",)
    search_fields = ("note",)


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    """Signs of life."""

    list_display = ("name", "at")
    search_fields = ("name",)


@admin.register(CheckAnswer, DisclosureRequest, FairTerms)
class FairDealingAdmin(ReadOnlyAdmin):
    """That a side answered, asked or wrote terms, and when; what it said is the two sides' own."""

    list_display = ("side", "startup", "investor", "by", "at")
    list_select_related = ("startup", "investor", "by")
    list_filter = ("side",)
    search_fields = OF_A_PAIR
    fields = ("side", "startup", "investor", "by", "at")


@admin.register(ScreeningName)
class ScreeningNameAdmin(ReadOnlyAdmin):
    """Names of the imported screening lists."""

    list_display = ("list_code", "entry", "name", "imported_at")
    list_filter = ("list_code",)
    search_fields = ("entry", "name")


@admin.register(ScreeningCandidate)
class ScreeningCandidateAdmin(ReadOnlyAdmin):
    """That a curator decided about a resembling name; which name and why is the curators' own."""

    list_display = ("list_code", "found_at", "decided_by", "decided_at")
    list_select_related = ("decided_by",)
    list_filter = ("list_code",)
    search_fields = ("list_code",)
    fields = ("list_code", "found_at", "decided_by", "decided_at")
