"""Telling people of messages: once, until they have read. No notice and no mail holds a word or a name."""

from datetime import datetime

from django.urls import reverse

from matchmaker.choices import Side
from matchmaker.conversations.kinds import MESSAGE, REPORT_DECIDED
from matchmaker.models import Introduction, Message, MessageReport, ReadMark
from profiles.accounts.selectors import members_of
from profiles.accounts.services.accounts import name_in, notify_team
from profiles.notifications import services as notifications


def page_for(introduction: Introduction, side: Side) -> str:
    """Return the address of the conversation for one side."""
    counterpart = introduction.investor if side == Side.STARTUP else introduction.startup
    return reverse("conversation", args=[counterpart.public_id])


def tell_of_message(message: Message, *, at: datetime) -> None:
    """Tell everybody of the other side who has read all that came before; who has not was told already.

    The event is named by the reader's mark, which stays the same until that person reads: so a burst is
    told once.
    """
    introduction, side = message.introduction, Side(message.side).other
    company = introduction.company_on(side)
    marks = dict(ReadMark.objects.filter(introduction=introduction).values_list("user_id", "up_to"))
    for member in members_of(company):
        mark = marks.get(member.user_id)
        notice = notifications.Message(
            kind=MESSAGE,
            path=page_for(introduction, side),
            event=f"conversation:{introduction.pk}:{mark.timestamp() if mark else 0}",
            at=at,
            context={"company": name_in(company, member.user.language)},
        )
        notifications.notify(member.user, notice)


def tell_the_sender(kind: str, message: Message, *, at: datetime) -> None:
    """Tell the sender's people what a curator decided about their first message."""
    side = Side(message.side)
    path = page_for(message.introduction, side)
    notice = notifications.Message(kind=kind, path=path, event=f"message:{message.pk}", at=at)
    notify_team(message.introduction.company_on(side), notice)


def tell_the_reporter(report: MessageReport, *, at: datetime) -> None:
    """Tell who reported that a curator has looked."""
    path = page_for(report.message.introduction, Side(report.side))
    notice = notifications.Message(kind=REPORT_DECIDED, path=path, event=f"report:{report.pk}", at=at)
    notifications.notify(report.by, notice)
