"""Reads what a company has agreed to."""

from profiles.models import Investor, Startup


def agreed_purposes(profile: Startup | Investor) -> frozenset[str]:
    """Return the purposes to which the company agrees now."""
    if profile.pk is None:
        return frozenset()
    return frozenset(given.purpose for given in profile.consents.all() if given.withdrawn_at is None)
