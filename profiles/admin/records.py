"""What the product writes and nobody edits: reviews, consents, mails, the audit trail."""

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from profiles.admin.base import ReadOnlyAdmin
from profiles.models import (
    AuditHead,
    AuditRecord,
    Consent,
    FormDraft,
    LimitBucket,
    MailSwitch,
    Notice,
    OutboxMail,
    Receipt,
    Review,
    StoppedAddress,
)

OF_A_COMPANY = ("startup__name_en", "startup__public_id", "investor__name_en", "investor__public_id")


@admin.register(AuditRecord)
class AuditRecordAdmin(ReadOnlyAdmin):
    """The audit trail."""

    list_display = ("at", "actor", "action", "subject")
    list_select_related = ("actor",)
    list_filter = ("action",)
    search_fields = ("subject", "actor__email")


@admin.register(AuditHead)
class AuditHeadAdmin(ReadOnlyAdmin):
    """The end of the audit trail."""

    list_display = ("pk", "length", "hash")
    search_fields = ("hash",)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """Consents."""

    list_display = ("startup", "investor", "group", "purpose", "text_version", "given_at", "withdrawn_at")
    list_select_related = ("startup", "investor")
    list_filter = ("purpose",)
    search_fields = OF_A_COMPANY


@admin.register(Receipt)
class ReceiptAdmin(ReadOnlyAdmin):
    """Who read which group of fields of whose profile."""

    list_display = ("seen_on", "startup", "investor", "side", "group", "is_blind")
    list_select_related = ("startup", "investor")
    list_filter = ("side", "group")
    search_fields = OF_A_COMPANY


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Decisions of curators: the outcome; what is said to the company is at the desk."""

    list_display = ("startup", "investor", "outcome", "decided_by", "decided_at")
    list_select_related = ("startup", "investor", "decided_by")
    list_filter = ("outcome",)
    search_fields = OF_A_COMPANY
    exclude = ("message", "reasons")


@admin.register(LimitBucket)
class LimitBucketAdmin(ReadOnlyAdmin):
    """Limits that are partly used up; networks and addresses stand there as fingerprints."""

    list_display = ("key", "full_at")
    search_fields = ("key",)
    ordering = ("-full_at", "pk")


@admin.register(Notice)
class NoticeAdmin(ReadOnlyAdmin):
    """What people were told on the site."""

    list_display = ("kind", "user", "created_at", "read_at")
    list_select_related = ("user",)
    list_filter = ("kind",)
    search_fields = ("user__email",)


@admin.register(MailSwitch)
class MailSwitchAdmin(ReadOnlyAdmin):
    """How often mails come, without the token that stops them."""

    list_display = ("user", "category", "rhythm")
    list_select_related = ("user",)
    list_filter = ("category", "rhythm")
    search_fields = ("user__email",)
    fields = ("user", "category", "rhythm")


@admin.register(StoppedAddress)
class StoppedAddressAdmin(ReadOnlyAdmin):
    """Addresses that mails came back from."""

    list_display = ("email", "reason", "at")
    search_fields = ("email", "reason")


@admin.register(FormDraft)
class FormDraftAdmin(ReadOnlyAdmin):
    """What people have typed and not saved yet, without their words."""

    list_display = ("path", "user", "saved_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "path")
    fields = ("user", "path", "saved_at")


@admin.register(OutboxMail)
class OutboxMailAdmin(ReadOnlyAdmin):
    """Mails, without their words: these may hold links that sign somebody in."""

    list_display = ("kind", "recipient", "created_at", "due_at", "attempts", "sent_at", "parked_at")
    list_filter = ("kind",)
    search_fields = ("recipient", "last_error")
    fields = (
        "kind",
        "recipient",
        "language",
        "created_at",
        "due_at",
        "attempts",
        "sent_at",
        "parked_at",
        "last_error",
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Model]":
        """Return the rows without their words."""
        return super().get_queryset(request).defer("subject", "body")
