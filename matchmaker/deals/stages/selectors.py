"""How far introductions are, as their pages, the list and the start page show it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from matchmaker.choices import Side
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.stage import (
    CURRENT,
    REACHED,
    Doer,
    IntroductionStage,
    StageAct,
    StageKind,
    StageState,
    StageStep,
)
from matchmaker.registry import Waiting

SHOWN = (IntroductionState.MUTUAL, IntroductionState.CLOSED)  # introductions that have got anywhere
STEPS_SHOWN = 30


@dataclass(frozen=True)
class Mark:
    """One stage on the drawn line."""

    kind: StageKind
    state: str
    since_on: date | None = None

    @property
    def state_label(self) -> str:
        words = {
            "past": pgettext("stage on a line", "reached"),
            "current": pgettext("stage on a line", "current stage"),
            "proposed": pgettext("stage on a line", "proposed"),
            "ahead": pgettext("stage on a line", "not yet"),
            "skipped": pgettext("stage on a line", "skipped"),
            "ended": pgettext("stage on a line", "ended"),
            "missed": pgettext("stage on a line", "not reached"),
        }
        return words[self.state]


@dataclass(frozen=True)
class Road:
    """How far one introduction is, for one of its sides."""

    introduction: Introduction
    side: Side
    stages: list[IntroductionStage]

    @property
    def is_open(self) -> bool:
        return self.introduction.state == IntroductionState.MUTUAL

    @cached_property
    def current(self) -> IntroductionStage | None:
        """The stage that both confirmed last; None while they have only begun to talk."""
        return next((stage for stage in self.stages if stage.state in CURRENT), None)

    @cached_property
    def proposed(self) -> IntroductionStage | None:
        return next((stage for stage in self.stages if stage.state == StageState.PROPOSED), None)

    @property
    def kind(self) -> StageKind:
        return self.reached if self.is_open else StageKind.ENDED

    @property
    def reached(self) -> StageKind:
        return StageKind(self.current.kind) if self.current else StageKind.TALKING

    @property
    def since_on(self) -> date | None:
        ended = self.introduction.ended_at
        return timezone.localdate(ended) if ended else self.reached_on

    @property
    def reached_on(self) -> date | None:
        begun = self.introduction.answered_at
        return self.current.since_on if self.current else timezone.localdate(begun) if begun else None

    @property
    def number(self) -> int:
        return list(StageKind).index(self.kind) + 1

    @property
    def total(self) -> int:
        return len(StageKind)

    @property
    def is_ours(self) -> bool:
        return bool(self.proposed and self.proposed.proposed_by == self.side)

    @property
    def waits_for_us(self) -> bool:
        return bool(self.is_open and self.proposed and not self.is_ours)

    @property
    def does_next(self) -> bool:
        waits = self.is_open and self.current and self.current.state == StageState.AGREED
        return bool(waits and self.current and self.side in self.current.doers)

    @property
    def may_record(self) -> bool:
        return bool(self.is_open and self.kind == StageKind.SIGNED and not self.recorded)

    @property
    def recorded(self) -> bool:
        return any(stage.deal_id for stage in self.stages)

    @property
    def possible(self) -> list[StageKind]:
        return possible_after(self.current)

    @property
    def version(self) -> str:
        """The version that a proposal's form sends back; empty without a proposal."""
        return self.proposed.version if self.proposed else ""

    @cached_property
    def marks(self) -> list[Mark]:
        begun = self.introduction.answered_at
        since = {StageKind.TALKING: timezone.localdate(begun)} if begun else {}
        since |= {StageKind(stage.kind): stage.since_on for stage in self.stages if stage.state in REACHED}
        if not self.is_open and self.since_on:
            since[StageKind.ENDED] = self.since_on
        proposed = self.proposed.kind if self.is_open and self.proposed else ""
        return [Mark(kind, self._state(kind, since, proposed), since.get(kind)) for kind in StageKind]

    def _state(self, kind: StageKind, since: dict[StageKind, date], proposed: str) -> str:
        if kind == self.kind:
            return "current" if self.is_open else "ended"
        if kind == proposed:
            return "proposed"
        if kind in since:
            return "past"
        order = list(StageKind)
        if order.index(kind) < max(
            (order.index(each) for each in since if each != StageKind.ENDED), default=0
        ):
            return "skipped"
        return "ahead" if self.is_open else "missed"


def possible_after(current: IntroductionStage | None) -> list[StageKind]:
    """Return what can be proposed after the stage that both confirmed last."""
    if current and current.kind == StageKind.SIGNED:
        return [StageKind.SIGNED, StageKind.ENDED]
    return list(StageKind)


def who_does(stage: IntroductionStage, side: Side) -> str:
    if stage.doer == Doer.BOTH:
        return pgettext("who does the next step", "Both")
    return pgettext("who does it", "You") if stage.doer == side else pgettext("who does it", "They")


def roads(introductions: Sequence[Introduction], side: Side) -> dict[int, Road]:
    shown = {one.pk: one for one in introductions if one.state in SHOWN}
    if not shown:
        return {}
    by_introduction: dict[int, list[IntroductionStage]] = {pk: [] for pk in shown}
    rows = IntroductionStage.objects.filter(
        introduction__in=by_introduction, state__in=(StageState.PROPOSED, *REACHED)
    )
    for stage in rows.select_related("form").order_by("proposed_at", "pk"):
        by_introduction[stage.introduction_id].append(stage)
    return {pk: Road(one, side, by_introduction[pk]) for pk, one in shown.items()}


def cells_of(road: Road) -> list[Any]:
    stage = road.current if road.is_open else None
    far = [str(road.reached.label), road.reached_on]
    if stage is None or not stage.doer:
        return [*far, "", "", None]
    return [*far, stage.next_step, who_does(stage, road.side), stage.due_on]


@dataclass(frozen=True)
class StagePage:
    pair: Pair
    road: Road
    steps: list[StageStep]  # the newest first
    objection: IntroductionStage | None  # the newest proposal, where it was disputed

    @property
    def side(self) -> Side:
        return self.road.side

    @property
    def next_kind(self) -> StageKind:
        """The next stage to propose by default, never the end."""
        kinds = [kind for kind in StageKind if kind != StageKind.ENDED]
        return kinds[min(self.road.number, len(kinds) - 1)]


def stage_page(pair: Pair, introduction: Introduction) -> StagePage:
    road = roads([introduction], pair.member.side)[introduction.pk]
    steps = StageStep.objects.filter(stage__introduction=introduction).select_related("stage", "by")
    steps = steps.exclude(act=StageAct.FOLLOW)  # told by the stage that follows
    newest = (
        IntroductionStage.objects.filter(introduction=introduction).order_by("-proposed_at", "-pk").first()
    )
    objection = newest if newest and newest.state == StageState.DISPUTED else None
    return StagePage(pair, road, list(steps.order_by("-at", "-pk")[:STEPS_SHOWN]), objection)


def proposal_of(introduction: Introduction) -> IntroductionStage | None:
    stage = IntroductionStage.objects.filter(introduction=introduction, state=StageState.PROPOSED).first()
    return _of(introduction, stage)


def current_stage(introduction: Introduction) -> IntroductionStage | None:
    stage = IntroductionStage.objects.filter(introduction=introduction, state__in=CURRENT).first()
    return _of(introduction, stage)


def _of(introduction: Introduction, stage: IntroductionStage | None) -> IntroductionStage | None:
    if stage:
        stage.introduction = introduction
    return stage


def rows_waiting(side: Side) -> QuerySet[IntroductionStage]:
    """Return the proposals that a side has to answer, and the next steps that it has to do."""
    to_answer = Q(state=StageState.PROPOSED, proposed_by=side.other)
    to_do = Q(state=StageState.AGREED, doer__in=(side, Doer.BOTH))
    return IntroductionStage.objects.filter(to_answer | to_do, introduction__state=IntroductionState.MUTUAL)


def stages_waiting(found: dict[int, int], *_context: Any) -> list[Waiting]:
    """Return the same in words. One query."""
    rows = IntroductionStage.objects.filter(pk__in=found).order_by("due_on", "pk")
    return [_waiting(stage, found[stage.pk]) for stage in rows]


def _waiting(stage: IntroductionStage, other: int) -> Waiting:
    more: dict[str, Any] = {"url_name": "stages", "about": other}
    if stage.state == StageState.PROPOSED:
        text = _("%%(name)s proposes the stage “%(stage)s”") % {"stage": stage.get_kind_display()}
        return Waiting(text, _("Confirm or dispute"), **more)
    step = stage.next_step.replace("%", "%%")
    text = _("Next step with %%(name)s: %(step)s") % {"step": step}
    return Waiting(text, _("See the next step"), icon="signpost-split", day=stage.due_on, **more)
