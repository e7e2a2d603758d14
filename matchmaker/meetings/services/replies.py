"""After a meeting both sides are asked one question: did it happen, and do they go on, or close?"""

from datetime import datetime

from django.db import transaction

from matchmaker.choices import Side
from matchmaker.introductions.services import decisions
from matchmaker.meetings.kinds import MET
from matchmaker.meetings.services.moves import NoSuchMoveError, hold_pair
from matchmaker.models import Meeting, MeetingReply
from matchmaker.models.meeting import MeetingAnswer
from matchmaker.models.meeting_table import MeetingState
from matchmaker.pairs.services import pairs
from profiles.models import User


@transaction.atomic
def reply(meeting: Meeting, *, answer: MeetingAnswer, side: Side, by: User, at: datetime) -> None:
    """Keep one side's answer; the first one counts. "Close" closes the introduction as its own page does.

    The trail says that somebody answered, not what: curators read the answers in sums.

    Raises:
        NoSuchMoveError: the meeting is not over, or the introduction is closed.
    """
    pair = hold_pair(meeting)
    if meeting.state != MeetingState.OVER:
        raise NoSuchMoveError
    _reply, is_new = MeetingReply.objects.get_or_create(
        meeting=meeting, side=side, defaults={"answer": answer, "by": by, "at": at}
    )
    if not is_new:
        return
    pairs.record(MET, *pair, side=side, by=by, at=at, done="answered")
    if answer is MeetingAnswer.CLOSE:
        decisions.withdraw_interest(*pair, side=side, by=by, at=at)
