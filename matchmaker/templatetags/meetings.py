"""What pages show of meetings: how far an introduction has come."""

from django import template

from matchmaker.choices import Side
from matchmaker.meetings.selectors import moment_for, unfinished_meeting
from matchmaker.models.introduction import Introduction
from matchmaker.models.meeting import Meeting
from profiles.models import User

register = template.Library()


@register.simple_tag
def meeting_of(introduction: Introduction, side: Side) -> Meeting | None:
    """Return the meeting that is open or asks this side how it went."""
    return unfinished_meeting(introduction, side)


@register.simple_tag
def moment_of(meeting: Meeting, side: Side, user: User) -> str:
    """Return when an agreed meeting begins, on its reader's clock."""
    return moment_for(meeting, side, user)
