"""Pilots of the demonstration's companies, one in every state."""

from datetime import datetime, timedelta
from typing import Any

from matchmaker.choices import Side
from matchmaker.events.pilots.services import applications, pilots
from matchmaker.lab.demo.companies import Row, codes, demo_company, table_rows
from matchmaker.lab.demo.part import Part
from matchmaker.models.pilot import Pilot, Season
from profiles.models import NeedType, Place, Sector
from profiles.models.profile import public_id_of
from profiles.people.accounts.selectors import demo_accounts
from profiles.people.accounts.services import accounts

KHARIF_BEGINS, RABI_BEGINS = 4, 10  # months


def act(row: Row, at: datetime, now: datetime) -> None:
    by = accounts.system_account(accounts.DEMO, at=at, is_demo=True)
    text = {one["slug"]: one for one in table_rows("demo_pilots")}[row["pilot"]]
    if row["act"] == "write":
        aims = [(one, other) for one, _eq, other in (aim.partition("=") for aim in text["aims"].split("|"))]
        host = demo_company(text["side"], text["host"])
        pilots.write_pilot(host, values=values_of(text, now), aims=aims, by=by, at=at)
        return
    pilot = Pilot.objects.get(public_id=public_id_of("pilot", row["pilot"]))
    side = Side(text["side"])
    other = str(side.other)
    match row["act"]:
        case "submit":
            pilots.submit_pilot(pilot, side=side, by=by, at=at)
        case "approve":
            pilots.approve_pilot(pilot, version_read=None, by=demo_accounts("curator").get(), at=at)
        case "apply":
            applicant = demo_company(other, row["what"])
            applications.apply_for_slot(pilot, applicant, words=row["text"], by=by, at=at)
        case "accept":
            application = pilot.applications.get(**{other: demo_company(other, row["what"])})
            applications.give_slot(application, side=side, by=by, at=at)
        case "start":
            pilots.start_pilot(pilot, side=side, by=by, at=at)
        case "finish":
            reached = dict(enumerate((cell == "yes" for cell in row["what"].split(";")), start=1))
            applications.finish_pilot(pilot, reached=reached, outcome=row["text"], side=side, by=by, at=at)
            for application in pilot.applications.filter(slot__isnull=False):
                kwargs: dict[str, Any] = {"side": application.side, "by": by}
                applications.set_named(application, is_named=True, **kwargs, at=at)
                applications.confirm_results(application, **kwargs, at=at + timedelta(days=3))


def values_of(row: Row, now: datetime) -> dict[str, Any]:
    main, *others = codes(row["sectors"])
    season = Season(row["season"]) if row["season"] else None
    return {
        **{name: row[name] for name in row if name.startswith(("title_", "summary_"))},
        **{name: row[name] for name in ("season", "size", "who_pays", "data_location")},
        "public_id": public_id_of("pilot", row["slug"]),
        "opened": codes(row["opened"]),
        "sector": Sector.objects.get(code=main),
        "other_sectors": list(Sector.objects.filter(code__in=others)),
        "place": Place.objects.get(code=row["place"]),
        "year": next_year(season, now) - int(row["seasons_back"]) if season else None,
        "starts_on": None if season else (now + timedelta(days=60)).date(),
        "ends_on": None if season else (now + timedelta(days=180)).date(),
        "slots": int(row["slots"]),
        "needs": list(NeedType.objects.filter(code__in=codes(row["needs"]))),
        "offers": list(NeedType.objects.filter(code__in=codes(row["offers"]))),
        "data_classes": codes(row["data_classes"]),
    }


def next_year(season: Season, now: datetime) -> int:
    begins = RABI_BEGINS if season is Season.RABI else KHARIF_BEGINS
    return now.year + (now.month >= begins)


PART = Part("demo_pilot_acts", Pilot.objects.filter(is_demo=True), act, 10)
