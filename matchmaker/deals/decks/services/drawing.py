"""The worker draws the pages of a deck, some at a time, and each is kept as soon as it is drawn."""

import logging
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.core.exceptions import ObjectDoesNotExist
from django.db import transaction
from django.utils import timezone

from matchmaker.deals.decks.kinds import DECK_READY
from matchmaker.deals.decks.selectors import due, is_due
from matchmaker.deals.decks.services.copies import make_next
from matchmaker.deals.decks.services.sharing import forget_files, notify_owner, record, was_refused
from matchmaker.integrations import dispatch
from matchmaker.models.deck import Deck, DeckFault, DeckPage, DeckState, DeckVersion
from profiles.choices import FileKind
from profiles.integrations.file_checking import DrawnPage, DrawnPages, NotCheckedError, draw_pages
from profiles.models import CheckedFile, Startup, User
from profiles.platform import leases
from profiles.platform.changes.services import lock_profiles
from profiles.platform.files import services as files

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)  # longer than one process may take
FIRST, MOST = 1, 8  # pages of one process; the first one is there soon
MOST_ATTEMPTS = 3  # beyond those that have drawn a page
PAUSE = timedelta(seconds=20)  # after a process that ended without a word
LONG_PAUSE = timedelta(minutes=2)  # where the store took nothing: a full disk


def draw_next(*, at: datetime) -> bool:
    """Draw the next pages of one deck; return whether there was one."""
    version: DeckVersion | None = leases.claim(due(at), until=at + LEASE)
    if version is None:
        return False
    done = version.pages.count()
    pause = PAUSE
    try:
        drawn = _drawn(version, done)
        with suppress(leases.LeaseLostError, ObjectDoesNotExist), files.room():  # removed, or leased again
            _keep(version, drawn, done=done, at=timezone.now())
        return True
    except files.NoRoomError:  # says nothing of the deck
        leases.release(version, until=at + LONG_PAUSE, attempts=version.attempts - 1)
        return True
    except NotCheckedError:
        pass
    except OSError as error:
        logger.warning("The pages of a deck were not kept: %s", error)
        pause = LONG_PAUSE
    leases.release(version, until=at + pause)
    return True


def draw_decks(*, at: datetime) -> None:
    """Draw some pages or make a copy, and ask for the rest: what waits meanwhile comes before it."""
    if (draw_next(at=at) or make_next(at=at)) and is_due(timezone.now()):
        dispatch.enqueue(dispatch.DRAW_DECKS)


def resume_drawing(*, at: datetime) -> None:
    """Find the work of a lost message."""
    if is_due(at):
        dispatch.enqueue(dispatch.DRAW_DECKS)


def _drawn(version: DeckVersion, done: int) -> DrawnPages:
    if version.attempts > done + MOST_ATTEMPTS or version.file is None:
        return DrawnPages(DeckFault.FAILED)
    try:
        with version.file.content.open("rb") as stored:
            content = stored.read()
    except FileNotFoundError:  # the data folder has lost it
        return DrawnPages(DeckFault.FAILED)
    return draw_pages(version.file.kind, content, first=done + 1, most=MOST if done else FIRST)


@transaction.atomic
def _keep(version: DeckVersion, drawn: DrawnPages, *, done: int, at: datetime) -> None:
    """Store pages, and what has become of the version, in one transaction.

    Raises:
        LeaseLostError, NoRoomError, OSError: nothing was stored.
    """
    startup = version.deck.startup
    lock_profiles(startup)
    fault = drawn.fault
    if not fault and not files.has_room(startup, sum(len(page.image) for page in drawn.pages)):
        fault = DeckFault.NO_ROOM
    if fault:
        leases.finish(version, state=DeckState.REFUSED, fault=fault)
        forget_files(version)
        was_refused(version, at=at)
        return
    _store(version, drawn, done=done, at=at)


def _store(version: DeckVersion, drawn: DrawnPages, *, done: int, at: datetime) -> None:
    startup, missing = version.deck.startup, [*version.not_drawn]
    for number, page in enumerate(drawn.pages, done + 1):
        missing += [f"{number}: {what}" for what in page.missing]
        name = f"deck-{version.number}-{number}.jpg"
        image = files.keep(startup, page.image, kind=FileKind.JPEG, name=name, by=version.by, at=at)
        size = {"width": page.width, "height": page.height}
        DeckPage.objects.create(version=version, number=number, text=page.text, image=image, **size)
    values = {"page_count": drawn.total, "not_drawn": missing}
    if done + len(drawn.pages) < drawn.total:
        leases.finish(version, **values)
        return
    leases.finish(version, state=DeckState.READY, ready_at=at, **values)
    Deck.objects.filter(pk=version.deck_id).update(current=version)
    files.forget(CheckedFile.objects.filter(deck_version=version))
    record("ready", startup, by=version.by, at=at, version=version.number)
    notify_owner(DECK_READY, startup, event=f"deck:{version.pk}", at=at)


@transaction.atomic
def add_drawn(startup: Startup, pages: Sequence[DrawnPage], *, by: User, at: datetime) -> DeckVersion:
    """Keep pages that are drawn here, as those of the demonstration, as the first version of a deck."""
    lock_profiles(startup)
    deck = Deck.objects.create(startup=startup, at=at)
    version: DeckVersion = deck.versions.create(number=1, state=DeckState.DRAWING, by=by, at=at)
    _store(version, DrawnPages("", len(pages), tuple(pages)), done=0, at=at)
    return version
