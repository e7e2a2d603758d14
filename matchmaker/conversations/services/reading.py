"""Marking as read: each person's own mark, and on each message when the other side first read it."""

from datetime import datetime

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.conversations.kinds import MESSAGE
from matchmaker.conversations.services.telling import page_for
from matchmaker.models import Introduction, Message, ReadMark
from profiles.changes.services import lock_profiles
from profiles.models import User
from profiles.notifications.services import notices


@transaction.atomic
def mark_conversation_read(
    introduction: Introduction, *, side: Side, up_to: datetime, by: User, at: datetime
) -> None:
    """Note that a person of one side has read what was delivered up to a moment.

    Both companies are held: a message that comes at the same time finds the mark either old or new, never
    between, and so is told of.
    """
    lock_profiles(introduction.startup, introduction.investor)
    note_read(introduction, side=side, up_to=up_to, by=by, at=at)


def note_read(introduction: Introduction, *, side: Side, up_to: datetime, by: User, at: datetime) -> None:
    """The same for a caller who holds both companies. A person's mark never goes back."""
    theirs = Message.objects.filter(introduction=introduction, side=side.other, delivered_at__lte=up_to)
    theirs.filter(read_at__isnull=True).update(read_at=at)
    mark, made = ReadMark.objects.get_or_create(introduction=introduction, user=by, defaults={"up_to": up_to})
    if not made:
        ReadMark.objects.filter(pk=mark.pk, up_to__lt=up_to).update(up_to=up_to)
    notices.mark_told(by, kind=MESSAGE, path=page_for(introduction, side), at=at)
