"""Outcomes of introductions: for the two sides, the start page, curators and counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.outcome import IntroductionOutcome, OutcomeQuestion, OutcomeState
from matchmaker.models.programmes import ProgrammeOutcome
from matchmaker.registry import QueueState, Waiting, waiting_in
from profiles.catalogue.visibility import facts
from profiles.catalogue.visibility.visible_profile import joined

PER_PAGE = 20
FEWEST = 5  # confirmed outcomes from which on everyone reads how many
TONES: dict[str, str] = {OutcomeState.CONFIRMED: "good", OutcomeState.DISPUTED: "warn"}


def row_of(outcome: Any, *, is_mine: bool, name: str) -> dict[str, Any]:
    """Return one outcome as one of its sides reads it; also for programmes."""
    waits = outcome.state == OutcomeState.RECORDED
    return {
        "outcome": outcome,
        "with": name,
        "is_mine": is_mine,
        "tone": TONES.get(outcome.state, ""),
        "may_answer": waits and not is_mine,
        "may_retract": is_mine and outcome.state != OutcomeState.CONFIRMED,
        "goes_on_record": waits and outcome.becomes_a_deal,
    }


@dataclass(frozen=True)
class OutcomePage:
    page: Any
    rows: list[dict[str, Any]]
    owes: bool  # our side was asked and has not answered


def outcomes_between(pair: Pair) -> QuerySet[IntroductionOutcome]:
    both = {"introduction__startup": pair.startup, "introduction__investor": pair.investor}
    rows = IntroductionOutcome.objects.filter(**both).exclude(state=OutcomeState.RETRACTED)
    return rows.select_related("introduction", "form")


def outcome_page(pair: Pair, introduction: Introduction, number: str) -> OutcomePage:
    """Return the outcomes of a pair page by page, what waits first; the same queries however many."""
    side = pair.member.side
    rows = outcomes_between(pair).order_by(F("answered_at").desc(nulls_first=True), "-pk")
    paged = Paginator(rows, PER_PAGE).get_page(number)
    shown = [
        row_of(outcome, is_mine=outcome.recorded_by == side, name=pair.title) for outcome in paged.object_list
    ]
    asked = OutcomeQuestion.objects.filter(introduction=introduction, side=side)
    return OutcomePage(paged, shown, asked.filter(asked_rounds__gt=F("answered_rounds")).exists())


@dataclass(frozen=True)
class Summary:
    """What the page of an introduction says of its outcomes."""

    outcomes: list[IntroductionOutcome]
    side: Side
    is_open: bool

    @property
    def lines(self) -> list[str]:
        """Return of each outcome what it is, since when, and whether both confirm it."""
        return [
            facts.DOT.join((each.get_kind_display(), date_format(each.happened_on), each.get_state_display()))
            for each in self.outcomes
        ]

    @property
    def waits_for_us(self) -> bool:
        waits = (
            each.state == OutcomeState.RECORDED for each in self.outcomes if each.recorded_by != self.side
        )
        return self.is_open and any(waits)


def cells_of(summary: Summary) -> list[str]:
    return [joined(summary.lines)]


def summaries(introductions: Sequence[Introduction], side: Side) -> dict[int, Summary]:
    shown = {one.pk: one for one in introductions if one.state == IntroductionState.MUTUAL or one.ended_at}
    by_introduction: dict[int, list[IntroductionOutcome]] = {pk: [] for pk in shown}
    rows = IntroductionOutcome.objects.filter(introduction__in=shown).exclude(state=OutcomeState.RETRACTED)
    for outcome in rows.order_by("happened_on", "pk"):
        by_introduction[outcome.introduction_id].append(outcome)
    found = {
        pk: Summary(by_introduction[pk], side, one.state == IntroductionState.MUTUAL)
        for pk, one in shown.items()
    }
    return {pk: each for pk, each in found.items() if each.is_open or each.outcomes}


MUTUAL = Q(introduction__state=IntroductionState.MUTUAL)


def to_confirm(side: Side) -> QuerySet[IntroductionOutcome]:
    rows = IntroductionOutcome.objects.filter(MUTUAL, state=OutcomeState.RECORDED)
    return rows.filter(recorded_by=side.other)


def to_answer(side: Side) -> QuerySet[OutcomeQuestion]:
    return OutcomeQuestion.objects.filter(MUTUAL, side=side, asked_rounds__gt=F("answered_rounds"))


def confirming(found: dict[int, int], *_context: Any) -> list[Waiting]:
    rows = IntroductionOutcome.objects.filter(pk__in=found).order_by("at", "pk")
    return [
        Waiting(
            _("Outcome with %%(name)s to confirm: %(kind)s") % {"kind": outcome.get_kind_display()},
            _("Confirm or dispute it"),
            "outcomes",
            about=found[outcome.pk],
            icon="signpost-split",
        )
        for outcome in rows
    ]


def answering(found: dict[int, int], *_context: Any) -> list[Waiting]:
    text, act = _("What was the outcome of the introduction with %(name)s?"), _("Record an outcome")
    others = [other for _pk, other in sorted(found.items())]
    return [Waiting(text, act, "outcomes", about=other, icon="signpost-split") for other in others]


def disputes() -> QuerySet[IntroductionOutcome]:
    """Return what curators have not read yet, oldest first."""
    rows = IntroductionOutcome.objects.filter(state=OutcomeState.DISPUTED, read_at=None)
    related = ("introduction__startup", "introduction__investor", "form")
    return rows.select_related(*related).order_by("answered_at", "pk")


def programme_disputes() -> QuerySet[ProgrammeOutcome]:
    rows = ProgrammeOutcome.objects.filter(state=OutcomeState.DISPUTED, read_at=None)
    sides = ("application", "other", "programme")
    companies = [f"{side}__{kind}" for side in sides for kind in ("startup", "investor")]
    related = ("application__person", "other__person", "partner", "form")
    return rows.select_related(*companies, *related).order_by("answered_at", "pk")


def disputes_waiting() -> QueueState:
    both = [waiting_in(rows, "answered_at") for rows in (disputes(), programme_disputes())]
    since = min((each.oldest_at for each in both if each.oldest_at), default=None)
    return QueueState(sum(each.count for each in both), since)


@dataclass(frozen=True)
class Dispute:
    """A disputed outcome as curators read it: who recorded it, and who disputes it. None: the organiser."""

    outcome: Any
    recorder: Any
    other: Any
    address: str  # that marks it as read
    programme: Any = None


def all_disputes() -> list[Dispute]:
    """Return the disputes of introductions and of programmes, oldest first; two queries."""
    found = []
    for outcome in disputes():
        recorder = outcome.introduction.company_on(Side(outcome.recorded_by))
        other = outcome.introduction.company_on(Side(outcome.recorded_by).other)
        found.append(Dispute(outcome, recorder, other, reverse("outcome_read", args=[outcome.pk])))
    for each in programme_disputes():
        applied = each.application.company or each.application.person
        other_side = each.partner or (each.other.person if each.other else None) or each.other_company
        both = (other_side, applied) if each.by_other else (applied, other_side)
        address = reverse("programme_outcome_read", args=[each.pk])
        found.append(Dispute(each, *both, address, each.programme))
    return sorted(found, key=lambda dispute: dispute.outcome.answered_at)


def confirmed() -> QuerySet[IntroductionOutcome]:
    rows = IntroductionOutcome.objects.filter(state=OutcomeState.CONFIRMED, introduction__left_at=None)
    return rows.annotate(
        of_startup=F("introduction__startup"),
        of_investor=F("introduction__investor"),
        moment=F("answered_at"),
    )


def public_count() -> int:
    """Return how many pairs have a confirmed outcome; 0 below five. Invented companies do not count."""
    real = Q(introduction__startup__is_demo=False, introduction__investor__is_demo=False)
    rows = confirmed().filter(real).order_by()
    pairs = rows.values("introduction__startup", "introduction__investor").distinct().count()
    return pairs if pairs >= FEWEST else 0
