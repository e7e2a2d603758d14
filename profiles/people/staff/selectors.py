"""Reads about who runs the site."""

from allauth.mfa.models import Authenticator
from django.db.models import Exists, OuterRef, QuerySet

from profiles.models import User
from profiles.people.accounts.services.closing import staff


def staff_by_name() -> QuerySet[User]:
    """Return the accounts that run the site, with `has_factor`; closed ones last."""
    factor = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.TOTP)
    keys = Authenticator.objects.filter(user=OuterRef("pk"), type=Authenticator.Type.WEBAUTHN)
    return (
        staff()
        .annotate(has_factor=Exists(factor) | Exists(keys))
        .order_by("-is_active", "full_name", "email")
    )
