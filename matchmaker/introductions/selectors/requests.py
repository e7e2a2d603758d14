"""The page of a company's requests: what waits for its answer, what it asked, what became of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, OuterRef, Q, Subquery

from matchmaker.choices import PassReason, Side
from matchmaker.introductions.selectors.places import PLACES, introductions_of
from matchmaker.lists.selectors.counterparts import counterparts, for_cards
from matchmaker.lists.selectors.current_company import CurrentCompany as Member
from matchmaker.models import Introduction, Pass
from matchmaker.models.introduction_table import OPEN, PENDING, IntroductionState
from matchmaker.pairs.selectors.pair import known_to
from matchmaker.pairs.selectors.response_record import Replies, replies_of
from profiles.visibility.access import see
from profiles.visibility.visible_profile import pitch_of

ENDED_SHOWN = 20
ENOUGH = 5  # passes before their reasons are told: fewer would tell who


@dataclass(frozen=True)
class RequestRow:
    """One introduction on the page, with the counterpart as the member sees it; nameless where it left."""

    introduction: Introduction
    public_id: str
    name: str
    pitch: str
    facts: list[str]
    demo: bool
    queue_place: int
    is_ours: bool  # the member's company has asked
    talk_id: str = ""  # of who left: under which id the ended conversation is still read


@dataclass(frozen=True)
class ReasonCount:
    """How many passed for one reason."""

    label: str
    count: int


@dataclass(frozen=True)
class RequestsPage:
    """Everything on the page of requests."""

    side: Side
    to_answer: list[RequestRow]
    asked: list[RequestRow]
    mutual: list[RequestRow]
    ended: list[RequestRow]
    places: int
    taken: int
    paused_at: datetime | None
    reasons: list[ReasonCount]
    replies: Replies

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever asked."""
        return not (self.to_answer or self.asked or self.mutual or self.ended)


def requests_page(member: Member, *, at: datetime) -> RequestsPage:
    """Return the page, with the same queries however many requests there are."""
    known = introductions_of(member.side, member.company_id).filter(known_to(member.side))
    opened = list(known.filter(state__in=OPEN).annotate(queue_place=_queue_place(member.side.other)))
    over = known.exclude(state__in=OPEN).annotate(their_id=F(f"{member.side.other}__public_id"))
    ended = list(over.order_by("-ended_at", "-pk")[:ENDED_SHOWN])
    rows = _rows(member, [*opened, *ended])
    waiting = [rows[one.pk] for one in opened if one.state != IntroductionState.MUTUAL]
    return RequestsPage(
        side=member.side,
        to_answer=sorted((row for row in waiting if not row.is_ours), key=_by_need),
        asked=[row for row in waiting if row.is_ours],
        mutual=[rows[one.pk] for one in opened if one.state == IntroductionState.MUTUAL],
        ended=[rows[one.pk] for one in ended],
        places=PLACES,
        taken=sum(one.asked_by == member.side and one.state in PENDING for one in opened),
        paused_at=member.company.paused_at,
        reasons=reasons_of_passes(member.side, member.company_id),
        replies=replies_of(member.side, member.company, at=at),
    )


def reasons_of_passes(side: Side, company_pk: int) -> list[ReasonCount]:
    """Return why others passed on a company, the most frequent first: never who, and nothing of a few."""
    passes = Pass.objects.filter(side=side.other, **{f"{side}_id": company_pk}).order_by()
    counts = passes.values_list("reason").annotate(count=Count("pk"))
    found = [ReasonCount(str(PassReason[reason.upper()].label), count) for reason, count in counts]
    if sum(reason.count for reason in found) < ENOUGH:
        return []
    return sorted(found, key=lambda reason: (-reason.count, reason.label))


def _by_need(row: RequestRow) -> tuple[bool, Any, int]:
    """Order what waits for an answer: unanswered before later, what closes first before the others."""
    one = row.introduction
    return one.state == IntroductionState.LATER, one.closes_at, one.pk


def _queue_place(receiver: Side) -> Subquery:
    """Return the place of a request in the queue of the company that is asked, counted from 1."""
    key = f"{receiver}_id"
    before = Q(asked_at__lt=OuterRef("asked_at")) | Q(asked_at=OuterRef("asked_at"), pk__lte=OuterRef("pk"))
    queue = Introduction.objects.filter(
        before, asked_by=receiver.other, state=IntroductionState.QUEUED, **{key: OuterRef(key)}
    )
    return Subquery(queue.order_by().values(key).annotate(count=Count("pk")).values("count"))


def _rows(member: Member, introductions: Iterable[Introduction]) -> dict[int, RequestRow]:
    """Return the rows by the introduction's key."""
    key = f"{member.side.other}_id"
    wanted = [getattr(one, key) for one in introductions]
    # What is mutual shows what crosses the border, so the consents are read with the rest.
    profiles = for_cards(counterparts(member)).prefetch_related("consents").in_bulk(wanted)
    return {one.pk: _row(member, one, profiles.get(getattr(one, key))) for one in introductions}


def _row(member: Member, introduction: Introduction, profile: Any) -> RequestRow:
    """Return one row; without a name where the counterpart exists for the member no longer."""
    place = getattr(introduction, "queue_place", None) or 0
    is_ours = introduction.asked_by == member.side
    if profile is None:
        talk = _talk_id(member, introduction)
        return RequestRow(introduction, "", "", "", [], False, place, is_ours, talk)
    seen = see(profile, member.viewer)
    what = seen.display["kind" if member.side == Side.STARTUP else "primary_sector"]
    return RequestRow(
        introduction=introduction,
        public_id=profile.public_id,
        name=str(seen.title),
        pitch=pitch_of(seen),
        facts=[word for word in (what, seen.display["place"]) if word],
        demo=profile.is_demo,
        queue_place=place,
        is_ours=is_ours,
    )


def _talk_id(member: Member, introduction: Introduction) -> str:
    """Return the id under which a conversation with who left is read; none where a curator hides them."""
    is_hidden = getattr(introduction, f"{member.side.other}_id") in member.interactions.hidden
    if is_hidden or introduction.state != IntroductionState.CLOSED:
        return ""
    return str(getattr(introduction, "their_id", ""))
