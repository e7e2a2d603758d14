"""Which pilots a reader may see, which fields of them, and the pilot page."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from matchmaker.choices import Side
from matchmaker.deals.fair_dealing.selectors.figures import key_of_name
from matchmaker.deals.fair_dealing.selectors.governance import QUESTIONS, DataCard
from matchmaker.events.pilots.selectors.record import record_of_pilot
from matchmaker.events.pilots.selectors.sentences import when_of
from matchmaker.matching.current_company.selectors import CurrentCompany, current_company
from matchmaker.matching.lists.selectors.closed import Refusal, refusal_of
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.pilot import (
    ACTIVE_STATES,
    ON_BOARD,
    Pilot,
    PilotApplication,
    PilotApplicationState,
    PilotState,
    PilotStep,
)
from matchmaker.models.stateful import version_of
from profiles.catalogue.taxonomy.selectors.terms import data_place
from profiles.catalogue.visibility import access
from profiles.catalogue.visibility.access import Viewer, names_of, see
from profiles.catalogue.visibility.fields import Field, Group
from profiles.catalogue.visibility.policy import matchable
from profiles.catalogue.visibility.visible_profile import Grant, VisibleProfile, label
from profiles.choices import Audience, DataClass, Role
from profiles.companies.pictures.selectors import Face, initials_of, tint_of
from profiles.models import Deal, Investor, Startup, User

PUBLIC, MATCHED, MUTUAL = Audience.PUBLIC, Audience.MATCHED, Audience.MUTUAL
PARTS: dict[str, Promise] = {
    "host": gettext_lazy("Your company's name"),
    "size": gettext_lazy("Size"),
    "aims": gettext_lazy("What is measured, and how success is judged"),
    "exchange": gettext_lazy("What the host needs and gives"),
    "who_pays": gettext_lazy("Who pays what"),
    "data": gettext_lazy("Data practices"),
    "results": gettext_lazy("Results, once they are confirmed"),
}
OPENABLE = tuple(PARTS)


def _part(key: str, default: Audience = MATCHED) -> Group:
    return Group(key, PARTS[key], default, choices=(PUBLIC, default))


SIZE, AIMS, EXCHANGE, PAYS, DATA = map(_part, ("size", "aims", "exchange", "who_pays", "data"))
RESULTS = _part("results")
PILOT_FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("title", PUBLIC, label=pgettext_lazy("of a pilot", "Title")),
        Field("summary", PUBLIC, label=gettext_lazy("Summary")),
        Field("state", PUBLIC),
        Field("sectors", PUBLIC, label=gettext_lazy("Sectors")),
        Field("place", PUBLIC),
        Field("when", PUBLIC, label=pgettext_lazy("of a pilot", "When")),
        Field("apply_by", PUBLIC, label=gettext_lazy("Apply by")),
        Field("slots", PUBLIC),
        Field("size", SIZE),
        Field("aims", AIMS, label=gettext_lazy("Aims")),
        Field("needs", EXCHANGE),
        Field("offers", EXCHANGE),
        Field("who_pays", PAYS),
        Field("data_classes", DATA, codes=DataClass.choices),
        Field("data_location", DATA, is_place=True),
        Field("data_crosses_border", DATA),
        Field("data_access", DATA),
        Field("data_exit", DATA),
        Field("outcome", RESULTS),
        Field("reached", RESULTS, label=gettext_lazy("Aims reached")),
    )
}


def see_pilot(pilot: Pilot, viewer: Viewer) -> VisibleProfile:
    """Return a pilot as this viewer may see it. `applications`, with their companies, must be at hand."""
    if is_withheld(pilot, viewer):
        unnamed = {
            **READERS,
            "title": lambda pilot, _grant: _("A pilot in %(place)s") % {"place": pilot.place},
        }
        grant = Grant(frozenset({PUBLIC}), lambda name, _rule: PUBLIC if name in LASTING else Audience.NOBODY)
        return VisibleProfile(pilot, PILOT_FIELDS, unnamed, grant)
    grant = Grant(
        _circles(pilot, viewer),
        lambda _name, rule: _audience(pilot, rule),
        secret_words=_secrets(pilot, viewer),
    )
    return VisibleProfile(pilot, PILOT_FIELDS, READERS, grant)


LASTING = ("title", "state", "sectors", "place", "slots")  # never changed once companies could apply


def is_withheld(pilot: Pilot, viewer: Viewer) -> bool:
    return pilot.approved_at is None and not viewer.is_curator and not is_own(pilot, viewer)


def is_party(pilot: Pilot, viewer: Viewer) -> bool:
    return viewer.is_curator or is_own(pilot, viewer) or any(is_own(one, viewer) for one in _with_slot(pilot))


def host_title(pilot: Pilot, viewer: Viewer) -> str:
    if _knows_host(pilot, viewer):
        across = viewer.is_checked and viewer.side == pilot.side.other and not is_party(pilot, viewer)
        return str(see(pilot.company, viewer).title) if across else pilot.company.name
    where = pilot.company.place
    if pilot.side == Side.STARTUP:
        return _("A startup in %(place)s") % {"place": where} if where else _("A startup")
    return _("A partner in %(place)s") % {"place": where} if where else _("A partner")


def host_face(pilot: Pilot, viewer: Viewer) -> Face | None:
    """Return the logo or initials of the host; None where its name is hidden."""
    if not _knows_host(pilot, viewer):
        return None
    logo = see(pilot.company, viewer).logo or ""
    title = host_title(pilot, viewer)
    return Face(logo, initials_of(title), tint_of(pilot.company.public_id), title)


def participants(pilot: Pilot, viewer: Viewer) -> list[str]:
    kinds, unnamed = {Side.STARTUP: _("A startup"), Side.INVESTOR: _("A partner")}, _unnamed(pilot, viewer)
    return [kinds[one.side] if one in unnamed else one.company.name for one in _with_slot(pilot)]


def _unnamed(pilot: Pilot, viewer: Viewer) -> list[PilotApplication]:
    if viewer.is_curator or is_own(pilot, viewer):
        return []
    return [one for one in _with_slot(pilot) if not one.is_named and not is_own(one, viewer)]


def _knows_host(pilot: Pilot, viewer: Viewer) -> bool:
    host = pilot.company
    if is_party(pilot, viewer):
        return True
    if viewer.side == pilot.side.other and viewer.is_checked:
        return bool(see(host, viewer).name)
    return "host" in pilot.opened and matchable(host, "name")


def _circles(pilot: Pilot, viewer: Viewer) -> frozenset[Audience]:
    if is_party(pilot, viewer):
        return frozenset({PUBLIC, MATCHED, MUTUAL})
    across = viewer.side == pilot.side.other and viewer.is_checked
    return frozenset({PUBLIC, MATCHED} if across else {PUBLIC})


def _audience(pilot: Pilot, rule: Field) -> Audience:
    if rule.group == RESULTS.key and not any(one.confirmed_at for one in _with_slot(pilot)):
        return MUTUAL
    return PUBLIC if rule.group in pilot.opened else rule.audience


def _secrets(pilot: Pilot, viewer: Viewer) -> tuple[str, ...]:
    """Return the names that the viewer may not read in the texts, longest first."""
    hidden: list[Startup | Investor] = [one.company for one in _unnamed(pilot, viewer)]
    if not _knows_host(pilot, viewer):
        hidden.append(pilot.company)
    return tuple(sorted((name for each in hidden for name in names_of(each)), key=len, reverse=True))


def _with_slot(pilot: Pilot) -> list[Any]:
    return [one for one in pilot.applications.all() if one.slot is not None]


def is_own(row: Any, viewer: Viewer) -> bool:
    own_id = viewer.startup_id if row.startup_id is not None else viewer.investor_id
    return own_id is not None and own_id == (row.startup_id or row.investor_id)


def _sectors(pilot: Pilot, _grant: Grant) -> tuple[Any, ...]:
    others = (sector for sector in pilot.other_sectors.all() if sector.pk != pilot.sector_id)
    return (pilot.sector, *others)


def _aims(pilot: Pilot, grant: Grant) -> tuple[tuple[str, str, bool | None], ...]:
    is_readable = grant.allows("reached", PILOT_FIELDS["reached"])
    return tuple(
        (grant.redact(aim.measure), grant.redact(aim.success), aim.is_reached if is_readable else None)
        for aim in pilot.aims.all()
    )


def _reached(pilot: Pilot, _grant: Grant) -> tuple[int, int] | None:
    """Return how many of how many aims were reached; None before there are results."""
    judged = [aim.is_reached for aim in pilot.aims.all()]
    return (sum(map(bool, judged)), len(judged)) if judged and None not in judged else None


READERS: dict[str, Callable[[Any, Grant], Any]] = {
    "title": lambda pilot, grant: grant.redact(pilot.title),
    "summary": lambda pilot, grant: grant.redact(pilot.summary),
    "sectors": _sectors,
    "when": lambda pilot, _grant: when_of(pilot),
    "needs": lambda pilot, _grant: tuple(pilot.needs.all()),
    "offers": lambda pilot, _grant: tuple(pilot.offers.all()),
    "aims": _aims,
    "reached": _reached,
}


RELATED = ("startup__place", "investor__place", "sector", "place__parent__parent")


@dataclass(frozen=True)
class PilotReader:
    viewer: Viewer
    member: CurrentCompany | None = None


def reader_of(user: AbstractBaseUser | AnonymousUser) -> PilotReader:
    if isinstance(user, User) and user.role in (Role.STARTUP, Role.INVESTOR):
        member = current_company(user)
        return PilotReader(member.viewer, member) if member else PilotReader(access.NOBODY)
    return PilotReader(access.viewer_of(user))


def on_board(reader: PilotReader) -> QuerySet[Pilot]:
    return Pilot.objects.filter(_of_board(reader))


# By host: PostgreSQL reads all companies for an IN beside an OR.
PUBLISHED = Q(
    Exists(Startup.objects.published().filter(pk=OuterRef("startup")))
    | Exists(Investor.objects.published().filter(pk=OuterRef("investor"))),
    state__in=ON_BOARD,
)


def _of_board(reader: PilotReader) -> Q:
    return PUBLISHED & ~_of_hidden(reader, "")


def _of_hidden(reader: PilotReader, path: str) -> Q:
    """Return what a company hosts that a curator keeps apart from the reader's."""
    if reader.member is None or not reader.member.interactions.hidden:
        return Q(pk__in=())
    return Q(**{f"{path}{reader.member.side.other}__in": reader.member.interactions.hidden})


def pilots_for(reader: PilotReader) -> QuerySet[Pilot]:
    """Return the pilots that exist for someone: the board's, their own, and those with an own application."""
    shown = _of_board(reader)
    if reader.viewer.is_curator:
        shown |= ~Q(state=PilotState.DRAFT)
    elif reader.member:
        owner = Q(**{str(reader.member.side): reader.member.company})
        applied = PilotApplication.objects.filter(owner, state__in=ACTIVE_STATES)
        applied = applied.exclude(_of_hidden(reader, "pilot__"))
        shown |= owner | Q(pk__in=applied.values("pilot"))
    return Pilot.objects.filter(shown)


def with_companies(rows: QuerySet[Pilot]) -> QuerySet[Pilot]:
    """Load what tells who may see which part of a pilot."""
    applications = PilotApplication.objects.select_related("startup__place", "investor__place", "deal__form")
    return rows.select_related(*RELATED).prefetch_related(Prefetch("applications", applications))


def with_parts(rows: QuerySet[Pilot]) -> QuerySet[Pilot]:
    return with_companies(rows).prefetch_related("other_sectors", "needs", "offers", "aims")


def own_drafts(member: CurrentCompany) -> QuerySet[Pilot]:
    return Pilot.objects.filter(**{str(member.side): member.company})


def waiting_pilots() -> QuerySet[Pilot]:
    rows = with_parts(Pilot.objects.filter(state=PilotState.SUBMITTED))
    return rows.order_by("submitted_at", "pk")


def has_dates(pilot: Pilot) -> bool:
    return bool(pilot.season and pilot.year) or bool(pilot.starts_on and pilot.ends_on)


def free_slots(pilot: Pilot) -> int:
    """Return the number of free slots; `applications` must be prefetched."""
    return pilot.slots - sum(one.slot is not None for one in pilot.applications.all())


def pair_in(application: PilotApplication) -> tuple[Startup, Investor]:
    return as_pair(application.pilot.company, application.company)


def as_pair(*companies: Startup | Investor) -> tuple[Startup, Investor]:
    startup = next(company for company in companies if isinstance(company, Startup))
    return startup, next(company for company in companies if isinstance(company, Investor))


MOST_TOLD = 5
DATES = ("season", "year", "starts_on", "ends_on")


def corrections_of(pilot: Pilot, seen: VisibleProfile) -> list[tuple[list[str], datetime]]:
    steps = PilotStep.objects.filter(pilot=pilot).exclude(corrected=[]).order_by("-at", "-pk")[:MOST_TOLD]
    corrections = []
    for step in steps:
        shown = dict.fromkeys(_field(name) for name in step.corrected)
        if labels := [capfirst(label(seen, name)) for name in shown if name not in seen.hidden]:
            corrections.append((labels, step.at))
    return corrections


def _field(name: str) -> str:
    return "when" if name in DATES else name if name in PILOT_FIELDS else name.rpartition("_")[0]


def may_grow(deal: Deal, application: PilotApplication, startup: Startup) -> bool:
    """Tell whether a partner may name this deal as a result of the slot."""
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
    application, and `cards` has the shape of templates/deals/fair_dealing/_card_list.html.
    """
    try:
        pilot = with_parts(pilots_for(reader)).get(public_id=public_id)
    except Pilot.DoesNotExist:
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
    could_apply = _may_apply(pilot, reader, mine)
    refusal = _refusal_of(pilot, reader) if could_apply else None
    return {
        "pilot": pilot,
        "seen": seen,
        "host": host_title(pilot, viewer),
        "host_face": host_face(pilot, viewer),
        "host_id": pilot.company.public_id if across and pilot.company.is_published else "",
        "participants": participants(pilot, viewer),
        "free": free_slots(pilot),
        "is_host": hosts,
        "may_apply": could_apply and not refusal,
        "refusal": refusal,
        "why_not": _why_not(pilot, reader, hosts=hosts, mine=mine),
        "is_late": pilot.state == PilotState.OPEN and pilot.is_past_deadline(timezone.localdate()),
        "is_invited": could_apply and any(is_own(one, viewer) for one in pilot.invitations.all()),
        "is_withheld": is_withheld(pilot, viewer),
        "host_paused": hosts and pilot.company.paused_at is not None,
        "acts_version": acts_version(pilot) if hosts else "",
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
    if reader.member is None or reader.member.side == pilot.side or (mine and mine.state in ACTIVE_STATES):
        return False
    is_late = pilot.is_past_deadline(timezone.localdate())
    return pilot.state == PilotState.OPEN and not is_late and reader.member.company.is_published


def _why_not(pilot: Pilot, reader: PilotReader, *, hosts: bool, mine: PilotApplication | None) -> str:
    """Return why the reader's company is none of those that may apply while the pilot is open; else empty."""
    is_open = pilot.state == PilotState.OPEN and not pilot.is_past_deadline(timezone.localdate())
    if reader.member is None or hosts or not is_open or (mine and mine.state in ACTIVE_STATES):
        return ""
    if reader.member.side == pilot.side == Side.STARTUP:
        return _("You cannot apply: a startup hosts this pilot, so it is for investors and partners.")
    if reader.member.side == pilot.side:
        return _("You cannot apply: a partner hosts this pilot, so it is for startups.")
    if not reader.member.company.is_published:
        return _("Your profile must be approved first, and you must have agreed to matching.")
    return ""


def _refusal_of(pilot: Pilot, reader: PilotReader) -> Refusal | None:
    member = reader.member
    return refusal_of(member.side, member.company_id, pilot.company.pk) if member else None


def acts_version(pilot: Pilot) -> str:
    return version_of("host", pilot.version, sorted((one.pk, one.state) for one in pilot.applications.all()))


def _row(
    application: PilotApplication, reader: PilotReader, talks: frozenset[int], deals: list[Deal]
) -> dict[str, Any]:
    """Return an application as host or applicant sees it."""
    pilot, company = application.pilot, application.company
    hosts = is_own(pilot, reader.viewer)
    is_seated = application.state == PilotApplicationState.ACCEPTED
    waits = pilot.state == PilotState.OPEN and application.state == PilotApplicationState.APPLIED
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
    """Return the deals that grew out of the pilot: the host's seats', or the reader's own seat's."""
    slots = list(pilot.applications.all()) if is_own(pilot, reader.viewer) else [mine] if mine else []
    deals = [(one.deal, pair_in(one)[1]) for one in slots if one.deal]
    company = reader.member.company if reader.member else None
    return [
        deal
        for deal, partner in deals
        if partner == company or "deals" not in see(partner, reader.viewer).hidden
    ]


def _in_talks(pilot: Pilot) -> frozenset[int]:
    host, other = str(pilot.side), f"{pilot.side.other}_id"
    named = PilotApplication.objects.exclude(introduction=None).values("introduction")
    introductions = Introduction.objects.filter(**{host: pilot.company}, state=IntroductionState.MUTUAL)
    introductions = introductions.exclude(pk__in=named)
    return frozenset(introductions.values_list(other, flat=True))


def _data_card(seen: VisibleProfile) -> dict[str, list[Any]] | None:
    """Return the data card of the pilot; None where the reader may not see it."""
    names = [str(startup) for _question, startup, _row in QUESTIONS]
    if any(name in seen.hidden for name in names):
        return None
    answers = [seen.display[name] for name in names]
    answers[1] = data_place(seen.data_location or "")
    return {"questions": [question for question, *_names in QUESTIONS], "pilot": [DataCard("", answers)]}
