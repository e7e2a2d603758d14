"""Telling both sides of a meeting what happened, each person in their own language and time zone."""

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import override

from matchmaker.choices import Side
from matchmaker.integrations.calendar_files import Method
from matchmaker.meetings.kinds import MEETING_CANCELLED, MEETING_KINDS
from matchmaker.meetings.selectors.calendar_entry import calendar_entry, moment_for
from matchmaker.models import Meeting
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.meeting_table import AGREED_STATES
from profiles.accounts.services.accounts import PersonalContext, notify_team
from profiles.models import Investor, OutboxMail, Startup, User
from profiles.notifications.services import Message


def tell_team(
    kind: str,
    meeting: Meeting,
    side: Side,
    *,
    event: str,
    at: datetime,
    but: User | None = None,
    method: Method | None = None,
) -> None:
    """Tell one side's people, but for one; with `method` a calendar entry goes with the mail.

    `event` tells this event from others of the same meeting, so that it is told once.
    """
    introduction = meeting.introduction

    def personal(user: User) -> PersonalContext:
        entry = calendar_entry(meeting, side, user, method=method, at=at) if method else ""
        with override(user.language):
            return PersonalContext({"when": moment_for(meeting, side, user)}, entry)

    is_open = introduction.state == IntroductionState.MUTUAL
    theirs = introduction.company_on(side.other)
    path = reverse("meeting", args=[theirs.public_id]) if is_open else reverse("introductions")
    message = Message(kind=kind, path=path, event=f"{meeting.pk}:{event}", at=at)
    notify_team(introduction.company_on(side), message, but=but, personal=personal)


def erase_company(company: Startup | Investor, at: datetime) -> None:
    """Tell those who have an agreed meeting with a company that is being deleted, without naming it.

    The entry leaves their calendars. Waiting mails of its meetings go, because their entries name both sides.
    """
    for meeting in Meeting.objects.filter(**{f"introduction__{company.side}": company}):
        keys = Q()
        for kind in MEETING_KINDS:
            keys |= Q(key__startswith=f"{kind}:{meeting.pk}:")
        OutboxMail.objects.filter(keys).delete()
    agreed = Meeting.objects.filter(
        **{f"introduction__{company.side}": company}, state__in=AGREED_STATES, ends_at__gt=at
    )
    other = Side(company.side).other
    for meeting in agreed.select_related("introduction__startup", "introduction__investor"):
        meeting.sequence += 1
        meeting.call_address = ""

        def personal(user: User, meeting: Meeting = meeting) -> PersonalContext:
            entry = calendar_entry(meeting, other, user, method=Method.CANCEL, at=at, is_alone=True)
            return PersonalContext(calendar=entry)

        message = Message(
            kind=MEETING_CANCELLED, path=reverse("introductions"), event=f"{meeting.pk}:deleted", at=at
        )
        notify_team(meeting.introduction.company_on(other), message, personal=personal)


def tell_both_teams(
    kind: str, meeting: Meeting, *, event: str, at: datetime, method: Method | None = None
) -> None:
    """Tell both sides' people, whoever did it too: their calendars are to be alike."""
    for side in Side:
        tell_team(kind, meeting, side, event=event, at=at, method=method)
