"""What the two sides decide about each other, and telling the other side."""

from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker import transitions
from matchmaker.choices import PassReason, Side
from matchmaker.deals.introductions import selectors
from matchmaker.deals.introductions.kinds import (
    INTEREST_KEPT,
    INTEREST_LIMIT,
    INTERESTED,
    INTRODUCTION_CLOSED,
    INTRODUCTION_PAUSED,
    INTRODUCTION_RESUMED,
    MUTUAL_INTEREST,
    PASS_LIMIT,
    PASSED,
    REQUEST_DECLINED,
    REQUEST_EXPIRED,
    REQUEST_LATER,
    REQUEST_RECEIVED,
    REQUEST_REMINDER,
    REQUEST_WITHDRAWN,
)
from matchmaker.matching.pairs import services as pairs
from matchmaker.matching.pairs.selectors.pair import blocked_by
from matchmaker.matching.ranking.services import jobs
from matchmaker.models.introduction import OPEN, WAITING, Introduction, IntroductionAct, IntroductionState
from matchmaker.models.pair_action import Interest, Pass
from matchmaker.registry import SETTLED_BY_CLOSING
from profiles.companies.steps.kinds import EDIT_LIMIT
from profiles.models import Investor, Startup, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

# What leads to the list of requests, because the one that it tells of is over.
OVER = {REQUEST_DECLINED, REQUEST_EXPIRED, REQUEST_WITHDRAWN, INTRODUCTION_CLOSED}


def settle_request(introduction: Introduction, *, at: datetime) -> None:
    asker = introduction.company_on(Side(introduction.asked_by))
    asked = introduction.company_on(introduction.asked_side)
    path = reverse("introduction", args=[asker.public_id])
    kinds = (REQUEST_RECEIVED, REQUEST_REMINDER)
    notifications.mark_settled(asked, kinds=kinds, path=path, at=at)


def settle_questions(introduction: Introduction, *, at: datetime) -> None:
    for side in Side:
        company, other = introduction.company_on(side), introduction.company_on(side.other)
        for page, kinds in SETTLED_BY_CLOSING.items():
            path = reverse(page, args=[other.public_id])
            notifications.mark_settled(company, kinds=kinds, path=path, at=at)


def notify_side(
    kind: str, introduction: Introduction, side: Side, *, at: datetime, but: User | None = None
) -> None:
    path = reverse("introduction", args=[introduction.company_on(side.other).public_id])
    event = str(introduction.pk)
    if kind == REQUEST_REMINDER:
        event = f"{event}:{at:%Y%m%d}"
    elif kind in (INTRODUCTION_PAUSED, INTRODUCTION_RESUMED):
        event = f"{event}:{at.timestamp()}"
    leads_to = reverse("pipeline") if kind in OVER else path
    message = Message(kind=kind, path=leads_to, event=event, at=at)
    notify_team(introduction.company_on(side), message, but=but)


def notify_of_pause(startup: Startup, investor: Investor, *, is_over: bool, at: datetime) -> None:
    for introduction in Introduction.objects.filter(startup=startup, investor=investor, state__in=OPEN):
        introduction.startup, introduction.investor = startup, investor
        kind = INTRODUCTION_RESUMED if is_over else INTRODUCTION_PAUSED
        for side in Side:
            if side == introduction.asked_by or introduction.delivered_at:
                notify_side(kind, introduction, side, at=at)


REPLY_DAYS = 14  # of a side that promises nothing itself
GRACE = timedelta(days=7)  # between the promised day and the day on which a request closes
QUEUE_DAYS = timedelta(days=60)  # that a request waits for room
LATER_DAYS = timedelta(days=60)  # that "later" stays open
LATER_REMINDER = timedelta(days=30)
NO_DEADLINES: dict[str, Any] = {"closes_at": None, "remind_at": None}


class PassedError(RefusedError):
    message = _("You passed on this pair. Undo the pass first.")


class NoRequestSlotError(RefusedError):
    message = _(
        "All your request slots are in use. A slot becomes free when a request is answered or expires, or "
        "one week after you withdraw a delivered request."
    )


class AskedLatelyError(RefusedError):
    message = _(
        "You sent them a request a short while ago. Wait two months before you ask the same partner again."
    )


@dataclass(frozen=True)
class RequestWords:
    """The three short answers of a request; only a founder who asks must give any.

    An answer's `why` is its line.
    """

    why: str = ""
    purpose: str = ""
    next_step: str = ""

    @property
    def answer(self) -> dict[str, str]:
        return {"line": self.why, "answer_purpose": self.purpose, "answer_next_step": self.next_step}


NO_WORDS = RequestWords()


def pass_on(
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    reason: PassReason,
    note: str = "",
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> Pass:
    """Pass for one side, with a reason; the pair leaves both lists.

    Raises:
        ChangedSinceReadError: the introduction has moved since.
    """
    factors = pairs.factor_snapshot(startup, investor)
    with transaction.atomic():
        pairs.begin_act(PASS_LIMIT, startup, investor, side=side, by=by, at=at)
        values = {"reason": reason, "note": note, "by": by, "at": at, "factors": factors}
        decision, made = Pass.objects.get_or_create(
            side=side, startup=startup, investor=investor, defaults=values
        )
        if made:
            introduction = _as_read(startup, investor, side=side, version_read=version_read)
            Interest.objects.filter(side=side, startup=startup, investor=investor).delete()
            if introduction and introduction.asked_side == side and introduction.state in WAITING:
                _answer(introduction, IntroductionAct.DECLINE, side=side, by=by, at=at, ended_at=at)
                notify_side(REQUEST_DECLINED, introduction, side.other, at=at)
            elif introduction:
                _take_back(introduction, side=side, by=by, at=at)
            details = {"done": "passed", "reason": str(reason)}
            pairs.record(PASSED, startup, investor, side=side, by=by, at=at, **details)
            jobs.request(side, (startup if side is Side.STARTUP else investor).pk, at=at)
    return decision


@transaction.atomic
def undo_pass(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    lock_profiles(startup, investor)
    undone, _by_model = Pass.objects.filter(side=side, startup=startup, investor=investor).delete()
    if undone:
        pairs.record(PASSED, startup, investor, side=side, by=by, at=at, done="taken back")
        jobs.request(side, (startup if side is Side.STARTUP else investor).pk, at=at)


def express_interest(
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    by: User,
    at: datetime,
    words: RequestWords = NO_WORDS,
    version_read: str | None = None,
) -> Introduction:
    """Say yes for one side: ask for an introduction, or answer a request. Both sides' yes is mutual.

    `version_read` is the version of the request that is answered; empty for who asks, which is a yes to any.

    Raises:
        PassedError, BlockedError: this side passed on the pair, or blocked the other company.
        ChangedSinceReadError: the request that is answered has moved since.
        PausedError, NoRequestSlotError, AskedLatelyError: nothing may be asked now.
    """
    factors = pairs.factor_snapshot(startup, investor)
    with transaction.atomic():
        pairs.begin_act(INTEREST_LIMIT, startup, investor, side=side, by=by, at=at)
        if Pass.objects.filter(side=side, startup=startup, investor=investor).exists():
            raise PassedError
        blocks = blocked_by(startup, investor)
        if side in blocks:
            raise transitions.BlockedError
        if blocks:  # nothing tells who is blocked that from a pause
            raise transitions.PausedError
        introduction = _as_read(startup, investor, side=side, version_read=version_read or None)
        if introduction and not (introduction.asked_side == side and introduction.state in WAITING):
            return introduction  # said already
        theirs = Interest.objects.filter(side=side.other, startup=startup, investor=investor).first()
        kwargs: dict[str, Any] = {"side": side, "by": by, "at": at}
        if introduction:  # an earlier line stays where no new one comes
            answer: dict[str, Any] = replace(words, why=words.why or introduction.line).answer
            reached = {**NO_DEADLINES, "delivered_at": introduction.delivered_at or at}
            _answer(introduction, IntroductionAct.ACCEPT, **kwargs, **answer, **reached)
            _agree(introduction, factors=factors, by=by, at=at)
        elif theirs:
            introduction = _accept_standing_interest(theirs, words=words, factors=factors, **kwargs)
        else:
            introduction = _ask(startup, investor, words=words, factors=factors, **kwargs)
        pairs.record(INTERESTED, startup, investor, side=side, by=by, at=at, done="interested")
        _rank_answer(startup, investor, side=side, at=at)
    return introduction


def note_interest(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Store interest in an unclaimed company.

    Raises:
        PassedError: this side passed on the pair.
    """
    factors = pairs.factor_snapshot(startup, investor)
    with transaction.atomic():
        pairs.begin_act(INTEREST_LIMIT, startup, investor, side=side, by=by, at=at)
        if Pass.objects.filter(side=side, startup=startup, investor=investor).exists():
            raise PassedError
        made = {"by": by, "at": at, "factors": factors}
        Interest.objects.get_or_create(side=side, startup=startup, investor=investor, defaults=made)
        pairs.record(INTERESTED, startup, investor, side=side, by=by, at=at, done="interested")


def notify_of_interest(company: Startup | Investor, at: datetime) -> None:
    side = Side(company.side)
    if Interest.objects.filter(**{str(side): company}, side=side.other).exists():
        path = reverse("matches")
        notify_team(company, Message(kind=INTEREST_KEPT, path=path, event=company.public_id, at=at))


@transaction.atomic
def answer_later(
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    line: str,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> Introduction:
    """Answer a request with "later".

    Raises:
        WrongSideError: the request is this side's own.
        WrongStateError: the other side has asked for nothing, or it is answered.
        ChangedSinceReadError: the request has moved since `version_read`.
    """
    pairs.begin_act(INTEREST_LIMIT, startup, investor, side=side, by=by, at=at)
    introduction = _as_read(startup, investor, side=side, version_read=version_read)
    if introduction is None:
        raise transitions.WrongStateError
    later = {"line": line, "closes_at": at + LATER_DAYS, "remind_at": at + LATER_REMINDER}
    _answer(introduction, IntroductionAct.POSTPONE, side=side, by=by, at=at, **later)
    notify_side(REQUEST_LATER, introduction, side.other, at=at)
    pairs.record(INTERESTED, startup, investor, side=side, by=by, at=at, done="later")
    return introduction


@transaction.atomic
def withdraw_interest(
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> None:
    """Withdraw interest; mutual interest ends.

    Raises:
        ChangedSinceReadError: the introduction has moved since `version_read`: who withdraws a request ends
            none that was accepted meanwhile.
    """
    lock_profiles(startup, investor)
    introduction = _as_read(startup, investor, side=side, version_read=version_read)
    if introduction and introduction.asked_by != side and introduction.state != IntroductionState.MUTUAL:
        introduction = None  # theirs, and still to be answered
    if introduction:
        _take_back(introduction, side=side, by=by, at=at)
    withdrawn, _by_model = Interest.objects.filter(side=side, startup=startup, investor=investor).delete()
    if withdrawn or introduction:
        pairs.record(INTERESTED, startup, investor, side=side, by=by, at=at, done="withdrawn")
        _rank_answer(startup, investor, side=side, at=at)


@transaction.atomic
def set_pause(company: Startup | Investor, *, is_paused: bool, by: User, at: datetime) -> None:
    """Pause or resume new requests; open introductions continue.

    Raises:
        LimitReachedError: after pausing too often; who takes requests again is never refused.
    """
    if is_paused:
        limits.take_token(EDIT_LIMIT, account=by, company=company, at=at)
    lock_profiles(company)
    others = type(company)._default_manager.filter(pk=company.pk, paused_at__isnull=is_paused)
    if others.update(paused_at=at if is_paused else None):
        done = "paused" if is_paused else "resumed"
        subject = audit.subject_of(company)
        audit.record(INTERESTED, subject=subject, by=by, at=at, details={"done": done})


def _ask(
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    words: RequestWords,
    factors: dict[str, Any],
    by: User,
    at: datetime,
) -> Introduction:
    receiver: Startup | Investor = investor if side is Side.STARTUP else startup
    if receiver.is_unclaimed:
        raise RefusedError(
            _("No one from this company has joined Corridor yet, so no one can answer a request.")
        )
    pairs.require_open(startup, investor, side=side, at=at)
    if side is Side.STARTUP and selectors.request_slots_taken(startup, at=at) >= selectors.REQUEST_SLOTS:
        raise NoRequestSlotError
    if selectors.asked_lately(startup, investor, side=side, at=at):
        raise AskedLatelyError
    introduction = Introduction(
        startup=startup, investor=investor, asked_by=side, by=by, asked_at=at, **asdict(words)
    )
    if selectors.room_of(side.other, receiver, at=at) <= 0:
        queue = IntroductionAct.QUEUE
        transitions.apply_transition(introduction, queue, side=side, by=by, at=at, closes_at=at + QUEUE_DAYS)
    else:
        until = deadlines_of(receiver, at)
        transitions.apply_transition(introduction, IntroductionAct.ASK, side=side, by=by, at=at, **until)
        reach(introduction, factors=factors, at=at)
    return introduction


def _accept_standing_interest(
    theirs: Interest, *, side: Side, words: RequestWords, factors: dict[str, Any], by: User, at: datetime
) -> Introduction:
    """Accept the other side's remaining interest after its request has ended.

    Raises:
        AskedLatelyError: this side did so and ended it a short while ago; each time tells the other side.
    """
    if selectors.met_lately(theirs.startup, theirs.investor, side=side, at=at):
        raise AskedLatelyError
    introduction = Introduction(
        startup=theirs.startup,
        investor=theirs.investor,
        asked_by=theirs.side,
        by=theirs.by,
        asked_at=theirs.at,
        delivered_at=theirs.at,
    )
    said: dict[str, Any] = {**words.answer, "answered_by": by, "answered_at": at}
    transitions.apply_transition(introduction, IntroductionAct.MEET, side=side, by=by, at=at, **said)
    _agree(introduction, factors=factors, by=by, at=at)
    return introduction


def _answer(
    introduction: Introduction, act: IntroductionAct, *, side: Side, by: User, at: datetime, **changes: Any
) -> None:
    """Apply an answer; the moment of the first one stays, to be compared with the promised day."""
    first = {"answered_by": by, "answered_at": introduction.answered_at or at}
    apply_introduction_transition(introduction, act, side=side, by=by, at=at, **first, **changes)


def _as_read(
    startup: Startup, investor: Investor, *, side: Side, version_read: str | None
) -> Introduction | None:
    """Return the pair's open introduction as this side knows it.

    Raises:
        ChangedSinceReadError: it has moved since `version_read`.
    """
    introduction = selectors.open_between(startup, investor)
    is_known = introduction is not None and (
        introduction.asked_by == side or introduction.delivered_at is not None
    )
    transitions.require_unchanged(introduction if is_known else None, version_read)
    return introduction


@transaction.atomic
def end_requests(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    introduction = selectors.open_between(startup, investor)
    if introduction and introduction.asked_side == side and introduction.state in WAITING:
        lock_profiles(startup, investor)
        _answer(introduction, IntroductionAct.DECLINE, side=side, by=by, at=at, ended_at=at)
        notify_side(REQUEST_DECLINED, introduction, side.other, at=at)
    withdraw_interest(startup, investor, side=side, by=by, at=at)


def _take_back(introduction: Introduction, *, side: Side, by: User, at: datetime) -> None:
    is_mutual = introduction.state == IntroductionState.MUTUAL
    act = IntroductionAct.CLOSE if is_mutual else IntroductionAct.WITHDRAW
    apply_introduction_transition(introduction, act, side=side, by=by, at=at, ended_at=at)
    if is_mutual:
        settle_questions(introduction, at=at)
    if introduction.delivered_at is not None:
        kind = INTRODUCTION_CLOSED if is_mutual else REQUEST_WITHDRAWN
        notify_side(kind, introduction, side.other, at=at)


def apply_introduction_transition(
    introduction: Introduction, act: IntroductionAct, *, by: User | None, at: datetime, **changes: Any
) -> None:
    """Apply a transition to a request. Ended requests have no deadlines.

    Raises what matchmaker.transitions.apply_transition raises.
    """
    if "ended_at" in changes:
        changes |= NO_DEADLINES
    step = transitions.apply_transition(introduction, act, by=by, at=at, **changes)
    if step.source == IntroductionState.ASKED:
        settle_request(introduction, at=at)


def reach(introduction: Introduction, *, factors: dict[str, Any], at: datetime) -> None:
    _say_yes(introduction, Side(introduction.asked_by), factors=factors, by=introduction.by, at=at)
    notify_side(REQUEST_RECEIVED, introduction, introduction.asked_side, at=at)


def _agree(introduction: Introduction, *, factors: dict[str, Any], by: User, at: datetime) -> None:
    asked_at = introduction.delivered_at or at
    _say_yes(introduction, Side(introduction.asked_by), factors=factors, by=introduction.by, at=asked_at)
    _say_yes(introduction, introduction.asked_side, factors=factors, by=by, at=at)
    for side in Side:
        notify_side(MUTUAL_INTEREST, introduction, side, at=at, but=by)


def _say_yes(
    introduction: Introduction, side: Side, *, factors: dict[str, Any], by: User, at: datetime
) -> None:
    startup, investor = introduction.pair
    values = {"by": by, "at": at, "factors": factors}
    Interest.objects.get_or_create(side=side, startup=startup, investor=investor, defaults=values)


def deadlines_of(receiver: Startup | Investor, at: datetime) -> dict[str, Any]:
    promised = timedelta(days=getattr(receiver, "reply_days", REPLY_DAYS))
    due_at = at + promised
    return {"delivered_at": at, "due_at": due_at, "closes_at": due_at + GRACE, "remind_at": at + promised / 2}


def _rank_answer(startup: Startup, investor: Investor, *, side: Side, at: datetime) -> None:
    theirs = {"side": side.other, "startup": startup, "investor": investor}
    if Interest.objects.filter(**theirs).exists() or Pass.objects.filter(**theirs).exists():
        jobs.request(Side.INVESTOR, investor.pk, at=at)
