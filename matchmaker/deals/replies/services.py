"""Giving people addresses to reply to, and making messages of what arrives there."""

import logging
import secrets
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _
from django.utils.translation import override

from matchmaker.choices import Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.conversations.forms import MessageForm
from matchmaker.deals.conversations.selectors import conversation_of
from matchmaker.deals.replies import kinds
from matchmaker.deals.replies.selectors import (
    Arrival,
    ReceivedEmail,
    address_with,
    due,
    fingerprint_of,
    person_with,
    reply_address,
)
from matchmaker.integrations import dispatch
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.pairs.selectors.pair import open_introduction, pair_of
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.reply import ReceivedReply, ReplyAddress, ReplyOutcome
from matchmaker.transitions import NotOpenError
from profiles.choices import Role
from profiles.models import OutboxMail, User
from profiles.people.accounts.selectors import account_language
from profiles.people.accounts.services.accounts import known_language
from profiles.platform import leases
from profiles.platform.files.services import count_upload
from profiles.platform.limits import services as limits
from profiles.platform.memberships import membership_of
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.selectors import is_stopped
from profiles.refusals import RefusedError

logger = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
MOST_ATTEMPTS = 3
VALID = timedelta(days=30)
KEPT = timedelta(days=60)  # of a used-up address and of an email that has come, beyond their time


def reply_way(user: User, message: Any) -> tuple[str, str]:
    """Return the address to reply to an email with this message, and a sentence about it; empty without."""
    if not settings.REPLY_DOMAIN or message.kind not in (*kinds.OF_MESSAGES, *kinds.OF_REQUESTS):
        return "", ""
    introduction = _introduction_on(message.path, user)
    if introduction is None or OutboxMail.objects.filter(key=f"{message.kind}:{message.event}").exists():
        return "", ""
    token = secrets.token_hex(20)
    values = {"fingerprint": fingerprint_of(token), "expires_at": message.at + VALID}
    ReplyAddress.objects.create(introduction=introduction, user=user, **values)
    with override(user.language):
        if message.kind in kinds.OF_MESSAGES:
            words = _("You can also reply to this email. Your reply becomes a message. It may have one file.")
        else:
            words = _("Please answer on the page. A reply to this email does not answer the request.")
    return address_with(token), words


def _introduction_on(path: str, user: User) -> Introduction | None:
    membership = membership_of(user)
    with suppress(Resolver404):
        public_id = resolve(path).kwargs.get("public_id")
        if membership and public_id:
            side = Side(membership.company.side)
            pair = {f"{side}_id": membership.company.pk, f"{side.other}__public_id": public_id}
            return Introduction.objects.filter(**pair).order_by("-asked_at", "-pk").first()
    return None


@transaction.atomic
def end_addresses(user: User) -> None:
    """Let no reply in any more: the person has a new password, or all sessions have ended."""
    ReplyAddress.objects.filter(user=user).delete()


@transaction.atomic
def receive(arrival: Arrival, *, at: datetime) -> None:
    """Store an email for the worker, once however often it comes."""
    content = asdict(arrival.email) if arrival.email else None
    values = {"outcome": ReplyOutcome.DROPPED, "verdict": arrival.verdict, "email": content, "at": at}
    ReceivedReply.objects.get_or_create(fingerprint=arrival.fingerprint, defaults=values)
    dispatch.enqueue_on_commit(dispatch.READ_REPLIES)


def read_next(*, at: datetime) -> bool:
    """Make a message of one email, or email its sender why not; return whether there was one.

    The message, its notices and the result are stored together or not at all.
    """
    row: ReceivedReply | None = leases.claim(due(at), until=at + LEASE)
    if row is None:
        return False
    email = ReceivedEmail(**(row.email or {}))
    with suppress(leases.LeaseLostError), transaction.atomic():
        if row.attempts > MOST_ATTEMPTS + 1:
            outcome = ReplyOutcome.DROPPED  # its sender could not be answered either
        else:
            outcome = _outcome_of(email, is_unreadable=row.attempts > MOST_ATTEMPTS, at=at)
        leases.finish(row, outcome=outcome, email=None)
    return True


def read_replies(*, at: datetime) -> None:
    """Read one email, and ask for the rest: what waits meanwhile comes before it."""
    if read_next(at=at):
        resume(at=timezone.now())


def resume(*, at: datetime) -> None:
    """Find the work of a lost message."""
    if due(at).exists():
        dispatch.enqueue(dispatch.READ_REPLIES)


def _outcome_of(email: ReceivedEmail, *, is_unreadable: bool, at: datetime) -> ReplyOutcome:
    if is_unreadable:
        logger.error("An email could not be read, three times.")
    address, person = reply_address(email.address), person_with(email.sender)
    if address is None or address.expires_at <= at or person != address.user:
        if address or person:  # a guessed address and a stranger: not even an answer
            _answer(
                email, kinds.REPLY_UNKNOWN, reverse("home"), language=account_language(email.sender), at=at
            )
        return ReplyOutcome.UNKNOWN
    user = address.user
    with override(user.language), notifications.sent_by(lambda: user):
        try:
            limits.take_token(kinds.REPLY_LIMIT, address=email.address, at=at)  # counts what is refused too
            with transaction.atomic():
                _post(email, address, is_unreadable=is_unreadable, at=at)
        except limits.LimitReachedError:
            refusal, path = _("You have sent too many messages in a short time."), reverse("home")
        except RefusedError as error:
            refusal, path = str(error), getattr(error, "path", "") or reverse("home")
        else:
            return ReplyOutcome.POSTED
    _answer(email, kinds.REPLY_REFUSED, path, language=user.language, at=at, reason=refusal)
    return ReplyOutcome.REFUSED


class NotPostedError(RefusedError):
    """The reply is not posted; `path` leads to where its sender can go on."""

    def __init__(self, message: str, *, path: str = "") -> None:
        super().__init__(message)
        self.path = path


def _post(email: ReceivedEmail, address: ReplyAddress, *, is_unreadable: bool, at: datetime) -> None:
    """Write the message as the page of the conversation does.

    Raises:
        LimitReachedError: if the person or the company writes too often.
        RefusedError: nothing was written.
    """
    user = address.user
    introduction, side = _open_conversation(address)
    page = conversations.page_for(introduction, side)
    if is_unreadable:
        raise NotPostedError(_("We could not read your email. Please write on the page."), path=page)
    files = email.files()
    if len(files) > 1:
        raise NotPostedError(_("A reply can have only one file."), path=page)
    if files:
        count_upload(introduction.company_on(side), by=user, at=at)
    text = email.text
    if not text and not files:
        raise NotPostedError(
            _("Your reply has no new text above the email that you have answered."), path=page
        )
    form = MessageForm({"text": text}, MultiValueDict({"file": files}))
    if not form.is_valid():
        reasons = (str(error) for errors in form.errors.values() for error in errors)
        raise NotPostedError(" ".join(reasons), path=page)
    try:
        conversations.send_message(introduction, side=side, **form.cleaned_data, by=user, at=at)
    except NotOpenError as error:
        raise conversations.ConversationClosedError from error
    except RefusedError as error:
        raise NotPostedError(str(error), path=page) from error


def _open_conversation(address: ReplyAddress) -> tuple[Introduction, Side]:
    """Return the conversation that the person could open on the site now, and the side.

    Raises:
        RefusedError: there is none, or the request is not answered yet.
    """
    introduction, user = address.introduction, address.user
    member = current_company(user) if user.role in (Role.STARTUP, Role.INVESTOR) else None
    if member is None or introduction.company_on(member.side).pk != member.company_id:
        raise conversations.ConversationClosedError
    pair = pair_of(member, introduction.company_on(member.side.other).public_id)
    if pair is None:
        raise conversations.ConversationClosedError
    waiting, talk = open_introduction(pair), conversation_of(pair)
    if waiting and waiting.pk == introduction.pk and waiting.state != IntroductionState.MUTUAL:
        raise NotPostedError(
            _("Please answer a request on its page: “Interested”, “Later” or “Pass”."),
            path=reverse("introduction", args=[pair.counterpart.public_id]),
        )
    if talk is None or talk.pk != introduction.pk:
        raise conversations.ConversationClosedError
    return talk, member.side


def _answer(
    email: ReceivedEmail, kind: str, path: str, *, language: str | None, at: datetime, reason: str = ""
) -> None:
    """Write to the sender, a few times an hour at most."""
    if is_stopped(email.sender):
        return
    try:
        limits.take_token(kinds.ANSWER_LIMIT, address=email.sender, at=at)
    except limits.LimitReachedError:
        return
    event, context = email.fingerprint, {"reason": reason}
    message = notifications.Message(kind=kind, path=path, event=event, at=at, context=context)
    notifications.enqueue(message, to=email.sender, language=known_language(language), is_limited=False)


def forget_old(*, at: datetime) -> None:
    ReplyAddress.objects.filter(expires_at__lte=at - KEPT).delete()
    ReceivedReply.objects.filter(at__lte=at - VALID - KEPT).delete()
