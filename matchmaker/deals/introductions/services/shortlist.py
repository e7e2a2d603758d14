"""The shortlist is private: no one is notified, and the audit log does not record it."""

from datetime import datetime

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
        if note is not None and not made:
            ShortlistEntry.objects.filter(pk=entry.pk).update(note=note)
    return entry


@transaction.atomic
def remove_from_shortlist(
    startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime
) -> None:
    lock_profiles(startup, investor)
    ShortlistEntry.objects.filter(side=side, startup=startup, investor=investor).delete()


def join_notes(stays: ShortlistEntry, other: ShortlistEntry, _merging: Merging) -> bool:
    stays.note = " / ".join(dict.fromkeys(note for note in (stays.note, other.note) if note))[:MOST_LETTERS]
    stays.save(update_fields=["note"])
    return False
