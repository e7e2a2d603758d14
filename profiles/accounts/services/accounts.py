"""Changes to accounts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction

from profiles.accounts.kinds import EDITED, ROLE, SIGNED_UP
from profiles.accounts.selectors import open_demo_accounts
from profiles.audit import services as audit
from profiles.choices import Role, Side
from profiles.models import Membership, User


@transaction.atomic
def sign_up(user: User, *, role: str, full_name: str, language: str | None, at: datetime) -> User:
    """Save a new account on one side of the market.

    Raises:
        ValueError: for any other role; nobody becomes a curator by signing up.
    """
    user.role = Side(role).value
    user.full_name = full_name
    user.language = known_language(language)
    user.date_joined = at
    user.save()
    audit.record(SIGNED_UP, subject=f"user:{user.pk}", by=user, at=at, details={"role": user.role})
    return user


@transaction.atomic
def save_settings(user: User, *, changes: Mapping[str, Any], at: datetime) -> None:
    """Store what a person decided about the own account: name, language, blind first look."""
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    audit.record(EDITED, subject=f"user:{user.pk}", by=user, at=at, details={"fields": sorted(changes)})


def choose_language(user: User, *, language: str | None) -> None:
    """Remember the language that a person switched to. A matter of taste: no audit record."""
    User.objects.filter(pk=user.pk).update(language=known_language(language))


def known_language(language: str | None) -> str:
    """Return `language` if the site speaks it, else the site's first language."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class NoSuchAccountError(Exception):
    """Nobody can sign in with that address."""


class InACompanyError(Exception):
    """Whoever belongs to a company takes part in the market and cannot judge it."""


@transaction.atomic
def give_role(email: str, *, role: Role, by: User | None, at: datetime) -> User:
    """Give the active account of that address a role. `by` is None on the operators' command line.

    Raises:
        NoSuchAccountError: if there is none.
        InACompanyError: if a curator-to-be belongs to a company.
    """
    user = (
        User.objects.select_for_update(no_key=True)
        .filter(email=email.strip().lower(), is_active=True)
        .first()
    )
    if user is None:
        raise NoSuchAccountError
    if role == Role.CURATOR and Membership.objects.filter(user=user).exists():
        raise InACompanyError
    before, user.role = user.role, role.value
    if before != user.role:
        user.save(update_fields=["role"])
        details = {"before": before, "role": user.role}
        audit.record(ROLE, subject=f"user:{user.pk}", by=by, at=at, details=details)
    return user


def forget_ended_sessions(*, at: datetime) -> int:
    """Delete the sessions that are over, with what they hold of an account; return how many."""
    deleted, _by_model = Session.objects.filter(expire_date__lte=at).delete()
    return deleted


@transaction.atomic
def close_demo_accounts(*, at: datetime) -> int:
    """Close the demonstration's accounts for good and return how many were open."""
    users = list(open_demo_accounts().select_for_update(no_key=True))
    for user in users:
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["is_active", "password"])
        audit.record(EDITED, subject=f"user:{user.pk}", by=None, at=at, details={"closed": "demo"})
    return len(users)
