"""Whom the pages of a meeting are for: the two teams of an introduction while both are interested."""

from matchmaker.lists.selectors.current_company import CurrentCompany as Member
from matchmaker.meetings.selectors.page import mutual_introduction, newest_meeting
from matchmaker.models import Introduction, Meeting
from matchmaker.pairs.guards import pair_or_404
from matchmaker.pairs.selectors.pair import Pair
from profiles.pages import found_or_404


def mutual_or_404(member: Member, public_id: str) -> tuple[Pair, Introduction]:
    """Return the pair and its introduction; for everybody else there is no such page."""
    pair = pair_or_404(member, public_id)
    return pair, found_or_404(mutual_introduction(pair))


def meeting_or_404(member: Member, public_id: str) -> Meeting:
    """Return the newest meeting of a mutual introduction."""
    _pair, introduction = mutual_or_404(member, public_id)
    return found_or_404(newest_meeting(introduction))
