"""Pilots of the demonstration's companies, one in every state; seasons and days are relative to today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction

from matchmaker.choices import Season
from matchmaker.models import Pilot, PilotApplication
from matchmaker.pilots.services import applications, pilots, results
from profiles.accounts.selectors import demo_accounts
from profiles.accounts.services import system_accounts
from profiles.imports.demo.records import public_id_of, table_rows
from profiles.models import Investor, NeedType, Place, Sector, Startup, User

KHARIF_BEGINS, RABI_BEGINS = 4, 10  # months
HOUR = timedelta(hours=1)
DemoAct = tuple[datetime, Callable[[datetime], object]]


@dataclass(frozen=True)
class DemoCourse:
    """How far a pilot has come: who applied with which words, who has a seat, what was reached."""

    days_ago: int = 30
    is_submitted: bool = True
    is_approved: bool = True
    applied: tuple[tuple[str, str], ...] = ()
    accepted: tuple[str, ...] = ()
    opened: tuple[str, ...] = ("size", "aims", "exchange", "who_pays")
    is_started: bool = False
    reached: tuple[bool, ...] = ()
    outcome: str = ""
    seasons_back: int = 0  # years before the next season


COURSES = {
    "smart-irrigation-bahawalpur": DemoCourse(
        applied=(("paani-paimana", "Our soil sensors run on forty farms near Multan; we bring sixty more."),),
        opened=("host", "size", "aims", "exchange", "who_pays", "data"),
    ),
    "crop-scouting-hyderabad": DemoCourse(
        days_ago=60,
        applied=(("khait-chashm", "We find rust from leaf photos; your images would show us where to walk."),),
        accepted=("khait-chashm",),
        is_started=True,
        seasons_back=1,
    ),
    "spray-drones-multan": DemoCourse(
        days_ago=300,
        applied=(("bal-o-par-agri", "Six trained pilots in Bahawalpur, one season of spraying behind us."),),
        accepted=("bal-o-par-agri",),
        is_started=True,
        reached=(True, True, False),
        outcome="Two pilots can work alone; the other two need one more season.",
        opened=("host", "size", "aims", "exchange", "who_pays", "results"),
        seasons_back=1,
    ),
    "traceable-cotton-faisalabad": DemoCourse(days_ago=2, is_approved=False),
    "flood-cover-sindh": DemoCourse(
        applied=(("saibaan-e-nau", "Our index is ready for Sindh; what we lack is a licence to pay under."),),
        opened=("size", "aims"),
    ),
    "export-fruit-mirpurkhas": DemoCourse(
        applied=(
            ("aam-sanad", "Our codes already follow mangoes from nine orchards to Karachi."),
            ("khajoor-qafila", "We sort and dry dates in Khairpur and look for certificates."),
        ),
        accepted=("aam-sanad",),
    ),
    "gate-meters-sukkur": DemoCourse(days_ago=9),
    "cold-rooms-karachi": DemoCourse(days_ago=5, opened=("size", "aims")),
    "drip-mango-multan": DemoCourse(days_ago=1, is_submitted=False, is_approved=False, opened=()),
}


@transaction.atomic
def load_pilots(*, at: datetime) -> int:
    """Let the demonstration's companies write their pilots, unless they did; return how many are new."""
    if Pilot.objects.filter(is_demo=True).exists():
        return 0
    by = system_accounts.system_account(system_accounts.DEMO, at=at, is_demo=True)
    rows = list(table_rows("demo_pilots"))
    acts = [act for row in rows for act in _acts(row, COURSES[row["slug"]], by, at)]
    for moment, act in sorted(acts, key=lambda each: each[0]):  # limits count in the order of time
        act(moment)
    return len(rows)


def _acts(row: dict[str, str], course: DemoCourse, by: User, at: datetime) -> list[DemoAct]:
    """Return what happens to one pilot, and when, through the services of the pages."""
    begun = at - timedelta(days=course.days_ago)
    other = "startup" if row["side"] == "investor" else "investor"

    def pilot() -> Pilot:
        return Pilot.objects.get(public_id=public_id_of("pilot", row["slug"]))

    def application(slug: str) -> PilotApplication:
        return PilotApplication.objects.get(pilot=pilot(), **{other: _company(other, slug)})

    acts: list[DemoAct] = [(begun, lambda when: _write(row, course, by, when, at))]
    if course.is_submitted:
        acts.append((begun + HOUR, lambda when: pilots.submit(pilot(), by=by, at=when)))
    if course.is_approved:
        curator = demo_accounts("curator").get()
        acts.append((begun + 20 * HOUR, lambda when: pilots.approve(pilot(), by=curator, at=when)))
    for slug, words in course.applied:
        apply = partial(_apply, row["slug"], _company(other, slug), words, by)
        acts.append((begun + 22 * HOUR, apply))
    for slug in course.accepted:
        accept = partial(_accept, application, slug, by)
        acts.append((begun + 23 * HOUR, accept))
    if course.is_started:
        acts.append((begun + 48 * HOUR, lambda when: pilots.start(pilot(), by=by, at=when)))
    if course.reached:
        acts.append((begun + timedelta(days=200), lambda when: _finish(pilot(), course, by, when)))
    return acts


def _apply(slug: str, company: Startup | Investor, words: str, by: User, when: datetime) -> None:
    pilot = Pilot.objects.get(public_id=public_id_of("pilot", slug))
    applications.apply(pilot, company, words=words, by=by, at=when)


def _accept(find: Callable[[str], PilotApplication], slug: str, by: User, when: datetime) -> None:
    applications.accept(find(slug), by=by, at=when)


def _write(row: dict[str, str], course: DemoCourse, by: User, when: datetime, at: datetime) -> None:
    """Let the host write a pilot of the file."""
    main, *others = row["sectors"].split(";")
    season = Season(row["season"]) if row["season"] else None
    values = {
        **{name: row[name] for name in row if name.startswith(("title_", "summary_"))},
        **{name: row[name] for name in ("season", "size", "who_pays", "data_location")},
        "public_id": public_id_of("pilot", row["slug"]),
        "opened": list(course.opened),
        "sector": Sector.objects.get(code=main),
        "other_sectors": list(Sector.objects.filter(code__in=others)),
        "place": Place.objects.get(code=row["place"]),
        "year": _year(season, at) - course.seasons_back if season else None,
        "starts_on": None if season else (at + timedelta(days=60)).date(),
        "ends_on": None if season else (at + timedelta(days=180)).date(),
        "seats": int(row["seats"]),
        **{name: list(NeedType.objects.filter(code__in=row[name].split(";"))) for name in ("needs", "offers")},
        "data_classes": [one for one in row["data_classes"].split(";") if one],
    }
    aims = [(measure, success) for measure, _eq, success in (a.partition("=") for a in row["aims"].split("|"))]
    pilots.write(_company(row["side"], row["host"]), values=values, aims=aims, by=by, at=when)


def _year(season: Season, at: datetime) -> int:
    """Return the year in which the next season of a kind begins."""
    begins = RABI_BEGINS if season is Season.RABI else KHARIF_BEGINS
    return at.year + (at.month >= begins)


def _finish(pilot: Pilot, course: DemoCourse, by: User, at: datetime) -> None:
    """Write the results down, and have them confirmed."""
    reached = dict(enumerate(course.reached, start=1))
    results.finish(pilot, reached=reached, outcome=course.outcome, by=by, at=at)
    for application in PilotApplication.objects.filter(pilot=pilot, seat__isnull=False):
        applications.set_named(application, is_named=True, by=by, at=at)
        results.confirm(application, by=by, at=at + timedelta(days=3))


def _company(side: str, slug: str) -> Startup | Investor:
    """Return a company of the demonstration by its slug."""
    model: type[Startup] | type[Investor] = Startup if side == "startup" else Investor
    found: Startup | Investor = model._default_manager.get(public_id=public_id_of(side, slug))
    return found
