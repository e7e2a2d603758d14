"""One conversation for one of its sides, and how much is new in all of a person's."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from matchmaker.choices import MessageState, Side
from matchmaker.introductions.selectors.places import blocked_by
from matchmaker.lists.selectors.current_company import CurrentCompany as Member
from matchmaker.models import Introduction, Message, MessageReport, ReadMark
from matchmaker.models.conversation import REACHED
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.pairs.selectors.pair import Pair, introductions_between, known_to
from profiles.accounts.selectors import membership_of
from profiles.models import User

PER_PAGE = 30
TALKS = (IntroductionState.MUTUAL, IntroductionState.CLOSED)  # an introduction that is or was mutual


class PastPair(Pair):
    """A pair that talked, and of which one company has left the lists: nothing of its profile is shown."""

    @property
    def title(self) -> str:
        """What can be said of a company that does not exist for the member now."""
        return _("The other company")


@dataclass(frozen=True)
class MessageRow:
    """One message as a person of one side reads it. `author`: a name for the own side only."""

    message: Message
    is_ours: bool
    author: str
    is_reported: bool

    @property
    def is_readable(self) -> bool:
        """Whether its words stand on the page."""
        return self.message.state != MessageState.HIDDEN


@dataclass(frozen=True)
class ConversationPage:
    """One page of a conversation, the newest message at its bottom; page 1 is the newest."""

    pair: Pair
    introduction: Introduction
    page: "Page[Message]"
    rows: list[MessageRow]
    unread: int
    is_blocked: bool  # by the member's own side; the other side's block looks like any other end

    @property
    def is_open(self) -> bool:
        """Whether something can be written."""
        return self.introduction.state == IntroductionState.MUTUAL

    @property
    def is_here(self) -> bool:
        """Whether the pair has its other pages still."""
        return not isinstance(self.pair, PastPair)

    @property
    def waits(self) -> bool:
        """Whether the own side's first message still waits for a curator."""
        return any(row.is_ours and row.message.state == MessageState.WAITING for row in self.rows)

    @property
    def newest(self) -> int:
        """The key of the newest message of the other side that stands here; 0 without one."""
        return next((row.message.pk for row in reversed(self.rows) if not row.is_ours), 0)

    @cached_property
    def mark(self) -> str:
        """A fingerprint of what the page shows, so that what is drawn already is not drawn again."""
        shown = [
            (row.message.pk, row.message.state, str(row.is_ours and row.message.read_at)) for row in self.rows
        ]
        return salted_hmac(
            "conversation", str([shown, self.introduction.state, bool(self.unread)])
        ).hexdigest()[:16]


def conversation_of(pair: Pair) -> Introduction | None:
    """Return the newest introduction of the pair that is or was mutual; None without one."""
    return introductions_between(pair).filter(state__in=TALKS).select_related("startup", "investor").first()


def past_pair(member: Member, public_id: str) -> PastPair | None:
    """Return the pair with a company that does not exist for the member now, if their conversation has ended.

    Not while an introduction is open, which rests until both are back, and not where a curator keeps the two
    apart. One query.
    """
    own, their = str(member.side), str(member.side.other)
    said = Introduction.objects.filter(known_to(member.side), state__in=TALKS)
    said = said.filter(**{f"{own}_id": member.company_id, f"{their}__public_id": public_id})
    if member.interactions.hidden:
        said = said.exclude(**{f"{their}_id__in": member.interactions.hidden})
    newest = said.select_related("startup", "investor").order_by("-asked_at", "-pk").first()
    if newest is None or newest.state != IntroductionState.CLOSED:
        return None
    return PastPair(member, newest.startup, newest.investor)


def conversation_page(pair: Pair, introduction: Introduction, user: User, number: str) -> ConversationPage:
    """Return one page; the same queries whatever its length."""
    side = pair.member.side
    thread = messages_for(introduction, side).order_by("-shown_at", "-pk")
    page = Paginator(thread, PER_PAGE).get_page(number)
    reported = set(
        MessageReport.objects.filter(message__introduction=introduction, side=side).values_list(
            "message_id", flat=True
        )
    )
    rows = [_row(message, side, user, reported) for message in page.object_list]
    return ConversationPage(
        pair=pair,
        introduction=introduction,
        page=page,
        rows=rows[::-1],
        unread=unread_counts(user).get(introduction.pk, 0),
        is_blocked=side in blocked_by(pair.startup, pair.investor),
    )


def messages_for(introduction: Introduction, side: Side) -> QuerySet[Any]:
    """Return what one side may know of: all its own messages, and what has reached it."""
    both = Q(side=side) | Q(side=side.other, state__in=REACHED)
    shown_at = Coalesce("delivered_at", "at")
    return introduction.messages.filter(both).select_related("by").annotate(shown_at=shown_at)


def message_with_file(pair: Pair, pk: int) -> Message | None:
    """Return a message whose file the member may have now.

    The own side's always; the other side's while interest is mutual and no curator has hidden it.
    """
    introduction = conversation_of(pair)
    if introduction is None:
        return None
    ours, theirs = Q(side=pair.member.side), Q(state=MessageState.DELIVERED)
    allowed = ours | theirs if introduction.state == IntroductionState.MUTUAL else ours
    found: Message | None = (
        messages_for(introduction, pair.member.side).filter(allowed, pk=pk).exclude(file="").first()
    )
    return found


def reportable_message(pair: Pair, pk: int) -> Message | None:
    """Return a message of the other side that the member can read and so complain about."""
    introduction = conversation_of(pair)
    if introduction is None:
        return None
    return Message.objects.filter(
        introduction=introduction, pk=pk, side=pair.member.side.other, state=MessageState.DELIVERED
    ).first()


def read_up_to(introduction: Introduction, side: Side, pk: int) -> datetime | None:
    """Return when the message that a person has seen last was delivered."""
    theirs = introduction.messages.filter(side=side.other, state__in=REACHED, pk=pk)
    return theirs.values_list("delivered_at", flat=True).first()


def unread_counts(user: User) -> dict[int, int]:
    """Return how many messages are new to a person, by the key of the introduction. Two queries."""
    membership = membership_of(user)
    if membership is None:
        return {}
    side = Side.STARTUP if membership.startup_id else Side.INVESTOR
    own = {f"{side.value}_id": membership.startup_id or membership.investor_id}
    mark = ReadMark.objects.filter(introduction=OuterRef("introduction"), user=user).values("up_to")
    unread = (
        Message.objects.filter(side=side.other, state=MessageState.DELIVERED, **own)
        .filter(introduction__state=IntroductionState.MUTUAL)
        .annotate(mark=Subquery(mark))
        .filter(Q(mark__isnull=True) | Q(delivered_at__gt=F("mark")))
    )
    counted = unread.order_by().values_list("introduction").annotate(count=Count("pk"))
    return dict(counted)


def _row(message: Message, side: Side, user: User, reported: set[int]) -> MessageRow:
    is_ours = message.side == side
    author = message.by.get_full_name() if is_ours and message.by_id != user.pk else ""
    return MessageRow(message, is_ours, author, message.pk in reported)
