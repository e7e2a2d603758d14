"""Reads about accounts."""

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import QuerySet

from profiles.models import User


def lacks_second_factor(user: User) -> bool:
    """Tell whether this account may curate or operate but has not set up its second factor yet.

    The demonstration does without one.
    """
    if settings.DEMO or not (user.is_curator or user.is_superuser):
        return False
    return not is_mfa_enabled(user)


def demo_accounts(persona: str) -> "QuerySet[User]":
    """Return the account of a demo persona; nothing outside the demo or for any other word."""
    email = settings.DEMO_ACCOUNTS.get(persona, "") if settings.DEMO else ""
    return User.objects.filter(email=email, is_demo=True, is_active=True, is_superuser=False)
