"""Webhooks of a company, due deliveries, and the content of an event."""

import json
from contextlib import suppress
from datetime import datetime
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import Resolver404, resolve, reverse

from matchmaker.choices import Side
from matchmaker.deals.conversations.selectors import unread_counts
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.lists.selectors.list_page import SearchQuery
from matchmaker.matching.lists.selectors.neighbours import listed_ids
from matchmaker.matching.lists.selectors.own_list import own_list
from matchmaker.models.webhook import PING, Event, Webhook, WebhookDelivery
from profiles.choices import Status
from profiles.models import Investor, Membership, Startup, User
from profiles.models.leased_row import LeasedRows
from profiles.platform.notifications.services import Message

REQUESTED = {"request_received"}
CHANGED = {
    *("request_delivered", "request_later", "request_declined", "request_expired", "request_lapsed"),
    *("request_withdrawn", "mutual_interest", "introduction_closed", "introduction_paused"),
    "introduction_resumed",
}


PAIR = "api:introduction"
NAMES = {Event.PILOT: "api:pilot", Event.PROGRAMME: "api:programme"}


def event_of(kind: str) -> Event | None:
    """Return the event of a notification kind; None for kinds that programs do not get."""
    if kind in REQUESTED:
        return Event.REQUESTED
    if kind in CHANGED:
        return Event.CHANGED
    if kind == "message":
        return Event.MESSAGE
    if kind.startswith(("programme_", "mission_")):
        return Event.PROGRAMME
    return Event.PILOT if kind.startswith("pilot_") else None


def webhooks_of(company: Startup | Investor) -> QuerySet[Webhook]:
    return Webhook.objects.filter(**{f"membership__{company.side}": company}).select_related(
        "membership__user"
    )


def live_webhooks() -> QuerySet[Webhook]:
    suspended = {f"membership__{side}__status": Status.SUSPENDED for side in Side}
    rows = Webhook.objects.filter(
        stopped_at=None, membership__is_owner=True, membership__user__is_active=True
    )
    rows = rows if settings.DEMO else rows.exclude(membership__user__is_demo=True)
    return rows.exclude(Q(*suspended.items(), _connector=Q.OR))


def listening(user: User, event: Event) -> list[Webhook]:
    rows = live_webhooks().filter(membership__user=user).exclude(proved_at=None)
    return [hook for hook in rows if event in hook.events]


def due_deliveries(*, at: datetime) -> LeasedRows:
    """Return what is due, the oldest first: of an address that is not proved, its ping only."""
    rows = WebhookDelivery.objects.filter(delivered_at=None, failed_at=None, due_at__lte=at)
    is_told = Q(event=PING) | Q(webhook__proved_at__isnull=False)
    return rows.filter(is_told, webhook__in=live_webhooks().values("pk")).order_by("due_at", "pk")


def deliveries_of(company: Startup | Investor) -> QuerySet[WebhookDelivery]:
    """Return what a company's webhooks were sent, the newest first."""
    rows = WebhookDelivery.objects.filter(webhook__in=webhooks_of(company).values("pk"))
    return rows.select_related("webhook")


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def body_of(event: str, data: dict[str, Any], *, at: datetime) -> str:
    return json.dumps({"type": event, "timestamp": at.isoformat(), "data": data}, separators=(",", ":"))


def data_of(event: Event, message: Message, user: User) -> dict[str, Any]:
    """Return ids and addresses of a notification, never its texts."""
    data: dict[str, Any] = {"kind": message.kind, "url": _address(message.path)}
    with suppress(Resolver404):
        if public_id := resolve(message.path).kwargs.get("public_id"):
            data |= {"id": public_id, "api": _address(reverse(NAMES.get(event, PAIR), args=[public_id]))}
    if event == Event.MESSAGE:
        data["unread"] = sum(unread_counts(user).values())
    return data


def list_data() -> dict[str, Any]:
    return {"url": _address(reverse("matches")), "api": _address(reverse("api:matches"))}


def _address(path: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{path}"


def list_watchers(*, before: datetime) -> list[Webhook]:
    rows = live_webhooks().filter(list_read_at__lte=before).exclude(proved_at=None)
    watching = rows.select_related("membership__user").order_by("list_read_at", "pk")
    return [hook for hook in watching if Event.MATCHES in hook.events]


def list_print(membership: Membership) -> str:
    """Return a fingerprint of a company's list in its order; empty while there is none."""
    member = current_company(membership.user)
    lists = own_list(member) if member and member.company.is_published else None
    if member is None or lists is None:
        return ""
    return sha256(" ".join(listed_ids(member, SearchQuery(), lists)).encode()).hexdigest()
