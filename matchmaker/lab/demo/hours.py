"""Hours that people of the demonstration publish."""

from datetime import datetime, time

from matchmaker.deals.hours.services import publish
from matchmaker.lab.demo.companies import Row, demo_company
from matchmaker.lab.demo.part import Part
from matchmaker.models.hours import AvailableHours
from profiles.people.accounts.selectors import members_of


def show(row: Row, at: datetime, now: datetime) -> None:
    member = members_of(demo_company(row["side"], row["company"])).first()
    if member is None:
        return
    times = time(int(row["from"])), time(int(row["until"]))
    days = {int(day): times for day in row["weekdays"].split(";")}
    values = {"time_zone": row["time_zone"], "minutes": 30, "notice_hours": 24, "weeks": 3}
    publish(member, values=values, days=days, days_off=(), by=member.user, at=at)


MADE = AvailableHours.objects.filter(membership__user__is_demo=True)
PART = Part("demo_hours", MADE, show, 36)
