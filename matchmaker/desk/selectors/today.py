"""A curator's day at one glance."""

from dataclasses import dataclass

from matchmaker.conversations.selectors.desk import waiting_for_curators
from matchmaker.desk.selectors.attention import Attention, attention
from matchmaker.meetings.selectors.coming import MeetingSums, meeting_sums
from matchmaker.models import Pin
from matchmaker.pilots.selectors.own import waiting_pilots
from matchmaker.ranking.selectors import runs
from profiles.curation.selectors.audit_trail import AuditLine, audit_lines, records
from profiles.curation.selectors.reviews import Waiting, queue

SHOWN = 8


@dataclass(frozen=True)
class Today:
    """What waits for a curator."""

    waiting: list[Waiting]
    waiting_count: int
    pilots: int
    pins: int
    messages: int
    work: runs.Work
    attention: Attention
    meetings: MeetingSums
    acts: list[AuditLine]


def today() -> Today:
    """Return queues, open pins, the worker's state, attention and the newest acts."""
    waiting = queue()
    return Today(
        waiting=waiting[:SHOWN],
        waiting_count=len(waiting),
        messages=waiting_for_curators(),
        pilots=waiting_pilots().count(),
        pins=Pin.objects.filter(released_at=None).count(),
        work=runs.work(),
        attention=attention(),
        meetings=meeting_sums(),
        acts=audit_lines(list(records()[:SHOWN])),
    )
