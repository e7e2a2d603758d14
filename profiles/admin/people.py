"""Accounts, memberships and invitations; never a password, a token or the seed of a second factor."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from profiles.admin.base import show_records
from profiles.models import Invitation, Membership, User

COMPANY = "startup__name_en investor__name_en"
ACCOUNT = ("email", "full_name", "role", "language", "is_active", "is_superuser", "is_demo")

# Passwords are set by their owners; `manage.py make_curator` gives the one special role.
show_records(
    User,
    columns="email full_name role is_active is_superuser is_demo",
    search="email full_name",
    filters="role is_active is_superuser is_demo",
    ordering=("email",),
    fields=(*ACCOUNT, "last_login", "date_joined"),
)
show_records(
    Membership,
    columns="user startup investor is_owner joined_at",
    search=f"user__email {COMPANY}",
    filters="is_owner",
)
# Open and accepted, without what opens them.
show_records(
    Invitation,
    columns="email startup investor created_at accepted_at",
    search=f"email {COMPANY}",
    fields=("email", "startup", "investor", "invited_by", "created_at", "expires_at", "accepted_at"),
)
show_records(
    EmailAddress,
    columns="email user primary verified",
    search="email user__full_name",
    filters="primary verified",
)
# Who has a second factor, and since when.
show_records(
    Authenticator,
    columns="user type created_at last_used_at",
    search="user__email user__full_name",
    filters="type",
    fields=("user", "type", "created_at", "last_used_at"),
)
