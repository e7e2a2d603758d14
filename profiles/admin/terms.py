"""The vocabulary: sectors, which the desk changes; stages, needs, forms, places, rates, from tables."""

from django.contrib import admin

from profiles.admin.base import ReadOnlyAdmin
from profiles.models import (
    ExchangeRate,
    GovernanceCheck,
    NeedType,
    PartnershipForm,
    Place,
    Sector,
    SectorRelation,
    Stage,
)


@admin.register(Sector)
class SectorAdmin(ReadOnlyAdmin):
    """Sectors."""

    list_display = ("code", "name_en", "name_ur", "name_zh", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name_en", "name_ur", "name_zh", "aliases")


@admin.register(SectorRelation)
class SectorRelationAdmin(ReadOnlyAdmin):
    """How alike two fields are."""

    list_display = ("first", "second", "similarity")
    list_select_related = ("first", "second")
    search_fields = ("first__code", "second__code", "first__name_en", "second__name_en")


@admin.register(Stage, NeedType, PartnershipForm)
class DescribedTermAdmin(ReadOnlyAdmin):
    """Stages, kinds of need, forms of partnership."""

    list_display = ("code", "name_en", "name_ur", "name_zh", "position")
    search_fields = ("code", "name_en", "name_ur", "name_zh")


@admin.register(Place)
class PlaceAdmin(ReadOnlyAdmin):
    """Places."""

    list_display = ("code", "name_en", "level", "country_code")
    list_filter = ("level", "country_code")
    search_fields = ("code", "name_en", "name_ur", "name_zh", "aliases")


@admin.register(ExchangeRate)
class ExchangeRateAdmin(ReadOnlyAdmin):
    """Dated rates."""

    list_display = ("currency", "per_usd", "quoted_on", "source")
    list_filter = ("currency",)
    search_fields = ("currency", "source")


@admin.register(GovernanceCheck)
class GovernanceCheckAdmin(ReadOnlyAdmin):
    """Governance checks, which the desk changes."""

    list_display = ("code", "weight", "title_en", "status", "review_by", "is_active")
    list_filter = ("law_of", "weight", "is_active")
    search_fields = ("code", "title_en", "title_ur", "title_zh", "source")
