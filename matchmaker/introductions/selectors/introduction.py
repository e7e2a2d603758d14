"""The page of one introduction: what was said, what may be done next, and what is open now."""

from dataclasses import dataclass
from datetime import datetime

from matchmaker.choices import Side
from matchmaker.introductions.selectors.places import PLACES, asked_lately, blocked_by, places_taken, room_of
from matchmaker.models import Introduction, IntroductionStep
from matchmaker.models.introduction_table import WAITING, IntroductionAct, IntroductionState
from matchmaker.pairs.selectors.pair import Pair, introductions_between
from matchmaker.pairs.selectors.response_record import Replies, replies_to
from matchmaker.registry import Origin, origins_of
from profiles.choices import Purpose
from profiles.consents.selectors import agreed_purposes

# What only its asker knows of: how long the request waited in the queue.
ASKERS_OWN = (IntroductionAct.QUEUE, IntroductionAct.DELIVER)


@dataclass(frozen=True)
class Opened:
    """What is open once both said yes, and why something is not."""

    contact_name: str
    contact_email: str
    website: str
    crosses_border: bool  # we agreed to pass our contact on; else they do not see it
    has_contact: bool  # we stated one


@dataclass(frozen=True)
class IntroductionPage:
    """One pair's introduction for one of its sides."""

    pair: Pair
    introduction: Introduction
    steps: list[IntroductionStep]
    opened: Opened | None

    @property
    def origins(self) -> list[Origin]:
        """What it grew out of."""
        return origins_of(self.introduction)

    @property
    def is_ours(self) -> bool:
        """Whether the member's company has asked."""
        return self.introduction.asked_by == self.pair.member.side

    @property
    def waits_for_us(self) -> bool:
        """Whether the member's company may still answer."""
        return not self.is_ours and self.introduction.state in WAITING

    @property
    def waits_for_them(self) -> bool:
        """Whether the other side may still answer."""
        return self.is_ours and self.introduction.state in WAITING

    @property
    def is_mutual(self) -> bool:
        """Whether both are interested."""
        return self.introduction.state == IntroductionState.MUTUAL

    @property
    def tone(self) -> str:
        """The colour of the state's badge."""
        if self.is_mutual:
            return "good"
        return "info" if self.introduction.state in WAITING else ""

    @property
    def may_postpone(self) -> bool:
        """Whether "later" is still an answer."""
        return self.waits_for_us and self.introduction.state == IntroductionState.ASKED


def introduction_page(pair: Pair) -> IntroductionPage | None:
    """Return the newest introduction of the pair; None while the member's side knows of none."""
    introduction = introductions_between(pair).first()
    if introduction is None:
        return None
    steps = IntroductionStep.objects.filter(introduction=introduction)
    if introduction.asked_by != pair.member.side:
        steps = steps.exclude(act__in=ASKERS_OWN)
    is_mutual = introduction.state == IntroductionState.MUTUAL
    return IntroductionPage(pair, introduction, list(steps), now_open(pair) if is_mutual else None)


def now_open(pair: Pair) -> Opened:
    """Return what the two see of each other's contact now."""
    seen, company = pair.seen, pair.company
    return Opened(
        contact_name=seen.contact_name or "",
        contact_email=seen.contact_email or "",
        website=seen.website or "",
        crosses_border=Purpose.CROSS_BORDER in agreed_purposes(company),
        has_contact=bool(company.contact_email),
    )


@dataclass(frozen=True)
class Prospect:
    """What is told before asking: places, room, promise and record of who is asked."""

    pair: Pair
    places: int
    taken: int
    room: int
    is_paused: bool
    is_too_soon: bool
    replies: Replies | None

    @property
    def is_full(self) -> bool:
        """Whether all places are taken."""
        return self.pair.member.side == Side.STARTUP and self.taken >= self.places

    @property
    def queue_place(self) -> int:
        """The place in the queue that a request made now would have; 0 where it is delivered at once."""
        return max(0, 1 - self.room)

    @property
    def may_ask(self) -> bool:
        """Whether a request can be made now."""
        return not (self.is_full or self.is_paused or self.is_too_soon)


def prospect(pair: Pair, *, at: datetime) -> Prospect:
    """Return what is told before asking the pair's counterpart."""
    side = pair.member.side
    return Prospect(
        pair=pair,
        places=PLACES,
        taken=places_taken(pair.startup),
        room=room_of(side.other, pair.counterpart, at=at),
        is_paused=pair.counterpart.paused_at is not None
        or side.other in blocked_by(pair.startup, pair.investor),
        is_too_soon=asked_lately(pair.startup, pair.investor, side=side, at=at),
        replies=replies_to(pair, at=at) if side == Side.STARTUP else None,
    )
