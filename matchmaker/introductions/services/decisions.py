"""Decisions on a pair: passing with a reason, saying interested, taking either back.

An investor's answer to a startup's interest counts as activity (ranking/market/pair_overrides.py), so it is
ranked again. Each may be repeated without harm. Saying yes or no is counted (profiles/limits); taking it back
never is, nor can it be refused. Interest of both sides is mutual; it ends when one withdraws or passes.
"""

from datetime import datetime

from django.db import transaction

from matchmaker.choices import PassReason, Side
from matchmaker.introductions.services import pairs
from matchmaker.introductions.services.emails import send_mutual
from matchmaker.models import Interest, Pass
from matchmaker.ranking.services import jobs
from profiles.changes.services import lock_profiles
from profiles.choices import AuditAction
from profiles.limits.table import Verb
from profiles.models import Investor, Startup, User


class PassedError(Exception):
    """This side passed on the pair; take that back first."""


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
    pairs.count(Verb.PASS, startup, investor, side=side, by=by, at=at)
    pairs.lock_open_pair(startup, investor)
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
        pairs.record(
            AuditAction.PASSED, startup, investor, side=side, by=by, at=at, done="passed", reason=str(reason)
        )
        _rank_again(startup, investor, at=at)
    return decision


@transaction.atomic
def undo_pass(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Undo a pass; the pair may come back into both lists."""
    lock_profiles(startup, investor)
    undone, _by_model = Pass.objects.filter(side=side, startup=startup, investor=investor).delete()
    if undone:
        pairs.record(AuditAction.PASSED, startup, investor, side=side, by=by, at=at, done="taken back")
        _rank_again(startup, investor, at=at)


@transaction.atomic
def express_interest(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> Interest:
    """Say yes for one side. When the other side has said so too, the interest is mutual."""
    pairs.count(Verb.INTEREST, startup, investor, side=side, by=by, at=at)
    pairs.lock_open_pair(startup, investor)
    if Pass.objects.filter(side=side, startup=startup, investor=investor).exists():
        raise PassedError
    interest, made = Interest.objects.get_or_create(
        side=side,
        startup=startup,
        investor=investor,
        defaults={"by": by, "at": at, "factors": pairs.frozen(startup, investor)},
    )
    if made:
        pairs.record(AuditAction.INTERESTED, startup, investor, side=side, by=by, at=at, done="interested")
        _count_answer(startup, investor, side=side, at=at)
        if Interest.objects.filter(side=side.other, startup=startup, investor=investor).exists():
            send_mutual(interest, by=by)
    return interest


@transaction.atomic
def withdraw_interest(startup: Startup, investor: Investor, *, side: Side, by: User, at: datetime) -> None:
    """Take a yes back; what was mutual ends with the next request."""
    lock_profiles(startup, investor)
    withdrawn, _by_model = Interest.objects.filter(side=side, startup=startup, investor=investor).delete()
    if withdrawn:
        pairs.record(AuditAction.INTERESTED, startup, investor, side=side, by=by, at=at, done="withdrawn")
        _count_answer(startup, investor, side=side, at=at)


def _rank_again(startup: Startup, investor: Investor, *, at: datetime) -> None:
    """Have both sides' lists computed again."""
    jobs.want(Side.STARTUP, startup.pk, at=at)
    jobs.want(Side.INVESTOR, investor.pk, at=at)


def _count_answer(startup: Startup, investor: Investor, *, side: Side, at: datetime) -> None:
    """Have the investor ranked again where the other side has spoken: its answers may have changed."""
    theirs = {"side": side.other, "startup": startup, "investor": investor}
    if Interest.objects.filter(**theirs).exists() or Pass.objects.filter(**theirs).exists():
        jobs.want(Side.INVESTOR, investor.pk, at=at)
