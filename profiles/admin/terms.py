"""The vocabulary: sectors, stages, needs, forms, places, rates."""

from django.contrib import admin

from profiles.admin.base import RecordAdmin
from profiles.models import ExchangeRate, NeedType, PartnershipForm, Place, Sector, SectorRelation, Stage


@admin.register(Sector)
class SectorAdmin(RecordAdmin):
    """Sectors."""

    list_display = ("code", "name_en", "name_ur", "name_zh", "is_active")
    list_filter = ("is_active",)
    search_fields = ("code", "name_en", "name_ur", "name_zh", "aliases")
    autocomplete_fields = ("parent", "merged_into")


@admin.register(SectorRelation)
class SectorRelationAdmin(RecordAdmin):
    """How alike two fields are."""

    list_display = ("first", "second", "similarity")
    list_select_related = ("first", "second")
    autocomplete_fields = ("first", "second")


@admin.register(Stage, NeedType, PartnershipForm)
class DescribedTermAdmin(RecordAdmin):
    """Stages, kinds of need, forms of partnership."""

    list_display = ("code", "name_en", "name_ur", "name_zh", "position")
    search_fields = ("code", "name_en", "name_ur", "name_zh")


@admin.register(Place)
class PlaceAdmin(RecordAdmin):
    """Places."""

    list_display = ("code", "name_en", "level", "country_code")
    list_filter = ("level", "country_code")
    search_fields = ("code", "name_en", "name_ur", "name_zh", "aliases")
    autocomplete_fields = ("parent",)


@admin.register(ExchangeRate)
class ExchangeRateAdmin(RecordAdmin):
    """Dated rates."""

    list_display = ("currency", "per_usd", "quoted_on", "source")
    list_filter = ("currency",)
