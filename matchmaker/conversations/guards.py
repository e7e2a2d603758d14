"""Whether a conversation is there for somebody."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.http import Http404

from matchmaker.conversations.selectors.conversation import conversation_of, past_pair
from matchmaker.introductions.guards import open_pair
from matchmaker.matches.guards import pair_or_404
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.pair import Pair, pair_of
from matchmaker.models import Introduction, Message

__all__ = ["conversation_or_404", "message_or_404", "open_pair", "readable_pair_or_404"]


def conversation_or_404(member: Member, public_id: str) -> tuple[Pair, Introduction]:
    """Return the member's pair with a counterpart, and the conversation that began when both said yes."""
    return with_conversation(pair_or_404(member, public_id))


def with_conversation(pair: Pair) -> tuple[Pair, Introduction]:
    """Return the pair with its conversation; without one there is no such page."""
    introduction = conversation_of(pair)
    if introduction is None:
        raise Http404
    return pair, introduction


def readable_pair_or_404(member: Member, public_id: str) -> Pair:
    """Return the pair whose conversation the member may read, with a company that has left the lists too."""
    pair = pair_of(member, public_id) or past_pair(member, public_id)
    if pair is None:
        raise Http404
    return pair


def message_or_404(message: Message | None) -> Message:
    """Return the message that a selector found for somebody; it found none where it is not theirs to see."""
    if message is None:
        raise Http404
    return message


@contextmanager
def kept_file() -> Iterator[None]:
    """Answer as for a file that does not exist when the data folder has lost it."""
    try:
        yield
    except FileNotFoundError as error:
        raise Http404 from error
