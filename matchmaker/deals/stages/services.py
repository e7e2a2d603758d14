"""Stages of an introduction: acts of the two sides and periodic steps.

Every act can raise what apply_transition raises.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import override

from matchmaker import transitions
from matchmaker.choices import Side
from matchmaker.deals.introductions.services import decisions, locks
from matchmaker.deals.stages import kinds
from matchmaker.deals.stages.selectors import possible_after
from matchmaker.matching.pairs import services as pairs
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.stage import CURRENT, IntroductionStage, StageAct, StageKind, StageState
from profiles.models import Investor, Startup, User
from profiles.people.accounts.services.accounts import PersonalContext, notify_team
from profiles.platform.merging import Merging
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message

DAY = timedelta(days=1)
WAITS = timedelta(days=7)  # after which the other side is reminded of a proposal, once


@transaction.atomic
def propose(
    introduction: Introduction,
    *,
    values: Mapping[str, Any],
    side: Side,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> IntroductionStage:
    """Propose a stage and the next step, in place of an own open proposal.

    `values`: the fields that StageForm cleans.

    Raises:
        WrongSideError: a proposal of the other side waits for an answer first.
        ChangedSinceReadError: what waits is not what was read. `version_read`: its version, "" for none.
        WrongStateError: after a signed deal comes no earlier stage, and it goes on record once.
    """
    pair = introduction.pair
    pairs.count(kinds.STAGE_LIMIT, *pair, side=side, by=by, at=at)
    locks.lock_mutual_pair(introduction)
    standing = IntroductionStage.objects.filter(introduction=introduction, state=StageState.PROPOSED).first()
    transitions.require_unchanged(standing, version_read)
    if standing and standing.proposed_by != side:
        raise transitions.WrongSideError
    current = IntroductionStage.objects.filter(introduction=introduction, state__in=CURRENT).first()
    recorded = IntroductionStage.objects.filter(introduction=introduction, deal__isnull=False)
    if values["kind"] not in possible_after(current) or (values.get("wants_record") and recorded.exists()):
        raise transitions.WrongStateError
    if standing:
        _end(standing, StageAct.WITHDRAW, side=side, by=by, at=at)
    stage = IntroductionStage(introduction=introduction, proposed_by=side, proposed_at=at, **values)
    transitions.apply_transition(stage, StageAct.PROPOSE, side=side, by=by, at=at, remind_at=at + WAITS)
    pairs.record(kinds.STAGED, *pair, side=side, by=by, at=at, done="proposed", kind=str(stage.kind))
    notify_side(kinds.STAGE_PROPOSED, stage, side.other, at=at)
    return stage


@transaction.atomic
def confirm(
    stage: IntroductionStage,
    *,
    side: Side,
    by: User,
    at: datetime,
    version_read: str | None = None,
    records: bool = False,
) -> IntroductionStage:
    """Confirm the proposed stage. `records`: this side also wants the signed deal on record.

    Raises:
        NoRateError: the deal's currency has no exchange rate.
    """
    pair = locks.lock_part(stage)
    transitions.require_unchanged(stage, version_read)
    before = IntroductionStage.objects.filter(introduction=stage.introduction, state__in=CURRENT).first()
    if before:  # the database knows one current stage at a time
        transitions.apply_transition(before, StageAct.FOLLOW, side=side, by=by, at=at, remind_at=None)
    reminder = next_reminder(stage.due_on, after=at)
    transitions.apply_transition(
        stage, StageAct.CONFIRM, side=side, by=by, at=at, decided_at=at, remind_at=reminder
    )
    settle(stage, at=at)
    if records and stage.wants_record:
        _put_on_record(stage, side=side, by=by, at=at)
    pairs.record(kinds.STAGED, *pair, side=side, by=by, at=at, done="confirmed", kind=str(stage.kind))
    if stage.kind == StageKind.ENDED:
        decisions.withdraw_interest(*pair, side=side, by=by, at=at)
    else:
        notify_side(kinds.STAGE_CONFIRMED, stage, side.other, at=at)
    return stage


def _put_on_record(stage: IntroductionStage, *, side: Side, by: User, at: datetime) -> None:
    startup, investor = stage.introduction.pair
    if side != Side.INVESTOR:
        by = stage.steps.select_related("by").get(act=StageAct.PROPOSE).by or by
    terms = {name: getattr(stage, name) for name in ("form", "amount", "currency", "stake_pct")}
    stage.deal = pairs.record_deal(
        startup, investor, terms={**terms, "closed_on": stage.since_on}, by=by, at=at
    )
    stage.save(update_fields=["deal"])


@transaction.atomic
def dispute(
    stage: IntroductionStage,
    *,
    objection: str,
    side: Side,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> None:
    pair = locks.lock_part(stage)
    transitions.require_unchanged(stage, version_read)
    _end(stage, StageAct.DISPUTE, side=side, by=by, at=at, objection=objection)
    pairs.record(kinds.STAGED, *pair, side=side, by=by, at=at, done="disputed", kind=str(stage.kind))
    notify_side(kinds.STAGE_DISPUTED, stage, side.other, at=at)


@transaction.atomic
def withdraw(
    stage: IntroductionStage, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    pair = locks.lock_part(stage)
    transitions.require_unchanged(stage, version_read)
    _end(stage, StageAct.WITHDRAW, side=side, by=by, at=at)
    pairs.record(kinds.STAGED, *pair, side=side, by=by, at=at, done="withdrawn", kind=str(stage.kind))
    notifications.take_back(kinds.STAGE_PROPOSED, event=str(stage.pk))
    notify_side(kinds.STAGE_WITHDRAWN, stage, side.other, at=at)


@transaction.atomic
def finish(
    stage: IntroductionStage, *, side: Side, by: User, at: datetime, version_read: str | None = None
) -> None:
    pair = locks.lock_part(stage)
    transitions.apply_transition(
        stage, StageAct.FINISH, side=side, by=by, at=at, version_read=version_read, remind_at=None
    )
    pairs.record(kinds.STAGED, *pair, side=side, by=by, at=at, done="finished", kind=str(stage.kind))
    notify_side(kinds.STAGE_DONE, stage, side.other, at=at)


def _end(
    stage: IntroductionStage, act: StageAct, *, at: datetime, side: Side | None, by: User | None, **more: Any
) -> None:
    transitions.apply_transition(stage, act, side=side, by=by, at=at, decided_at=at, remind_at=None, **more)
    settle(stage, at=at)


def settle(stage: IntroductionStage, *, at: datetime) -> None:
    asked, asker = stage.introduction.company_on(stage.other_side), Side(stage.proposed_by)
    path = reverse("stages", args=[stage.introduction.company_on(asker).public_id])
    notifications.mark_settled(asked, kinds=(kinds.STAGE_PROPOSED, kinds.STAGE_WAITS), path=path, at=at)


def notify_side(kind: str, stage: IntroductionStage, side: Side, *, at: datetime) -> None:
    introduction = stage.introduction

    def personal(user: User) -> PersonalContext:
        with override(user.language):
            return PersonalContext({"day": date_format(stage.due_on) if stage.due_on else ""})

    path = reverse("stages", args=[introduction.company_on(side.other).public_id])
    message = Message(kind=kind, path=path, event=str(stage.pk), at=at)
    notify_team(introduction.company_on(side), message, personal=personal)


def next_reminder(due_on: date | None, *, after: datetime) -> datetime | None:
    if due_on is None:
        return None
    due_at = datetime.combine(due_on, time(), UTC)
    return next((moment for moment in (due_at - DAY, due_at + DAY) if moment > after), None)


def advance(*, at: datetime) -> None:
    """Do what is due; proposals of closed introductions come first, so that no one is reminded of them."""
    drop_closed(at=at)
    remind_due(at=at)


def drop_closed(*, at: datetime) -> int:
    proposed = IntroductionStage.objects.filter(state=StageState.PROPOSED)
    closed = proposed.exclude(introduction__state=IntroductionState.MUTUAL).order_by("pk")
    return sum(_drop(pk, at=at) for pk in locks.due_keys(closed))


@transaction.atomic
def _drop(pk: int, *, at: datetime) -> bool:
    stage = locks.locked_part(IntroductionStage, pk)
    if stage.introduction.state == IntroductionState.MUTUAL:
        return False
    try:
        _end(stage, StageAct.DROP, side=None, by=None, at=at)
    except transitions.TransitionRefusedError:
        return False
    details: dict[str, Any] = {"side": Side(stage.proposed_by), "done": "dropped", "kind": str(stage.kind)}
    pairs.record(kinds.STAGED, *stage.introduction.pair, by=None, at=at, **details)
    return True


def erase_company(company: Startup | Investor, at: datetime) -> None:
    side = Side(company.side)
    stages = IntroductionStage.objects.filter(**{f"introduction__{side}": company})
    for stage in stages.filter(state=StageState.PROPOSED):
        transitions.apply_transition(stage, StageAct.DROP, by=None, at=at, decided_at=at, remind_at=None)
    words = {"next_step": "", "doer": "", "due_on": None, "form": None, "amount": None, "stake_pct": None}
    stages.filter(proposed_by=side).update(**words)
    stages.filter(proposed_by=side.other).update(objection="")
    stages.update(remind_at=None)


def remind_due(*, at: datetime) -> int:
    """Remind of proposals without an answer and of next steps; return of how many."""
    due = IntroductionStage.objects.filter(remind_at__lte=at).order_by("remind_at", "pk")
    return sum(_remind(pk, at=at) for pk in locks.due_keys(due))


@transaction.atomic
def _remind(pk: int, *, at: datetime) -> bool:
    stage = locks.locked_part(IntroductionStage, pk)
    now = stage.remind_at
    if now is None or now > at:
        return False
    is_proposed = stage.state == StageState.PROPOSED
    later = None if is_proposed else next_reminder(stage.due_on, after=at)
    IntroductionStage.objects.filter(pk=pk).update(remind_at=later)
    if not locks.lock_if_mutual(stage.introduction):
        return False
    if is_proposed:
        notify_side(kinds.STAGE_WAITS, stage, stage.other_side, at=at)
        return True
    is_late = later is None
    for side in Side if is_late else stage.doers:
        notify_side(kinds.STAGE_LATE if is_late else kinds.STAGE_DUE, stage, side, at=at)
    return True


def join_roads(merging: Merging) -> None:
    """Before a merge, give all stages to the introduction that continues."""
    own_side, other = merging.side, f"{merging.kept.side.other}_id"
    mutual = Introduction.objects.filter(state=IntroductionState.MUTUAL)
    mutual = mutual.filter(**{f"{own_side}__in": [merging.kept.pk, merging.gone.pk]}).order_by(
        "asked_at", "pk"
    )
    first: dict[int, Introduction] = {}
    for introduction in mutual:
        goes_on = first.setdefault(getattr(introduction, other), introduction)
        if goes_on is introduction:
            continue
        both = Q(introduction=goes_on) | Q(introduction=introduction)
        current = IntroductionStage.objects.filter(both, state__in=CURRENT).order_by("-decided_at", "-pk")
        kwargs: dict[str, Any] = {"in_place_of": own_side, "by": merging.by, "at": merging.at}
        for older in current[1:]:
            transitions.apply_transition(older, StageAct.FOLLOW, remind_at=None, **kwargs)
        moved = IntroductionStage.objects.filter(introduction=introduction)
        moved.exclude(state=StageState.PROPOSED).update(introduction=goes_on)
