"""Telling both sides of an introduction what happened. Who the other is stands behind the sign-in."""

from datetime import datetime

from django.urls import reverse

from matchmaker.choices import Side
from matchmaker.introductions.kinds import (
    INTRODUCTION_CLOSED,
    REQUEST_DECLINED,
    REQUEST_EXPIRED,
    REQUEST_RECEIVED,
    REQUEST_REMINDER,
    REQUEST_WITHDRAWN,
)
from matchmaker.models import Introduction
from profiles.accounts.services.accounts import notify_team
from profiles.models import User
from profiles.notifications import services as notifications
from profiles.notifications.services import Message

# What leads to the list of requests, because the one that it tells of is over.
OVER = {
    REQUEST_DECLINED,
    REQUEST_EXPIRED,
    REQUEST_WITHDRAWN,
    INTRODUCTION_CLOSED,
}


def settle_request(introduction: Introduction, *, at: datetime) -> None:
    """Note for the side that was asked that the request waits for it no longer."""
    asker = introduction.company_on(Side(introduction.asked_by))
    asked = introduction.company_on(introduction.asked_side)
    path = reverse("introduction", args=[asker.public_id])
    kinds = (REQUEST_RECEIVED, REQUEST_REMINDER)
    notifications.mark_settled(asked, kinds=kinds, path=path, at=at)


def tell_side(
    kind: str, introduction: Introduction, side: Side, *, at: datetime, but: User | None = None
) -> None:
    """Tell one side's team, but for who did it; once for each kind, but a reminder each time."""
    path = reverse("introduction", args=[introduction.company_on(side.other).public_id])
    event = str(introduction.pk)
    if kind == REQUEST_REMINDER:
        event = f"{event}:{at:%Y%m%d}"
    leads_to = reverse("introductions") if kind in OVER else path
    message = Message(kind=kind, path=leads_to, event=event, at=at)
    notify_team(introduction.company_on(side), message, but=but)


def tell_both(kind: str, introduction: Introduction, *, at: datetime, but: User) -> None:
    """Tell both sides' people, but for who did it."""
    for side in Side:
        tell_side(kind, introduction, side, at=at, but=but)
