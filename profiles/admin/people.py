"""Accounts, memberships and invitations; never a password, a token or the seed of a second factor."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin

from profiles.admin.base import ReadOnlyAdmin
from profiles.models import Invitation, Membership, User


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """Accounts. Passwords are set by their owners; `manage.py make_curator` gives the one special role."""

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
        "is_demo",
        "last_login",
        "date_joined",
    )


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who belongs where."""

    list_display = ("user", "startup", "investor", "is_owner", "joined_at")
    list_select_related = ("user", "startup", "investor")
    list_filter = ("is_owner",)
    search_fields = ("user__email", "startup__name_en", "investor__name_en")


@admin.register(Invitation)
class InvitationAdmin(ReadOnlyAdmin):
    """Open and accepted invitations, without what opens them."""

    list_display = ("email", "startup", "investor", "created_at", "accepted_at")
    list_select_related = ("startup", "investor")
    search_fields = ("email", "startup__name_en", "investor__name_en")
    fields = ("email", "startup", "investor", "invited_by", "created_at", "expires_at", "accepted_at")


@admin.register(EmailAddress)
class EmailAddressAdmin(ReadOnlyAdmin):
    """Addresses of accounts, and whether they are confirmed."""

    list_display = ("email", "user", "primary", "verified")
    list_select_related = ("user",)
    list_filter = ("primary", "verified")
    search_fields = ("email", "user__full_name")


@admin.register(Authenticator)
class AuthenticatorAdmin(ReadOnlyAdmin):
    """Who has a second factor, and since when."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_select_related = ("user",)
    list_filter = ("type",)
    search_fields = ("user__email", "user__full_name")
    fields = ("user", "type", "created_at", "last_used_at")
