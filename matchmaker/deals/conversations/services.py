"""Writing in a conversation, its files, and what curators do about it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import MessageState, ReportDecision, ReportReason, Side
from matchmaker.deals.conversations import kinds
from matchmaker.deals.introductions.services import decisions
from matchmaker.matching.pairs import services as pairs
from matchmaker.models.conversation import REACHED, CompanyBlock, LastRead, Message, MessageReport
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.registry import WHEN_BLOCKED
from matchmaker.transitions import NotOpenError
from profiles.choices import FileFault
from profiles.guards import ReasonMissingError, require_curator
from profiles.integrations.file_checking import SentFile
from profiles.models import CheckedFile, Investor, Startup, User
from profiles.people.accounts.selectors import members_of
from profiles.people.accounts.services.accounts import name_in, notify_team
from profiles.platform.changes.services import lock_profiles
from profiles.platform.files import services as files
from profiles.platform.notifications import services as notifications
from profiles.refusals import RefusedError


def page_for(introduction: Introduction, side: Side) -> str:
    counterpart = introduction.investor if side == Side.STARTUP else introduction.startup
    return reverse("conversation", args=[counterpart.public_id])


def notify_of_message(message: Message, *, at: datetime) -> None:
    """Notify each person of the other side who has read all earlier messages.

    The event is the reader's mark, so that a burst notifies once.
    """
    introduction, side = message.introduction, Side(message.side).other
    company = introduction.company_on(side)
    marks = dict(LastRead.objects.filter(introduction=introduction).values_list("user_id", "up_to"))
    for member in members_of(company):
        mark = marks.get(member.user_id)
        notice = notifications.Message(
            kind=kinds.MESSAGE,
            path=page_for(introduction, side),
            event=f"conversation:{introduction.pk}:{mark.timestamp() if mark else 0}",
            at=at,
            context={"company": name_in(company, member.user.language)},
        )
        notifications.notify(member.user, notice)


def notify_sender(kind: str, message: Message, *, at: datetime) -> None:
    """Notify the sender's team of a curator's decision on their first message."""
    side = Side(message.side)
    path = page_for(message.introduction, side)
    notice = notifications.Message(kind=kind, path=path, event=f"message:{message.pk}", at=at)
    notify_team(message.introduction.company_on(side), notice)


class ConversationClosedError(RefusedError):
    message = _("This conversation is closed.")


def send_message(
    introduction: Introduction, *, side: Side, text: str, file: SentFile | None = None, by: User, at: datetime
) -> Message:
    """Write a message. Notify the other side, unless the message waits for a check of its file or a curator.

    Raises:
        LimitReachedError: if the person or the company writes too often.
        NotOpenError: if the pair is not open (pairs/services.py).
        RefusedError: nothing was written.
    """
    with files.stored(file) as name, transaction.atomic():
        startup, investor = introduction.startup, introduction.investor
        pairs.begin_act(kinds.MESSAGE_LIMIT, startup, investor, side=side, by=by, at=at)
        introduction.refresh_from_db(fields=["state"])
        company = introduction.company_on(side)
        if introduction.state != IntroductionState.MUTUAL:
            raise ConversationClosedError
        waits = first_waits(company, side=side)
        own_messages = Message.objects.filter(side=side, introduction=introduction)
        waiting_states = (MessageState.WAITING, MessageState.CHECKING) if waits else (MessageState.WAITING,)
        if own_messages.filter(state__in=waiting_states).exists():
            raise RefusedError(
                _("Your first message is still waiting for a curator. You can continue once it is delivered.")
            )
        message = Message(
            introduction=introduction, startup=startup, investor=investor, side=side, text=text, by=by, at=at
        )
        note_read(introduction, side=side, up_to=at, by=by, at=at)  # who answers has read what stands above
        if file:
            message.state = MessageState.CHECKING
            message.file = files.receive(company, file, name=name, by=by, at=at)
            message.save()
            record_act(message, "checking", by=by, at=at)
        else:
            _hand_on(message, waits=waits, at=at)
        return message


def _hand_on(message: Message, *, waits: bool, at: datetime) -> None:
    message.state = MessageState.WAITING if waits else MessageState.DELIVERED
    message.delivered_at = None if waits else at
    message.save()
    record_act(message, "waits" if waits else "sent", by=message.by, at=at)
    if not waits:
        notify_of_message(message, at=at)


def file_was_checked(*, file: CheckedFile, at: datetime, **_kwargs: Any) -> None:
    """Send the message of a checked file, or notify its sender that it is not sent."""
    related = "introduction__startup", "introduction__investor", "by"
    message = Message.objects.filter(file=file).select_related(*related).first()
    if message is None:
        return
    introduction, side = message.introduction, Side(message.side)
    message.startup, message.investor = introduction.startup, introduction.investor
    try:
        pairs.lock_open_pair(message.startup, message.investor)
        introduction.refresh_from_db(fields=["state"])
        is_open = introduction.state == IntroductionState.MUTUAL
    except NotOpenError:
        is_open = False
    waits = first_waits(introduction.company_on(side), side=side)
    others = Message.objects.filter(introduction=introduction, side=side, state=MessageState.WAITING)
    if not file.fault and (not is_open or (waits and others.exists())):
        file.fault = FileFault.NOT_NEEDED
    if not file.fault:
        _hand_on(message, waits=waits, at=at)
        return
    message.state = MessageState.UNSENT
    message.save()
    record_act(message, "unsent", by=message.by, at=at)
    path, event = page_for(introduction, side), f"unsent:{message.pk}"
    notice = notifications.Message(kind=kinds.MESSAGE_UNSENT, path=path, event=event, at=at)
    notifications.notify(message.by, notice)


def first_waits(company: Startup | Investor, *, side: Side) -> bool:
    """Return whether a curator must read this company's message first.

    Until a curator has read the present profile or one message was delivered.
    """
    company.refresh_from_db(fields=["reviewed_at", "submitted_at"])
    is_read = company.reviewed_at is not None and (
        company.submitted_at is None or company.submitted_at <= company.reviewed_at
    )
    if is_read:
        return False
    return not Message.objects.filter(side=side, state__in=REACHED, **{side.value: company}).exists()


def record_act(message: Message, done: str, *, by: User, at: datetime) -> None:
    """Record in the audit log that someone wrote or decided, without the content."""
    details: dict[str, Any] = {"side": Side(message.side), "message": message.pk, "done": done}
    pairs.record(kinds.CONVERSED, message.startup, message.investor, by=by, at=at, **details)


@transaction.atomic
def open_file(message: Message, *, by: User, at: datetime) -> None:
    record_act(message, "file opened", by=by, at=at)


@transaction.atomic
def mark_conversation_read(
    introduction: Introduction, *, side: Side, up_to: datetime, by: User, at: datetime
) -> None:
    """Note that a person of one side has read what was delivered up to a moment."""
    lock_profiles(introduction.startup, introduction.investor)
    note_read(introduction, side=side, up_to=up_to, by=by, at=at)


def note_read(introduction: Introduction, *, side: Side, up_to: datetime, by: User, at: datetime) -> None:
    """The same for a caller that holds the locks of both companies. A mark never goes back."""
    theirs = Message.objects.filter(introduction=introduction, side=side.other, delivered_at__lte=up_to)
    theirs.filter(read_at__isnull=True).update(read_at=at)
    mark, made = LastRead.objects.get_or_create(introduction=introduction, user=by, defaults={"up_to": up_to})
    if not made:
        LastRead.objects.filter(pk=mark.pk, up_to__lt=up_to).update(up_to=up_to)
    notifications.mark_notified(by, kind=kinds.MESSAGE, path=page_for(introduction, side), at=at)


@transaction.atomic
def block_company(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    lock_profiles(startup, investor)
    _block, made = CompanyBlock.objects.get_or_create(
        startup=startup, investor=investor, side=side, defaults={"by": by, "at": at}
    )
    if made:
        notifications.take_back_about([investor.public_id], to=startup)
        notifications.take_back_about([startup.public_id], to=investor)
        decisions.end_requests(startup, investor, side=side, by=by, at=at)
        for end_between in WHEN_BLOCKED:
            end_between(startup, investor, side=side, by=by, at=at)
        pairs.record(kinds.CONVERSED, startup, investor, side=side, by=by, at=at, done="blocked")


@transaction.atomic
def unblock_company(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    lock_profiles(startup, investor)
    undone, _by_model = CompanyBlock.objects.filter(startup=startup, investor=investor, side=side).delete()
    if undone:
        pairs.record(kinds.CONVERSED, startup, investor, side=side, by=by, at=at, done="unblocked")


class DecidedAlreadyError(RefusedError):
    message = _("Another curator has already decided this.")


@transaction.atomic
def deliver_first(message: Message, *, by: User, at: datetime) -> None:
    """Deliver a first message, once: of two curators the second is refused.

    Raises:
        NotACuratorError: for anyone but a curator.
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
    notify_of_message(message, at=at)
    notify_sender(kinds.MESSAGE_DELIVERED, message, at=at)


@transaction.atomic
def keep_back(message: Message, *, reason: str, by: User, at: datetime) -> None:
    """Withhold a first message and notify its sender of the reason.

    Raises:
        NotACuratorError: for anyone but a curator.
        ReasonMissingError: without a reason.
        DecidedAlreadyError: if it is decided.
    """
    require_curator(by)
    if not reason:
        raise ReasonMissingError
    lock_profiles(message.startup, message.investor)
    _decide(message, MessageState.KEPT_BACK, reason=reason, by=by, at=at)
    record_act(message, "kept back", by=by, at=at)
    notify_sender(kinds.MESSAGE_KEPT_BACK, message, at=at)


def _decide(message: Message, state: MessageState, *, by: User, at: datetime, **changes: object) -> None:
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
    pairs.count(kinds.REPORT_LIMIT, message.startup, message.investor, side=side, by=by, at=at)
    lock_profiles(message.startup, message.investor)
    pair = {"startup": message.startup, "investor": message.investor}
    values = {**pair, "reason": reason, "word": word, "by": by, "at": at}
    report, made = MessageReport.objects.get_or_create(message=message, side=side, defaults=values)
    if made:
        record_act(message, "reported", by=by, at=at)
    return report


@transaction.atomic
def decide_report(report: MessageReport, *, decision: ReportDecision, by: User, at: datetime) -> None:
    """Leave a reported message, or hide it from both sides; the reporter is notified.

    Raises:
        NotACuratorError: for anyone but a curator.
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
    path, event = page_for(message.introduction, Side(report.side)), f"report:{report.pk}"
    notice = notifications.Message(kind=kinds.REPORT_DECIDED, path=path, event=event, at=at)
    notifications.notify(report.by, notice)
