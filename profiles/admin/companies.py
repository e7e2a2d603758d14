"""Startups, investors and what belongs to them."""

from django.contrib import admin
from import_export import resources
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV

from profiles.admin.base import RecordAdmin
from profiles.models import Deal, ExistingPartner, Investor, Need, Offer, Startup, Thesis, TractionFigure
from profiles.visibility.fields import CATALOGUE, ordered


def exported(model: type[Startup] | type[Investor]) -> tuple[str, ...]:
    """Return what leaves the house: what a profile gains later stays inside until the catalogue says so."""
    names = (field.name for field in ordered(CATALOGUE[model.side].values(), "exported"))
    return tuple(f"{name}__code" if model._meta.get_field(name).many_to_one else name for name in names)


class StartupResource(resources.ModelResource):  # type: ignore[misc]  # the library is untyped
    """The columns of an export of startups."""

    class Meta:
        model = Startup
        fields = exported(Startup)


class InvestorResource(resources.ModelResource):  # type: ignore[misc]  # the library is untyped
    """The columns of an export of investors."""

    class Meta:
        model = Investor
        fields = exported(Investor)


class ProfileAdmin(ExportMixin, RecordAdmin):  # type: ignore[misc]  # the library is untyped
    """What startups and investors share."""

    formats = [CSV]
    list_display = ("name_en", "status", "matching_consent", "is_demo", "changed_at")
    list_filter = ("status", "is_demo", "matching_consent")
    search_fields = ("name_en", "name_zh", "name_ur", "public_id")
    ordering = ("name_en", "pk")
    readonly_fields = ("public_id", "created_at", "changed_at", "submitted_at", "reviewed_at")


class NeedInline(admin.TabularInline[Need, Startup]):
    """Needs of a startup."""

    model = Need
    extra = 0
    fields = ("type", "urgency", "description")


class TractionInline(admin.TabularInline[TractionFigure, Startup]):
    """Traction of a startup."""

    model = TractionFigure
    extra = 0


class PartnerInline(admin.TabularInline[ExistingPartner, Startup]):
    """Partners a startup has."""

    model = ExistingPartner
    extra = 0


class ThesisInline(admin.TabularInline[Thesis, Investor]):
    """Theses of an investor."""

    model = Thesis
    extra = 0
    fields = ("name", "is_active", "sector_importance", "stage_importance", "place_importance")
    show_change_link = True


class OfferInline(admin.TabularInline[Offer, Investor]):
    """Offers of an investor."""

    model = Offer
    extra = 0
    fields = ("type", "description")


@admin.register(Startup)
class StartupAdmin(ProfileAdmin):
    """Startups."""

    resource_classes = [StartupResource]
    autocomplete_fields = ("place", "operating_places", "primary_sector", "other_sectors")
    inlines = (NeedInline, TractionInline, PartnerInline)


@admin.register(Investor)
class InvestorAdmin(ProfileAdmin):
    """Investors."""

    resource_classes = [InvestorResource]
    autocomplete_fields = ("place",)
    inlines = (ThesisInline, OfferInline)


@admin.register(Thesis)
class ThesisAdmin(RecordAdmin):
    """Theses."""

    list_display = ("name", "investor", "is_active")
    list_select_related = ("investor",)
    search_fields = ("name", "investor__name_en")
    autocomplete_fields = ("investor", "sectors", "sectors_out", "places", "places_out")


@admin.register(Deal)
class DealAdmin(RecordAdmin):
    """Deals on record."""

    list_display = ("investor", "startup", "startup_name", "closed_on", "source", "is_demo")
    list_select_related = ("investor", "startup")
    list_filter = ("source", "is_demo")
    search_fields = ("investor__name_en", "startup__name_en", "startup_name")
    autocomplete_fields = ("investor", "startup", "sector", "place")
