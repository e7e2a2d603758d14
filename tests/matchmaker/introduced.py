"""Introductions for tests, in any state, with the yeses that belong to it."""

from datetime import timedelta

from django.utils import timezone

from matchmaker.choices import MessageState, Side
from matchmaker.models.conversation import REACHED, Message
from matchmaker.models.introduction import OPEN, WAITING, Introduction, IntroductionState
from matchmaker.models.pair_action import Interest
from profiles.models import Notice

S = IntroductionState
ANSWERED = (S.LATER, S.MUTUAL, S.DECLINED, S.CLOSED)


def make_introduction(
    startup, investor, *, by, side=Side.STARTUP, state=S.ASKED, at=None, answered_at=None, **words
):
    """Return an introduction that `side` asked for at `at`, and was answered, if it was, at `answered_at`."""
    at = at or timezone.now()
    delivered_at = None if state == S.QUEUED else at
    due_at = at + timedelta(days=investor.reply_days) if delivered_at else None
    pair = {"startup": startup, "investor": investor}
    if delivered_at and state != S.WITHDRAWN:
        Interest.objects.get_or_create(side=side, **pair, defaults={"by": by, "at": at})
    if state == S.MUTUAL:
        Interest.objects.get_or_create(side=side.other, **pair, defaults={"by": by, "at": answered_at or at})
    return Introduction.objects.create(
        **pair,
        asked_by=side,
        state=state,
        by=by,
        asked_at=at,
        delivered_at=delivered_at,
        due_at=due_at,
        closes_at=at + timedelta(days=60) if state in WAITING else None,
        answered_at=(answered_at or at) if state in ANSWERED else None,
        answered_by=by if state in ANSWERED else None,
        ended_at=None if state in OPEN else (answered_at or at),
        **words,
    )


def make_message(
    introduction,
    side,
    *,
    by,
    text="Shall we talk on Monday?",
    state=MessageState.DELIVERED,
    at=None,
    **fields,
):
    """Return a message of one side, read by no one yet."""
    at = at or timezone.now()
    return Message.objects.create(
        introduction=introduction,
        startup=introduction.startup,
        investor=introduction.investor,
        side=side,
        text=text,
        state=state,
        by=by,
        at=at,
        delivered_at=at if state in REACHED else None,
        **fields,
    )


def told(user):
    """Return the kinds of notices that a person got, oldest first."""
    return list(Notice.objects.filter(user=user).order_by("pk").values_list("kind", flat=True))
