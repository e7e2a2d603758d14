"""Telling both sides of an introduction what happened. Who the other is stands behind the sign-in."""

from datetime import datetime

from django.urls import reverse

from matchmaker.choices import Side
from matchmaker.models import Introduction
from profiles.accounts.services.notifications import send_to_company
from profiles.events import EventKind
from profiles.models import User
from profiles.notifications.services import notices

# What leads to the list of requests, because the one that it tells of is over.
OVER = {
    EventKind.REQUEST_DECLINED,
    EventKind.REQUEST_EXPIRED,
    EventKind.REQUEST_WITHDRAWN,
    EventKind.INTRODUCTION_CLOSED,
}


def settle_request(introduction: Introduction, *, at: datetime) -> None:
    """Note for the side that was asked that the request waits for it no longer."""
    asker = introduction.company_on(Side(introduction.asked_by))
    asked = introduction.company_on(introduction.asked_side)
    path = reverse("introduction", args=[asker.public_id])
    kinds = (EventKind.REQUEST_RECEIVED, EventKind.REQUEST_REMINDER)
    notices.mark_settled(asked, kinds=kinds, path=path, at=at)


def tell_side(
    kind: EventKind, introduction: Introduction, side: Side, *, at: datetime, but: User | None = None
) -> None:
    """Tell one side's people, but for who did it; once for each kind, but a reminder each time."""
    path = reverse("introduction", args=[introduction.company_on(side.other).public_id])
    event = str(introduction.pk)
    if kind is EventKind.REQUEST_REMINDER:
        event = f"{event}:{at:%Y%m%d}"
    leads_to = reverse("introductions") if kind in OVER else path
    send_to_company(kind, introduction.company_on(side), path=leads_to, event=event, at=at, but=but)


def tell_both(kind: EventKind, introduction: Introduction, *, at: datetime, but: User) -> None:
    """Tell both sides' people, but for who did it."""
    for side in Side:
        tell_side(kind, introduction, side, at=at, but=but)
