"""A curator's day at one glance."""

from dataclasses import dataclass

from matchmaker.desk.selectors.attention import Attention, attention
from matchmaker.meetings.selectors import MeetingSums, meeting_sums
from matchmaker.ranking.selectors import desk
from matchmaker.registry import QUEUES, DeskQueue
from profiles.curation.selectors.audit_trail import AuditLine, audit_lines, records
from profiles.curation.selectors.reviews import Waiting, queue

SHOWN = 8


@dataclass(frozen=True)
class Today:
    """What waits for a curator."""

    waiting: list[Waiting]
    waiting_count: int
    queues: list[tuple[DeskQueue, int]]
    work: desk.Work
    attention: Attention
    meetings: MeetingSums
    acts: list[AuditLine]


def today() -> Today:
    """Return what waits, the worker's state, attention and the newest acts."""
    waiting = queue()
    return Today(
        waiting=waiting[:SHOWN],
        waiting_count=len(waiting),
        queues=[(each, each.count()) for each in QUEUES],
        work=desk.work(),
        attention=attention(),
        meetings=meeting_sums(),
        acts=audit_lines(list(records()[:SHOWN])),
    )
