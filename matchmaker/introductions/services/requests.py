"""Introductions move along the lines of their table (matchmaker/models/introduction_table.py), and only so.

Every function expects the caller to hold both companies (pairs.lock_open_pair, lock_profiles) in a
transaction, so that acts on one pair take their turns. The conditional update stands all the same: whatever
comes late finds another state and is refused by name.
"""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from matchmaker.choices import Side
from matchmaker.introductions.kinds import (
    INTRODUCTION_CLOSED,
    MUTUAL_INTEREST,
    REQUEST_DECLINED,
    REQUEST_DELIVERED,
    REQUEST_LATER,
    REQUEST_RECEIVED,
    REQUEST_WITHDRAWN,
)
from matchmaker.introductions.selectors.places import (
    PLACES,
    asked_lately,
    places_taken,
    room_of,
)
from matchmaker.introductions.services.telling import settle_request, tell_both, tell_side
from matchmaker.models import Interest, Introduction, IntroductionStep
from matchmaker.models.introduction_table import BY_ACT, IntroductionAct, IntroductionState, Mover
from matchmaker.pairs.services import pairs
from profiles.models import Investor, Startup, User

REPLY_DAYS = 14  # of a side that promises nothing itself
GRACE = timedelta(days=7)  # between the promised day and the day on which a request closes
QUEUE_DAYS = timedelta(days=60)  # that a request waits for room
LATER_DAYS = timedelta(days=60)  # that "later" stays open
LATER_REMINDER = timedelta(days=30)


class NotPossibleError(Exception):
    """The introduction is in another state by now, or this side may not do that."""


class PausedError(Exception):
    """The other side takes no new requests for now."""


class NoPlaceError(Exception):
    """All of the startup's places for pending requests are taken."""


class AskedLatelyError(Exception):
    """This side asked a short while ago and the request is over; once more would be pressing."""


@dataclass(frozen=True)
class RequestWords:
    """The three short answers of who asks, or answers: only a founder who asks has to give any.

    An answer's `why` is its line.
    """

    why: str = ""
    purpose: str = ""
    next_step: str = ""


NO_WORDS = RequestWords()


def begin(
    startup: Startup, investor: Investor, *, side: Side, words: RequestWords, by: User, at: datetime
) -> Introduction:
    """Ask: the request is delivered, or waits in the queue until the other side has room.

    Raises:
        PausedError, NoPlaceError, AskedLatelyError: nothing may be asked now.
    """
    receiver: Startup | Investor = investor if side is Side.STARTUP else startup
    if receiver.paused_at is not None:
        raise PausedError
    if side is Side.STARTUP and places_taken(startup) >= PLACES:
        raise NoPlaceError
    if asked_lately(startup, investor, side=side, at=at):
        raise AskedLatelyError
    made = {"startup": startup, "investor": investor, "asked_by": side, "by": by, "asked_at": at}
    if room_of(side.other, receiver, at=at) <= 0:
        queued = Introduction.objects.create(
            state=IntroductionState.QUEUED, closes_at=at + QUEUE_DAYS, **made, **asdict(words)
        )
        _log(queued, IntroductionAct.QUEUE, "", side=side, by=by, at=at)
        return queued
    asked = Introduction.objects.create(
        state=IntroductionState.ASKED, **made, **asdict(words), **_deadlines(receiver, at)
    )
    _log(asked, IntroductionAct.ASK, "", side=side, by=by, at=at)
    _reach(asked, at=at)
    return asked


def meet(theirs: Interest, *, words: RequestWords, by: User, at: datetime) -> Introduction:
    """Say yes after all to a side whose yes still stands, although its request is over."""
    introduction = Introduction.objects.create(
        startup=theirs.startup,
        investor=theirs.investor,
        asked_by=theirs.side,
        state=IntroductionState.MUTUAL,
        by=theirs.by,
        asked_at=theirs.at,
        delivered_at=theirs.at,
        answered_by=by,
        answered_at=at,
        **_answered(words),
    )
    _log(introduction, IntroductionAct.MEET, "", side=introduction.asked_side, by=by, at=at)
    _agree(introduction, by=by, at=at)
    return introduction


def deliver(introduction: Introduction, *, at: datetime) -> None:
    """Let a queued request reach the other side, and tell who asked."""
    receiver = introduction.company_on(introduction.asked_side)
    move(introduction, IntroductionAct.DELIVER, at=at, **_deadlines(receiver, at))
    _reach(introduction, at=at)
    tell_side(REQUEST_DELIVERED, introduction, Side(introduction.asked_by), at=at)


def answer_yes(introduction: Introduction, *, words: RequestWords, by: User, at: datetime) -> None:
    """Answer with interest: it is mutual from now on. Without a new line an earlier one stays."""
    said = _answered(replace(words, why=words.why or introduction.line))
    delivered_at = introduction.delivered_at or at
    _answer(introduction, IntroductionAct.ACCEPT, by=by, at=at, delivered_at=delivered_at, **said)
    _agree(introduction, by=by, at=at)


def postpone(introduction: Introduction, *, line: str, by: User, at: datetime) -> None:
    """Answer with later: the promise is kept, the place is given back, and yes and no stay open."""
    later = {"line": line, "closes_at": at + LATER_DAYS, "remind_at": at + LATER_REMINDER}
    _answer(introduction, IntroductionAct.POSTPONE, by=by, at=at, **later)
    tell_side(REQUEST_LATER, introduction, Side(introduction.asked_by), at=at)


def decline(introduction: Introduction, *, by: User, at: datetime) -> None:
    """Answer with no: who asked is told that it goes no further, never why."""
    _answer(introduction, IntroductionAct.DECLINE, by=by, at=at, ended_at=at)
    tell_side(REQUEST_DECLINED, introduction, Side(introduction.asked_by), at=at)


def take_back(introduction: Introduction, *, side: Side, by: User, at: datetime) -> None:
    """End one's own part: a request is withdrawn and its place given back, an introduction closed."""
    is_mutual = introduction.state == IntroductionState.MUTUAL
    has_reached = introduction.delivered_at is not None
    act = IntroductionAct.CLOSE if is_mutual else IntroductionAct.WITHDRAW
    move(introduction, act, side=side, by=by, at=at, ended_at=at)
    if has_reached:
        kind = INTRODUCTION_CLOSED if is_mutual else REQUEST_WITHDRAWN
        tell_side(kind, introduction, side.other, at=at)


def move(
    introduction: Introduction,
    act: IntroductionAct,
    *,
    at: datetime,
    side: Side | None = None,
    by: User | None = None,
    **changes: Any,
) -> None:
    """Take one line of the table: a conditional update and a row of the log.

    Raises:
        NotPossibleError: the introduction is in no state from which the line leads, or it is not this side's.
    """
    line, source = BY_ACT[act], introduction.state
    may = {
        Mover.ASKER: side == introduction.asked_by,
        Mover.ASKED: side == introduction.asked_side,
        Mover.EITHER: side is not None,
        Mover.TIME: side is None,
    }
    waits = {} if line.target in (IntroductionState.ASKED, IntroductionState.LATER) else NO_DEADLINES
    mine = Introduction.objects.filter(pk=introduction.pk, state=source, state__in=line.sources)
    if not may[line.mover] or not mine.update(state=line.target, **{**waits, **changes}):
        raise NotPossibleError
    introduction.refresh_from_db()
    _log(introduction, act, source, side=side, by=by, at=at)
    if source == IntroductionState.ASKED:
        settle_request(introduction, at=at)


NO_DEADLINES: dict[str, Any] = {"closes_at": None, "remind_at": None}


def _answer(
    introduction: Introduction, act: IntroductionAct, *, by: User, at: datetime, **changes: Any
) -> None:
    """Take the asked side's line; its first answer is the one that counts against the promise."""
    changes |= {"answered_by": by, "answered_at": introduction.answered_at or at}
    move(introduction, act, side=introduction.asked_side, by=by, at=at, **changes)


def _answered(words: RequestWords) -> dict[str, str]:
    """Return what an introduction keeps of an answer."""
    return {"line": words.why, "answer_purpose": words.purpose, "answer_next_step": words.next_step}


def _agree(introduction: Introduction, *, by: User, at: datetime) -> None:
    """Keep both sides' yes, and tell both."""
    _say_yes(
        introduction, Side(introduction.asked_by), by=introduction.by, at=introduction.delivered_at or at
    )
    _say_yes(introduction, introduction.asked_side, by=by, at=at)
    tell_both(MUTUAL_INTEREST, introduction, at=at, but=by)


def _reach(introduction: Introduction, *, at: datetime) -> None:
    """Let the asker's yes count from now on, and tell the side that is asked."""
    _say_yes(introduction, Side(introduction.asked_by), by=introduction.by, at=at)
    tell_side(REQUEST_RECEIVED, introduction, introduction.asked_side, at=at)


def _say_yes(introduction: Introduction, side: Side, *, by: User, at: datetime) -> None:
    """Keep one side's yes with the pair's factors of that moment; what it said before stays."""
    startup, investor = introduction.pair
    said = {"by": by, "at": at, "factors": pairs.frozen(startup, investor)}
    Interest.objects.get_or_create(side=side, startup=startup, investor=investor, defaults=said)


def _deadlines(receiver: Startup | Investor, at: datetime) -> dict[str, Any]:
    """Return when a request that arrives now is due, reminded of, and closed."""
    promised = timedelta(days=getattr(receiver, "reply_days", REPLY_DAYS))
    due_at = at + promised
    return {"delivered_at": at, "due_at": due_at, "closes_at": due_at + GRACE, "remind_at": at + promised / 2}


def _log(
    introduction: Introduction,
    act: IntroductionAct,
    source: str,
    *,
    side: Side | None,
    by: User | None,
    at: datetime,
) -> None:
    """Keep the step."""
    IntroductionStep.objects.create(
        introduction=introduction,
        act=act,
        source=source,
        target=introduction.state,
        side=side or "",
        by=by,
        at=at,
    )
