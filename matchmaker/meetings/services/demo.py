"""Meetings of the demonstration, dated from today: two are agreed, one was held and asks how it went."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.introductions.services.demo import demo_pair
from matchmaker.meetings.services import due, moves
from matchmaker.models import Introduction, Meeting
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.meeting import MeetingAnswer
from profiles.imports.demo.accounts import settle_past, speaker_of

DAY = timedelta(days=1)
SATURDAY = 5
HOUR = 8  # of the day in UTC: early afternoon in Lahore, late afternoon in Shanghai


@dataclass(frozen=True)
class DemoMeeting:
    """A time that a startup offered so many days ago and a partner took; `in_days` from today."""

    startup: str
    investor: str
    days_ago: int
    in_days: int
    call_address: str = ""


MEETINGS = (
    DemoMeeting("khait-chashm", "chengsui-agritech", 18, -1),
    DemoMeeting("paani-paimana", "chengsui-agritech", 5, 2, "https://meet.paani-paimana.example/shujabad"),
    DemoMeeting("rezgari-raah", "qiaoxi-pay", 3, 1),
)


@transaction.atomic
def load_meetings(*, at: datetime) -> int:
    """Let those who are both interested meet, unless they did; return how many meetings are new."""
    if Meeting.objects.filter(introduction__startup__is_demo=True).exists():
        return 0
    made = sum(_meet(one, at=at) for one in MEETINGS)
    settle_past(at=at)
    return made


def _meet(one: DemoMeeting, *, at: datetime) -> bool:
    """Agree on one meeting, and hold it where it lies behind; False where the two are not introduced."""
    startup, investor = demo_pair({"startup": one.startup, "investor": one.investor})
    mutual = Introduction.objects.filter(state=IntroductionState.MUTUAL, startup=startup, investor=investor)
    introduction = mutual.first()
    if introduction is None:
        return False
    asked_at = at - one.days_ago * DAY
    asks, takes = (speaker_of(company, at=at) for company in (startup, investor))
    starts_at = (at + one.in_days * DAY).replace(hour=HOUR, minute=0, second=0, microsecond=0)
    while starts_at > at and starts_at.weekday() >= SATURDAY:
        starts_at += DAY
    meeting = moves.propose(
        introduction,
        times=[starts_at],
        minutes=30,
        side=Side.STARTUP,
        by=asks,
        at=asked_at,
        call_address=one.call_address,
    )
    slot = meeting.slots.get().pk
    moves.take_time(meeting, slot=slot, side=Side.INVESTOR, by=takes, at=asked_at + DAY)
    if starts_at < at:
        due.end_past(at=starts_at + DAY / 24)
        meeting.refresh_from_db()
        moves.reply(meeting, answer=MeetingAnswer.GO_ON, side=Side.STARTUP, by=asks, at=starts_at + DAY / 12)
    return True
