"""Reporting a message, and what a curator decides about it."""

from datetime import datetime

from django.db import transaction

from matchmaker.choices import MessageState, ReportDecision, ReportReason, Side
from matchmaker.conversations.kinds import REPORT_LIMIT
from matchmaker.conversations.services.first_messages import DecidedAlreadyError
from matchmaker.conversations.services.messages import record_act
from matchmaker.conversations.services.telling import tell_the_reporter
from matchmaker.models import Message, MessageReport
from matchmaker.pairs.services import pairs
from profiles.changes.services import lock_profiles
from profiles.guards import require_curator
from profiles.models import User


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
    report, made = MessageReport.objects.get_or_create(
        message=message,
        side=side,
        defaults={
            "startup": message.startup,
            "investor": message.investor,
            "reason": reason,
            "word": word,
            "by": by,
            "at": at,
        },
    )
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
