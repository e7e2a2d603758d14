"""A copy of a deck that a company may save: the worker marks its pages, and the file lasts an hour."""

import logging
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from matchmaker.deals.decks import marks
from matchmaker.deals.decks.kinds import DECK_SAVE_LIMIT
from matchmaker.deals.decks.selectors import COPY_KEPT, copies_due, copy_of, pages_of, savable_version
from matchmaker.deals.decks.services.sharing import forget_copies, record_between
from matchmaker.integrations import dispatch
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.deck import DeckCopy
from matchmaker.transitions import NotOpenError
from profiles.models import User
from profiles.platform import leases
from profiles.platform.changes.services import lock_profiles
from profiles.platform.files import services as files
from profiles.platform.limits import services as limits

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=1)  # of each page
MOST_ATTEMPTS = 3
PAUSE = timedelta(seconds=20)


@transaction.atomic
def ask_for_copy(pair: Pair, *, by: User, at: datetime) -> None:
    """Have a copy made, unless one is being made or is ready.

    Raises:
        LimitReachedError, NotOpenError: nothing is made.
    """
    lock_profiles(*pair.both)
    version, copy = savable_version(pair, at=at), copy_of(pair, at=at)
    if version is None:
        raise NotOpenError
    if copy and not copy.has_failed:
        return
    limits.take_token(DECK_SAVE_LIMIT, account=by, company=pair.investor, at=at)
    forget_copies(DeckCopy.objects.filter(version=version, investor=pair.investor))
    DeckCopy.objects.create(version=version, investor=pair.investor, at=at)
    dispatch.enqueue_on_commit(dispatch.DRAW_DECKS)


@transaction.atomic
def hand_out(pair: Pair, *, by: User, at: datetime) -> DeckCopy | None:
    """Return the copy that is ready, if the company may still save it; who saves it is recorded."""
    lock_profiles(*pair.both)
    copy = copy_of(pair, at=at)
    if copy is None or not copy.content:
        return None
    record_between("saved", pair, by=by, at=at)
    return copy


def make_next(*, at: datetime) -> bool:
    """Make one copy; return whether there was one to make."""
    copy: DeckCopy | None = leases.claim(copies_due(at), until=at + LEASE)
    if copy is None:
        return False
    with suppress(leases.LeaseLostError):  # removed, or leased again
        if copy.attempts > MOST_ATTEMPTS:
            leases.finish(copy, has_failed=True)
            return True
        try:
            name = files.write_for_an_hour(marks.bound(_marked_pages(copy)))
        except (files.NoRoomError, OSError) as error:
            logger.warning("A copy of a deck was not made: %s", error)
            leases.release(copy, until=timezone.now() + PAUSE)
            return True
        leases.finish(copy, content=name)
    return True


def _marked_pages(copy: DeckCopy) -> Iterator[tuple[bytes, int, int]]:
    reader, day = copy.investor.name, timezone.localdate(copy.at).isoformat()
    for page in pages_of(copy.version):
        with page.image.content.open("rb") as stored:
            yield marks.marked(stored.read(), reader=reader, day=day), page.width, page.height
        leases.renew(copy, until=timezone.now() + LEASE, pages_done=page.number)


def forget_old_copies(*, at: datetime) -> None:
    forget_copies(DeckCopy.objects.filter(at__lte=at - COPY_KEPT))
