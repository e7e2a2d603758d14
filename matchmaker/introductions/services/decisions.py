"""Decisions on a pair: passing with a reason, saying interested, taking either back.

What a side says moves the pair's introduction (requests.py). An investor's answer to a startup's interest
counts as activity (ranking/market/pair_overrides.py), so it is ranked again. Each may be repeated without
harm. Saying yes or no is counted (profiles/limits); taking it back never is, nor can it be refused. Interest
of both sides is mutual; it ends when one withdraws or passes.
"""

from datetime import datetime

from django.db import transaction

from matchmaker.choices import PassReason, Side
from matchmaker.introductions.kinds import INTEREST_LIMIT, INTERESTED, PASS_LIMIT, PASSED
from matchmaker.introductions.selectors.places import blocked_by, open_between
from matchmaker.introductions.services import requests
from matchmaker.introductions.services.requests import NO_WORDS, NotPossibleError, PausedError, RequestWords
from matchmaker.models import Interest, Introduction, Pass
from matchmaker.models.introduction_table import WAITING, IntroductionState
from matchmaker.pairs.services import pairs
from matchmaker.ranking.services import jobs
from profiles.changes.services import lock_profiles
from profiles.models import Investor, Startup, User


class PassedError(Exception):
    """This side passed on the pair; take that back first."""


class BlockedError(Exception):
    """This side has blocked the other company; take that back first."""


@transaction.atomic
def pass_on(
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    reason: PassReason,
    note: str = "",
    by: User,
    at: datetime,
) -> Pass:
    """Say no for one side, with a reason; the pair leaves both lists. Own interest is withdrawn."""
    pairs.hold(PASS_LIMIT, startup, investor, side=side, by=by, at=at)
    decision, made = Pass.objects.get_or_create(
        side=side,
        startup=startup,
        investor=investor,
        defaults={
            "reason": reason,
            "note": note,
            "by": by,
            "at": at,
            "factors": pairs.frozen(startup, investor),
        },
    )
    if made:
        Interest.objects.filter(side=side, startup=startup, investor=investor).delete()
        _end(open_between(startup, investor), side=side, by=by, at=at)
        pairs.record(PASSED, startup, investor, side=side, by=by, at=at, done="passed", reason=str(reason))
        _rank_again(startup, investor, at=at)
    return decision


@transaction.atomic
def undo_pass(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Undo a pass; the pair may come back into both lists."""
    lock_profiles(startup, investor)
    undone, _by_model = Pass.objects.filter(side=side, startup=startup, investor=investor).delete()
    if undone:
        pairs.record(PASSED, startup, investor, side=side, by=by, at=at, done="taken back")
        _rank_again(startup, investor, at=at)


@transaction.atomic
def express_interest(
    startup: Startup,
    investor: Investor,
    *,
    side: Side,
    by: User,
    at: datetime,
    words: RequestWords = NO_WORDS,
) -> Introduction:
    """Say yes for one side: ask for an introduction, or answer a request. Both sides' yes is mutual.

    Raises:
        PassedError, BlockedError: this side passed on the pair, or blocked the other company.
        PausedError, NoPlaceError, AskedLatelyError: nothing may be asked now (requests.py).
    """
    pairs.hold(INTEREST_LIMIT, startup, investor, side=side, by=by, at=at)
    if Pass.objects.filter(side=side, startup=startup, investor=investor).exists():
        raise PassedError
    _refuse_blocked(startup, investor, side=side)
    introduction = open_between(startup, investor)
    if introduction and not (introduction.asked_side == side and introduction.state in WAITING):
        return introduction  # said already
    theirs = Interest.objects.filter(side=side.other, startup=startup, investor=investor).first()
    if introduction:
        requests.answer_yes(introduction, words=words, by=by, at=at)
    elif theirs:
        introduction = requests.meet(theirs, words=words, by=by, at=at)
    else:
        introduction = requests.begin(startup, investor, side=side, words=words, by=by, at=at)
    pairs.record(INTERESTED, startup, investor, side=side, by=by, at=at, done="interested")
    _count_answer(startup, investor, side=side, at=at)
    return introduction


@transaction.atomic
def answer_later(
    startup: Startup, investor: Investor, *, side: Side, line: str, by: User, at: datetime
) -> Introduction:
    """Answer a request with later.

    Raises:
        NotPossibleError: the other side has asked for nothing, or it is answered.
    """
    pairs.hold(INTEREST_LIMIT, startup, investor, side=side, by=by, at=at)
    introduction = open_between(startup, investor)
    if introduction is None:
        raise NotPossibleError
    requests.postpone(introduction, line=line, by=by, at=at)
    pairs.record(INTERESTED, startup, investor, side=side, by=by, at=at, done="later")
    return introduction


@transaction.atomic
def withdraw_interest(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Take a yes back; a request gives its place back, and what was mutual ends with the next page."""
    lock_profiles(startup, investor)
    introduction = open_between(startup, investor)
    is_ours = introduction is not None and (
        introduction.asked_by == side or introduction.state == IntroductionState.MUTUAL
    )
    if is_ours:
        _end(introduction, side=side, by=by, at=at)
    withdrawn, _by_model = Interest.objects.filter(side=side, startup=startup, investor=investor).delete()
    if withdrawn or is_ours:
        pairs.record(INTERESTED, startup, investor, side=side, by=by, at=at, done="withdrawn")
        _count_answer(startup, investor, side=side, at=at)


def _refuse_blocked(startup: Startup, investor: Investor, *, side: Side) -> None:
    """Refuse where one side has blocked the other, whom nothing tells that from a pause."""
    blocks = blocked_by(startup, investor)
    if side in blocks:
        raise BlockedError
    if blocks:
        raise PausedError


def _end(introduction: Introduction | None, *, side: Side, by: User, at: datetime) -> None:
    """End the open introduction, if there is one.

    With a no to who asked, or by taking one's own part back.
    """
    if introduction is None:
        return
    if introduction.asked_side == side and introduction.state in WAITING:
        requests.decline(introduction, by=by, at=at)
    else:
        requests.take_back(introduction, side=side, by=by, at=at)


def _rank_again(startup: Startup, investor: Investor, *, at: datetime) -> None:
    """Have both sides' lists computed again."""
    jobs.request(Side.STARTUP, startup.pk, at=at)
    jobs.request(Side.INVESTOR, investor.pk, at=at)


def _count_answer(startup: Startup, investor: Investor, *, side: Side, at: datetime) -> None:
    """Have the investor ranked again where the other side has spoken: its answers may have changed."""
    theirs = {"side": side.other, "startup": startup, "investor": investor}
    if Interest.objects.filter(**theirs).exists() or Pass.objects.filter(**theirs).exists():
        jobs.request(Side.INVESTOR, investor.pk, at=at)
