"""Giving and withdrawing consent; what was agreed to stays on record."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from profiles.catalogue.consents.kinds import CONSENTED
from profiles.catalogue.consents.selectors import NEWEST, contact_fields
from profiles.choices import Purpose
from profiles.models import Consent, Investor, Startup, User
from profiles.platform.audit import services as audit
from profiles.platform.audit.services import subject_of
from profiles.platform.changes import services as changes
from profiles.platform.changes.services import ChangedMeanwhileError
from profiles.platform.merging import Merging

TEXT_VERSION = NEWEST.version
Purposes = Mapping[str, frozenset[Purpose]]


class Cell(NamedTuple):
    """One consent of the table: a group of fields, empty for the whole profile, and a purpose."""

    group: str
    purpose: str


@transaction.atomic
def give(profile: Startup | Investor, *, purpose: Purpose, by: User, at: datetime) -> Consent:
    """Record that the company agrees to `purpose`; giving twice keeps the first consent of a text."""
    changes.lock_profiles(profile)
    opened = profile.consents.filter(group="", purpose=purpose, withdrawn_at=None).first()
    if opened and opened.text_version == TEXT_VERSION:
        return opened
    consent = _agree(profile, Cell("", purpose), opened, by=by, at=at)
    _follow(profile, purpose, is_given=True, by=by, at=at)
    return consent


@transaction.atomic
def withdraw(profile: Startup | Investor, *, purpose: Purpose, by: User, at: datetime) -> None:
    changes.lock_profiles(profile)
    opened = profile.consents.filter(group="", purpose=purpose, withdrawn_at=None)
    if opened.update(withdrawn_at=at):
        _follow(profile, purpose, is_given=False, by=by, at=at)


def set_all(profile: Startup | Investor, *, purposes: frozenset[Purpose], by: User, at: datetime) -> None:
    for purpose in Purpose:
        change = give if purpose in purposes else withdraw
        change(profile, purpose=purpose, by=by, at=at)


@transaction.atomic
def choose(
    profile: Startup | Investor,
    *,
    visibility: Mapping[str, str],
    purposes: frozenset[Purpose],
    given: Purposes,
    offered: Purposes,
    sent_to: Sequence[str],
    by: User,
    at: datetime,
) -> None:
    """Say who sees what, and agree to exactly these purposes: for the whole profile, and for each group.

    Raises:
        ChangedMeanwhileError: if the profile says something else than what was read.
    """
    current = changes.lock_profiles(profile)[0]
    if current.visibility != profile.visibility or current.withheld != profile.withheld:
        raise ChangedMeanwhileError
    chosen = {**current.visibility, **visibility}
    if chosen != current.visibility:
        before, current.visibility = current.visibility, chosen
        current.save(update_fields=["visibility"])
        details = {"visibility": chosen, "before": {"visibility": before}}
        audit.record(CONSENTED, subject=subject_of(current), by=by, at=at, details=details)
        changes.notify_changed(current, at=at)
    set_all(current, purposes=purposes, by=by, at=at)
    values: dict[str, Any] = {"given": given, "offered": offered, "withheld_before": current.withheld}
    set_groups(current, **values, by=by, at=at, countries=list(sent_to))


@transaction.atomic
def set_groups(
    profile: Startup | Investor,
    *,
    given: Purposes,
    offered: Purposes,
    by: User,
    at: datetime,
    withheld_before: Mapping[str, Any],
    **noted: Any,
) -> None:
    """Agree to exactly the `given` purposes of each group of those `offered`, by the newest text.

    Raises:
        ChangedMeanwhileError: if what the profile leaves out is no longer `withheld_before`.
    """
    current = changes.lock_profiles(profile)[0]
    if current.withheld != withheld_before:
        raise ChangedMeanwhileError
    was_changed = _agree_or_end(current, given, offered, by=by, at=at)
    withheld = {
        group: [str(purpose) for purpose in Purpose if purpose in purposes - given.get(group, frozenset())]
        for group, purposes in offered.items()
    }
    profile.withheld = current.withheld = {group: left for group, left in withheld.items() if left}
    if current.withheld != withheld_before:
        current.save(update_fields=["withheld"])
        changes.notify_changed(current, at=at)
    elif not was_changed:
        return
    details = {"groups": sorted(current.withheld), "withheld": current.withheld, "text": TEXT_VERSION}
    audit.record(CONSENTED, subject=subject_of(current), by=by, at=at, details={**details, **noted})


def _agree_or_end(
    profile: Startup | Investor, given: Purposes, offered: Purposes, *, by: User, at: datetime
) -> bool:
    """Give the consents of `given`, end the others of `offered`; return whether anything changed."""
    newest: dict[Cell, Consent] = {}
    for row in profile.consents.exclude(group="").order_by("given_at", "pk"):
        newest[Cell(row.group, row.purpose)] = row
    was_changed = False
    for cell in (Cell(group, purpose) for group, purposes in offered.items() for purpose in sorted(purposes)):
        consent = newest.get(cell)
        if cell.purpose not in given.get(cell.group, ()):
            was_changed |= _end(consent, at=at)
        elif not consent or consent.withdrawn_at or consent.text_version != TEXT_VERSION:
            _agree(profile, cell, consent, by=by, at=at)
            was_changed = True
    return was_changed


def _agree(
    profile: Startup | Investor, cell: Cell, before: Consent | None, *, by: User, at: datetime
) -> Consent:
    _end(before, at=at)
    owner: dict[str, Any] = {str(profile.side): profile}
    return Consent.objects.create(
        **owner, **cell._asdict(), text_version=TEXT_VERSION, given_by=by, given_at=at
    )


def _end(before: Consent | None, *, at: datetime) -> bool:
    """Close a row; what was never agreed to has none, and then nothing is written, and False returned."""
    if before is None or before.withdrawn_at is not None:
        return False
    Consent.objects.filter(pk=before.pk).update(withdrawn_at=at)
    return True


@transaction.atomic
def keep_stricter(merging: Merging) -> None:
    """Leave open of the kept record what both records agree to; of the other nothing.

    Its rows are history.
    """
    kept, gone, at = merging.kept, merging.gone, merging.at
    said = {row.purpose for row in gone.consents.filter(group="")}
    agreed = {row.purpose for row in gone.consents.filter(group="", withdrawn_at=None)}
    ours = set(kept.consents.filter(group="", withdrawn_at=None).values_list("purpose", flat=True))
    lost = (said - agreed) | (ours - agreed if merging.takes_content else set())
    if merging.takes_content and not contact_fields(gone) >= contact_fields(kept):
        lost.add(Purpose.CROSS_BORDER)  # its contact would be shared beyond the text to which it agreed
    kept.consents.filter(group="", purpose__in=lost, withdrawn_at=None).update(withdrawn_at=at)
    newest: dict[Cell, Consent] = {}
    for row in kept.consents.order_by("given_at", "pk"):
        newest[Cell(row.group, row.purpose)] = row
    withheld = {group: set(left) for group, left in kept.withheld.items()}
    for group, purposes in gone.withheld.items():
        for purpose in purposes:
            cell = Cell(group, purpose)
            _end(newest.get(cell), at=at)
            withheld.setdefault(group, set()).add(purpose)
    kept.withheld = {group: [str(p) for p in Purpose if p in left] for group, left in withheld.items()}
    agrees = gone.matching_consent or not merging.takes_content
    kept.matching_consent = (
        kept.matching_consent and agrees and not lost & {Purpose.MATCHING, Purpose.SHOWING}
    )
    kept.save(update_fields=["withheld", "matching_consent"])
    gone.consents.filter(withdrawn_at=None).update(withdrawn_at=at)


def _follow(profile: Startup | Investor, purpose: Purpose, *, is_given: bool, by: User, at: datetime) -> None:
    """Let the profile's own flag follow, leave an audit record, and tell who matches."""
    consents = list(profile.consents.filter(group=""))
    agreed = {consent.purpose for consent in consents if consent.withdrawn_at is None}
    withdrawn = {consent.purpose for consent in consents} - agreed
    profile.matching_consent = Purpose.MATCHING in agreed and Purpose.SHOWING not in withdrawn
    profile.save(update_fields=["matching_consent"])
    details = {"purpose": purpose, "given": is_given, "text": TEXT_VERSION}
    audit.record(CONSENTED, subject=subject_of(profile), by=by, at=at, details=details)
    changes.notify_changed(profile, at=at)
