"""Giving and withdrawing consent; what was agreed to stays on record."""

from datetime import datetime

from django.db import transaction

from profiles.audit import services as audit
from profiles.changes import services as changes
from profiles.choices import AuditAction, Purpose
from profiles.models import Consent, Investor, Startup, User

TEXT_VERSION = "2026-11"


@transaction.atomic
def give(profile: Startup | Investor, *, purpose: Purpose, by: User, at: datetime) -> Consent:
    """Record that the company agrees to `purpose`; giving twice keeps the first consent."""
    side = profile.side
    changes.lock_profiles(profile)
    consent, is_new = Consent.objects.get_or_create(
        **{side: profile},
        purpose=purpose,
        withdrawn_at=None,
        defaults={"text_version": TEXT_VERSION, "given_by": by, "given_at": at},
    )
    if is_new:
        _follow(profile, purpose, is_given=True, by=by, at=at)
    return consent


@transaction.atomic
def withdraw(profile: Startup | Investor, *, purpose: Purpose, by: User, at: datetime) -> None:
    """End the company's consent to `purpose`, from the next request on."""
    changes.lock_profiles(profile)
    opened = profile.consents.filter(purpose=purpose, withdrawn_at=None)
    if opened.update(withdrawn_at=at):
        _follow(profile, purpose, is_given=False, by=by, at=at)


def set_all(profile: Startup | Investor, *, purposes: frozenset[Purpose], by: User, at: datetime) -> None:
    """Give exactly these consents and withdraw the others."""
    for purpose in Purpose:
        change = give if purpose in purposes else withdraw
        change(profile, purpose=purpose, by=by, at=at)


def _follow(profile: Startup | Investor, purpose: Purpose, *, is_given: bool, by: User, at: datetime) -> None:
    """Let the profile's own flag follow, leave an audit record, and tell who matches."""
    profile.matching_consent = _may_match(profile)
    profile.save(update_fields=["matching_consent"])
    audit.record(
        AuditAction.CONSENTED,
        subject=f"{profile.side}:{profile.public_id}",
        by=by,
        at=at,
        details={"purpose": purpose, "given": is_given, "text": TEXT_VERSION},
    )
    changes.notify_changed(profile, at=at)


def _may_match(profile: Startup | Investor) -> bool:
    """Tell whether the company agrees to matching and has not withdrawn being shown.

    A match shows the profile to the other side, so one without the other would break the promise.
    """
    consents = list(profile.consents.all())
    given = {consent.purpose for consent in consents if consent.withdrawn_at is None}
    withdrawn = {consent.purpose for consent in consents} - given
    return Purpose.MATCHING in given and Purpose.SHOWING not in withdrawn
