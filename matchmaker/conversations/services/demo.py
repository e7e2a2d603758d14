"""Conversations of the demonstration: one is unread, one reported, and one waits for its first message."""

from datetime import datetime, timedelta

from django.db import transaction

from matchmaker.choices import MessageState, ReportReason, Side
from matchmaker.conversations.services import messages, moderation
from matchmaker.introductions.services.demo import demo_pair
from matchmaker.models import Introduction, Message
from matchmaker.models.introduction_table import IntroductionState
from profiles.companies.services import companies
from profiles.imports.demo.accounts import settle_past, speaker_of
from profiles.imports.demo.records import Row, table_rows
from profiles.models import User

SOON = timedelta(hours=4)  # after which the other side has read a message, and complains of a bad one


@transaction.atomic
def load_messages(*, at: datetime) -> int:
    """Let those who are both interested write to each other, unless they did; return how many messages."""
    if Message.objects.filter(startup__is_demo=True).exists():
        return 0
    rows = sorted(table_rows("demo_messages"), key=_hours_ago, reverse=True)
    made = sum(_write(row, at=at - timedelta(hours=_hours_ago(row)), now=at) for row in rows)
    settle_past(at=at)
    return made


def _hours_ago(row: Row) -> int:
    return int(row["hours_ago"])


def _write(row: Row, *, at: datetime, now: datetime) -> bool:
    """Write one message, and let the other side read it; False where the two are not introduced."""
    startup, investor = demo_pair(row)
    mutual = Introduction.objects.filter(state=IntroductionState.MUTUAL, startup=startup, investor=investor)
    introduction, side = mutual.first(), Side(row["side"])
    if introduction is None:
        return False
    by = speaker_of(introduction.company_on(side), at=at)
    if at == now:  # a change that nobody has read yet: a curator reads the first message
        companies.edit(introduction.company_on(side), changes={"registrar": "SECP"}, by=by, at=at)
    message = messages.send_message(introduction, side=side, text=row["text"], by=by, at=at)
    if message.state == MessageState.DELIVERED and at + SOON <= now:
        _read(message, row, by=speaker_of(introduction.company_on(side.other), at=at), at=at + SOON)
    return True


def _read(message: Message, row: Row, *, by: User, at: datetime) -> None:
    """Let the other side read a message, and report it where the row says why."""
    side = Side(message.side).other
    messages.mark_conversation_read(message.introduction, side=side, up_to=message.at, by=by, at=at)
    if row["report"]:
        reason = ReportReason(row["report"])
        moderation.report_message(message, side=side, reason=reason, word=row["word"], by=by, at=at)
