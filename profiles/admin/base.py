"""What every record's admin does: leave a trace, and tell the matching when a profile changed."""

from typing import Any

from django.contrib import admin
from django.db import models, transaction
from django.http import HttpRequest
from django.utils import timezone

from profiles.audit import services as audit
from profiles.changes import services as changes
from profiles.choices import AuditAction
from profiles.models import Investor, Startup, User

Base = admin.ModelAdmin[models.Model]


class RecordAdmin(Base):
    """Edits by an operator are audited like everybody's."""

    list_per_page = 50
    show_full_result_count = False

    def save_model(self, request: HttpRequest, obj: models.Model, form: Any, change: bool) -> None:
        """Save, write it down, and have a changed profile ranked again."""
        with transaction.atomic():
            self._lock(obj)
            super().save_model(request, obj, form, change)
            self._record(request, obj, "change" if change else "add", list(form.changed_data))

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete, and write it down."""
        with transaction.atomic():
            self._lock(obj)
            self._record(request, obj, "delete", [])
            super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: "models.QuerySet[Any]") -> None:
        """Delete one by one, so that each deletion is written down."""
        for obj in queryset:
            self.delete_model(request, obj)

    @staticmethod
    def _profile(obj: models.Model) -> Startup | Investor | None:
        """Return the profile that a record is or belongs to."""
        if isinstance(obj, Startup | Investor):
            return obj
        return getattr(obj, "startup", None) or getattr(obj, "investor", None)

    def _lock(self, obj: models.Model) -> None:
        """Hold the record's stored profile first, as every service does."""
        profile = self._profile(obj)
        if profile is not None and profile.pk is not None:
            changes.lock_profiles(profile)

    def _record(self, request: HttpRequest, obj: models.Model, act: str, fields: list[str]) -> None:
        assert isinstance(request.user, User)  # noqa: S101  the admin's door saw to it
        public = getattr(obj, "public_id", obj.pk)
        audit.record(
            AuditAction.EDITED,
            subject=f"{obj._meta.model_name}:{public}",
            by=request.user,
            at=timezone.now(),
            details={"where": "admin", "act": act, "fields": fields},
        )
        profile = self._profile(obj)
        if profile is not None and act != "delete":
            changes.notify_changed(profile, at=timezone.now())


class ReadOnlyAdmin(Base):
    """Records that the product writes and nobody edits."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        """Nobody adds."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes."""
        return False
