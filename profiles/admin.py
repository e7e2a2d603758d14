"""Records for operators: shown, searched and filtered. Nothing is written here."""

from collections.abc import Mapping
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import admin
from django.db.models import Model, QuerySet, URLField
from django.http import HttpRequest
from django.utils import timezone
from import_export import resources
from import_export.admin import ExportMixin
from import_export.formats.base_formats import CSV

from profiles import models
from profiles.catalogue.visibility.fields import CATALOGUE, Field, ordered
from profiles.catalogue.visibility.policy import POLICY
from profiles.curation.reviews.kinds import EXPORT_LIMIT, EXPORTED
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits

Base = admin.ModelAdmin[Model]


class ReadOnlyAdmin(Base):
    list_per_page = 50
    show_full_result_count = False
    formfield_overrides = {URLField: {"assume_scheme": "https"}}
    unread: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).defer(*self.unread)

    def get_list_select_related(self, request: HttpRequest) -> list[str]:
        others = {field.name for field in self.opts.fields if field.remote_field}
        return [name for name in self.list_display if name in others]

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Filter by what `list_filter` names and nothing else."""
        name, _split, how = lookup.partition("__")
        return name in (self.list_filter or ()) and how in ("", "exact", "isnull", "gte", "lt")


AS_LISTED = "as listed"  # a record shows the fields of the list, and no others


def show_records(kind: type[Model], columns: str, search: str, filters: str = "", **options: str) -> None:
    """Let operators read records.

    Names of fields for the list, its search, its filters and the options of the admin, between blanks.
    """
    names = {"list_display": columns, "search_fields": search, "list_filter": filters, **options}
    attributes: dict[str, Any] = {"__module__": __name__}
    for name, value in names.items():
        if value == AS_LISTED:
            value = columns
        attributes[name] = tuple(value.split())
    admin.site.register(kind, type("RecordAdmin", (ReadOnlyAdmin,), attributes))


def exported(model: type[Any]) -> tuple[str, ...]:
    columns = []
    for field in ordered(CATALOGUE[model.side].values(), "exported"):
        if model._meta.get_field(field.name).many_to_one:
            columns.append(f"{field.name}__code")
        else:
            columns.append(field.name)
    return tuple(columns)


def kept_back(policy: Mapping[str, Field], model: type[Model]) -> tuple[str, ...]:
    names = {field.name for field in model._meta.get_fields()}
    return tuple(name for name, rule in policy.items() if rule.group not in ("", "name") and name in names)


class ProfileAdmin(ExportMixin, ReadOnlyAdmin):  # type: ignore[misc]  # the library is untyped
    formats = [CSV]
    list_display = ("name_en", "status", "matching_consent", "is_demo", "changed_at")
    list_filter = ("status", "is_demo", "matching_consent")
    search_fields = ("name_en", "name_zh", "name_ur", "public_id")
    ordering = ("name_en", "pk")
    readonly_fields = ("public_id", "created_at", "changed_at")

    def get_export_resource_classes(self, _request: HttpRequest) -> list[Any]:
        return [resources.modelresource_factory(self.model, meta_options={"fields": exported(self.model)})]

    def get_export_data(
        self, file_format: Any, request: HttpRequest, queryset: "QuerySet[Any]", **kwargs: Any
    ) -> Any:
        assert isinstance(request.user, models.User)  # noqa: S101  the admin's door saw to it
        limits.take_token(EXPORT_LIMIT, account=request.user, at=timezone.now())
        audit.record(
            EXPORTED,
            subject=f"admin:{self.opts.model_name}",
            by=request.user,
            at=timezone.now(),
            details={"rows": queryset.count()},
        )
        return super().get_export_data(file_format, request, queryset, **kwargs)


for model in models.SIDES.values():
    without = {"exclude": kept_back(POLICY[model.side], model), "__module__": __name__}
    admin.site.register(model, type("RecordAdmin", (ProfileAdmin,), without))


OF_A_STARTUP = "startup__name_en startup__public_id"
OF_AN_INVESTOR = "investor__name_en investor__public_id"

# Without the investor's own note.
show_records(models.Thesis, "name investor is_active", "name investor__name_en", exclude="note")
show_records(
    models.Need, "startup type urgency expires_on", f"{OF_A_STARTUP} type__code description", "urgency"
)
show_records(
    models.Offer, "investor type maturity expires_on", f"{OF_AN_INVESTOR} type__code description", "maturity"
)
# Which figures a startup states, without the figures; which partners it has, without their share.
show_records(models.TractionFigure, "startup label as_of_on", f"{OF_A_STARTUP} label", exclude="value")
show_records(models.ExistingPartner, "startup name provides", f"{OF_A_STARTUP} name", exclude="share_pct")
# Without amounts.
show_records(
    models.Deal,
    "investor startup startup_name closed_on source is_demo",
    "investor__name_en startup__name_en startup_name",
    "source is_demo",
    exclude="amount currency amount_usd rate_on stake_pct",
)


COMPANY = "startup__name_en investor__name_en"
ACCOUNT = "email full_name role language is_active is_superuser is_demo"

# Passwords are set by their owners; `manage.py make_curator` gives the one special role.
show_records(
    models.User,
    "email full_name role is_active is_superuser is_demo",
    "email full_name",
    "role is_active is_superuser is_demo",
    ordering="email",
    fields=f"{ACCOUNT} last_login date_joined",
)
show_records(
    models.Membership, "user startup investor is_owner joined_at", f"user__email {COMPANY}", "is_owner"
)
show_records(models.FormerMember, "user startup investor left_at", f"user__email {COMPANY}")
# Open and accepted, without what opens them.
show_records(
    models.Invitation,
    "email startup investor created_at accepted_at",
    f"email {COMPANY}",
    fields="email startup investor invited_by created_at expires_at accepted_at",
)
show_records(EmailAddress, "email user primary verified", "email user__full_name", "primary verified")
# Who signs in with an account elsewhere.
show_records(
    SocialAccount,
    "user provider date_joined last_login",
    "user__email user__full_name",
    "provider",
    fields=AS_LISTED,
)
# Who has a second factor, and since when.
show_records(
    Authenticator,
    "user type created_at last_used_at",
    "user__email user__full_name",
    "type",
    fields=AS_LISTED,
)


OF_A_COMPANY = "startup__name_en startup__public_id investor__name_en investor__public_id"

show_records(models.AuditRecord, "at actor action subject", "subject actor__email", "action")
show_records(models.KeptValues, "record startup investor", OF_A_COMPANY, exclude="before after salt")
show_records(models.AuditHead, "pk length hash", "hash")
show_records(
    models.Consent,
    "startup investor group purpose text_version given_at withdrawn_at",
    OF_A_COMPANY,
    "purpose",
)
# Who read which group of fields of whose profile.
show_records(models.Receipt, "seen_on startup investor side group is_blind", OF_A_COMPANY, "side group")
# The outcome; what is said to the company is at the desk.
show_records(
    models.Review,
    "startup investor outcome decided_by decided_at",
    OF_A_COMPANY,
    "outcome",
    exclude="message",
)
# What is asked for; with the words of curators at the desk.
show_records(
    models.ReviewReason,
    "review field mended_at closed_at is_waived",
    "field",
    "field is_waived",
    exclude="text row",
)
show_records(models.ReviewAssignment, "startup investor curator at", OF_A_COMPANY, "at")
show_records(models.CuratorNote, "startup investor by at", OF_A_COMPANY, "at", exclude="text")
show_records(models.CannedReason, "text_en position retired_at", "text_en", "retired_at")
# Without the token that claims.
show_records(
    models.Claim,
    "startup investor asked_by created_at sent_at expires_at",
    OF_A_COMPANY,
    "sent_at",
    exclude="token email",
)
show_records(models.HeldEdit, "startup investor changed_at", OF_A_COMPANY, exclude="values rows")
# Without the rows of the file.
show_records(
    models.ImportRun,
    "name kind state by at size done",
    "name",
    "kind state",
    fields="name kind state by at size done counts finished_at",
)
show_records(
    models.ImportedRow,
    "run line outcome startup investor deal kept",
    OF_A_COMPANY,
    "outcome kept",
    exclude="before",
)
show_records(models.Selection, "act by at state size done", "act", "act state", exclude="filters")
show_records(
    models.SelectedCompany,
    "selection startup investor outcome",
    OF_A_COMPANY,
    "outcome",
    exclude="reason review",
)
# Without its rows.
show_records(models.ImportFile, "run", "run__name", fields=AS_LISTED)
show_records(models.ColumnMapping, "name kind", "name", "kind")
show_records(models.Appeal, "startup investor at answered_at", OF_A_COMPANY, "answered_at", exclude="text")
# Partly used up; networks and addresses stand there as fingerprints.
show_records(models.LimitBucket, "key full_at", "key", ordering="-full_at pk")
show_records(models.Notice, "kind user created_at read_at", "user__email", "kind")
# Without the token that stops them.
show_records(models.MailSwitch, "user category rhythm", "user__email", "category rhythm", fields=AS_LISTED)
# Without what its company calls it, its address, and the token.
show_records(
    models.Evidence,
    "claim kind state startup investor at expires_on",
    COMPANY,
    "claim kind state",
    fields="startup investor claim kind state issued_on expires_on at decided_at",
)
show_records(models.Endorsement, "claim side startup investor at", OF_A_COMPANY, "claim side")
# Without the file itself.
show_records(
    models.CheckedFile,
    "kind state fault startup investor at checked_at",
    COMPANY,
    "kind state fault",
    fields="startup investor kind size state fault by at checked_at attempts",
)
show_records(models.FileStore, "mark", "mark", fields="")
# Without the pictures: operators run the site, and see no profile.
show_records(
    models.Picture,
    "kind state startup investor at decided_at",
    COMPANY,
    "kind state",
    fields="startup investor kind state by at decided_by decided_at",
)
show_records(models.StoppedAddress, "email reason at", "email reason")
# Without the words that people have typed and not saved yet.
show_records(models.FormDraft, "path user saved_at", "user__email path", fields="user path saved_at")
# Without their words: these may hold links that sign someone in.
SENT = "kind recipient language created_at due_at attempts sent_at parked_at"
show_records(
    models.OutboxMail,
    "kind recipient created_at due_at attempts sent_at parked_at",
    "recipient last_error",
    "kind",
    fields=f"{SENT} last_error",
    unread="subject body",
)


NAMES = "code name_en name_ur name_zh"

show_records(models.Sector, f"{NAMES} is_active", f"{NAMES} aliases", "is_active")
show_records(
    models.SectorRelation,
    "first second similarity",
    "first__code second__code first__name_en second__name_en",
)
for terms in (models.Stage, models.NeedType, models.PartnershipForm):
    show_records(terms, f"{NAMES} position", NAMES)
show_records(models.Place, "code name_en level country_code", f"{NAMES} aliases", "level country_code")
show_records(models.ExchangeRate, "currency per_usd quoted_on source", "currency source", "currency")
# Which the desk changes.
show_records(
    models.GovernanceCheck,
    "code weight title_en status review_by is_active",
    "code title_en title_ur title_zh source",
    "law_of weight is_active",
)
show_records(
    models.SectorChange,
    "act sector other by at undone_at",
    "sector__code other__code",
    "act",
    exclude="before",
)
show_records(models.CheckVersion, "check_kept number by at back_to", "check_kept__code")
