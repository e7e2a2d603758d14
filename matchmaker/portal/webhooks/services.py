"""Webhooks: created, proved, delivered to, switched off and on, removed."""

import base64
import hmac
import logging
import secrets
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from matchmaker.choices import Side
from matchmaker.integrations import dispatch, webhook_sender
from matchmaker.models.webhook import PING, Event, Webhook, WebhookDelivery
from matchmaker.portal.webhooks.kinds import (
    AGAIN_LIMIT,
    CHANGED,
    WEBHOOK_LIMIT,
    WEBHOOK_MADE,
    WEBHOOK_STOPPED,
    WEBHOOKS_OFF,
)
from matchmaker.portal.webhooks.selectors import (
    body_of,
    data_of,
    deliveries_of,
    due_deliveries,
    event_of,
    host_of,
    list_data,
    list_print,
    list_watchers,
    listening,
    webhooks_of,
)
from profiles.catalogue.visibility.visible_profile import joined
from profiles.models import Investor, Membership, Startup, User
from profiles.platform import leases
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits
from profiles.platform.memberships import membership_of
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

logger = logging.getLogger(__name__)
SEND_WEBHOOKS = "matchmaker.tasks.send_webhooks"
MOST_WEBHOOKS = 3  # of one company
MOST_SECONDS = 20.0  # after which one task begins nothing more
MOST_AT_ONCE = 10  # addresses; one that hangs keeps no other waiting
LEASE = timedelta(minutes=1)  # longer than one exchange takes
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=6)
MOST_ATTEMPTS = 8  # together more than fourteen hours
KEPT = timedelta(days=30)  # for which deliveries are listed
LIST_READ_EVERY = timedelta(minutes=10)
LISTS_AT_ONCE = 25
OK = range(200, 300)


class WebhooksOffError(RefusedError):
    message = _("This site sends no events to other programs.")


# --- By people ----------------------------------------------------------------------------------------------


@transaction.atomic
def add_webhook(user: User, *, url: str, events: list[str], at: datetime) -> Webhook:
    """Name an address; nothing but a test is sent there until it answers that.

    Raises:
        RefusedError: no webhooks here, none to this address, too many, or not an owner.
        LimitReachedError: too often in a short time.
    """
    if not webhook_sender.is_on():
        raise WebhooksOffError
    webhook_sender.checked(url)
    membership = _owner(user)
    company = membership.company
    limits.take_token(WEBHOOK_LIMIT, account=user, company=company, at=at)
    lock_profiles(company)  # of two at once, one counts both
    hooks = webhooks_of(company)
    if hooks.count() >= MOST_WEBHOOKS:
        raise RefusedError(_("Your company has 3 webhooks. Remove one first."))
    if hooks.filter(url=url).exists():
        raise RefusedError(_("Your company already has a webhook to this address."))
    secret = f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"
    hook = Webhook.objects.create(
        membership=membership,
        url=url,
        events=sorted(Event(event) for event in events),
        secret=secret,
        created_at=at,
        list_read_at=at,
    )
    _ping(hook, at=at)
    _record(hook, "add", by=user, at=at)
    context = {"host": host_of(url)}
    _notify(user, WEBHOOK_MADE, event=f"{hook.pk}", context=context, at=at)
    return hook


@transaction.atomic
def remove_webhook(hook: Webhook, *, by: User, at: datetime) -> None:
    """Forget an address, and what it was sent.

    Raises:
        RefusedError: only owners of the company do this.
    """
    stored = webhooks_of(_owner(by).company).filter(pk=hook.pk).first()
    if stored:
        _record(stored, "remove", by=by, at=at)
        stored.delete()


@transaction.atomic
def resume_webhook(hook: Webhook, *, by: User, at: datetime) -> None:
    """Switch an address on again; it is tested first.

    Raises:
        WebhooksOffError: see there.
        RefusedError: only owners of the company do this.
        LimitReachedError: too often in a short time.
    """
    if not webhook_sender.is_on():
        raise WebhooksOffError
    limits.take_token(AGAIN_LIMIT, account=by, at=at)
    stopped = webhooks_of(_owner(by).company).filter(pk=hook.pk).exclude(stopped_at=None)
    if Webhook.objects.filter(pk__in=stopped.values("pk")).update(stopped_at=None, proved_at=None):
        _ping(hook, at=at)
        _record(hook, "resume", by=by, at=at)


@transaction.atomic
def send_again(delivery: WebhookDelivery, *, by: User, at: datetime) -> None:
    """Have something sent once more, with the same id, so that its reader can tell.

    Raises:
        RefusedError: only owners of the company do this.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(AGAIN_LIMIT, account=by, at=at)
    mine = deliveries_of(_owner(by).company).filter(pk=delivery.pk).values("pk")
    again = {"delivered_at": None, "failed_at": None, "attempts": 0, "due_at": at, "answered": ""}
    WebhookDelivery.objects.filter(pk__in=mine).update(**again)
    dispatch.enqueue_on_commit(SEND_WEBHOOKS)


def _owner(user: User) -> Membership:
    membership = membership_of(user)
    if membership is None or not membership.is_owner:
        raise RefusedError(_("Only owners of a team can change webhooks."))
    return membership


@transaction.atomic
def switch_off(user: User, *, at: datetime) -> None:
    sides = (f"membership__{side}" for side in Side)
    running = Webhook.objects.filter(membership__user=user, stopped_at=None)
    hooks = list(running.select_related(*sides))
    running.update(stopped_at=at)
    for hook in hooks:
        _record(hook, "sign-in", by=None, at=at)
    if hooks:
        with override(user.language):
            context = {"hosts": joined(sorted({host_of(hook.url) for hook in hooks}))}
        _notify(user, WEBHOOKS_OFF, event=at.isoformat(), context=context, at=at)


# --- By what happens ----------------------------------------------------------------------------------------


def notify_programs(user: User, message: Message) -> None:
    """Queue a notification for a person's webhooks if the caller's transaction commits."""
    event = event_of(message.kind)
    if event is None or not webhook_sender.is_on():
        return
    for hook in listening(user, event):
        _write(hook, event, f"{message.kind}:{message.event}", data_of(event, message, user), at=message.at)


def watch_lists(*, at: datetime) -> int:
    """Queue list changes for webhooks; return how many. The first check sends nothing."""
    changed = 0
    for hook in list_watchers(before=at - LIST_READ_EVERY)[:LISTS_AT_ONCE] if webhook_sender.is_on() else ():
        found = list_print(hook.membership)
        with transaction.atomic():
            mine = Webhook.objects.filter(pk=hook.pk, list_read_at=hook.list_read_at)
            if mine.update(list_read_at=at, list_print=found) and hook.list_print not in ("", found):
                _write(hook, Event.MATCHES, f"matches:{at.isoformat()}", list_data(), at=at)
                changed += 1
    return changed


def _ping(hook: Webhook, *, at: datetime) -> None:
    data = {"challenge": hook.challenge}
    _write(hook, PING, f"{PING}:{at.isoformat()}", data, at=at)


def _write(hook: Webhook, event: str, key: str, data: dict[str, Any], *, at: datetime) -> None:
    body = body_of(event, data, at=at)
    row = WebhookDelivery(webhook=hook, key=key[:200], event=event, body=body, created_at=at, due_at=at)
    WebhookDelivery.objects.bulk_create([row], ignore_conflicts=True)
    dispatch.enqueue_on_commit(SEND_WEBHOOKS)


# --- By the worker ------------------------------------------------------------------------------------------


def send_due(*, at: datetime) -> int:
    """Send what is due for some seconds and return how much was taken."""
    begun, sent = time.monotonic(), 0
    while webhook_sender.is_on() and (passed := time.monotonic() - begun) < MOST_SECONDS:
        now = at + timedelta(seconds=passed)
        some: list[WebhookDelivery] = []
        due = due_deliveries(at=now).select_related("webhook")
        while len(some) < MOST_AT_ONCE and (
            delivery := leases.claim(
                due.exclude(webhook__in=[one.webhook_id for one in some]), until=now + LEASE
            )
        ):
            some.append(delivery)
        if not some:
            break
        with ThreadPoolExecutor(len(some)) as threads:  # which wait for servers; none asks the database
            problems = list(threads.map(partial(_post, at=now), some))
        sent += sum(_record_attempt(*each, at=now) for each in zip(some, problems, strict=True))
    return sent


def resume(*, at: datetime) -> None:
    if webhook_sender.is_on() and due_deliveries(at=at).exists():
        dispatch.enqueue(SEND_WEBHOOKS)


def _post(delivery: WebhookDelivery, *, at: datetime) -> tuple[str, str]:
    try:
        answer = webhook_sender.post(
            delivery.webhook.url, delivery.body.encode(), headers_of(delivery, at=at)
        )
    except webhook_sender.RefusedAddressError:
        return "", "Not a public address"
    except webhook_sender.NotDeliveredError as error:
        return "", f"No answer: {error}"[:40]
    return str(answer.status), _problem(delivery, answer)


def _record_attempt(delivery: WebhookDelivery, answered: tuple[str, str], *, at: datetime) -> bool:
    status, problem = answered
    if problem:
        logger.info("Webhook delivery %s not taken, attempt %s: %s", delivery.pk, delivery.attempts, problem)
        _fail(delivery, problem, at=at)
        return False
    with transaction.atomic():
        mine = WebhookDelivery.objects.filter(pk=delivery.pk, delivered_at=None)
        mine.update(delivered_at=at, failed_at=None, answered=status)
        if delivery.event == PING:
            Webhook.objects.filter(pk=delivery.webhook_id, proved_at=None).update(proved_at=at)
    return True


def headers_of(delivery: WebhookDelivery, *, at: datetime) -> dict[str, str]:
    message_id, moment = f"msg_{delivery.message_id}", str(int(at.timestamp()))
    key = base64.b64decode(delivery.webhook.secret.removeprefix("whsec_"))
    signed = hmac.digest(key, f"{message_id}.{moment}.{delivery.body}".encode(), "sha256")
    return {
        "webhook-id": message_id,
        "webhook-timestamp": moment,
        "webhook-signature": f"v1,{base64.b64encode(signed).decode()}",
        "Content-Type": "application/json",
        "User-Agent": "Corridor-Webhooks",
    }


def _problem(delivery: WebhookDelivery, answer: webhook_sender.Answer) -> str:
    if answer.status not in OK:
        return f"Answered {answer.status}"
    proves = hmac.compare_digest(answer.challenge.encode(), delivery.webhook.challenge.encode())
    return "" if delivery.event != PING or proves else "The test was not answered"


@transaction.atomic
def _fail(delivery: WebhookDelivery, problem: str, *, at: datetime) -> None:
    rest = min(FIRST_PAUSE * 4 ** (delivery.attempts - 1), LONGEST_PAUSE)
    is_over = delivery.attempts >= MOST_ATTEMPTS
    if not leases.release(delivery, until=at + rest, answered=problem, failed_at=at if is_over else None):
        return
    if not is_over:  # what else waits for this address fares no better now
        due_deliveries(at=at + FIRST_PAUSE).filter(webhook=delivery.webhook).update(due_at=at + FIRST_PAUSE)
        return
    hook = Webhook.objects.select_related("membership__user").get(pk=delivery.webhook_id)
    if Webhook.objects.filter(pk=hook.pk, stopped_at=None).update(stopped_at=at):
        _record(hook, "stop", by=None, at=at)
        _notify(hook.membership.user, WEBHOOK_STOPPED, event=f"{hook.pk}:{at.isoformat()}", context={}, at=at)


def forget_old(*, at: datetime) -> int:
    deleted, _by_model = WebhookDelivery.objects.filter(created_at__lt=at - KEPT).delete()
    return deleted


def _record(hook: Webhook, act: str, *, by: User | None, at: datetime) -> None:
    company: Startup | Investor = hook.membership.company
    details = {"act": act, "host": host_of(hook.url)}
    audit.record(CHANGED, subject=audit.subject_of(company), by=by, at=at, details=details)


def _notify(user: User, kind: str, *, event: str, context: dict[str, str], at: datetime) -> None:
    message = Message(kind=kind, path=reverse("webhooks"), event=event, at=at, context=context)
    notifications.notify(user, message)
