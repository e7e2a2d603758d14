"""What other pages read of meetings: what waits and comes for a company, and sums for curators."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from matchmaker.choices import Side
from matchmaker.models import Introduction, Meeting, MeetingReply, MeetingSlot
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.meeting import MeetingAnswer
from matchmaker.models.meeting_table import AGREED_STATES, MeetingState


def meetings_waiting(side: Side, company_pk: int, *, at: datetime) -> list[Meeting]:
    """Return what waits for a company: times on offer that are still ahead, and the question afterwards."""
    ahead = MeetingSlot.objects.filter(meeting=OuterRef("pk"), starts_at__gt=at)
    offered = Q(state__in=(MeetingState.PROPOSED, MeetingState.MOVING), proposed_by=side.other)
    replied = MeetingReply.objects.filter(meeting=OuterRef("pk"), side=side)
    newer = Meeting.objects.filter(introduction=OuterRef("introduction"), pk__gt=OuterRef("pk"))
    asked = Q(state=MeetingState.OVER) & ~Exists(replied) & ~Exists(newer)
    return list(_mutual(side, company_pk).filter(offered & Exists(ahead) | asked).order_by("pk"))


def meetings_ahead(side: Side, company_pk: int, *, at: datetime) -> list[Meeting]:
    """Return the agreed meetings that are not over, the next one first."""
    agreed = _mutual(side, company_pk).filter(state__in=AGREED_STATES, ends_at__gt=at)
    return list(agreed.order_by("starts_at", "pk"))


def _mutual(side: Side, company_pk: int) -> "QuerySet[Meeting]":
    """Return the meetings of a company's mutual introductions, with what names the two."""
    mutual = {f"introduction__{side}": company_pk, "introduction__state": IntroductionState.MUTUAL}
    related = ("introduction__startup__place", "introduction__investor__place")
    return Meeting.objects.filter(**mutual).select_related(*related)


def newest_meeting(introduction: Introduction, side: Side) -> Meeting | None:
    """Return an introduction's meeting that is not over, or of which a side has not said how it went."""
    held = Meeting.objects.filter(introduction=introduction).exclude(state=MeetingState.CANCELLED)
    newest = held.order_by("-pk").first()
    is_done = newest and newest.state == MeetingState.OVER and newest.replies.filter(side=side).exists()
    return None if is_done else newest


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
