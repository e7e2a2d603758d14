"""What waits for a company's answer, what comes next, and what its reader has not read."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from matchmaker.introductions.selectors.places import introductions_of
from matchmaker.matches.selectors.introduced import known_to
from matchmaker.matches.selectors.listing import for_page
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.pair import counterparts
from matchmaker.models import Introduction
from matchmaker.models.introduction_table import IntroductionState
from profiles.events import EventKind
from profiles.models import Notice, User
from profiles.notifications.kinds import EVENTS, Event
from profiles.notifications.selectors import notices_of
from profiles.visibility.access import see

SHOWN = 5  # rows of one kind; the page of all of them is a click away
UNREAD_SHOWN = 3
SHOWN_AS_ROWS = (EventKind.REQUEST_RECEIVED, EventKind.REQUEST_REMINDER)


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
    shown. `coming` waits for others or for a day.
    """

    waiting: list[AgendaRow]
    to_answer: int
    coming: list[AgendaRow]
    unread: list[tuple[Notice, Event]]

    @property
    def more(self) -> int:
        """How many requests wait beside those shown."""
        return max(0, self.to_answer - SHOWN)


def agenda(member: Member, user: User) -> Agenda:
    """Return what is to be done and to be expected; the same queries however much it is."""
    asked = list(_named(member, _asked(member)))
    to_answer = [row for row in asked if row.introduction.asked_by != member.side]
    promised = [row for row in asked if row.introduction.asked_by == member.side and row.introduction.due_at]
    unread = notices_of(user).filter(read_at=None).exclude(kind__in=SHOWN_AS_ROWS)[:UNREAD_SHOWN]
    return Agenda(
        waiting=[_request(row) for row in to_answer[:SHOWN]],
        to_answer=len(to_answer),
        coming=[_promise(row) for row in promised[:SHOWN]],
        unread=[(notice, EVENTS[EventKind(notice.kind)]) for notice in unread],
    )


@dataclass(frozen=True)
class Asked:
    """An introduction with the other company as the reader may know it."""

    introduction: Introduction
    name: str
    url: str


def _asked(member: Member) -> list[Introduction]:
    """Return the requests without an answer that the member's company knows of, by the day they are due."""
    mine = introductions_of(member.side, member.company_id).filter(known_to(member.side))
    waiting = mine.filter(state=IntroductionState.ASKED)
    return list(waiting.order_by(F("due_at").asc(nulls_last=True), "pk"))


def _named(member: Member, introductions: list[Introduction]) -> Iterator[Asked]:
    """Give those whose other company the member can open."""
    key = f"{member.side.other}_id"
    profiles = for_page(counterparts(member)).in_bulk({getattr(one, key) for one in introductions})
    for one in introductions:
        if profile := profiles.get(getattr(one, key)):
            name = str(see(profile, member.viewer).title)
            yield Asked(one, name, reverse("introduction", args=[profile.public_id]))


def _request(row: Asked) -> AgendaRow:
    """Return a request that waits for the reader's company."""
    text = _("%(name)s asks for an introduction") % {"name": row.name}
    return AgendaRow(text, row.url, _("Read and answer"), "people", row.introduction.due_at)


def _promise(row: Asked) -> AgendaRow:
    """Return a request of the reader's company that the other side has promised to answer."""
    text = _("%(name)s has promised an answer") % {"name": row.name}
    return AgendaRow(text, row.url, _("See where it stands"), "hourglass-split", row.introduction.due_at)
