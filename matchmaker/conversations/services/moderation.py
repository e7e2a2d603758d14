"""Moderation: first messages of senders whom nobody knows yet, and messages that were reported."""

from datetime import datetime

from django.db import transaction

from matchmaker.choices import MessageState, ReportDecision, ReportReason, Side
from matchmaker.conversations.kinds import MESSAGE_DELIVERED, MESSAGE_KEPT_BACK, REPORT_LIMIT
from matchmaker.conversations.services.messages import ConversationClosedError, record_act
from matchmaker.conversations.services.telling import tell_of_message, tell_the_reporter, tell_the_sender
from matchmaker.models import Message, MessageReport
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.pairs.services import pairs
from profiles.changes.services import lock_profiles
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import User


class DecidedAlreadyError(Exception):
    """Another curator was quicker."""


@transaction.atomic
def deliver_first(message: Message, *, by: User, at: datetime) -> None:
    """Deliver a first message, once: of two curators the second is refused.

    Raises:
        NotACuratorError: for anybody but a curator.
        ConversationClosedError: if the conversation has ended meanwhile.
        DecidedAlreadyError: if it is decided.
    """
    require_curator(by)
    lock_profiles(message.startup, message.investor)
    message.introduction.refresh_from_db(fields=["state"])
    if message.introduction.state != IntroductionState.MUTUAL:
        raise ConversationClosedError
    _decide(message, MessageState.DELIVERED, delivered_at=at, by=by, at=at)
    record_act(message, "delivered", by=by, at=at)
    tell_of_message(message, at=at)
    tell_the_sender(MESSAGE_DELIVERED, message, at=at)


@transaction.atomic
def keep_back(message: Message, *, reason: str, by: User, at: datetime) -> None:
    """Keep a first message back and tell its sender why.

    Raises:
        NotACuratorError: for anybody but a curator.
        ReasonMissingError: without a reason.
        DecidedAlreadyError: if it is decided.
    """
    require_curator(by)
    if not reason:
        raise ReasonMissingError
    lock_profiles(message.startup, message.investor)
    _decide(message, MessageState.KEPT_BACK, reason=reason, by=by, at=at)
    record_act(message, "kept back", by=by, at=at)
    tell_the_sender(MESSAGE_KEPT_BACK, message, at=at)


def _decide(message: Message, state: MessageState, *, by: User, at: datetime, **changes: object) -> None:
    """Take a waiting message to its state by a conditional update."""
    waiting = Message.objects.filter(pk=message.pk, state=MessageState.WAITING)
    if not waiting.update(state=state, decided_by=by, decided_at=at, **changes):
        raise DecidedAlreadyError
    message.refresh_from_db(fields=["state", "delivered_at", "reason", "decided_at"])


@transaction.atomic
def report_message(
    message: Message, *, side: Side, reason: ReportReason, word: str, by: User, at: datetime
) -> MessageReport:
    """Complain about a message of the other side; a second complaint of the same side is the first one.

    Raises:
        LimitReachedError: if the person or the company reports too often.
    """
    pairs.count(REPORT_LIMIT, message.startup, message.investor, side=side, by=by, at=at)
    lock_profiles(message.startup, message.investor)
    pair = {"startup": message.startup, "investor": message.investor}
    said = {**pair, "reason": reason, "word": word, "by": by, "at": at}
    report, made = MessageReport.objects.get_or_create(message=message, side=side, defaults=said)
    if made:
        record_act(message, "reported", by=by, at=at)
    return report


@transaction.atomic
def decide_report(report: MessageReport, *, decision: ReportDecision, by: User, at: datetime) -> None:
    """Leave a reported message as it is, or hide it from both sides; who reported is told either way.

    Raises:
        NotACuratorError: for anybody but a curator.
        DecidedAlreadyError: if it is decided.
    """
    require_curator(by)
    message = report.message
    lock_profiles(message.startup, message.investor)
    still_open = MessageReport.objects.filter(pk=report.pk, decision="")
    if not still_open.update(decision=decision, decided_by=by, decided_at=at):
        raise DecidedAlreadyError
    if decision == ReportDecision.HIDE:
        Message.objects.filter(pk=message.pk, state=MessageState.DELIVERED).update(state=MessageState.HIDDEN)
    record_act(message, decision.value, by=by, at=at)
    tell_the_reporter(report, at=at)
