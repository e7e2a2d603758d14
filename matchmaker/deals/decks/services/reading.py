"""Reading a deck: what readers open and for how long, which the owner sees."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from matchmaker.deals.decks.kinds import DECK_INSPECTED
from matchmaker.deals.decks.selectors import decks_for, opened_pages
from matchmaker.deals.decks.services.sharing import notify_owner, record, record_between
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.deck import DeckOpening, DeckVersion
from matchmaker.transitions import NotOpenError
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import Investor, Startup, User
from profiles.platform.changes.services import lock_profiles

LONGEST_LOOK = 600  # seconds of one page: who left the screen open does not read on


@transaction.atomic
def begin_reading(pair: Pair, *, by: User, at: datetime) -> DeckVersion:
    """Note that a person has read that the owner sees what is opened, and return the version to read.

    Raises:
        NotOpenError: if the company may not read it now.
    """
    lock_profiles(*pair.both)
    deck = decks_for(pair, at=at).select_related("current").first()
    if deck is None or deck.current is None:
        raise NotOpenError
    if not opened_pages(deck.current, pair.investor, by).filter(number=0).exists():
        open_page(deck.current, pair.startup, pair.investor, 0, by=by, at=at)
        record_between("read", pair, by=by, at=at)
    return deck.current


@transaction.atomic
def open_page(
    version: DeckVersion, startup: Startup, investor: Investor, number: int, *, by: User, at: datetime
) -> None:
    """Note that a person opens a page, and for how long the one before was open.

    Raises:
        NotOpenError: the version was removed meanwhile.
    """
    lock_profiles(startup)
    if not DeckVersion.objects.filter(pk=version.pk).exists():
        raise NotOpenError
    leave_page(version, investor, by=by, at=at)
    values = {"startup": startup, "investor": investor, "user": by}
    DeckOpening.objects.create(version=version, **values, number=number, at=at)


def leave_page(version: DeckVersion, investor: Investor, *, by: User, at: datetime) -> None:
    last = opened_pages(version, investor, by).order_by("-at", "-pk").first()
    if last and last.seconds is None:
        seconds = min(LONGEST_LOOK, max(0, round((at - last.at).total_seconds())))
        DeckOpening.objects.filter(pk=last.pk, seconds=None).update(seconds=seconds)


@transaction.atomic
def inspect(startup: Startup, *, reason: str, by: User, at: datetime) -> None:
    """Let a curator read the pages for a day. The owner reads the reason.

    Raises:
        NotACuratorError, ReasonMissingError: nothing was changed.
    """
    require_curator(by)
    if not reason.strip():
        raise ReasonMissingError
    record("inspected", startup, by=by, at=at, reason=reason.strip())
    notify_owner(DECK_INSPECTED, startup, event=f"deck:{by.pk}:{at.timestamp()}", at=at)


def forget_openings(*, at: datetime) -> int:
    oldest = at - timedelta(days=settings.RECEIPTS_KEPT_DAYS)
    gone, _by_model = DeckOpening.objects.filter(at__lt=oldest).delete()
    return gone
