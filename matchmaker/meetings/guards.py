"""Whom the pages of a meeting are for: the two teams of an introduction while both are interested."""

from django.http import Http404

from matchmaker.matches.guards import pair_or_404
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.pair import Pair
from matchmaker.meetings.selectors.page import mutual_introduction, newest_meeting
from matchmaker.models import Introduction, Meeting


def mutual_or_404(member: Member, public_id: str) -> tuple[Pair, Introduction]:
    """Return the pair and its introduction; for everybody else there is no such page."""
    pair = pair_or_404(member, public_id)
    introduction = mutual_introduction(pair)
    if introduction is None:
        raise Http404
    return pair, introduction


def meeting_or_404(member: Member, public_id: str) -> Meeting:
    """Return the newest meeting of a mutual introduction."""
    _pair, introduction = mutual_or_404(member, public_id)
    meeting = newest_meeting(introduction)
    if meeting is None:
        raise Http404
    return meeting
