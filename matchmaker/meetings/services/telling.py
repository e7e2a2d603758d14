"""Telling both sides of a meeting what happened, each person in their own language and time zone."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import override

from matchmaker.choices import Side
from matchmaker.integrations.calendar_files import Method
from matchmaker.meetings.selectors.calendar_entry import calendar_entry, moment_for
from matchmaker.models import Meeting
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.meeting_table import AGREED_STATES
from profiles.accounts.services.notifications import send_to_company
from profiles.events import EventKind
from profiles.models import Investor, Startup, User
from profiles.notifications.services.notices import PersonalWords


def tell_team(
    kind: EventKind,
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

    def personal(user: User) -> PersonalWords:
        entry = calendar_entry(meeting, side, user, method=method, at=at) if method else ""
        with override(user.language):
            return PersonalWords({"when": moment_for(meeting, side, user)}, entry)

    is_open = introduction.state == IntroductionState.MUTUAL
    theirs = introduction.company_on(side.other)
    send_to_company(
        kind,
        introduction.company_on(side),
        path=reverse("meeting", args=[theirs.public_id]) if is_open else reverse("introductions"),
        event=f"{meeting.pk}:{event}",
        at=at,
        but=but,
        personal=personal,
    )


def tell_of_deletion(company: Startup | Investor, *, at: datetime) -> None:
    """Tell those who have an agreed meeting with a company that is being deleted, without naming it.

    The entry leaves their calendars. The caller deletes the company in the same transaction.
    """
    agreed = Meeting.objects.filter(
        **{f"introduction__{company.side}": company}, state__in=AGREED_STATES, ends_at__gt=at
    )
    other = Side(company.side).other
    for meeting in agreed.select_related("introduction__startup", "introduction__investor"):
        meeting.sequence += 1
        meeting.call_address = ""

        def personal(user: User, meeting: Meeting = meeting) -> PersonalWords:
            entry = calendar_entry(meeting, other, user, method=Method.CANCEL, at=at, is_alone=True)
            return PersonalWords(calendar=entry)

        send_to_company(
            EventKind.MEETING_CANCELLED,
            meeting.introduction.company_on(other),
            path=reverse("introductions"),
            event=f"{meeting.pk}:deleted",
            at=at,
            personal=personal,
        )


def tell_both_teams(
    kind: EventKind, meeting: Meeting, *, event: str, at: datetime, method: Method | None = None
) -> None:
    """Tell both sides' people, whoever did it too: their calendars are to be alike."""
    for side in Side:
        tell_team(kind, meeting, side, event=event, at=at, method=method)
