"""Which pilots exist for whom, and one pilot with everything that its page shows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.utils.text import capfirst

from matchmaker.fair_dealing.selectors.figures import key_of_name
from matchmaker.fair_dealing.selectors.governance import QUESTIONS, DataCard
from matchmaker.lists.selectors.cards import CurrentCompany as Member
from matchmaker.lists.selectors.cards import current_company as member_of
from matchmaker.models import Introduction, Pilot, PilotApplication, PilotStep
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.models.pilot_table import AT_WORK, ON_BOARD, ApplicationState, PilotState
from matchmaker.pilots.selectors.fields import (
    PILOT_FIELDS,
    host_title,
    is_host,
    is_party,
    participants,
    see_pilot,
)
from matchmaker.pilots.selectors.record import record_of_pilot
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
    member: Member | None = None

    @property
    def company(self) -> Startup | Investor | None:
        """The reader's company."""
        return self.member.company if self.member else None


def reader_of(user: AbstractBaseUser | AnonymousUser) -> PilotReader:
    """Return the reader that an account is. At most two queries."""
    if isinstance(user, User) and user.role in (Role.STARTUP, Role.INVESTOR):
        member = member_of(user)
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


def own_drafts(reader: PilotReader) -> QuerySet[Pilot]:
    """Return the pilots that the reader's company hosts."""
    if reader.member is None:
        return Pilot.objects.none()
    return Pilot.objects.filter(**{str(reader.member.side): reader.member.company})


def waiting_pilots() -> QuerySet[Pilot]:
    """Return the pilots that wait for a curator, oldest first."""
    rows = with_parts(Pilot.objects.filter(state=PilotState.SUBMITTED))
    return rows.order_by("submitted_at", "pk")


def has_dates(pilot: Pilot) -> bool:
    """Tell whether a pilot says when it runs."""
    return bool(pilot.season and pilot.year) or bool(pilot.starts_on and pilot.ends_on)


def free_seats(pilot: Pilot) -> int:
    """Return how many seats nobody holds; `applications` must be at hand."""
    return pilot.seats - sum(one.seat is not None for one in pilot.applications.all())


def pair_in(application: PilotApplication) -> tuple[Startup, Investor]:
    """Return the startup and the investor of an application: host and applicant, whoever is which."""
    return as_pair(application.pilot.company, application.company)


def as_pair(*companies: Startup | Investor) -> tuple[Startup, Investor]:
    """Return two companies of the two sides, the startup first."""
    startup = next(each for each in companies if isinstance(each, Startup))
    return startup, next(each for each in companies if isinstance(each, Investor))


MOST_TOLD = 5
DATES = ("season", "year", "starts_on", "ends_on")


@dataclass(frozen=True)
class Correction:
    """What was corrected, in words, and when."""

    labels: list[str]
    at: datetime


def corrections_of(pilot: Pilot, seen: VisibleProfile) -> list[Correction]:
    """Return the newest corrections of an open pilot, of what the reader may see of it. One query."""
    steps = PilotStep.objects.filter(pilot=pilot).exclude(corrected=[]).order_by("-at", "-pk")[:MOST_TOLD]
    told = (Correction(_labels(step.corrected, seen), step.at) for step in steps)
    return [each for each in told if each.labels]


def _labels(names: Iterable[str], seen: VisibleProfile) -> list[str]:
    """Return what fields are called, each once."""
    fields = dict.fromkeys(_field(name) for name in names)
    return [capfirst(label(seen, name)) for name in fields if name not in seen.hidden]


def _field(name: str) -> str:
    """Return the field under which a page shows a column."""
    return "when" if name in DATES else name if name in PILOT_FIELDS else name.rpartition("_")[0]


def deals_since(pilot: Pilot, member: Member | None) -> list[Deal]:
    """Return the reader's own deals since the pilot began, the newest first; a startup has none."""
    if member is None or not isinstance(member.company, Investor) or pilot.started_at is None:
        return []
    rows = Deal.objects.filter(investor=member.company, closed_on__gte=pilot.started_at.date())
    return list(rows.select_related("form"))


def is_with(deal: Deal, startup: Startup) -> bool:
    """Tell whether a deal is with this startup: by its record, or by the name that the partner wrote."""
    if deal.startup_id is not None:
        return deal.startup_id == startup.pk
    names = (startup.name_en, startup.name_ur, startup.name_zh)
    return key_of_name(deal.startup_name) in {key_of_name(name) for name in names if name}


def may_grow(deal: Deal, application: PilotApplication, startup: Startup) -> bool:
    """Tell whether a partner may say that a deal grew out of this seat."""
    begun = application.pilot.started_at
    return begun is not None and deal.closed_on >= begun.date() and is_with(deal, startup)


@dataclass(frozen=True)
class ApplicationRow:
    """One application as the host or who applied sees it. `public_id` leads to the profile, if it exists."""

    application: PilotApplication
    name: str
    public_id: str
    may_answer: bool
    may_name_origin: bool
    deals: tuple[Deal, ...] = ()  # of the reader's own, that may have grown out of it


@dataclass(frozen=True)
class PilotPage:
    """Everything on the page of one pilot, for one reader."""

    pilot: Pilot
    seen: VisibleProfile
    host: str
    host_id: str  # leads to the host's profile, where that exists for the reader
    participants: list[str]
    free: int
    is_host: bool
    is_party: bool
    may_apply: bool
    own: ApplicationRow | None
    applications: list[ApplicationRow]
    card: DataCard | None
    steps: list[PilotStep]
    record: str
    corrections: list[Correction]
    grown: list[Deal]

    @property
    def cards(self) -> "PilotCards":
        """The data card in the shape of fair dealing's template."""
        return PilotCards([question for question, *_names in QUESTIONS], [self.card] if self.card else [])

    @property
    def may_confirm(self) -> bool:
        """Whether the reader has a seat and has not stood by the results yet."""
        mine = self.own.application if self.own else None
        is_over = self.pilot.state == PilotState.FINISHED
        return bool(mine and mine.seat and is_over and not mine.confirmed_at)


@dataclass(frozen=True)
class PilotCards:
    """What templates/fair_dealing/_card_list.html shows."""

    questions: list[object]
    pilot: list[DataCard]


def pilot_page(reader: PilotReader, public_id: str) -> PilotPage | None:
    """Return the page of a pilot; None where it does not exist for the reader."""
    pilot = with_parts(pilots_for(reader).filter(public_id=public_id)).first()
    if pilot is None:
        return None
    viewer, seen = reader.viewer, see_pilot(pilot, reader.viewer)
    hosts, side = is_host(pilot, viewer), viewer.side
    mine = _own_application(pilot, reader)
    across = side == pilot.side.other and viewer.is_checked
    talks = _in_talks(pilot) if hosts or mine else frozenset()
    deals = deals_since(pilot, reader.member) if hosts or mine else []
    rows = [_row(one, reader, talks, deals) for one in pilot.applications.all()] if hosts else []
    return PilotPage(
        pilot=pilot,
        seen=seen,
        host=host_title(pilot, viewer),
        host_id=pilot.company.public_id if across and pilot.company.is_published else "",
        participants=participants(pilot, viewer),
        free=free_seats(pilot),
        is_host=hosts,
        is_party=is_party(pilot, viewer),
        may_apply=_may_apply(pilot, reader, mine),
        own=_row(mine, reader, talks, deals) if mine else None,
        applications=rows,
        card=_data_card(seen),
        steps=list(_steps(pilot)) if is_party(pilot, viewer) else [],
        record=record_of_pilot(pilot, size=seen.size or "") if seen.reached else "",
        corrections=corrections_of(pilot, seen),
        grown=_grown(pilot, reader, mine),
    )


def _own_application(pilot: Pilot, reader: PilotReader) -> PilotApplication | None:
    """Return the reader's newest application."""
    if reader.member is None or reader.member.side == pilot.side:
        return None
    mine = [
        one
        for one in pilot.applications.all()
        if one.side == reader.member.side and one.company.pk == reader.member.company_id
    ]
    return mine[-1] if mine else None


def _may_apply(pilot: Pilot, reader: PilotReader, mine: PilotApplication | None) -> bool:
    """Tell whether the reader's company may ask for a seat now."""
    if reader.member is None or reader.member.side == pilot.side or (mine and mine.state in AT_WORK):
        return False
    return pilot.state == PilotState.OPEN and reader.member.company.is_published


def _row(
    application: PilotApplication, reader: PilotReader, talks: frozenset[int], deals: list[Deal]
) -> ApplicationRow:
    """Return an application as host or applicant sees it."""
    pilot, company = application.pilot, application.company
    hosts = is_host(pilot, reader.viewer)
    is_seated = application.state == ApplicationState.ACCEPTED
    startup, _partner = pair_in(application)
    begun = pilot.state in (PilotState.RUNNING, PilotState.FINISHED)
    return ApplicationRow(
        application=application,
        name=company.name,  # who applies tells its name to the host
        public_id=company.public_id if hosts and company.is_published else "",
        may_answer=hosts and pilot.state == PilotState.OPEN and application.state == ApplicationState.APPLIED,
        may_name_origin=is_seated and begun and company.pk in talks,
        deals=tuple(deal for deal in deals if may_grow(deal, application, startup)) if is_seated else (),
    )


def _grown(pilot: Pilot, reader: PilotReader, mine: PilotApplication | None) -> list[Deal]:
    """Return the deals that grew out of the pilot: the host's seats', or the reader's own seat's.

    A partner that shows its deals on no page is not overruled by having named one here.
    """
    seats = list(pilot.applications.all()) if is_host(pilot, reader.viewer) else [mine] if mine else []
    found = [(one.deal, pair_in(one)[1]) for one in seats if one.deal]
    own = reader.company
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


def _steps(pilot: Pilot) -> QuerySet[PilotStep]:
    return PilotStep.objects.filter(pilot=pilot, application__isnull=True)


def _data_card(seen: VisibleProfile) -> DataCard | None:
    """Return the data card of the pilot; None where the reader may not see it."""
    names = [str(startup) for _question, startup, _row in QUESTIONS]
    if any(name in seen.hidden for name in names):
        return None
    answers = [seen.display[name] for name in names]
    answers[1] = data_place(seen.data_location or "")
    return DataCard("", answers)
