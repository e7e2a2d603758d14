"""Outcomes of a programme, for the two sides of each."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet

from matchmaker.deals.outcomes.selectors import row_of
from matchmaker.events.programmes.selectors.people import participants
from matchmaker.events.programmes.selectors.programmes import Reader, organiser_of
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.outcome import OutcomeState
from matchmaker.models.programmes import (
    Programme,
    ProgrammeApplication,
    ProgrammeOutcome,
    ProgrammeProposal,
    ProgrammeTeamMember,
)
from matchmaker.models.programmes.people import MemberState
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeKind, ProgrammeState
from profiles.choices import Side
from profiles.models import Investor, Membership, Startup, User

PER_PAGE = 20
ORGANISER = "organiser"
RELATED = ("startup", "investor", "person")


@dataclass(frozen=True)
class OutcomeSide:
    """One side of outcomes. A proposal: its second principal investigator; None: the organiser."""

    side: ProgrammeApplication | ProgrammeProposal | None
    name: str
    company: Startup | Investor | None = None

    @property
    def key(self) -> str:
        if isinstance(self.side, ProgrammeProposal):
            return f"proposal-{self.side.pk}"
        return str(self.side.pk) if self.side else ORGANISER

    @property
    def company_side(self) -> Side | None:
        return self.company.side if self.company else None


def _of(application: ProgrammeApplication) -> OutcomeSide:
    return OutcomeSide(application, application.name, application.company)


def own_sides(reader: Reader, programme: Programme) -> list[OutcomeSide]:
    if programme.state != ProgrammeState.FINISHED:
        return []
    leads = reader.leads(programme)
    sides = [OutcomeSide(None, organiser_of(programme), programme.company)] if leads else []
    if not reader.may_apply:
        return sides
    rows = programme.applications.filter(reader.own, state=ProgrammeApplicationState.ACCEPTED)
    sides += [_of(application) for application in rows.select_related(*RELATED)]
    if programme.kind == ProgrammeKind.RESEARCH:
        related = ("partner", *(f"application__{path}" for path in RELATED))
        signed = ProgrammeProposal.objects.filter(
            partner=reader.user,
            application__programme=programme,
            application__state=ProgrammeApplicationState.ACCEPTED,
        )
        sides += [
            OutcomeSide(proposal, str(proposal.partner)) for proposal in signed.select_related(*related)
        ]
    return sides


def other_sides(reader: Reader, programme: Programme, own: Sequence[OutcomeSide]) -> list[OutcomeSide]:
    """Return the parties with which the reader may record an outcome."""
    leads = any(proposal.side is None for proposal in own)
    mine = {side.side.pk for side in own if isinstance(side.side, ProgrammeApplication)}
    member = reader.member
    colleagues: set[int] = {reader.user.pk} if reader.user else set()
    away: set[int] = set()
    if member:
        of_mine = {str(member.side): member.company}
        colleagues |= set(Membership.objects.filter(**of_mine).values_list("user", flat=True))
        away = {*member.interactions.blocked, *member.interactions.hidden}
    firsts = [side.side.application for side in own if isinstance(side.side, ProgrammeProposal)]
    with_first = [_of(side) for side in firsts if not _keeps_away(side.company, reader, away)]
    if not leads and not mine:
        return with_first
    joined = ProgrammeTeamMember.objects.filter(state=MemberState.JOINED)
    teams = joined.filter(application__in=mine).values("team")
    mates = set(joined.filter(team__in=teams).values_list("application", flat=True))
    others = []
    if not leads and not _keeps_away(programme.company, reader, away):
        others.append(OutcomeSide(None, organiser_of(programme), programme.company))
    for participant in participants(programme, shows_all=leads):
        application = participant.application
        is_named = application.company or participant.card or leads or application.pk in mates
        is_own = application.pk in mine or application.person_id in colleagues
        if is_named and not is_own and not _keeps_away(application.company, reader, away):
            others.append(_of(application))
    if programme.kind == ProgrammeKind.RESEARCH:
        signed = ProgrammeProposal.objects.filter(application__in=mine, partner__isnull=False)
        signed = signed.exclude(partner__in=colleagues).select_related("partner")
        others += [OutcomeSide(each, str(each.partner)) for each in signed]
        others += [each for each in with_first if each not in others]
    return others


def _keeps_away(company: Startup | Investor | None, reader: Reader, away: set[int]) -> bool:
    member = reader.member
    if company is None or member is None:
        return False
    return company == member.company or (company.side == member.side.other and company.pk in away)


def outcomes_for(reader: Reader, programme: Programme) -> QuerySet[ProgrammeOutcome]:
    """Return the outcomes of which the reader is one of the two sides; for others there are none."""
    condition = Q(pk__in=[])
    if reader.may_apply:
        mine = programme.applications.filter(reader.own).order_by().values("pk")
        condition = Q(application__in=mine) | Q(other__in=mine) | Q(partner=reader.user)
    if reader.leads(programme):
        condition |= Q(other=None, partner=None)
    rows = programme.outcomes.filter(condition).exclude(state=OutcomeState.RETRACTED)
    if reader.member and reader.member.interactions.blocked:
        rows = rows.exclude(_recorded_by(reader.member.side.other, reader.member.interactions.blocked))
    both = [f"{side}__{path}" for side in ("application", "other") for path in RELATED]
    return rows.select_related(*both, "partner", "form", "deal")


def _recorded_by(side: Side, companies: Any) -> Q:
    own = {name: Q(**{f"{name}__{side}__in": companies}) for name in ("application", "other", "programme")}
    own["programme"] &= Q(other=None, partner=None)
    recorded = own["programme"] & Q(by_other=True) | own["application"] & Q(by_other=False)
    either = own["application"] | own["other"] | own["programme"]
    return recorded & ~Q(state=OutcomeState.CONFIRMED) | either & Q(state=OutcomeState.DISPUTED)


def outcomes_page(reader: Reader, programme: Programme, number: str) -> dict[str, Any]:
    """Return the outcomes page by page, what waits first; the same queries however many there are."""
    rows = outcomes_for(reader, programme).order_by(F("answered_at").desc(nulls_first=True), "-pk")
    paged = Paginator(rows, PER_PAGE).get_page(number)
    return {"page": paged, "rows": [_row(outcome, reader, programme) for outcome in paged.object_list]}


def _row(outcome: ProgrammeOutcome, reader: Reader, programme: Programme) -> dict[str, Any]:
    outcome.programme = programme
    is_mine = is_recorder(outcome, reader)
    one, other = outcome.application.name, organiser_of(programme)
    if outcome.other or outcome.partner:
        other = outcome.other.name if outcome.other else str(outcome.partner)
    if outcome.by_other:
        one, other = other, one
    return row_of(outcome, is_mine=is_mine, name=other if is_mine else one)


def is_recorder(outcome: ProgrammeOutcome, reader: Reader) -> bool:
    """Return whether the reader is on the side that recorded an outcome.

    That is the applicant or, `by_other`, the organiser or the second principal investigator.
    """
    if outcome.by_other:
        return outcome.partner == reader.user if outcome.partner_id else reader.leads(outcome.programme)
    application, user = outcome.application, reader.user
    if user and application.person_id == user.pk:
        return True
    return reader.member is not None and application.company == reader.member.company


def awaiting_outcome(mine: Q, led: QuerySet[Programme]) -> QuerySet[Programme]:
    """Return the finished programmes whose outcome question is unanswered.

    `mine`: own applications; `led`: own programmes.
    """
    organised = Q(pk__in=led.filter(NOT_SAID).order_by().values("pk"))
    rows = Programme.objects.filter(organised | Q(pk__in=unsaid(mine).values("programme")))
    return rows.order_by("-ended_at", "pk")


NOT_SAID = Q(asked_rounds__gt=F("answered_rounds"))


def unsaid(mine: Q) -> QuerySet[ProgrammeApplication]:
    return ProgrammeApplication.objects.filter(mine, NOT_SAID, state=ProgrammeApplicationState.ACCEPTED)


RECORDED = ProgrammeOutcome.objects.filter(state=OutcomeState.RECORDED)


def to_confirm(company: Startup | Investor, user: User, _at: datetime) -> Q:
    side = str(company.side)
    other = Q(other__person=user) | Q(**{f"other__{side}": company}) | Q(partner=user)
    other |= Q(other=None, partner=None, **{f"programme__{side}": company})
    mine = Q(application__person=user) | Q(**{f"application__{side}": company})
    return other & Q(by_other=False) | mine & Q(by_other=True)


def unblocked(company: Startup | Investor, pks: Collection[int]) -> QuerySet[ProgrammeOutcome]:
    """Return the outcomes that no company has recorded that this one blocks, oldest first."""
    side = str(company.side)
    rows = ProgrammeOutcome.objects.filter(pk__in=pks)
    blocked = CompanyBlock.objects.filter(**{side: company}, side=side).order_by().values(company.side.other)
    rows = rows.exclude(_recorded_by(company.side.other, blocked))
    return rows.select_related("programme").order_by("at", "pk")
