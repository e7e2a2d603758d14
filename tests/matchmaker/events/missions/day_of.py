"""A mission on its day: slots around now, two delegations of each side, an organiser of their own."""

from datetime import timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone

from matchmaker.models.missions.mission import MissionState
from matchmaker.models.programmes.programme import ProgrammeKind, ProgrammeState
from tests import factories
from tests.matchmaker.events.missions.missioned import make_delegation, make_mission, make_slots, make_wish
from tests.matchmaker.events.programmes.programmed import make_programme


def zone_of_day(now):
    """Return a time zone in which the day of now has all slots: no rule between two days is met by chance."""
    hour = now.astimezone(ZoneInfo("Asia/Karachi")).hour
    return "Asia/Karachi" if 1 <= hour < 20 else "America/New_York"


class DayOf:
    """Slots of 20 minutes begin an hour ago, and every half an hour, on one day. `host` organises."""

    def __init__(self, *, tables=2, slots=8):
        self.now = timezone.now()
        self.company = factories.make_investor("Trade Board")
        self.host = factories.make_partner("host@example.com", self.company, full_name="Zhang Hua")
        programme = make_programme(
            self.company,
            by=self.host,
            at=self.now - timedelta(days=20),
            kind=ProgrammeKind.MISSION,
            title_en="Lahore mission",
            state=ProgrammeState.RUNNING,
            apply_by=self.now - timedelta(days=10),
            starts_at=self.now - timedelta(hours=2),
            ends_at=self.now + timedelta(days=2),
            place_count=50,
            time_zone=zone_of_day(self.now),
        )
        self.mission = make_mission(
            self.company,
            by=self.host,
            at=self.now - timedelta(days=20),
            state=MissionState.RUNNING,
            programme=programme,
            slots=0,
            tables=tables,
            wanted=1,
        )
        make_slots(self.mission, (self.now - timedelta(hours=1)).replace(second=0, microsecond=0), slots)
        self.programme = programme

    def delegation(self, company, **fields):
        """Add a delegation of a company."""
        return make_delegation(self.mission, company, by=self.host, languages=["en"], **fields)

    def startup(self, name):
        """Add a delegation of a new startup with one founder."""
        company = factories.make_startup(name)
        user = factories.make_founder(f"{name.split()[0].lower()}@example.com", company)
        found = self.delegation(company)
        found.user = user
        return found

    def wish(self, startup, investor):
        """Let both wish to meet."""
        make_wish(startup, investor)
        make_wish(investor, startup)

    def at(self, name, *more):
        """Return the address of a page of the mission."""
        return reverse(name, args=[self.programme.public_id, *more])

    def board(self, slot):
        """Return the address of the board on the day of a slot."""
        starts_at = self.mission.slots.all()[slot].starts_at.astimezone(self.programme.zone)
        return f"{self.at('mission_board')}?day={starts_at:%Y-%m-%d}"

    def act(self, client, meeting, act, **said):
        """Do one act about a meeting on its page."""
        meeting.refresh_from_db()
        address = self.at("mission_day_meeting", meeting.key)
        return client.post(address, {"act": act, "seen": meeting.version, **said}, follow=True)
