"""Whether a conversation is there for somebody."""

from matchmaker.conversations.selectors import conversation_of, past_pair
from matchmaker.lists.selectors.cards import CurrentCompany
from matchmaker.models.introduction import Introduction
from matchmaker.pairs.guards import pair_or_404
from matchmaker.pairs.selectors.pair import Pair, pair_of
from profiles.pages import found_or_404


def conversation_or_404(member: CurrentCompany, public_id: str) -> tuple[Pair, Introduction]:
    """Return the member's pair with a counterpart, and the conversation that began when both said yes."""
    return with_conversation(pair_or_404(member, public_id))


def with_conversation(pair: Pair) -> tuple[Pair, Introduction]:
    """Return the pair with its conversation; without one there is no such page."""
    return pair, found_or_404(conversation_of(pair))


def readable_pair_or_404(member: CurrentCompany, public_id: str) -> Pair:
    """Return the pair whose conversation the member may read, with a company that has left the lists too."""
    return found_or_404(pair_of(member, public_id) or past_pair(member, public_id))
