"""The shortlist is private: no one is notified, and the audit log does not record it."""

from datetime import datetime
from typing import Any

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.deals.introductions.kinds import SHORTLIST_LIMIT
from matchmaker.matching.pairs import services as pairs
from matchmaker.models.pair_action import ShortlistEntry
from profiles.models import Investor, Startup, User
from profiles.platform.changes.services import lock_profiles
from profiles.platform.merging import Merging

MOST_LETTERS = 300  # of a note


def shortlist(
    startup: Startup, investor: Investor, *, side: Side, note: str | None = None, by: User, at: datetime
) -> ShortlistEntry:
    factors = pairs.factor_snapshot(startup, investor)
    with transaction.atomic():
        pairs.begin_act(SHORTLIST_LIMIT, startup, investor, side=side, by=by, at=at)
        values = {"by": by, "at": at, "factors": factors, "note": note or ""}
        entry, made = ShortlistEntry.objects.get_or_create(
            side=side, startup=startup, investor=investor, defaults=values
        )
        if not made:
            changes: dict[str, Any] = {} if note is None else {"note": note}
            changes |= {} if entry.is_listed else {"is_listed": True, "by": by, "at": at}
            ShortlistEntry.objects.filter(pk=entry.pk).update(**changes)
    return entry


@transaction.atomic
def remove_from_shortlist(
    startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime
) -> None:
    """Take a company off the shortlist. What the team noted about it stays."""
    lock_profiles(startup, investor)
    for entry in ShortlistEntry.objects.filter(side=side, startup=startup, investor=investor):
        if entry.has_notes:
            entry.is_listed = False
            entry.save(update_fields=["is_listed"])
        else:
            entry.delete()


def join_notes(stays: ShortlistEntry, other: ShortlistEntry, _merging: Merging) -> bool:
    stays.note = " / ".join(dict.fromkeys(note for note in (stays.note, other.note) if note))[:MOST_LETTERS]
    stays.is_listed = stays.is_listed or other.is_listed
    if not (stays.next_step or stays.due_on):
        stays.next_step, stays.due_on, stays.remind_at = other.next_step, other.due_on, other.remind_at
    stays.in_charge_id = stays.in_charge_id or other.in_charge_id
    stays.rating = stays.rating or other.rating
    stays.save()
    return False
