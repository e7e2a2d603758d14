"""Reads what a company has agreed to."""

from profiles.choices import Purpose
from profiles.models import Investor, Startup


def agreed_purposes(profile: Startup | Investor) -> frozenset[str]:
    """Return the purposes to which the company agrees now."""
    if profile.pk is None:
        return frozenset()
    return frozenset(given.purpose for given in profile.consents.all() if given.withdrawn_at is None)


def has_contact_consent(profile: Startup | Investor) -> bool:
    """Tell whether contacts open once both said yes: without this consent they stay closed."""
    return Purpose.CROSS_BORDER in agreed_purposes(profile)
