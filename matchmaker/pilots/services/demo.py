"""Pilots of the demonstration's companies, one in every state; seasons and days are relative to today."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from django.db import transaction

from matchmaker.choices import Season, Side
from matchmaker.models import Pilot
from matchmaker.pilots.services import applications, pilots, results
from profiles.accounts.selectors import demo_accounts
from profiles.accounts.services import system_accounts
from profiles.imports.demo.records import demo_company, public_id_of, table_rows
from profiles.models import NeedType, Place, Sector, User

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
        applied=(("nehr-nigraan", "Our gate meters would show how much canal water reaches each field."),),
        opened=("host", "size", "aims", "exchange", "who_pays", "data"),
    ),
    "crop-scouting-hyderabad": DemoCourse(
        days_ago=60,
        applied=(
            ("khait-chashm", "We find rust from leaf photos; your images would show us where to walk."),
        ),
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
    acts = [act for row in rows for act in _Story(row, by, at).acts()]
    for moment, act in sorted(acts, key=lambda each: each[0]):  # limits count in the order of time
        act(moment)
    return len(rows)


class _Story:
    """What happens to one pilot, through the services of the pages. `at` is now."""

    def __init__(self, row: dict[str, str], by: User, at: datetime) -> None:
        self.row, self.by, self.at = row, by, at
        self.course = COURSES[row["slug"]]
        self.side = Side(row["side"])
        self.other = str(self.side.other)

    def acts(self) -> list[DemoAct]:
        """Return what happens, and when."""
        course, begun = self.course, self.at - timedelta(days=self.course.days_ago)
        found: list[tuple[bool, DemoAct]] = [
            (True, (begun, self.write)),
            (course.is_submitted, (begun + HOUR, self.submit)),
            (course.is_approved, (begun + 20 * HOUR, self.approve)),
            *((True, (begun + 22 * HOUR, partial(self.apply, *who))) for who in course.applied),
            *((True, (begun + 23 * HOUR, partial(self.accept, slug))) for slug in course.accepted),
            (course.is_started, (begun + 48 * HOUR, self.start)),
            (bool(course.reached), (begun + timedelta(days=200), self.finish)),
        ]
        return [act for happens, act in found if happens]

    @property
    def pilot(self) -> Pilot:
        """The pilot as stored."""
        return Pilot.objects.get(public_id=public_id_of("pilot", self.row["slug"]))

    def write(self, when: datetime) -> None:
        """Let the host write it down."""
        aims = [(one, other) for one, _eq, other in (a.partition("=") for a in self.row["aims"].split("|"))]
        host = demo_company(self.row["side"], self.row["host"])
        pilots.write_pilot(
            host, values=_values(self.row, self.course, self.at), aims=aims, by=self.by, at=when
        )

    def submit(self, when: datetime) -> None:
        """Give it to the curators."""
        pilots.submit_pilot(self.pilot, side=self.side, by=self.by, at=when)

    def approve(self, when: datetime) -> None:
        """Let the demonstration's curator approve it."""
        pilots.approve_pilot(self.pilot, by=demo_accounts("curator").get(), at=when)

    def apply(self, slug: str, words: str, when: datetime) -> None:
        """Let somebody apply."""
        applications.apply_for_seat(
            self.pilot, demo_company(self.other, slug), words=words, by=self.by, at=when
        )

    def accept(self, slug: str, when: datetime) -> None:
        """Let the host accept one."""
        own = {self.other: demo_company(self.other, slug)}
        applications.give_seat(self.pilot.applications.get(**own), side=self.side, by=self.by, at=when)

    def start(self, when: datetime) -> None:
        """Let it begin."""
        pilots.start_pilot(self.pilot, side=self.side, by=self.by, at=when)

    def finish(self, when: datetime) -> None:
        """Write the results down, and have them confirmed."""
        reached = dict(enumerate(self.course.reached, start=1))
        results.finish_pilot(
            self.pilot, reached=reached, outcome=self.course.outcome, side=self.side, by=self.by, at=when
        )
        for application in self.pilot.applications.filter(seat__isnull=False):
            own: dict[str, Any] = {"side": application.side, "by": self.by}
            applications.set_named(application, is_named=True, **own, at=when)
            results.confirm_results(application, **own, at=when + timedelta(days=3))


def _values(row: dict[str, str], course: DemoCourse, at: datetime) -> dict[str, Any]:
    """Return what a row of the file says of a pilot."""
    main, *others = row["sectors"].split(";")
    season = Season(row["season"]) if row["season"] else None
    return {
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
        "needs": list(NeedType.objects.filter(code__in=row["needs"].split(";"))),
        "offers": list(NeedType.objects.filter(code__in=row["offers"].split(";"))),
        "data_classes": [one for one in row["data_classes"].split(";") if one],
    }


def _year(season: Season, at: datetime) -> int:
    """Return the year in which the next season of a kind begins."""
    begins = RABI_BEGINS if season is Season.RABI else KHARIF_BEGINS
    return at.year + (at.month >= begins)
