"""A mission of forty startups and twenty-five partners from its announcement to its outcomes, in a browser.

Services make applications, wishes and the approval of a curator, and deadlines pass by themselves. Everything
of the organiser is a click.
Run with -s to read the clicks of each step.
"""

from collections import Counter
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db.models import F, Q
from django.utils import timezone
from playwright.sync_api import expect

from matchmaker.events.missions.services import clock, missions, plans
from matchmaker.events.programmes.selectors.applications import Applicant
from matchmaker.events.programmes.services import applications, invitations, outcomes, programmes
from matchmaker.models.missions import Mission, MissionMeeting, MissionSlot
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.programmes import Programme, ProgrammeOutcome
from matchmaker.models.programmes.programme import RESUME_TIME, ApplicantKind, ProgrammeApplicationState
from profiles.models import Startup
from profiles.people.accounts.time_zones import zone_choices
from tests import factories
from tests.journeys.screens import page_for

pytestmark = [pytest.mark.django_db(transaction=True)]
MOST = 60  # clicks of the organiser
STARTUPS, PARTNERS = 40, 25


class Organiser:
    """The organiser's browser. It counts clicks, choices, files and opened pages; typing is no click."""

    def __init__(self, page, screenshot):
        self.page, self.keep, self.step, self.clicks = page, screenshot, "", Counter()
        page.set_default_timeout(60_000)

    def begin(self, step):
        self.step = step

    def click(self, found):
        self.clicks[self.step] += 1
        found.click()
        self.page.wait_for_load_state()

    def opens(self, programme=None):
        """Come to a programme, or to the own ones, as by the link of an email or of the start page."""
        self.clicks[self.step] += 1
        self.page.goto(f"/programmes/{programme.public_id if programme else 'yours'}/")

    def link(self, name, *, within=None):
        self.click((within or self.page.locator("main")).get_by_role("link", name=name, exact=True).first)

    def button(self, name):
        self.click(self.page.locator("main").get_by_role("button", name=name).first)

    def choose(self, name, value):
        self.clicks[self.step] += 1
        self.page.locator(f"main [name='{name}']").first.select_option(value)

    def tick(self, name, value):
        self.click(self.page.locator(f"main [name='{name}'][value='{value}']"))

    def fill(self, name, text):
        self.page.locator(f"main [name='{name}']").fill(text)

    def reads(self, text):
        expect(self.page.get_by_text(text).first).to_be_visible(timeout=60_000)

    def picture(self, name):
        """Keep a picture, and look that nothing is wider than the window."""
        width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= self.page.viewport_size["width"], name
        self.keep(self.page, f"mission-story-{name}")


class Companies:
    """Forty startups and twenty-five partners with an owner each."""

    def __init__(self):
        self.startups = [
            factories.make_startup(f"Indus Startup {number:02}") for number in range(STARTUPS + 2)
        ]
        self.partners = [factories.make_investor(f"Pearl Partner {number:02}") for number in range(PARTNERS)]
        self.owners = {}
        for number, company in enumerate(self.startups):
            self.owners[company] = factories.make_founder(f"startup{number}@example.com", company)
        for number, company in enumerate(self.partners):
            self.owners[company] = factories.make_partner(f"partner{number}@example.com", company)

    @property
    def listed(self):
        return [self.startups[0], self.partners[0]]

    def apply(self, programme):
        for company, owner in self.owners.items():
            if company not in self.listed:
                applicant = Applicant(ApplicantKind(company.side), company, None)
                said = {"answers": [], "is_final": True, "by": owner, "at": timezone.now()}
                applications.write_application(programme, applicant, **said)

    def take_places(self, programme):
        for company in self.listed:
            owner = self.owners[company]
            found = programme.invitations.get(email=owner.email)
            applicant = Applicant(ApplicantKind(company.side), company, None)
            invitations.take_place(found, applicant, by=owner, at=timezone.now())

    def wish(self, mission):
        """Let each delegation want ten of the other side."""
        sides = {
            side: list(mission.delegations.filter(side=side).select_related("application__startup"))
            for side in ("startup", "investor")
        }
        for side, other in (("startup", "investor"), ("investor", "startup")):
            for number, delegation in enumerate(sides[side]):
                wanted = [sides[other][(number + step * 3) % len(sides[other])].pk for step in range(8)]
                owner = self.owners[delegation.application.company]
                said = {"by": owner, "at": timezone.now()}
                missions.choose(delegation, wishes=dict.fromkeys(wanted, "want"), **said)


def in_days(days, hour=9):
    """Return what is typed for an hour of a day to come."""
    return f"{timezone.localdate() + timedelta(days=days)}T{hour:02}:00"


def announce(host):
    host.begin("announce")
    host.opens()
    host.link("Organise a programme")
    host.choose("kind", "mission")
    host.fill("title_en", "Pakistan–China mission")
    host.fill("text_en", "Two days of meetings for forty startups and twenty-five partners.")
    for name, days, hour in (("apply_by", 5, 12), ("starts_at", 9, 9), ("ends_at", 10, 17)):
        host.fill(name, in_days(days, hour))
    host.choose("place", "PK-LHE")
    host.fill("venue", "Expo Centre")
    host.tick("languages", "en")
    host.tick("applicants", "startup")
    host.tick("applicants", "investor")
    host.click(host.page.locator("summary").filter(has_text="Places by side"))
    host.fill("places_startup", str(STARTUPS))
    host.fill("places_investor", str(PARTNERS))
    host.fill("who_pays", "The organiser pays for rooms and lunch.")
    host.picture("form")
    host.button("Save draft")
    host.button("Submit for review")
    host.reads("A curator is reviewing it.")
    return Programme.objects.get()


def invite(host, companies, folder):
    host.begin("invite by spreadsheet")
    host.opens(Programme.objects.get())
    host.link("Invitations")
    for company in companies.listed:
        file = folder / f"{company.side}.csv"
        file.write_text(f"Name,Email\n{company.name_en},{companies.owners[company].email}\n")
        if company.side != "startup":  # chosen already
            host.choose("list-kind", str(company.side))
        host.clicks[host.step] += 1
        host.page.locator("[name='list-file']").set_input_files(file)
        host.button("Invite them")
        host.reads("1 person is invited.")
    host.picture("invitations")


def decide(host, programme):
    host.begin("decide")
    host.opens(programme)
    host.link("Applications")
    expect(host.page.get_by_text("Sensors that halve the water").first).to_be_visible()
    host.picture("applications")
    host.click(host.page.get_by_label("applications of this list"))
    host.button("Accept…")
    host.reads("You accept more applications than there are places.")
    for startup in list(Startup.objects.order_by("pk"))[-2:]:
        row = host.page.get_by_label(f"Decision for {startup.name}")
        host.clicks[host.step] += 1
        row.select_option(label="Put on the waitlist")
    host.picture("decide")
    host.button("Confirm and notify the applicants")
    accepted = programme.applications.filter(state=ProgrammeApplicationState.ACCEPTED)
    assert accepted.filter(startup__isnull=False).count() == STARTUPS
    assert accepted.filter(investor__isnull=False).count() == PARTNERS


def set_up(host, programme):
    Programme.objects.update(apply_by=timezone.now())
    programmes.close_due(at=timezone.now())
    host.begin("set up")
    host.opens(programme)
    host.button("Start the programme")
    host.link("Set up meetings")
    host.fill("table_count", "25")
    host.picture("set-up")
    host.button("Create meeting times")
    host.click(host.page.locator("main a").filter(has_text="Back").first)
    host.fill("until", in_days(5))
    host.button("Open the wishes")
    host.reads("Delegations can choose who to meet until")
    clock.advance(at=timezone.now())


def plan(host, programme):
    Mission.objects.update(wishes_until=timezone.now())
    clock.advance(at=timezone.now())
    host.begin("plan and publish")
    host.opens(programme)
    host.link("Meetings")
    host.link("Planner")
    host.button("Start the planner")
    expect(host.page.get_by_role("progressbar")).to_be_visible()
    assert plans.work(at=timezone.now())
    expect(host.page.get_by_role("heading", name="Results of this plan")).to_be_visible(timeout=60_000)
    host.picture("plan")
    host.click(host.page.locator("summary").filter(has_text="Publish this plan"))
    host.button("Publish this plan")
    host.reads("We are notifying all delegations")


def come_to_the_day(mission):
    """Move the whole mission, so that it is ten o'clock of its first day, and its first slots are over."""
    now = timezone.now()
    zones = (zone for zone, _label in zone_choices("en"))
    zone = next(each for each in zones if now.astimezone(ZoneInfo(each)).hour == 10)
    first = mission.slots.order_by("starts_at").first()
    delta = now - timedelta(hours=1) - first.starts_at
    MissionSlot.objects.filter(mission=mission).update(
        starts_at=F("starts_at") + delta, ends_at=F("ends_at") + delta
    )
    Programme.objects.filter(pk=mission.programme_id).update(
        time_zone=zone,
        apply_by=now - timedelta(days=2),
        starts_at=now - timedelta(hours=1),
        ends_at=now + timedelta(days=1),
    )
    clock.advance(at=now)


def free_place(mission):
    """Return a meeting on the first page of the board, and a time and a table to which it can move today."""
    now, live = timezone.now(), MissionMeeting.objects.filter(mission=mission, state=MeetingState.PLANNED)
    today = mission.slots.filter(starts_at__gt=now, starts_at__lt=now + timedelta(hours=6), blocked="")
    tables = list(mission.tables.order_by("hall", "pk")[:20])
    for meeting in live.filter(slot__in=today, table__in=tables).order_by("pk"):
        taken = live.filter(Q(startup=meeting.startup) | Q(investor=meeting.investor)).values("slot")
        for slot in today.exclude(pk__in=taken):
            used = live.filter(slot=slot).values("table")
            if table := mission.tables.exclude(pk__in=used).first():
                return meeting, slot, table
    raise AssertionError("no place is free")


def move_one(host, mission):
    host.begin("one change by hand")
    meeting, slot, table = free_place(mission)
    host.opens(mission.programme)
    host.link("Meetings")
    host.link("Board")
    host.picture("board")
    host.click(host.page.locator(f"#at-{meeting.key}"))
    host.link("Move, swap or cancel")
    host.choose("slot", str(slot.pk))
    host.choose("table", str(table.pk))
    host.button("Check")
    host.picture("by-hand")
    host.button("Confirm and notify both sides")
    host.reads("The schedule has been changed.")
    meeting.refresh_from_db()
    assert (meeting.slot, meeting.table) == (slot, table)
    return meeting


def no_show(host, mission, moved):
    host.begin("a no-show")
    coming = MissionMeeting.objects.filter(mission=mission, slot__starts_at__gt=timezone.now())
    gone = coming.exclude(startup=moved.startup).exclude(investor=moved.investor).latest("pk").startup
    host.link("Check-in")
    host.page.locator("main [name=q]").fill(gone.called)
    host.page.keyboard.press("Enter")
    expect(host.page.locator("main .rows > li")).to_have_count(1)
    host.button("Not coming")
    host.link("Change the schedule")
    host.button("Suggest changes")
    host.picture("proposal")
    host.button("Change the schedule and notify them")
    host.reads("We are telling the delegations whose meetings change.")
    assert not coming.filter(startup=gone, state=MeetingState.PLANNED).exists()
    moved.refresh_from_db()
    assert moved.state == MeetingState.PLANNED, "what was moved by hand stays"


def print_badges(host):
    host.begin("badges")
    for part in (1, 2):
        with host.page.expect_download() as saving:
            host.button(f"Badges (PDF) {part}")
        assert saving.value.suggested_filename.endswith(".pdf")


def end(host, programme):
    host.begin("end")
    host.opens(programme)
    host.click(host.page.locator("summary").filter(has_text="End the programme"))
    host.picture("end")
    host.click(host.page.locator(".confirm-panel").get_by_role("button", name="End the programme"))
    host.reads("It has ended.")


def record_outcomes(host, companies, programme):
    host.begin("outcomes")
    outcomes.ask_due(at=timezone.now() + RESUME_TIME)
    host.clicks[host.step] += 1
    host.page.goto("/home/")
    host.click(host.page.get_by_role("link", name="Record outcomes").first)
    startup = companies.startups[1]
    host.clicks[host.step] += 1
    host.page.locator("[name=whom]").select_option(label=startup.name)
    host.choose("kind", "memorandum")
    host.fill("happened_on", str(timezone.localdate()))
    host.fill("words", "A memorandum about water sensors.")
    host.picture("outcomes")
    host.button("Ask them to confirm it")
    host.reads("The other side has been asked to confirm it.")
    said = {"by": companies.owners[startup], "at": timezone.now()}
    outcomes.answer_outcome(ProgrammeOutcome.objects.get(), **said)
    host.page.reload()
    host.reads("Confirmed by both")


def test_forty_and_twenty_five_from_announcement_to_outcome(
    browser, live_server, li_wei, sana, screenshot, tmp_path
):
    companies = Companies()
    host = Organiser(page_for(browser, live_server.url, li_wei, is_phone=False), screenshot)
    programme = announce(host)
    programmes.approve_programme(programme, by=sana, at=timezone.now(), version_read=None)
    companies.apply(programme)
    invite(host, companies, tmp_path)
    companies.take_places(programme)
    decide(host, programme)
    set_up(host, programme)
    mission = programme.mission
    companies.wish(mission)
    plan(host, programme)
    come_to_the_day(mission)
    moved = move_one(host, mission)
    no_show(host, mission, moved)
    print_badges(host)
    end(host, programme)
    record_outcomes(host, companies, programme)
    print("", *(f"{step:24} {count:3}" for step, count in host.clicks.items()), sep="\n")
    print(f"{'all':24} {host.clicks.total():3}")
    assert host.clicks.total() <= MOST
    host.page.context.close()
