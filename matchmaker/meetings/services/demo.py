"""Meetings of the demonstration, dated from today: one is agreed for tomorrow, one was held."""

from datetime import datetime, timedelta

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.meetings.services import due, moves
from matchmaker.models import Introduction
from matchmaker.models.introduction_table import IntroductionState
from profiles.accounts.services import system_accounts

DAY = timedelta(days=1)


@transaction.atomic
def load_meetings(*, at: datetime) -> int:
    """Give each mutual introduction a meeting behind it and one ahead, unless it has one; return how many."""
    by = system_accounts.system_account(system_accounts.DEMO, at=at, is_demo=True)
    mutual = Introduction.objects.filter(state=IntroductionState.MUTUAL, startup__is_demo=True, meetings=None)
    made = 0
    for introduction in mutual.select_related("startup", "investor").order_by("pk"):
        agreed_at = max(introduction.answered_at or at, at - 3 * DAY)
        for begun_at, day in ((agreed_at, agreed_at + DAY), (at - DAY, at + DAY)):
            starts_at = day.replace(hour=8, minute=0, second=0, microsecond=0)
            meeting = moves.propose(
                introduction, times=[starts_at], minutes=30, side=Side.STARTUP, by=by, at=begun_at
            )
            slot = meeting.slots.get().pk
            moves.take_time(meeting, slot=slot, side=Side.INVESTOR, by=by, at=begun_at)
            made += 1
            due.end_past(at=at)
    return made
