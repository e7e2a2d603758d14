"""What the product writes and nobody edits: reviews, consents, the audit trail."""

from django.contrib import admin

from profiles.admin.base import ReadOnlyAdmin
from profiles.models import AuditRecord, Consent, Review


@admin.register(AuditRecord)
class AuditRecordAdmin(ReadOnlyAdmin):
    """The audit trail."""

    list_display = ("at", "actor", "action", "subject")
    list_select_related = ("actor",)
    list_filter = ("action",)
    search_fields = ("subject",)


@admin.register(Consent)
class ConsentAdmin(ReadOnlyAdmin):
    """Consents."""

    list_display = ("startup", "investor", "purpose", "text_version", "given_at", "withdrawn_at")
    list_select_related = ("startup", "investor")
    list_filter = ("purpose",)


@admin.register(Review)
class ReviewAdmin(ReadOnlyAdmin):
    """Decisions of curators."""

    list_display = ("startup", "investor", "outcome", "decided_by", "decided_at")
    list_select_related = ("startup", "investor", "decided_by")
    list_filter = ("outcome",)
