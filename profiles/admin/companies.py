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

from profiles.admin.base import ReadOnlyAdmin, show_records
from profiles.audit import services as audit
from profiles.choices import Side
from profiles.curation.kinds import EXPORT_LIMIT, EXPORTED
from profiles.limits import services as limits
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
        limits.take_token(EXPORT_LIMIT, account=request.user, at=timezone.now())
        audit.record(
            EXPORTED,
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


OF_A_STARTUP = "startup__name_en startup__public_id"
OF_AN_INVESTOR = "investor__name_en investor__public_id"

# Without the investor's own note.
show_records(Thesis, columns="name investor is_active", search="name investor__name_en", exclude=("note",))
show_records(
    Need,
    columns="startup type urgency expires_on",
    search=f"{OF_A_STARTUP} type__code description",
    filters="urgency",
)
show_records(
    Offer,
    columns="investor type maturity expires_on",
    search=f"{OF_AN_INVESTOR} type__code description",
    filters="maturity",
)
# Which figures a startup states, without the figures; which partners it has, without their share.
show_records(
    TractionFigure, columns="startup label as_of_on", search=f"{OF_A_STARTUP} label", exclude=("value",)
)
show_records(
    ExistingPartner, columns="startup name provides", search=f"{OF_A_STARTUP} name", exclude=("share_pct",)
)
# Without amounts.
show_records(
    Deal,
    columns="investor startup startup_name closed_on source is_demo",
    search="investor__name_en startup__name_en startup_name",
    filters="source is_demo",
    exclude=("amount", "currency", "amount_usd", "rate_on", "stake_pct"),
)
