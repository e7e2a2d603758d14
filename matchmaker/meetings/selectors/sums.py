"""What curators read of meetings: how many, never whose."""

from dataclasses import dataclass

from django.db.models import Count, Q

from matchmaker.models import Meeting, MeetingReply
from matchmaker.models.meeting import MeetingAnswer
from matchmaker.models.meeting_table import AGREED_STATES, MeetingState


@dataclass(frozen=True)
class MeetingSums:
    """Meetings by where they stand, and the answers of all sides by what they say."""

    agreed: int
    over: int
    go_on: int
    close: int
    missed: int


def meeting_sums() -> MeetingSums:
    """Return the sums over all meetings. Two queries."""
    states = Meeting.objects.aggregate(
        agreed=Count("pk", filter=Q(state__in=AGREED_STATES)),
        over=Count("pk", filter=Q(state=MeetingState.OVER)),
    )
    answers = MeetingReply.objects.aggregate(
        go_on=Count("pk", filter=Q(answer=MeetingAnswer.GO_ON)),
        close=Count("pk", filter=Q(answer=MeetingAnswer.CLOSE)),
        missed=Count("pk", filter=Q(answer=MeetingAnswer.MISSED)),
    )
    return MeetingSums(**states, **answers)
