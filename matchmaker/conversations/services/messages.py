"""Writing a message: to the other side at once, or to a curator first where nobody knows the sender yet.

Acts on one conversation hold both companies, so they take their turns (decision 0012).
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Sum

from matchmaker.choices import MessageState, Side
from matchmaker.conversations.kinds import CONVERSED, MESSAGE_LIMIT
from matchmaker.conversations.sent_file import SentFile
from matchmaker.conversations.services import files
from matchmaker.conversations.services.reading import note_read
from matchmaker.conversations.services.telling import tell_of_message
from matchmaker.models import Introduction, Message
from matchmaker.models.conversation import REACHED
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.pairs.services import pairs
from profiles.models import Investor, Startup, User

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
    _refuse_closed(introduction, side=side)
    _refuse_above_quota(company, side=side, file=file)
    waits = first_waits(company, side=side)
    message = Message.objects.create(
        introduction=introduction,
        startup=startup,
        investor=investor,
        side=side,
        text=text,
        state=MessageState.WAITING if waits else MessageState.DELIVERED,
        delivered_at=None if waits else at,
        file=name,
        **_told_of(file),
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


def _refuse_closed(introduction: Introduction, *, side: Side) -> None:
    if introduction.state != IntroductionState.MUTUAL:
        raise ConversationClosedError
    if Message.objects.filter(introduction=introduction, side=side, state=MessageState.WAITING).exists():
        raise FirstWaitsError


def _refuse_above_quota(company: Startup | Investor, *, side: Side, file: SentFile | None) -> None:
    own = Message.objects.filter(side=side, **{side.value: company})
    used = own.aggregate(used=Sum("file_size"))["used"] or 0
    if file and used + len(file.content) > QUOTA:
        raise QuotaError


def _told_of(file: SentFile | None) -> dict[str, Any]:
    """Return what a message says of its file."""
    if file is None:
        return {}
    return {"file_name": file.name, "file_kind": file.kind, "file_size": len(file.content)}
