"""Which pilots exist for whom, and one pilot with everything that its page shows."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.utils.text import capfirst

from matchmaker.fair_dealing.selectors.figures import key_of_name
from matchmaker.fair_dealing.selectors.governance import QUESTIONS, DataCard
from matchmaker.lists.selectors.cards import CurrentCompany, current_company
from matchmaker.models.introduction import Introduction
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.pilot import Pilot, PilotApplication, PilotStep
from matchmaker.models.pilot_table import AT_WORK, ON_BOARD, ApplicationState, PilotState
from matchmaker.pilots.selectors.fields import (
    PILOT_FIELDS,
    host_title,
    is_own,
    is_party,
    participants,
    record_of_pilot,
    see_pilot,
)
from profiles.choices import Role
from profiles.models import Deal, Investor, Startup, User
from profiles.taxonomy.selectors.terms import data_place
from profiles.visibility import access
from profiles.visibility.access import Viewer, see
from profiles.visibility.visible_profile import VisibleProfile, label

RELATED = ("startup__place", "investor__place", "sector", "place__parent__parent")


@dataclass(frozen=True)
class PilotReader:
    """Who reads about pilots: anybody; `member` for people of a company."""

    viewer: Viewer
    member: CurrentCompany | None = None


def reader_of(user: AbstractBaseUser | AnonymousUser) -> PilotReader:
    """Return the reader that an account is. At most two queries."""
    if isinstance(user, User) and user.role in (Role.STARTUP, Role.INVESTOR):
        member = current_company(user)
        return PilotReader(member.viewer, member) if member else PilotReader(access.NOBODY)
    return PilotReader(access.viewer_of(user))


def on_board(reader: PilotReader) -> QuerySet[Pilot]:
    """Return the pilots on the board: approved, of published hosts, and none that a curator hides."""
    published = Q(startup__in=Startup.objects.published()) | Q(investor__in=Investor.objects.published())
    rows = Pilot.objects.filter(published, state__in=ON_BOARD)
    if reader.member and reader.member.interactions.hidden:
        rows = rows.exclude(**{f"{reader.member.side.other}__in": reader.member.interactions.hidden})
    return rows


def pilots_for(reader: PilotReader) -> QuerySet[Pilot]:
    """Return the pilots that exist for somebody: the board's, their own, and those they applied for."""
    rows = on_board(reader)
    if reader.viewer.is_curator:
        return rows | Pilot.objects.exclude(state=PilotState.DRAFT)
    if reader.member is None:
        return rows
    own = {str(reader.member.side): reader.member.company}
    applied = PilotApplication.objects.filter(**own).values("pilot")
    return Pilot.objects.filter(Q(pk__in=rows) | Q(**own) | Q(pk__in=applied))


def with_parts(rows: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """Load everything that a pilot shows: no query per row afterwards."""
    applications = PilotApplication.objects.select_related("startup__place", "investor__place", "deal__form")
    return rows.select_related(*RELATED).prefetch_related(
        "other_sectors", "needs", "offers", "aims", Prefetch("applications", applications)
    )


def own_drafts(member: CurrentCompany) -> QuerySet[Pilot]:
    """Return the pilots that the member's company hosts."""
    return Pilot.objects.filter(**{str(member.side): member.company})


def waiting_pilots() -> QuerySet[Pilot]:
    """Return the pilots that wait for a curator, oldest first."""
    rows = with_parts(Pilot.objects.filter(state=PilotState.SUBMITTED))
    return rows.order_by("submitted_at", "pk")


def has_dates(pilot: Pilot) -> bool:
    """Tell whether a pilot says when it runs."""
    return bool(pilot.season and pilot.year) or bool(pilot.starts_on and pilot.ends_on)


def free_slots(pilot: Pilot) -> int:
    """Return how many seats nobody holds; `applications` must be at hand."""
    return pilot.slots - sum(one.slot is not None for one in pilot.applications.all())


def pair_in(application: PilotApplication) -> tuple[Startup, Investor]:
    """Return the startup and the investor of an application: host and applicant, whoever is which."""
    return as_pair(application.pilot.company, application.company)


def as_pair(*companies: Startup | Investor) -> tuple[Startup, Investor]:
    """Return two companies of the two sides, the startup first."""
    startup = next(each for each in companies if isinstance(each, Startup))
    return startup, next(each for each in companies if isinstance(each, Investor))


MOST_TOLD = 5
DATES = ("season", "year", "starts_on", "ends_on")


def corrections_of(pilot: Pilot, seen: VisibleProfile) -> list[tuple[list[str], datetime]]:
    """Return what was corrected, in words, and when: the newest, of what the reader may see. One query."""
    steps = PilotStep.objects.filter(pilot=pilot).exclude(corrected=[]).order_by("-at", "-pk")[:MOST_TOLD]
    told = []
    for step in steps:
        shown = dict.fromkeys(_field(name) for name in step.corrected)
        if labels := [capfirst(label(seen, name)) for name in shown if name not in seen.hidden]:
            told.append((labels, step.at))
    return told


def _field(name: str) -> str:
    """Return the field under which a page shows a column."""
    return "when" if name in DATES else name if name in PILOT_FIELDS else name.rpartition("_")[0]


def may_grow(deal: Deal, application: PilotApplication, startup: Startup) -> bool:
    """Tell whether a partner may say that a deal grew out of this seat: it is with this startup, and later.

    With whom it is says its record, or the name that the partner wrote.
    """
    begun = application.pilot.started_at
    if begun is None or deal.closed_on < begun.date():
        return False
    if deal.startup_id is not None:
        return deal.startup_id == startup.pk
    names = (startup.name_en, startup.name_ur, startup.name_zh)
    return key_of_name(deal.startup_name) in {key_of_name(name) for name in names if name}


def pilot_page(reader: PilotReader, public_id: str) -> dict[str, Any] | None:
    """Return what the page of a pilot shows to this reader; None where it does not exist for the reader.

    `host_id` leads to the host's profile where that exists for the reader, `own` is the reader's newest
    application, and `cards` has the shape of templates/fair_dealing/_card_list.html.
    """
    pilot = with_parts(pilots_for(reader).filter(public_id=public_id)).first()
    if pilot is None:
        return None
    viewer, seen = reader.viewer, see_pilot(pilot, reader.viewer)
    hosts, rows = is_own(pilot, viewer), list(pilot.applications.all())
    mine = next((one for one in reversed(rows) if is_own(one, viewer)), None)
    across = viewer.side == pilot.side.other and viewer.is_checked
    talks = _in_talks(pilot) if hosts or mine else frozenset()
    deals: list[Deal] = []  # of a partner that hosts or takes part, since the pilot began
    if (hosts or mine) and viewer.investor_id and pilot.started_at:
        since = pilot.started_at.date()
        own = Deal.objects.filter(investor=viewer.investor_id, closed_on__gte=since)
        deals = list(own.select_related("form"))
    is_over = pilot.state == PilotState.FINISHED
    return {
        "pilot": pilot,
        "seen": seen,
        "host": host_title(pilot, viewer),
        "host_id": pilot.company.public_id if across and pilot.company.is_published else "",
        "participants": participants(pilot, viewer),
        "free": free_slots(pilot),
        "is_host": hosts,
        "may_apply": _may_apply(pilot, reader, mine),
        "may_confirm": bool(mine and mine.slot and is_over and not mine.confirmed_at),
        "own": _row(mine, reader, talks, deals) if mine else None,
        "applications": [_row(one, reader, talks, deals) for one in rows] if hosts else [],
        "cards": _data_card(seen),
        "steps": list(pilot.steps.filter(application=None)) if is_party(pilot, viewer) else [],
        "record": record_of_pilot(pilot, size=seen.size or "") if seen.reached else "",
        "corrections": corrections_of(pilot, seen),
        "grown": _grown(pilot, reader, mine),
    }


def _may_apply(pilot: Pilot, reader: PilotReader, mine: PilotApplication | None) -> bool:
    """Tell whether the reader's company may ask for a seat now."""
    if reader.member is None or reader.member.side == pilot.side or (mine and mine.state in AT_WORK):
        return False
    return pilot.state == PilotState.OPEN and reader.member.company.is_published


def _row(
    application: PilotApplication, reader: PilotReader, talks: frozenset[int], deals: list[Deal]
) -> dict[str, Any]:
    """Return an application as host or applicant sees it.

    `public_id` leads to the profile, if it exists; `deals` are own ones that may have grown out of it.
    """
    pilot, company = application.pilot, application.company
    hosts = is_own(pilot, reader.viewer)
    is_seated = application.state == ApplicationState.ACCEPTED
    waits = pilot.state == PilotState.OPEN and application.state == ApplicationState.APPLIED
    startup, _partner = pair_in(application)
    begun = pilot.state in (PilotState.RUNNING, PilotState.FINISHED)
    return {
        "application": application,
        "name": company.name,  # who applies tells its name to the host
        "public_id": company.public_id if hosts and company.is_published else "",
        "may_answer": hosts and waits,
        "may_name_origin": is_seated and begun and company.pk in talks,
        "deals": [deal for deal in deals if is_seated and may_grow(deal, application, startup)],
    }


def _grown(pilot: Pilot, reader: PilotReader, mine: PilotApplication | None) -> list[Deal]:
    """Return the deals that grew out of the pilot: the host's seats', or the reader's own seat's.

    A partner that shows its deals on no page is not overruled by having named one here.
    """
    slots = list(pilot.applications.all()) if is_own(pilot, reader.viewer) else [mine] if mine else []
    found = [(one.deal, pair_in(one)[1]) for one in slots if one.deal]
    own = reader.member.company if reader.member else None
    return [
        deal for deal, partner in found if partner == own or "deals" not in see(partner, reader.viewer).hidden
    ]


def _in_talks(pilot: Pilot) -> frozenset[int]:
    """Return with whom the host has a mutual introduction that names no pilot. One query."""
    host, other = str(pilot.side), f"{pilot.side.other}_id"
    known = PilotApplication.objects.exclude(introduction=None).values("introduction")
    found = Introduction.objects.filter(**{host: pilot.company}, state=IntroductionState.MUTUAL)
    found = found.exclude(pk__in=known)
    return frozenset(found.values_list(other, flat=True))


def _data_card(seen: VisibleProfile) -> dict[str, list[Any]] | None:
    """Return the data card of the pilot; None where the reader may not see it."""
    names = [str(startup) for _question, startup, _row in QUESTIONS]
    if any(name in seen.hidden for name in names):
        return None
    answers = [seen.display[name] for name in names]
    answers[1] = data_place(seen.data_location or "")
    return {"questions": [question for question, *_names in QUESTIONS], "pilot": [DataCard("", answers)]}
