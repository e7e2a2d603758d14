"""Whether a conversation is there for somebody."""

from matchmaker.conversations.selectors.conversation import conversation_of
from matchmaker.matches.guards import pair_or_404
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.pair import Pair
from matchmaker.models import Introduction
from profiles.pages import found_or_404


def conversation_or_404(member: Member, public_id: str) -> tuple[Pair, Introduction]:
    """Return the member's pair with a counterpart, and the conversation that began when both said yes."""
    pair = pair_or_404(member, public_id)
    return pair, found_or_404(conversation_of(pair))
