"""The page of a meeting: what is offered or agreed, on the clocks of both sides, and what may be done."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from matchmaker.choices import Side
from matchmaker.meetings.call_addresses import link_of
from matchmaker.models import Introduction, Meeting, MeetingSlot, MeetingStep
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.meeting_table import AGREED_STATES, LIVE, MeetingState
from matchmaker.pairs.selectors.pair import Pair, open_introduction
from profiles.accounts.time_zones import zone_label, zone_of, zone_of_company
from profiles.models import User


@dataclass(frozen=True)
class OfferedTime:
    """One of the times offered, and whether it can still be taken."""

    slot: MeetingSlot
    is_past: bool


@dataclass(frozen=True)
class MeetingPage:
    """The newest meeting of a mutual introduction for one of its sides."""

    pair: Pair
    introduction: Introduction
    meeting: Meeting | None
    times: list[OfferedTime]
    steps: list[MeetingStep]
    has_replied: bool
    zone: ZoneInfo
    their_zone: ZoneInfo
    at: datetime

    @property
    def side(self) -> Side:
        """The member's side."""
        return self.pair.member.side

    @property
    def zone_name(self) -> str:
        """What the reader's time zone is called."""
        return zone_label(self.zone)

    @property
    def their_zone_name(self) -> str:
        """What the other side's time zone is called."""
        return zone_label(self.their_zone)

    @property
    def is_one_clock(self) -> bool:
        """Whether both sides read the same time zone."""
        return self.zone.key == self.their_zone.key

    @property
    def is_live(self) -> bool:
        """Whether something stands: an offer or an agreed time."""
        return self.meeting is not None and self.meeting.state in LIVE

    @property
    def is_agreed(self) -> bool:
        """Whether a time is agreed."""
        return self.meeting is not None and self.meeting.state in AGREED_STATES

    @property
    def is_ours(self) -> bool:
        """Whether the offer that stands is the member's own side's."""
        return self.meeting is not None and self.meeting.proposed_by == self.side

    @property
    def call_link(self) -> str:
        """What a click on the call's address opens; empty where that is mere words."""
        return link_of(self.meeting.call_address) if self.meeting else ""

    @property
    def all_past(self) -> bool:
        """Whether times are offered, and all of them have passed."""
        return bool(self.times) and all(each.is_past for each in self.times)

    @property
    def may_take(self) -> bool:
        """Whether the member may accept one of the times."""
        return bool(self.times) and not self.is_ours and not self.all_past

    @property
    def asks(self) -> bool:
        """Whether the member's side has still to say how it went."""
        return self.meeting is not None and self.meeting.state == MeetingState.OVER and not self.has_replied

    @property
    def tone(self) -> str:
        """The colour of the state's badge."""
        return "good" if self.is_agreed else "info" if self.is_live else ""


def mutual_introduction(pair: Pair) -> Introduction | None:
    """Return the pair's introduction while both are interested, with both companies. One query."""
    introduction = open_introduction(pair)
    if introduction is None or introduction.state != IntroductionState.MUTUAL:
        return None
    introduction.startup, introduction.investor = pair.startup, pair.investor
    return introduction


def newest_meeting(introduction: Introduction) -> Meeting | None:
    """Return the introduction's newest meeting; the live one, if there is one."""
    meeting = Meeting.objects.filter(introduction=introduction).order_by("-made_at", "-pk").first()
    if meeting:
        meeting.introduction = introduction
    return meeting


def meeting_page(pair: Pair, introduction: Introduction, user: User, *, at: datetime) -> MeetingPage:
    """Return the page, with the same queries however many times are offered."""
    side = pair.member.side
    meeting = newest_meeting(introduction)
    slots = list(meeting.slots.all()) if meeting else []
    return MeetingPage(
        pair=pair,
        introduction=introduction,
        meeting=meeting,
        times=[OfferedTime(slot, slot.starts_at <= at) for slot in slots],
        steps=list(MeetingStep.objects.filter(meeting=meeting)) if meeting else [],
        has_replied=bool(meeting and meeting.replies.filter(side=side).exists()),
        zone=zone_of(user, pair.company),
        their_zone=zone_of_company(pair.counterpart),
        at=at,
    )
