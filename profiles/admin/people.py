"""Accounts, memberships and invitations."""

from django.contrib import admin
from django.http import HttpRequest

from profiles.admin.base import RecordAdmin
from profiles.models import Invitation, Membership, User


@admin.register(User)
class UserAdmin(RecordAdmin):
    """Accounts. Passwords are set by their owners; roles are given here, by superusers only."""

    list_display = ("email", "full_name", "role", "is_active", "is_superuser", "is_demo")
    list_filter = ("role", "is_active", "is_superuser", "is_demo")
    search_fields = ("email", "full_name")
    ordering = ("email",)
    fields = (
        "email",
        "full_name",
        "role",
        "language",
        "is_active",
        "is_superuser",
        "last_login",
        "date_joined",
    )
    readonly_fields = ("last_login", "date_joined")

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        """Accounts are closed, not deleted: the trail keeps naming them."""
        return False


@admin.register(Membership)
class MembershipAdmin(RecordAdmin):
    """Who belongs where."""

    list_display = ("user", "startup", "investor", "is_owner", "joined_at")
    list_select_related = ("user", "startup", "investor")
    search_fields = ("user__email", "startup__name_en", "investor__name_en")
    autocomplete_fields = ("user", "startup", "investor")


@admin.register(Invitation)
class InvitationAdmin(RecordAdmin):
    """Open and accepted invitations."""

    list_display = ("email", "startup", "investor", "created_at", "accepted_at")
    list_select_related = ("startup", "investor")
    search_fields = ("email",)
    autocomplete_fields = ("startup", "investor", "invited_by")
