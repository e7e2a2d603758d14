"""Missions: who may see them, their delegations, and how they are set up."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.events.programmes.selectors.programmes import Reader, organised_by, programme_in, with_parts
from matchmaker.models.missions import Delegation, Mission, MissionSlot, MissionWish
from matchmaker.models.missions.mission import COMPANIES, MissionState
from matchmaker.models.programmes import PersonCard, Programme, ProgrammeApplication
from matchmaker.models.programmes.people import CardAudience
from matchmaker.models.programmes.programme import ONGOING, PUBLIC, ProgrammeApplicationState
from profiles.choices import language_name
from profiles.models import Investor, Startup

PER_PAGE = 25
M = MissionState
TONES = {M.WISHES: "good", M.PLANNING: "info", M.PUBLISHED: "good", M.RUNNING: "good"}


@dataclass(frozen=True)
class MissionRole:
    mission: Mission
    organises: bool
    own: list[Delegation]


def part_in(reader: Reader, public_id: str) -> MissionRole | None:
    programme = programme_in(reader, public_id)
    if programme is None or programme.state not in PUBLIC:
        return None
    mission = Mission.objects.filter(programme=programme).first()
    if mission is None:
        return None
    mission.programme = programme
    organises = reader.organises(programme)
    delegations = own_delegations(reader, mission)
    return MissionRole(mission, organises, delegations) if organises or delegations else None


def own_delegations(reader: Reader, mission: Mission) -> list[Delegation]:
    if not reader.may_take_part:
        return []
    rows = ProgrammeApplication.objects.filter(reader.own, state=ProgrammeApplicationState.ACCEPTED)
    delegations = Delegation.objects.filter(mission=mission, application__in=rows)
    return list(delegations.select_related(*COMPANIES).order_by("at", "pk"))


def readable_delegation(part: MissionRole, public_id: str) -> Delegation | None:
    if not part.organises:
        return next((delegation for delegation in part.own if delegation.public_id == public_id), None)
    return part.mission.delegations.select_related(*COMPANIES).filter(public_id=public_id).first()


def organised_mission(reader: Reader, public_id: str) -> Mission | None:
    rows = organised_by(reader).filter(state__in=PUBLIC)
    missions = Mission.objects.filter(programme__in=rows, programme__public_id=public_id)
    try:
        return missions.select_related("programme__startup", "programme__investor").get()
    except Mission.DoesNotExist:
        return None


def programme_without_mission(reader: Reader, public_id: str) -> Programme | None:
    rows = organised_by(reader).filter(state__in=ONGOING, mission=None)
    return with_parts(rows).filter(public_id=public_id).first()


def taking_part(mission: Mission) -> QuerySet[Delegation]:
    rows = Delegation.objects.filter(mission=mission, application__state=ProgrammeApplicationState.ACCEPTED)
    of_startups = Q(application__startup__in=Startup.objects.taking_part())
    of_investors = Q(application__investor__in=Investor.objects.taking_part())
    return rows.filter(of_startups | of_investors | Q(application__person__is_active=True))


def present_delegations(mission: Mission) -> QuerySet[Delegation]:
    return taking_part(mission).filter(missing_at__isnull=True)


def with_people(rows: QuerySet[Delegation]) -> list[Delegation]:
    related = (*COMPANIES, "application__programme", "application__person")
    return list(rows.select_related(*related).order_by("pk"))


def without_delegation(mission: Mission) -> list[tuple[ProgrammeApplication, Side]]:
    """Return the accepted applications that no one is to come for yet, with their side of the table."""
    shown = PersonCard.objects.filter(audience=CardAudience.PARTICIPANTS).values("user")
    rows = ProgrammeApplication.objects.filter(
        programme=mission.programme_id, state=ProgrammeApplicationState.ACCEPTED, delegations=None
    )
    rows = rows.filter(Q(person=None) | Q(person__in=shown)).select_related("startup", "investor", "person")
    # A person's side is that of the account.
    return [(row, Side(row.person.role if row.person else row.kind)) for row in rows.order_by("pk")]


def late_since(mission: Mission) -> datetime | None:
    """Return since when who is added is late and may still wish; None while everyone may."""
    return None if mission.state in (M.SETTING_UP, M.WISHES) else mission.wishes_until


def may_wish(delegation: Delegation, mission: Mission) -> bool:
    if not mission.goes_on or mission.state == M.WISHES:
        return mission.goes_on
    since = late_since(mission)
    is_late = since is not None and delegation.at > since
    return is_late and mission.state in (M.PLANNING, M.PUBLISHED, M.RUNNING)


def zone_now(mission: Mission, at: datetime) -> datetime:
    return timezone.localtime(at, mission.programme.zone)


def by_day(
    mission: Mission, rows: Iterable[Any], moment: Callable[[Any], datetime]
) -> list[tuple[date, list[Any]]]:
    """Return rows that are in the order of time day by day, on the clock of the mission."""
    days = groupby(rows, key=lambda row: zone_now(mission, moment(row)).date())
    return [(day, list(day_rows)) for day, day_rows in days]


def grid(mission: Mission) -> list[tuple[date, list[MissionSlot]]]:
    return by_day(mission, mission.slots.order_by("starts_at", "pk"), lambda slot: slot.starts_at)


def mission_page(part: MissionRole) -> dict[str, Any]:
    mission = part.mission
    found: dict[str, Any] = {
        "tone": TONES.get(M(mission.state), ""),
        "own": [
            {
                "delegation": delegation,
                "languages": words_of(delegation.languages),
                "may_wish": may_wish(delegation, mission),
                "wishes": delegation.wishes.count(),
            }
            for delegation in part.own
        ],
        "has_schedule": mission.is_scheduled,
    }
    if part.organises:
        found |= {"counts": counts_of(mission), "missing": missing_in(mission)}
    return found


def words_of(codes: Iterable[str]) -> list[str]:
    return [language_name(code) for code in codes]


def counts_of(mission: Mission) -> dict[str, int]:
    delegations = present_delegations(mission)
    given = MissionWish.objects.filter(giver__in=delegations)
    slots = mission.slots.aggregate(free=Count("pk", filter=Q(blocked="")), all=Count("pk"))
    sides = delegations.aggregate(
        startups=Count("pk", filter=Q(side=Side.STARTUP)), investors=Count("pk", filter=Q(side=Side.INVESTOR))
    )
    chosen = given.filter(is_prefilled=False).values("giver").distinct().count()
    return {
        "slots": slots["free"],
        "blocked": slots["all"] - slots["free"],
        "tables": mission.tables.filter(closed_at=None).count(),
        "interpreters": mission.interpreters.count(),
        **sides,
        "chosen": chosen,
        "everyone": sides["startups"] + sides["investors"],
    }


def missing_in(mission: Mission) -> list[str]:
    needed = {
        _("meeting times"): mission.slots.filter(blocked="").exists(),
        _("tables"): mission.tables.filter(closed_at=None).exists(),
        _("a deadline for the wishes"): mission.wishes_until,
    }
    return [name for name, value in needed.items() if not value]


def rooms_page(mission: Mission, number: str) -> dict[str, Any]:
    return {
        "tables": Paginator(mission.tables.order_by("hall", "pk"), PER_PAGE).get_page(number),
        "interpreters": [
            (interpreter, words_of(interpreter.languages))
            for interpreter in mission.interpreters.order_by("name")
        ],
    }


def name_filter(words: str) -> Q:
    found = Q(name__icontains=words)
    for each in COMPANIES:
        found |= Q(**{f"{each}__name_zh__icontains": words}) | Q(**{f"{each}__name_ur__icontains": words})
    return found


def delegations_page(mission: Mission, words: str, number: str) -> dict[str, Any]:
    """Return who comes for the organiser, page by page, with how many wishes each has chosen."""
    chosen = Count("wishes", filter=Q(wishes__is_prefilled=False))
    related = (*COMPANIES, "application__person", "place")
    rows: Any = mission.delegations.annotate(chosen=chosen).select_related(*related)
    if words:
        rows = rows.filter(name_filter(words))
    paged = Paginator(rows.order_by("side", "name", "pk"), PER_PAGE).get_page(number)
    present = set(
        present_delegations(mission)
        .filter(pk__in=[delegation.pk for delegation in paged])
        .values_list("pk", flat=True)
    )
    return {
        "page": paged,
        "words": words,
        "rows": [
            {
                "delegation": delegation,
                "side": Side(delegation.side).label,
                "languages": words_of(delegation.languages),
                "is_coming": delegation.pk in present,
                "chosen": delegation.chosen,
            }
            for delegation in paged
        ],
    }


REMIND_BEFORE = (timedelta(days=3), timedelta(days=1))


def to_remind(mission: Mission, at: datetime) -> list[Delegation]:
    if mission.state != M.WISHES or mission.wishes_until is None or at >= mission.wishes_until:
        return []
    due = sum(at >= mission.wishes_until - before for before in REMIND_BEFORE)
    rows = present_delegations(mission).filter(reminders__lt=due)
    rows = rows.exclude(pk__in=MissionWish.objects.filter(is_prefilled=False).values("giver"))
    # Not in the hours after they were added: they have just been told.
    return with_people(rows.filter(at__lte=at - timedelta(hours=12)))
