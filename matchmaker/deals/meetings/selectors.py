"""Meetings as their page, the overview and calendars show them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from email.utils import parseaddr
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Count, Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from matchmaker.choices import Side
from matchmaker.deals.hours.selectors import FreeTime, busy_times, free_times, hours_in
from matchmaker.integrations.calendar_files import Appointment, Method, calendar_text
from matchmaker.matching.pairs.selectors.pair import Pair, introductions_between, open_introduction
from matchmaker.models.hours import AvailableHours
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import (
    AGREED_STATES,
    LIVE,
    Meeting,
    MeetingAnswer,
    MeetingReply,
    MeetingSlot,
    MeetingState,
    MeetingStep,
)
from profiles.models import Investor, Startup, User
from profiles.people.accounts.time_zones import with_zone, zone_label, zone_of, zone_of_company
from profiles.validators import unlinked

# What a program would open or run: an address in words too, a way to another machine. A colon and a space are
# words: "WeChat: corridor88".
OPENS = re.compile(
    r"\\|//|\b[a-z][a-z0-9+.-]*:(?=\S)|\b(?:javascript|data|vbscript|file|blob|about|search(?:-ms)?|ms-[a-z-]+)\s*:",
    re.IGNORECASE,
)
TELEPHONE = re.compile(r"^(?:tel:)?(\+?[0-9][0-9 ()-]{5,22}[0-9])$", re.IGNORECASE)
NOT_A_LINK = gettext_lazy(
    "Enter a link that starts with https://, a phone number, or a name in a messenger app."
)


def check_call_address(address: str) -> None:
    """Refuse what a program would open or run, except a page or a number to call.

    Raises:
        ValidationError: saying what may be written.
    """
    if address.lower().startswith("https://") and "\\" not in address:
        URLValidator(schemes=["https"], message=NOT_A_LINK)(address)
    elif not TELEPHONE.match(address) and OPENS.search(address):
        raise ValidationError(NOT_A_LINK)


def link_of(address: str) -> str:
    """Return what a click on the address opens: a page or a call; empty for mere words."""
    if address.lower().startswith("https://"):
        return address
    number = TELEPHONE.match(address)
    return f"tel:{re.sub(r'[^0-9+]', '', number[1])}" if number else ""


def calendar_entry(
    meeting: Meeting, side: Side, user: User, *, method: Method, at: datetime, is_alone: bool = False
) -> str:
    """Return the calendar file of an agreed meeting for a person of `side`."""
    assert meeting.starts_at  # noqa: S101  constraint meeting_decided
    assert meeting.ends_at  # noqa: S101
    company, theirs = meeting.introduction.company_on(side), meeting.introduction.company_on(side.other)
    with override(user.language):
        title = _("Cancelled: meeting of %(own)s") if is_alone else _("Meeting: %(own)s and %(theirs)s")
        summary = title % {"own": unlinked(company.name), "theirs": unlinked(theirs.name)}
    site = str(settings.SITE_URL).rstrip("/")
    return calendar_text(
        Appointment(
            uid=f"{meeting.key}@{urlsplit(site).hostname or 'localhost'}",
            sequence=meeting.sequence,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            zone=zone_of(user, company),
            summary=summary,
            place=meeting.call_address,
            link=site + (reverse("pipeline") if is_alone else reverse("meeting", args=[theirs.public_id])),
            organizer=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
            attendee=user.email,
            written_at=at,
        ),
        method=method,
    )


def moment_for(meeting: Meeting, side: Side, user: User) -> str:
    return moment_in(zone_of(user, meeting.introduction.company_on(side)), meeting)


def moment_in(zone: ZoneInfo, meeting: Meeting) -> str:
    if meeting.starts_at is None:
        return ""
    moment = date_format(timezone.localtime(meeting.starts_at, zone), _("l j F Y, H:i"))
    return with_zone(moment, zone)


NEWER = Meeting.objects.filter(introduction=OuterRef("introduction"), pk__gt=OuterRef("pk"))
REPLIED = MeetingReply.objects.filter(meeting=OuterRef("pk"))
UNSAID = {
    side: Q(~Exists(REPLIED.filter(side=side)), ~Exists(NEWER), state=MeetingState.OVER) for side in Side
}
IN_TOUCH = Meeting.objects.filter(introduction__state=IntroductionState.MUTUAL).order_by("pk")


def meetings_on(side: Side, company: Startup | Investor, *, at: datetime) -> tuple[list[Any], list[Any]]:
    """Return the meetings that wait for a company, and the agreed ones ahead, the next first. One query.

    Each has the key of the other company as `other`.
    """
    ahead = MeetingSlot.objects.filter(meeting=OuterRef("pk"), starts_at__gt=at)
    offered = Q(state__in=(MeetingState.PROPOSED, MeetingState.MOVING), proposed_by=side.other)
    agreed = Q(state__in=AGREED_STATES, ends_at__gt=at)
    own = {f"introduction__{side}": company}
    found = IN_TOUCH.filter(offered | UNSAID[side] | agreed, **own)
    rows: Any = found.annotate(has_times=Exists(ahead), other=F(f"introduction__{side.other}"))
    meetings = list(rows)
    waiting = [
        meeting
        for meeting in meetings
        if meeting.state == MeetingState.OVER
        or (meeting.proposed_by == side.other and meeting.state != MeetingState.AGREED and meeting.has_times)
    ]
    coming = [
        meeting
        for meeting in meetings
        if meeting.state in AGREED_STATES and meeting.ends_at and meeting.ends_at > at
    ]
    return waiting, sorted(coming, key=lambda meeting: (meeting.starts_at, meeting.pk))


def past_meetings(introductions: Sequence[Introduction], _side: Side) -> dict[int, list[Meeting]]:
    ended = [one.pk for one in introductions if one.ended_at]
    by_introduction: dict[int, list[Meeting]] = {}
    rows = Meeting.objects.filter(introduction__in=ended, starts_at__isnull=False) if ended else ()
    for meeting in sorted(rows, key=lambda each: (each.starts_at, each.pk)):
        by_introduction.setdefault(meeting.introduction_id, []).append(meeting)
    return by_introduction


def unfinished_meeting(introduction: Introduction, side: Side) -> Meeting | None:
    meetings = Meeting.objects.filter(introduction=introduction).exclude(state=MeetingState.CANCELLED)
    newest = meetings.order_by("-pk").first()
    is_done = newest and newest.state == MeetingState.OVER and newest.replies.filter(side=side).exists()
    return None if is_done else newest


def meeting_sums() -> dict[str, int]:
    states = Meeting.objects.filter(introduction__left_at=None).aggregate(
        agreed=Count("pk", filter=Q(state__in=AGREED_STATES)),
        over=Count("pk", filter=Q(state=MeetingState.OVER)),
    )
    answers = MeetingReply.objects.filter(meeting__introduction__left_at=None).aggregate(
        go_on=Count("pk", filter=Q(answer=MeetingAnswer.GO_ON)),
        close=Count("pk", filter=Q(answer=MeetingAnswer.CLOSE)),
        missed=Count("pk", filter=Q(answer=MeetingAnswer.MISSED)),
    )
    return states | answers


@dataclass(frozen=True)
class OfferedHours:
    """Free times of a person of the other side, by day on the reader's clock."""

    hours: AvailableHours
    days: dict[date, list[FreeTime]]

    @property
    def person(self) -> str:
        return self.hours.membership.user.full_name

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.hours.time_zone)

    @property
    def zone_name(self) -> str:
        return zone_label(self.zone)

    @property
    def length(self) -> str:
        return _("{minutes} minutes").format(minutes=self.hours.minutes)


@dataclass(frozen=True)
class MeetingPage:
    pair: Pair
    introduction: Introduction
    meeting: Meeting | None
    times: list[dict[str, Any]]  # each slot on offer, and whether it is past
    steps: list[MeetingStep]
    has_replied: bool
    zone: ZoneInfo
    their_zone: ZoneInfo
    at: datetime
    offered: list[OfferedHours]

    @property
    def side(self) -> Side:
        return self.pair.member.side

    @cached_property
    def version(self) -> str:
        """The version that its forms send back; empty without an offer."""
        return self.meeting.version if self.meeting and self.is_live else ""

    @property
    def zone_name(self) -> str:
        return zone_label(self.zone)

    @property
    def their_zone_name(self) -> str:
        return zone_label(self.their_zone)

    @property
    def is_one_clock(self) -> bool:
        return self.zone.key == self.their_zone.key

    @property
    def is_live(self) -> bool:
        return self.meeting is not None and self.meeting.state in LIVE

    @property
    def is_agreed(self) -> bool:
        return self.meeting is not None and self.meeting.state in AGREED_STATES

    @property
    def is_ours(self) -> bool:
        return self.meeting is not None and self.meeting.proposed_by == self.side

    @property
    def call_link(self) -> str:
        """What a click on the call's address opens; empty where that is mere words."""
        return link_of(self.meeting.call_address) if self.meeting else ""

    @property
    def all_past(self) -> bool:
        return bool(self.times) and all(time["is_past"] for time in self.times)

    @property
    def may_take(self) -> bool:
        return bool(self.times) and not self.is_ours and not self.all_past

    @property
    def asks(self) -> bool:
        return self.meeting is not None and self.meeting.state == MeetingState.OVER and not self.has_replied

    @property
    def tone(self) -> str:
        return "good" if self.is_agreed else "info" if self.is_live else ""


def mutual_introduction(pair: Pair) -> Introduction | None:
    introduction = open_introduction(pair)
    if introduction is None or introduction.state != IntroductionState.MUTUAL:
        return None
    introduction.startup, introduction.investor = pair.startup, pair.investor
    return introduction


def has_closed(pair: Pair) -> bool:
    return introductions_between(pair).filter(state=IntroductionState.CLOSED).exists()


def newest_meeting(introduction: Introduction) -> Meeting | None:
    meeting = Meeting.objects.filter(introduction=introduction).order_by("-made_at", "-pk").first()
    if meeting:
        meeting.introduction = introduction
    return meeting


def offered_hours(
    introduction: Introduction, side: Side, zone: ZoneInfo, *, at: datetime
) -> list[OfferedHours]:
    published = list(hours_in(introduction.company_on(side.other)))
    busy = busy_times(introduction, at=at) if published else []
    offered = []
    for hours in published:
        days: dict[date, list[FreeTime]] = {}
        for free in free_times(hours, busy, at=at):
            days.setdefault(free.starts_at.astimezone(zone).date(), []).append(free)
        offered += [OfferedHours(hours, days)] if days else []
    return offered


def meeting_page(pair: Pair, introduction: Introduction, user: User, *, at: datetime) -> MeetingPage:
    side = pair.member.side
    meeting = newest_meeting(introduction)
    slots = list(meeting.slots.all()) if meeting else []
    is_agreed = bool(meeting and meeting.state in AGREED_STATES)
    is_over = bool(meeting and meeting.state == MeetingState.OVER)
    zone = zone_of(user, pair.company)
    return MeetingPage(
        pair=pair,
        introduction=introduction,
        meeting=meeting,
        times=[{"slot": slot, "is_past": slot.starts_at <= at} for slot in slots],
        steps=list(MeetingStep.objects.filter(meeting=meeting)) if meeting else [],
        has_replied=meeting is not None and is_over and meeting.replies.filter(side=side).exists(),
        zone=zone,
        their_zone=zone_of_company(pair.counterpart),
        at=at,
        offered=[] if is_agreed else offered_hours(introduction, side, zone, at=at),
    )
