"""Writing, reading and blocking in a conversation.

A message goes to the other side at once, or to a curator first where nobody knows the sender yet. Acts on one
conversation hold both companies, so they take their turns (decision 0012).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum

from matchmaker.choices import MessageState, Side
from matchmaker.conversations.kinds import CONVERSED, MESSAGE, MESSAGE_LIMIT
from matchmaker.conversations.sent_file import SentFile
from matchmaker.conversations.services import files
from matchmaker.conversations.services.telling import page_for, tell_of_message
from matchmaker.introductions.services import decisions
from matchmaker.models import CompanyBlock, Introduction, Message, ReadMark
from matchmaker.models.conversation import REACHED
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.pairs.services import pairs
from profiles.changes.services import lock_profiles
from profiles.models import Investor, Startup, User
from profiles.notifications import services as notifications

QUOTA = 100 * 1024 * 1024  # bytes of files that one company keeps in all its conversations


class ConversationClosedError(Exception):
    """Nothing more can be written here."""


class FirstWaitsError(Exception):
    """The company's first message still waits for a curator."""


class QuotaError(Exception):
    """The company has no room for another file of this size."""


def send_message(
    introduction: Introduction,
    *,
    side: Side,
    text: str,
    file: SentFile | None = None,
    by: User,
    at: datetime,
) -> Message:
    """Write a message; the other side is told, unless it waits for a curator.

    Raises:
        LimitReachedError: if the person or the company writes too often.
        NotOpenError: if the pair is not open (pairs/services/pairs.py).
        ConversationClosedError, FirstWaitsError, QuotaError: nothing was written.
    """
    name = files.store_file(file.content) if file else ""
    try:
        with transaction.atomic():
            return _write(introduction, side=side, text=text, file=file, name=name, by=by, at=at)
    except BaseException:
        files.remove([name] if name else [])
        raise


def _write(
    introduction: Introduction,
    *,
    side: Side,
    text: str,
    file: SentFile | None,
    name: str,
    by: User,
    at: datetime,
) -> Message:
    startup, investor = introduction.startup, introduction.investor
    pairs.hold(MESSAGE_LIMIT, startup, investor, side=side, by=by, at=at)
    introduction.refresh_from_db(fields=["state"])
    company = introduction.company_on(side)
    company.refresh_from_db(fields=["reviewed_at", "submitted_at"])
    if introduction.state != IntroductionState.MUTUAL:
        raise ConversationClosedError
    own = Message.objects.filter(side=side, **{side.value: company})
    if own.filter(introduction=introduction, state=MessageState.WAITING).exists():
        raise FirstWaitsError
    used = own.aggregate(used=Sum("file_size"))["used"] or 0
    if file and used + len(file.content) > QUOTA:
        raise QuotaError
    waits = first_waits(company, side=side)
    stored = {"file_name": file.name, "file_kind": file.kind, "file_size": len(file.content)} if file else {}
    message = Message.objects.create(
        introduction=introduction,
        startup=startup,
        investor=investor,
        side=side,
        text=text,
        state=MessageState.WAITING if waits else MessageState.DELIVERED,
        delivered_at=None if waits else at,
        file=name,
        **stored,
        by=by,
        at=at,
    )
    note_read(introduction, side=side, up_to=at, by=by, at=at)  # who answers has read what stands above
    record_act(message, "waits" if waits else "sent", by=by, at=at)
    if not waits:
        tell_of_message(message, at=at)
    return message


def first_waits(company: Startup | Investor, *, side: Side) -> bool:
    """Return whether a message of this company goes to a curator first.

    It does while nobody at the desk has read the profile as it stands (never, or not since it was submitted
    again), until one of its messages has reached somebody.
    """
    is_read = company.reviewed_at is not None and (
        company.submitted_at is None or company.submitted_at <= company.reviewed_at
    )
    if is_read:
        return False
    return not Message.objects.filter(side=side, state__in=REACHED, **{side.value: company}).exists()


def record_act(message: Message, done: str, *, by: User, at: datetime) -> None:
    """Write into the trail that, never what, somebody wrote or decided."""
    said: dict[str, Any] = {"side": Side(message.side), "message": message.pk, "done": done}
    pairs.record(CONVERSED, message.startup, message.investor, by=by, at=at, **said)


@transaction.atomic
def open_file(message: Message, *, by: User, at: datetime) -> None:
    """Write into the trail that somebody opened the file of a message."""
    record_act(message, "file opened", by=by, at=at)


@transaction.atomic
def mark_conversation_read(
    introduction: Introduction, *, side: Side, up_to: datetime, by: User, at: datetime
) -> None:
    """Note that a person of one side has read what was delivered up to a moment.

    Both companies are held: a message that comes at the same time finds the mark either old or new, never
    between, and so is told of.
    """
    lock_profiles(introduction.startup, introduction.investor)
    note_read(introduction, side=side, up_to=up_to, by=by, at=at)


def note_read(introduction: Introduction, *, side: Side, up_to: datetime, by: User, at: datetime) -> None:
    """The same for a caller who holds both companies. A person's mark never goes back."""
    theirs = Message.objects.filter(introduction=introduction, side=side.other, delivered_at__lte=up_to)
    theirs.filter(read_at__isnull=True).update(read_at=at)
    mark, made = ReadMark.objects.get_or_create(introduction=introduction, user=by, defaults={"up_to": up_to})
    if not made:
        ReadMark.objects.filter(pk=mark.pk, up_to__lt=up_to).update(up_to=up_to)
    notifications.mark_told(by, kind=MESSAGE, path=page_for(introduction, side), at=at)


@transaction.atomic
def block_company(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """End the introduction as any side may, and take nothing new. The other side reads that it is closed."""
    lock_profiles(startup, investor)
    _block, made = CompanyBlock.objects.get_or_create(
        startup=startup, investor=investor, side=side, defaults={"by": by, "at": at}
    )
    if made:
        decisions.withdraw_interest(startup, investor, side=side, by=by, at=at)
        pairs.record(CONVERSED, startup, investor, side=side, by=by, at=at, done="blocked")


@transaction.atomic
def unblock_company(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Take a block back; what has ended stays ended, and either side may begin anew."""
    lock_profiles(startup, investor)
    undone, _by_model = CompanyBlock.objects.filter(startup=startup, investor=investor, side=side).delete()
    if undone:
        pairs.record(CONVERSED, startup, investor, side=side, by=by, at=at, done="unblocked")
