"""What waits for a curator: first messages of senders whom nobody knows yet, and reported messages."""

from dataclasses import dataclass

from django.db.models import Q, QuerySet

from matchmaker.choices import MessageState
from matchmaker.models import Message, MessageReport
from matchmaker.models.introduction_table import IntroductionState

AROUND = 3  # messages before and after a reported one that a curator reads with it
PAIR = ("startup", "investor", "introduction")


@dataclass(frozen=True)
class ReportedMessage:
    """A reported message with those around it, as a curator reads them."""

    report: MessageReport
    around: list[Message]


def waiting_first() -> "QuerySet[Message]":
    """Return the first messages that wait while their conversation is open, the oldest first."""
    waiting = Message.objects.filter(state=MessageState.WAITING)
    still_open = waiting.filter(introduction__state=IntroductionState.MUTUAL)
    return still_open.select_related(*PAIR).order_by("at", "pk")


def open_reports() -> "QuerySet[MessageReport]":
    """Return the reports that nobody has decided, the oldest first."""
    related = ("by", *PAIR[:2], *(f"message__{name}" for name in PAIR))
    return MessageReport.objects.filter(decision="").select_related(*related).order_by("at", "pk")


def reported_message(report: MessageReport) -> ReportedMessage:
    """Return a report with what stands around its message."""
    message = report.message
    delivered = Message.objects.filter(introduction=message.introduction, delivered_at__isnull=False)
    moment = message.delivered_at
    before = delivered.filter(Q(delivered_at__lt=moment) | Q(delivered_at=moment, pk__lte=message.pk))
    after = delivered.filter(Q(delivered_at__gt=moment) | Q(delivered_at=moment, pk__gt=message.pk))
    earlier = list(before.order_by("-delivered_at", "-pk")[: AROUND + 1])
    return ReportedMessage(report, [*earlier[::-1], *after.order_by("delivered_at", "pk")[:AROUND]])


def file_for_curators(pk: int) -> Message | None:
    """Return a message with a file that a curator has to judge: it waits, or is reported and undecided."""
    judged = Q(state=MessageState.WAITING) | Q(reports__decision="", reports__isnull=False)
    found = Message.objects.filter(judged, pk=pk).exclude(file="")
    return found.select_related(*PAIR).first()


def waiting_for_curators() -> int:
    """Return how many messages wait for a curator."""
    return waiting_first().count() + open_reports().count()
