"""Missions of the demonstration: one that runs by a published schedule, one that is open for wishes."""

from datetime import datetime, time, timedelta
from typing import Any

from matchmaker.events.missions.services import clock, meetings, missions, plans
from matchmaker.lab.demo.companies import Row, codes
from matchmaker.lab.demo.part import Part
from matchmaker.models.missions import Delegation, Mission
from matchmaker.models.programmes import Programme
from profiles.choices import Side
from profiles.models import User
from profiles.models.profile import public_id_of
from profiles.people.accounts.selectors import demo_accounts
from profiles.people.accounts.services import accounts

HOUR, DAY, LENGTH = timedelta(hours=1), timedelta(days=1), timedelta(minutes=25)
HOURS = (time(9), time(9, 35), time(10, 10), time(10, 45), time(11, 20), time(14), time(14, 35), time(15, 10))
KEPT_FREE = (("meal", time(12), time(13, 15)), ("prayer", time(13, 20), time(13, 50)))


def run(row: Row, at: datetime, now: datetime) -> None:
    programme = Programme.objects.get(public_id=public_id_of("programme", row["programme"]))
    host = accounts.system_account(accounts.DEMO, at=at, is_demo=True)
    by = host if programme.company else demo_accounts("curator").get()
    grid = slots(programme, row, now)
    mission = missions.set_up(programme, values=values_of(grid, programme), slots=grid, by=by, at=at)
    tables = [{"name": f"T{number}", "hall": row["hall"], "address": ""} for number in range(1, 9)]
    missions.add_tables(mission, tables=tables[: int(row["tables"])], by=by, at=at)
    spoken = {"name": row["interpreter"], "languages": codes(row["languages"])}
    missions.add_interpreter(mission, values=spoken, by=by, at=at)
    until = now + int(row["until"]) * DAY if row["until"] else at + 3 * DAY
    missions.open_wishes(mission, until=until, by=by, at=at + HOUR)
    choose(mission, row, by=host, at=at + 2 * HOUR)
    if until < now:
        missions.close_wishes(mission, by=by, at=until)
        plan = plans.plan_by_steps(mission, by=by, at=until)
        plans.publish(plan, by=by, at=until + HOUR)
        accept_some(mission, by=host, at=until + 2 * HOUR)
        clock.advance(at=now)


def values_of(grid: list[dict[str, Any]], programme: Programme) -> dict[str, Any]:
    days = [each["starts_at"].astimezone(programme.zone).date().isoformat() for each in grid]
    values = {"slot_minutes": "25", "wanted": "2"}
    entered = {**values, "pause": "10", "day_from": "09:00", "day_until": "15:35"}
    entered |= {"first_day": days[0], "last_day": days[-1]}
    for at, (kind, first, last) in enumerate(KEPT_FREE, start=1):
        entered |= {f"kind_{at}": kind, f"from_{at}": f"{first:%H:%M}", f"until_{at}": f"{last:%H:%M}"}
    return {**{name: int(value) for name, value in values.items()}, "entered": entered}


def slots(programme: Programme, row: Row, now: datetime) -> list[dict[str, Any]]:
    first = (now + int(row["first_in_days"]) * DAY).astimezone(programme.zone).date()
    hours = [("", begins, None) for begins in HOURS] + list(KEPT_FREE)
    rows: list[dict[str, Any]] = []
    for day in range(int(row["days"])):
        for blocked, begins, ends in hours:
            starts_at = datetime.combine(first + day * DAY, begins, programme.zone)
            until = datetime.combine(first + day * DAY, ends, programme.zone) if ends else starts_at + LENGTH
            rows.append({"starts_at": starts_at, "ends_at": until, "blocked": blocked})
    return rows


def choose(mission: Mission, row: Row, *, by: User, at: datetime) -> None:
    rows = mission.delegations.select_related("application__startup", "application__investor", "mission")
    by_id = {public_id(each): each for each in rows}
    for said in row["wishes"].split("|"):
        side, who, wish = said.split(":")
        giver, receiver = who.split(">")
        one = by_id[public_id_of(side, giver)]
        other = by_id[public_id_of(Side(side).other, receiver)]
        missions.choose(one, wishes={other.pk: wish}, by=by, at=at)


def public_id(delegation: Delegation) -> str:
    company = delegation.application.company
    return company.public_id if company else ""


def accept_some(mission: Mission, *, by: User, at: datetime) -> None:
    for number, meeting in enumerate(mission.meetings.order_by("pk")):
        if meeting.slot and meeting.slot.starts_at > at:
            for side in list(Side)[: 2 if number % 3 else 1]:
                meetings.accept(meeting, side=side, by=by, at=at)


PART = Part("demo_missions", Mission.objects.filter(programme__is_demo=True), run, 50)
