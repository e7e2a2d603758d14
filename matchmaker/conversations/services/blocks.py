"""Blocking the other company: the introduction ends, and nothing new begins until the block is taken back."""

from datetime import datetime

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.conversations.kinds import CONVERSED
from matchmaker.introductions.services import decisions
from matchmaker.models import CompanyBlock
from matchmaker.pairs.services import pairs
from profiles.changes.services import lock_profiles
from profiles.models import Investor, Startup, User


@transaction.atomic
def block_company(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """End the introduction as any side may, and take nothing new. The other side reads that it is closed."""
    lock_profiles(startup, investor)
    _block, made = CompanyBlock.objects.get_or_create(
        startup=startup, investor=investor, side=side, defaults={"by": by, "at": at}
    )
    if made:
        decisions.withdraw_interest(startup, investor, side=side, by=by, at=at)
        _record(startup, investor, "blocked", side=side, by=by, at=at)


@transaction.atomic
def unblock_company(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Take a block back; what has ended stays ended, and either side may begin anew."""
    lock_profiles(startup, investor)
    undone, _by_model = CompanyBlock.objects.filter(startup=startup, investor=investor, side=side).delete()
    if undone:
        _record(startup, investor, "unblocked", side=side, by=by, at=at)


def _record(startup: Startup, investor: Investor, done: str, *, side: Side, by: User, at: datetime) -> None:
    pairs.record(CONVERSED, startup, investor, side=side, by=by, at=at, done=done)
