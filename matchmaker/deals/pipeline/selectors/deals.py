"""The deals of a company by stage, from what its introductions, meetings, stages and shortlist say."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Min, QuerySet, TextChoices
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Side
from matchmaker.deals.introductions.selectors import introductions_of
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts
from matchmaker.matching.lists.selectors.facets import facet_terms, filtered_profiles
from matchmaker.matching.pairs.selectors.pair import known_to
from matchmaker.models.introduction import ENDED, TALKS, IntroductionState
from matchmaker.models.meeting import Meeting, MeetingState
from matchmaker.models.pair_action import Interest, ShortlistEntry
from matchmaker.models.stage import CURRENT, REACHED, Doer, IntroductionStage, StageKind, StageState
from profiles.models import SIDES


class DealStage(TextChoices):
    SHORTLISTED = "shortlisted", pgettext_lazy("deal", "Shortlisted")
    TO_ANSWER = "to_answer", pgettext_lazy("deal", "To answer")
    WAITING = "waiting", pgettext_lazy("deal", "Waiting for them")
    TALKING = "talking", pgettext_lazy("deal", "Talking")
    MEETING = "meeting", pgettext_lazy("deal", "Meeting")
    SAMPLE = "sample", pgettext_lazy("deal", "Sample or pilot")
    TERMS = "terms", pgettext_lazy("deal", "Terms")
    SIGNED = "signed", pgettext_lazy("deal", "Signed")
    CLOSED = "closed", pgettext_lazy("deal", "Closed")


S = DealStage
WITH_BOTH = (S.TALKING, S.MEETING, S.SAMPLE, S.TERMS, S.SIGNED)
BY_NEED = {
    stage: at for at, stage in enumerate((S.TO_ANSWER, *WITH_BOTH, S.WAITING, S.SHORTLISTED, S.CLOSED))
}
# A confidentiality agreement has no column: such a deal stays where it was.
BY_KIND: Mapping[str, DealStage] = {
    StageKind.SAMPLE: S.SAMPLE,
    StageKind.TERMS: S.TERMS,
    StageKind.SIGNED: S.SIGNED,
}
COLUMNS = ("pk", "state", "asked_by", "asked_at", "delivered_at", "answered_at", "ended_at", "closes_at")
Row = Mapping[str, Any]


@dataclass(frozen=True)
class Deal:
    """What is in progress with one company, `key`. `reached`: the furthest stage; `due_on`: what is first."""

    key: int
    stage: DealStage
    reached: DealStage
    since: date | None
    due_on: date | None
    introduction_id: int | None = None
    has_proposal: bool = False
    entry: ShortlistEntry | None = None

    @property
    def sort_key(self) -> tuple[int, date, date, int]:
        """What needs us first, what is due first, the newest first."""
        newest = date.max - (self.since - date.min) if self.since else date.max
        return BY_NEED[self.stage], self.due_on or date.max, newest, self.key


def deals_of(member: CurrentCompany) -> list[Deal]:
    """Return every deal, what needs the company first. Six queries, however many there are."""
    side, other = member.side, f"{member.side.other}_id"
    introductions: dict[int, Row] = {}
    known = introductions_of(side, member.company_id).filter(known_to(side))
    for row in known.values(other, *COLUMNS):
        introductions.setdefault(row[other], row)  # the newest with each
    entries = {getattr(entry, other): entry for entry in own_notes(member)}
    yes = _yes_of(member)
    marked = {key for key, entry in entries.items() if entry.is_listed} | yes.keys()
    marked -= member.interactions.passed
    again = {key for key, row in introductions.items() if _is_listed_again(row, entries.get(key))}
    asked = marked - (introductions.keys() - again)
    alone = set(counterparts(member).filter(pk__in=asked).values_list("pk", flat=True))
    begun = introductions.keys() - alone
    stages, met = _stages_of(member), _met_since(member)
    deals = [
        _with_introduction(side, key, introductions[key], entries.get(key), stages, met) for key in begun
    ]
    # After an introduction that has ended, an old yes asks for nothing.
    yes = {key: said for key, said in yes.items() if key not in introductions}
    deals += [_alone(side, key, entries.get(key), yes) for key in alone]
    return sorted(deals, key=lambda deal: deal.sort_key)


def own_notes(member: CurrentCompany) -> QuerySet[ShortlistEntry]:
    """Return what the company's team noted, each without what was scored then."""
    owner = {"side": member.side, f"{member.side}_id": member.company_id}
    return ShortlistEntry.objects.filter(**owner).defer("factors")


def _yes_of(member: CurrentCompany) -> dict[int, tuple[str, datetime]]:
    """Return whose yes stands since when, by counterpart; of two, the own one."""
    rows = Interest.objects.filter(**{f"{member.side}_id": member.company_id}).order_by()
    yes: dict[int, tuple[str, datetime]] = {}
    for key, by, at in rows.values_list(f"{member.side.other}_id", "side", "at"):
        if by == member.side or key not in yes:
            yes[key] = by, at
    return yes


def _is_listed_again(row: Row, entry: ShortlistEntry | None) -> bool:
    has_ended = row["state"] in ENDED
    return bool(has_ended and entry and entry.is_listed and entry.at > row["ended_at"])


def _stages_of(member: CurrentCompany) -> dict[int, list[IntroductionStage]]:
    by_introduction: dict[int, list[IntroductionStage]] = {}
    own = {f"introduction__{member.side}": member.company_id}
    rows = IntroductionStage.objects.filter(**own, state__in=(StageState.PROPOSED, *REACHED))
    fields = ("introduction_id", "kind", "state", "since_on", "due_on", "doer")
    for stage in rows.only(*fields).order_by("proposed_at", "pk"):
        by_introduction.setdefault(stage.introduction_id, []).append(stage)
    return by_introduction


def _met_since(member: CurrentCompany) -> dict[int, datetime]:
    """Return since when there is a meeting, by introduction; cancelled ones do not count."""
    own = {f"introduction__{member.side}": member.company_id}
    meetings = Meeting.objects.filter(**own).exclude(state=MeetingState.CANCELLED).order_by()
    return dict(meetings.values_list("introduction_id").annotate(since=Min("made_at")))


def _day(moment: datetime | None) -> date | None:
    return timezone.localdate(moment) if moment else None


def _first(*days: date | None) -> date | None:
    return min((day for day in days if day), default=None)


def _alone(
    side: Side, key: int, entry: ShortlistEntry | None, yes: Mapping[int, tuple[str, datetime]]
) -> Deal:
    """Return the deal with a company that has no introduction."""
    by, at = yes.get(key, ("", None))
    listed_at = entry.at if entry and entry.is_listed else None
    stage = (S.WAITING if by == side else S.TO_ANSWER) if by else S.SHORTLISTED
    due_on = entry.due_on if entry else None
    return Deal(key, stage, S.SHORTLISTED, _day(at or listed_at), due_on, entry=entry)


def _with_introduction(
    side: Side,
    key: int,
    row: Row,
    entry: ShortlistEntry | None,
    stages: Mapping[int, Sequence[IntroductionStage]],
    met: Mapping[int, datetime],
) -> Deal:
    of_it, met_at, state = stages.get(row["pk"], ()), met.get(row["pk"]), row["state"]
    reached = _reached(state, met_at, of_it)
    own_day = entry.due_on if entry else None
    more: dict[str, Any] = {"introduction_id": row["pk"], "entry": entry}
    if state in ENDED:
        return Deal(key, S.CLOSED, reached[-1], _day(row["ended_at"]), own_day, **more)
    if state != IntroductionState.MUTUAL:
        if row["asked_by"] == side:
            return Deal(key, S.WAITING, reached[-1], _day(row["asked_at"]), own_day, **more)
        due_on = _first(own_day, _day(row["closes_at"]))
        return Deal(key, S.TO_ANSWER, reached[-1], _day(row["delivered_at"]), due_on, **more)
    current = next((stage for stage in of_it if stage.state in CURRENT), None)
    stage, since = S.TALKING, _day(row["answered_at"])
    if met_at:
        stage, since = S.MEETING, _day(met_at)
    if current and current.kind == StageKind.CONFIDENTIALITY and S.SAMPLE in reached:
        stage, since = S.SAMPLE, current.since_on
    elif current and current.kind in BY_KIND:
        stage, since = BY_KIND[current.kind], current.since_on
    is_ours = current and current.state == StageState.AGREED and current.doer in (side, Doer.BOTH)
    due_on = _first(own_day, current.due_on if current and is_ours else None)
    has_proposal = any(each.state == StageState.PROPOSED for each in of_it)
    return Deal(key, stage, reached[-1], since, due_on, has_proposal=has_proposal, **more)


def _reached(state: str, met_at: datetime | None, stages: Collection[IntroductionStage]) -> list[DealStage]:
    """Return the stages that the two have reached, in their order."""
    if state not in TALKS:
        return [S.SHORTLISTED]
    later = {BY_KIND[stage.kind] for stage in stages if stage.state in REACHED and stage.kind in BY_KIND}
    reached = {S.TALKING, *later, *({S.MEETING} if met_at else ())}
    return [stage for stage in S if stage in reached]


# --- Filters -----------------------------------------------------------------------------------------------

NO_ONE = "no_one"
WEEK = timedelta(days=7)


class Due(TextChoices):
    LATE = "late", pgettext_lazy("deal", "Overdue")
    WEEK = "week", pgettext_lazy("deal", "In the next 7 days")
    DATED = "dated", pgettext_lazy("deal", "Any date")


LABELS: dict[str, Promise] = {
    "stage": pgettext_lazy("deal", "Stage"),
    "sector": _("Sector"),
    "who": _("Colleague in charge"),
    "due": pgettext_lazy("deal", "Due"),
}


def narrowed(member: CurrentCompany, deals: list[Deal], asked: Mapping[str, str]) -> list[Deal]:
    """Return the deals that the filters leave; one that no longer exists leaves all."""
    if (stage := asked.get("stage")) in DealStage:
        deals = [deal for deal in deals if deal.stage == stage]
    if who := asked.get("who"):
        keys = {deal.key: str(deal.entry.in_charge_id or "") if deal.entry else "" for deal in deals}
        deals = [deal for deal in deals if keys[deal.key] == ("" if who == NO_ONE else who)]
    if (due := asked.get("due", "")) in Due:
        today = timezone.localdate()
        last = {Due.LATE: today - timedelta(days=1), Due.WEEK: today + WEEK}.get(Due(due), date.max)
        deals = [deal for deal in deals if deal.due_on and deal.due_on <= last]
    if code := asked.get("sector"):
        other = member.side.other
        terms = facet_terms(other)
        if term := terms.find("sector", code):
            rows = SIDES[other]._default_manager.filter(pk__in=counterparts(member).values("pk"))
            found = filtered_profiles(rows, other, {"sector": term}, terms)
            keys_in = set(found.filter(pk__in=[deal.key for deal in deals]).values_list("pk", flat=True))
            deals = [deal for deal in deals if deal.key in keys_in]
    return deals
