"""Merge rules for two records that both know a counterpart.

A block wins, then the most advanced introduction, then a pass.
"""

from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from matchmaker.choices import MessageState, Side
from matchmaker.deals.introductions.kinds import INTRODUCTION_CLOSED
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services.decisions import notify_side
from matchmaker.matching.pairs.selectors.pair import mutual_with
from matchmaker.models.conversation import CompanyBlock, LastRead, Message
from matchmaker.models.introduction import OPEN, Introduction, IntroductionAct, IntroductionState
from matchmaker.models.meeting import LIVE, Meeting
from matchmaker.models.pair_action import Interest, Pass
from profiles.models import SIDES, Investor, Startup
from profiles.platform.merging import Merging

FURTHEST = (
    IntroductionState.MUTUAL,
    IntroductionState.LATER,
    IntroductionState.ASKED,
    IntroductionState.QUEUED,
)


def shared_counterparts(kept: Startup | Investor, gone: Startup | Investor) -> list[Startup | Investor]:
    own_side, other = str(kept.side), f"{kept.side.other}_id"
    known = []
    for company in (kept, gone):
        querysets: list[Any] = [Introduction.objects.filter(state__in=OPEN)]
        querysets += [model._default_manager.all() for model in (Interest, Pass, CompanyBlock)]
        known.append(
            {
                pk
                for rows in querysets
                for pk in rows.filter(**{own_side: company}).values_list(other, flat=True)
            }
        )
    return list(
        SIDES[str(kept.side.other)]._default_manager.filter(pk__in=known[0] & known[1]).order_by("pk")
    )


def fold_pairs(merging: Merging) -> None:
    matched = mutual_with(merging.kept) | mutual_with(merging.gone)
    for counterpart in shared_counterparts(merging.kept, merging.gone):
        _fold(merging, counterpart, is_matched=counterpart.pk in matched)


def _fold(merging: Merging, counterpart: Startup | Investor, *, is_matched: bool) -> None:
    pair = Q(
        **{f"{merging.side}__in": [merging.kept.pk, merging.gone.pk], str(counterpart.side): counterpart}
    )
    introductions = Introduction.objects.filter(pair, state__in=OPEN).select_related("startup", "investor")
    ranked = sorted(
        introductions,
        key=lambda introduction: (FURTHEST.index(introduction.state), introduction.asked_at, introduction.pk),
    )
    blocking = set(CompanyBlock.objects.filter(pair).values_list("side", flat=True))
    if blocking:
        for each in ranked:
            _end(each, merging, is_told=True)
        _remove(Interest, pair, blocking)
        return
    for each in ranked[1:]:
        if each.state == ranked[0].state == IntroductionState.MUTUAL:
            _join(each, ranked[0])
        _end(each, merging)
    if ranked:
        _remove(Pass, pair, set(Side.values))
    else:
        _remove(Interest, pair, set(Pass.objects.filter(pair).values_list("side", flat=True)))
    yes = dict[str, datetime]()
    for side, at in Interest.objects.filter(pair).order_by("-at").values_list("side", "at"):
        yes[side] = at
    if len(yes) == len(Side) and not is_matched:
        first = str(ranked[0].asked_by) if ranked else min(yes, key=lambda side: yes[side])
        _remove(Interest, pair, {Side(first).other})


def _remove(model: type[Model], pair: Q, sides: set[Any]) -> None:
    model._default_manager.filter(pair, side__in=sides).delete()


def _end(introduction: Introduction, merging: Merging, *, is_told: bool = False) -> None:
    changes: dict[str, Any] = {"at": merging.at, "ended_at": merging.at}
    if introduction.state == IntroductionState.MUTUAL:
        decisions.apply_introduction_transition(
            introduction, IntroductionAct.CLOSE, in_place_of=merging.side, by=merging.by, **changes
        )
    else:
        decisions.apply_introduction_transition(introduction, IntroductionAct.EXPIRE, by=None, **changes)
    if is_told and introduction.delivered_at is not None:
        for side in Side:
            notify_side(INTRODUCTION_CLOSED, introduction, side, at=merging.at)


def _join(other: Introduction, first: Introduction) -> None:
    waiting = Q(state=MessageState.WAITING)
    if Message.objects.filter(waiting, introduction=first).exists():
        Message.objects.filter(~waiting, introduction=other).update(introduction=first)
    else:
        Message.objects.filter(introduction=other).update(introduction=first)
    readers = LastRead.objects.filter(introduction=first).values("user")
    LastRead.objects.filter(introduction=other).exclude(user__in=readers).update(introduction=first)
    meetings = Meeting.objects.filter(introduction=other)
    if Meeting.objects.filter(introduction=first, state__in=LIVE).exists():
        meetings = meetings.exclude(state__in=LIVE)
    meetings.update(introduction=first)
