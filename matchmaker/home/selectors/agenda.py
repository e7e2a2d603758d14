"""What waits for a company's answer, what comes next, and what its reader has not read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from matchmaker.introductions.kinds import REQUEST_RECEIVED, REQUEST_REMINDER
from matchmaker.introductions.selectors import introductions_of
from matchmaker.lists.selectors.cards import CurrentCompany as Member
from matchmaker.lists.selectors.list_page import counterparts, for_cards
from matchmaker.meetings.selectors import meetings_ahead, meetings_waiting, moment_for
from matchmaker.models import Introduction, Meeting
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.meeting_table import MeetingState
from matchmaker.pairs.selectors.pair import known_to
from profiles.models import Notice, User
from profiles.notice_kinds import KINDS, NoticeKind
from profiles.notifications.selectors import notices_of
from profiles.visibility.access import see

SHOWN = 5  # rows of one kind; the page of all of them is a click away
UNREAD_SHOWN = 3
SHOWN_AS_ROWS = (REQUEST_RECEIVED, REQUEST_REMINDER)


@dataclass(frozen=True)
class AgendaRow:
    """One thing to do or to expect; `day`: until or on when."""

    text: str
    url: str
    act: str
    icon: str
    day: datetime | None = None


@dataclass(frozen=True)
class Agenda:
    """What a home page begins with.

    `waiting` waits for the reader's company; `to_answer` counts its requests, also those that are not
    shown. `coming` waits for others or for a day. `resting`: how many introductions are open and cannot be
    opened, because the company's profile is not approved or does not agree to matching.
    """

    waiting: list[AgendaRow]
    to_answer: int
    coming: list[AgendaRow]
    unread: list[tuple[Notice, NoticeKind]]
    resting: int

    @property
    def more(self) -> int:
        """How many requests wait beside those shown."""
        return max(0, self.to_answer - SHOWN)


def agenda(member: Member, user: User, *, at: datetime) -> Agenda:
    """Return what is to be done and to be expected; the same queries however much it is."""
    open_requests = _asked(member)
    answerable = meetings_waiting(member.side, member.company_id, at=at)
    ahead = meetings_ahead(member.side, member.company_id, at=at)
    introductions = [*open_requests, *(meeting.introduction for meeting in (*answerable, *ahead))]
    named = {row.introduction.pk: row for row in _named(member, introductions)}
    asked = [named[one.pk] for one in open_requests if one.pk in named]
    to_answer = [row for row in asked if row.introduction.asked_by != member.side]
    promised = [row for row in asked if row.introduction.asked_by == member.side and row.introduction.due_at]
    unread = notices_of(user).filter(read_at=None).exclude(kind__in=SHOWN_AS_ROWS)[:UNREAD_SHOWN]
    return Agenda(
        waiting=[
            *(
                _open_meeting(one, named[one.introduction_id])
                for one in answerable
                if one.introduction_id in named
            ),
            *(_request(row) for row in to_answer[:SHOWN]),
        ],
        to_answer=len(to_answer),
        coming=[
            *(
                _agreed_meeting(one, named[one.introduction_id], member, user)
                for one in ahead[:SHOWN]
                if one.introduction_id in named
            ),
            *(_promise(row) for row in promised[:SHOWN]),
        ],
        unread=[(notice, KINDS[notice.kind]) for notice in unread],
        resting=0 if member.company.takes_part else len(member.interactions.introduced),
    )


@dataclass(frozen=True)
class Asked:
    """An introduction with the other company as the reader may know it."""

    introduction: Introduction
    name: str
    public_id: str

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("introduction", args=[self.public_id])


def _asked(member: Member) -> list[Introduction]:
    """Return the requests without an answer that the member's company knows of, by the day they are due."""
    mine = introductions_of(member.side, member.company_id).filter(known_to(member.side))
    waiting = mine.filter(state=IntroductionState.ASKED)
    return list(waiting.order_by(F("due_at").asc(nulls_last=True), "pk"))


def _named(member: Member, introductions: list[Introduction]) -> Iterator[Asked]:
    """Give those whose other company the member can open."""
    key = f"{member.side.other}_id"
    profiles = for_cards(counterparts(member)).in_bulk({getattr(one, key) for one in introductions})
    for one in introductions:
        if profile := profiles.get(getattr(one, key)):
            name = str(see(profile, member.viewer).title)
            yield Asked(one, name, profile.public_id)


def _request(row: Asked) -> AgendaRow:
    """Return a request that waits for the reader's company."""
    text = _("%(name)s asks for an introduction") % {"name": row.name}
    return AgendaRow(text, row.url, _("Read and answer"), "people", row.introduction.due_at)


def _promise(row: Asked) -> AgendaRow:
    """Return a request of the reader's company that the other side has promised to answer."""
    text = _("%(name)s has promised an answer") % {"name": row.name}
    return AgendaRow(text, row.url, _("See where it stands"), "hourglass-split", row.introduction.due_at)


def _open_meeting(meeting: Meeting, row: Asked) -> AgendaRow:
    """Return a meeting that waits for the reader's company: to choose a time, or to say how it went."""
    url = reverse("meeting", args=[row.public_id])
    if meeting.state == MeetingState.OVER:
        text = _("Did the meeting with %(name)s happen?") % {"name": row.name}
        return AgendaRow(text, url, _("Answer with one click"), "hourglass-split")
    text = _("%(name)s offers times for a meeting") % {"name": row.name}
    return AgendaRow(text, url, _("See the times and choose one"), "hourglass-split")


def _agreed_meeting(meeting: Meeting, row: Asked, member: Member, user: User) -> AgendaRow:
    """Return a meeting that comes, with its time on the reader's clock."""
    words = {"name": row.name, "moment": moment_for(meeting, member.side, user)}
    text = _("Meeting with %(name)s: %(moment)s") % words
    return AgendaRow(text, reverse("meeting", args=[row.public_id]), _("See the meeting"), "people")
