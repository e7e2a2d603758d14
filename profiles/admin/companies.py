"""Startups, investors and what belongs to them, without what their owners keep to themselves."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from import_export import resources
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV

from profiles.admin.base import ReadOnlyAdmin
from profiles.audit import services as audit
from profiles.choices import AuditAction, Side
from profiles.limits import services as limits
from profiles.limits.table import Verb
from profiles.models import (
    Deal,
    ExistingPartner,
    Investor,
    Need,
    Offer,
    Startup,
    Thesis,
    TractionFigure,
    User,
)
from profiles.visibility.fields import CATALOGUE, Field, ordered
from profiles.visibility.policy import POLICY


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


def kept_back(policy: Mapping[str, Field], model: type[Model]) -> tuple[str, ...]:
    """Return the fields whose owner chooses who reads them; a curator opens them with a reason, on record."""
    own = {field.name for field in model._meta.get_fields()}
    return tuple(name for name, rule in policy.items() if rule.group not in ("", "name") and name in own)


class ProfileAdmin(ExportMixin, ReadOnlyAdmin):  # type: ignore[misc]  # the library is untyped
    """What startups and investors share."""

    formats = [CSV]
    list_display = ("name_en", "status", "matching_consent", "is_demo", "changed_at")
    list_filter = ("status", "is_demo", "matching_consent")
    search_fields = ("name_en", "name_zh", "name_ur", "public_id")
    ordering = ("name_en", "pk")
    readonly_fields = ("public_id", "created_at", "changed_at")

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: "QuerySet[Any]", **kwargs: Any
    ) -> Any:
        """Write down who takes records out of the house, and how many."""
        assert isinstance(request.user, User)  # noqa: S101  the admin's door saw to it
        limits.take_token(Verb.EXPORT, account=request.user, at=timezone.now())
        audit.record(
            AuditAction.EXPORTED,
            subject=f"admin:{self.opts.model_name}",
            by=request.user,
            at=timezone.now(),
            details={"rows": queryset.count()},
        )
        return super().get_export_data(file_format, request, queryset, **kwargs)


@admin.register(Startup)
class StartupAdmin(ProfileAdmin):
    """Startups."""

    resource_classes = [StartupResource]
    exclude = kept_back(POLICY[Side.STARTUP], Startup)


@admin.register(Investor)
class InvestorAdmin(ProfileAdmin):
    """Investors."""

    resource_classes = [InvestorResource]
    exclude = kept_back(POLICY[Side.INVESTOR], Investor)


@admin.register(Thesis)
class ThesisAdmin(ReadOnlyAdmin):
    """Theses, without the investor's own note."""

    list_display = ("name", "investor", "is_active")
    list_select_related = ("investor",)
    search_fields = ("name", "investor__name_en")
    exclude = ("note",)


@admin.register(Need)
class NeedAdmin(ReadOnlyAdmin):
    """Needs of startups."""

    list_display = ("startup", "type", "urgency", "expires_on")
    list_select_related = ("startup", "type")
    list_filter = ("urgency",)
    search_fields = ("startup__name_en", "startup__public_id", "type__code", "description")


@admin.register(Offer)
class OfferAdmin(ReadOnlyAdmin):
    """Offers of investors."""

    list_display = ("investor", "type", "maturity", "expires_on")
    list_select_related = ("investor", "type")
    list_filter = ("maturity",)
    search_fields = ("investor__name_en", "investor__public_id", "type__code", "description")


@admin.register(TractionFigure)
class TractionFigureAdmin(ReadOnlyAdmin):
    """Which figures a startup states, without the figures."""

    list_display = ("startup", "label", "as_of_on")
    list_select_related = ("startup",)
    search_fields = ("startup__name_en", "startup__public_id", "label")
    exclude = ("value",)


@admin.register(ExistingPartner)
class ExistingPartnerAdmin(ReadOnlyAdmin):
    """Partners that a startup has, without their share."""

    list_display = ("startup", "name", "provides")
    list_select_related = ("startup",)
    search_fields = ("startup__name_en", "startup__public_id", "name")
    exclude = ("share_pct",)


@admin.register(Deal)
class DealAdmin(ReadOnlyAdmin):
    """Deals on record, without amounts."""

    list_display = ("investor", "startup", "startup_name", "closed_on", "source", "is_demo")
    list_select_related = ("investor", "startup")
    list_filter = ("source", "is_demo")
    search_fields = ("investor__name_en", "startup__name_en", "startup_name")
    exclude = ("amount", "currency", "amount_usd", "rate_on", "stake_pct")
