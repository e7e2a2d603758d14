"""Reads what a company has agreed to."""

from profiles.choices import Purpose
from profiles.consents.texts import NEWEST, ConsentText
from profiles.models import Consent, Investor, Startup


def agreed_purposes(profile: Startup | Investor) -> frozenset[str]:
    """Return the purposes to which the company agrees now, for its profile as a whole."""
    return frozenset(given.purpose for given in _open(profile) if not given.group)


def has_contact_consent(profile: Startup | Investor) -> bool:
    """Tell whether contacts open once both said yes: without this consent they stay closed."""
    return Purpose.CROSS_BORDER in agreed_purposes(profile)


def new_text(profile: Startup | Investor) -> ConsentText | None:
    """Return the version to which the company has still to agree; None where it has, or agreed to none."""
    outdated = any(given.text_version != NEWEST.version for given in _open(profile))
    return NEWEST if outdated else None


def _open(profile: Startup | Investor) -> list[Consent]:
    """Return the consents that hold now."""
    if profile.pk is None:
        return []
    return [given for given in profile.consents.all() if given.withdrawn_at is None]
