"""A market in which an investor talked with many startups, and each pair went on differently.

Everything is done by the services that people use. `FATES` says what became of each startup's pair with the
investor `partner`; the names are those of the actors too.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import time, timedelta
from functools import cached_property
from typing import Any

from django.db import transaction
from django.test import Client
from django.utils import timezone

from matchmaker.choices import MessageState, OverrideKind, ReportReason, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.decks.services import reading
from matchmaker.deals.evidence import services as evidence
from matchmaker.deals.fair_dealing import services as fair
from matchmaker.deals.hours import services as hours
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.meetings import services as meetings
from matchmaker.deals.outcomes.services import introductions as outcomes
from matchmaker.deals.stages import services as stages
from matchmaker.desk.today import services as desk
from matchmaker.events.programmes.services import cohort as cohort_services
from matchmaker.events.programmes.services import people
from matchmaker.models.conversation import Message
from matchmaker.models.introduction import Introduction
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.pilot import Pilot, PilotApplicationState, PilotState
from matchmaker.models.programmes import (
    PersonCard,
    ProgrammeFile,
    ProgrammeHost,
    ProgrammeInvitation,
    ProgrammeOutcome,
    ProgrammeProposal,
    ProgrammeReviewer,
    ProgrammeSession,
)
from matchmaker.models.programmes.programme import ProgrammeKind, ProgrammeState
from matchmaker.models.ranking import RankingJob, RankingRun
from matchmaker.models.report import ReportRun
from matchmaker.models.saved_view import SavedView
from matchmaker.portal.own_data.services import erase_company
from profiles.choices import EvidenceClaim, FileState, PictureState, Role, Status
from profiles.curation.reviews import services as curation
from profiles.models import CheckedFile, Deal, Invitation, Membership, Notice, OutboxMail, Startup, User
from profiles.people.accounts.services import teams
from tests import factories
from tests.matchmaker.deals.decks.decked import let_in, make_deck
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_mission
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot
from tests.matchmaker.events.programmes.programmed import make_application as ask_to_take_part
from tests.matchmaker.events.programmes.programmed import make_programme
from tests.profiles.companies.pictures.pictured import make_picture

REVIEWER = "unchecked@example.com"
FATES = (
    "talks",  # both said yes
    "asked",  # the startup asked, no one answered
    "stranger",  # nothing was said
    "withdrew",  # the startup took its yes back
    "blocked",  # the investor blocked it
    "stale",  # it is off the lists until it confirms its profile
    "hidden",  # a curator keeps the two apart
    "suspended",  # a curator suspended it
    "gone",  # it took its yes back, and then agrees to matching no more
    "deleted",  # it deleted its company
)
SILENT = ("asked", "stranger")


@dataclass(frozen=True)
class Actor:
    """Someone who looks: `company` is None for who belongs to none (any more)."""

    name: str
    user: User | None
    company: Any = None


@dataclass
class World:
    """The companies, the people, and whatever they may ask for."""

    at: Any = field(default_factory=timezone.now)
    clients: dict[str, Client] = field(default_factory=dict)

    def __post_init__(self) -> None:
        make = factories
        self.curator = make.make_user("curator@example.com", Role.CURATOR)
        self.investor = make.make_investor("Pearl River Capital", capacity=50)
        self.other = make.make_investor("Ravi Capital", capacity=50)
        self.unchecked = make.make_investor("Unknown Ventures", status=Status.SUBMITTED)
        self.partner = make.make_partner("partner@example.com", self.investor)
        self.other_partner = make.make_partner("other@example.com", self.other)
        self.unclaimed = make.make_startup("Imported", is_unclaimed=True)
        self.startups = {fate: make.make_startup(f"Startup {fate}") for fate in FATES}
        self.founders = {
            fate: make.make_founder(f"{fate}@example.com", one) for fate, one in self.startups.items()
        }
        for fate in FATES:
            if fate != "stranger":
                self.ask(fate, self.investor)
            if fate not in SILENT:
                self.talk(fate, self.investor, self.partner)
        self.ask("talks", self.other)
        self.talk("talks", self.other, self.other_partner)
        self.add_pilots()
        self.add_programmes()
        self.add_missions()
        self.add_own_rows()
        self.add_desk()
        self.add_decks()
        self.left = self.former("left@example.com", self.startups["talks"])
        self.moved = self.former("moved@example.com", self.investor)
        Membership.objects.create(user=self.moved, investor=self.other)
        self.end()

    # --- What was said ---

    def ask(self, fate: str, investor: Any) -> None:
        said: dict[str, Any] = {"by": self.founders[fate], "at": self.at}
        decisions.express_interest(self.startups[fate], investor, side=Side.STARTUP, **said)

    def talk(self, fate: str, investor: Any, partner: User) -> None:
        """Let both say yes, write with a file, propose a time, and write down their terms."""
        startup, at = self.startups[fate], self.at
        ours: dict[str, Any] = {"side": Side.STARTUP, "by": self.founders[fate], "at": at}
        theirs: dict[str, Any] = {"side": Side.INVESTOR, "by": partner, "at": at}
        introduction = decisions.express_interest(startup, investor, **theirs)
        for said in (ours, theirs):
            message = conversations.send_message(introduction, text="Shall we talk?", **said)
            if message.state == MessageState.WAITING:
                conversations.deliver_first(message, by=self.curator, at=at)
            terms = {"exclusivity_territory": f"Terms of {said['side']} of {fate}"}
            written = fair.write_terms(startup, investor, values=terms, **said)
            fair.open_terms(startup, investor, version=written.version, **said)
        for said in (ours, theirs):
            own = startup if said["side"] == Side.STARTUP else investor
            shown = own.evidences.first() or factories.make_evidence(own)
            evidence.grant(shown, introduction, **said)
            evidence.endorse(introduction, claim=EvidenceClaim.LICENCE, **said)
        kept = {"state": FileState.READY, "kind": "pdf", "name": "a.pdf", "size": 3, "content": "a.pdf"}
        file = CheckedFile.objects.create(startup=startup, by=ours["by"], at=at, checked_at=at, **kept)
        Message.objects.filter(introduction=introduction, side=Side.STARTUP).update(file=file)
        meetings.propose(introduction, times=[at + timedelta(days=3)], minutes=30, **ours)
        stage = {"kind": "terms", "since_on": at.date(), "next_step": f"Stage of {fate}", "doer": "both"}
        stages.propose(introduction, values={**stage, "due_on": at.date() + timedelta(days=9)}, **ours)
        self.record_outcomes(introduction, ours, theirs)

    def record_outcomes(self, introduction: Introduction, ours: Any, theirs: Any) -> None:
        """Record an outcome that waits for the investor, and one that it disputes."""
        said = {"happened_on": self.at.date(), "words": "Forty meters"}
        outcomes.record_outcome(introduction, values={**said, "kind": "pilot"}, **ours)
        memorandum = outcomes.record_outcome(introduction, values={**said, "kind": "memorandum"}, **ours)
        outcomes.answer_outcome(memorandum, objection="Four meters", **theirs)

    def add_pilots(self) -> None:
        """Host a pilot in each state; everyone applied for the open one before it was decided about."""
        states = PilotState.values
        self.pilots = {
            state: make_pilot(self.investor, by=self.partner, state=state, slots=20) for state in states
        }
        self.pilots["ours"] = make_pilot(self.startups["talks"], by=self.founders["talks"])
        make_application(self.pilots["ours"], self.other, by=self.other_partner)
        for fate in FATES:
            given = (
                PilotApplicationState.WITHDRAWN
                if fate in ("withdrew", "gone")
                else PilotApplicationState.APPLIED
            )
            if fate == "talks":
                given = PilotApplicationState.ACCEPTED
            for state in (PilotState.OPEN, PilotState.DRAFT, PilotState.RUNNING):
                by = self.founders[fate]
                make_application(self.pilots[state], self.startups[fate], by=by, state=given)

    def add_programmes(self) -> None:
        """Organise a programme in three states; all apply for the open one, which someone else reviews."""
        states = (ProgrammeState.DRAFT, ProgrammeState.REVIEW, ProgrammeState.OPEN)
        self.programmes = {
            str(state): make_programme(self.investor, by=self.partner, state=state, place_count=20)
            for state in states
        }
        asked = self.programmes[ProgrammeState.OPEN]
        ask_to_take_part(asked, self.other, by=self.other_partner)
        for fate in FATES:
            ask_to_take_part(asked, self.startups[fate], by=self.founders[fate])
        call = make_programme(self.investor, by=self.partner, kind=ProgrammeKind.RESEARCH)
        self.programmes["call"] = call
        ProgrammeProposal.objects.create(
            application=ask_to_take_part(call, self.startups["talks"], by=self.founders["talks"]),
            email=self.other_partner.email,
            institution="Lahore Lab",
            other_institution="Hangzhou Lab",
        )
        self.add_parts_of_programmes(asked)
        ProgrammeSession.objects.create(
            programme=asked, title="Opening", starts_at=asked.starts_at, ends_at=asked.ends_at
        )
        # Someone who has applied for neither.
        ProgrammeReviewer.objects.create(programme=asked, email=REVIEWER, declared_at=self.at)
        self.add_cohort()

    def add_cohort(self) -> None:
        """Run a public hackathon without a mission: companies and a person take part, in teams and alone."""
        running = ProgrammeState.RUNNING
        cohort = make_programme(self.investor, by=self.partner, state=running, place_count=20)
        self.programmes["cohort"] = cohort
        rows = {
            fate: ask_to_take_part(cohort, self.startups[fate], by=self.founders[fate], state="accepted")
            for fate in ("talks", "blocked", "suspended", "deleted")
        }
        rows["other"] = ask_to_take_part(cohort, self.other, by=self.other_partner, state="accepted")
        self.guest = self.founders["stranger"]
        PersonCard.objects.create(user=self.guest, headline="Maps", languages=["en"], audience="participants")
        rows["guest"] = ask_to_take_part(cohort, self.guest, by=self.guest, state="accepted")
        said: dict[str, Any] = {"at": self.at}
        for lead, guest in (("talks", "guest"), ("other", "blocked")):
            values = {"name": f"Team of {lead}", "about": "Sensors", "place_count": 3}
            team = people.found_team(rows[lead], values=values, by=rows[lead].by, **said)
            people.invite(team, rows[guest], lead=rows[lead], by=rows[lead].by, **said)
        ProgrammeSession.objects.create(
            programme=cohort, title="Demo", starts_at=self.at, ends_at=self.at + timedelta(hours=2)
        )
        ProgrammeReviewer.objects.create(programme=cohort, email=REVIEWER, declared_at=self.at)
        said["by"] = self.partner
        cohort_services.announce(cohort, text="The bus leaves at eight", **said)

    def add_parts_of_programmes(self, asked: Any) -> None:
        """Add a request to co-organise, a checked file, and an outcome of a programme that is over."""
        ProgrammeHost.objects.create(programme=asked, email=self.founders["talks"].email)
        ProgrammeInvitation.objects.create(programme=asked, kind="startup", places=3, by=self.partner)
        kept = {"kind": "pdf", "name": "plan.pdf", "size": 3, "state": FileState.READY}
        file = CheckedFile.objects.create(
            investor=self.investor, content="files/x", by=self.partner, at=self.at, checked_at=self.at, **kept
        )
        ProgrammeFile.objects.create(programme=asked, file=file)
        over = make_programme(self.investor, by=self.partner, state=ProgrammeState.FINISHED)
        talks = self.startups["talks"]
        took_part = ask_to_take_part(over, talks, by=self.founders["talks"], state="accepted")
        said = {"kind": "paper", "state": "recorded", "happened_on": self.at.date(), "words": "A paper"}
        ProgrammeOutcome.objects.create(programme=over, application=took_part, **said)
        said |= {"state": "disputed", "objection": "Not yet", "answered_at": self.at}
        ProgrammeOutcome.objects.create(programme=over, application=took_part, **said)

    def add_missions(self) -> None:
        """Organise two missions, one with a schedule; one startup and one other investor come to both."""
        states = (MissionState.WISHES, MissionState.PUBLISHED)
        self.missions = [make_mission(self.investor, by=self.partner, state=state) for state in states]
        for mission in self.missions:
            mission.plans.create(by=self.partner, state="done")
            mission.plans.create(by=self.partner, state="done", mends=True)
            pair = [
                make_delegation(mission, each, by=self.partner)
                for each in (self.startups["talks"], self.other)
            ]
            make_meeting(mission, *pair)

    def add_own_rows(self) -> None:
        for company in (*self.startups.values(), self.investor, self.other, self.unchecked):
            side = {str(company.side): company}
            user = factories.make_user(f"member-{company.public_id}@example.com", company.side)
            Membership.objects.create(user=user, **side)
            until = self.at + timedelta(days=9)
            address = f"new-{company.public_id}@example.com"
            for state in (PictureState.SHOWN, PictureState.WAITING):
                make_picture(company, user, state=state)
            Invitation.objects.create(email=address, invited_by=user, expires_at=until, **side)
            if company.side == Side.INVESTOR:
                factories.make_thesis(company, "Another thesis")
                Deal.objects.create(investor=company, startup_name="Somebody", closed_on=self.at.date())
        values = {"time_zone": "Asia/Karachi", "minutes": 30, "notice_hours": 24, "weeks": 2}
        for user in (self.founders["talks"], self.partner):
            own: dict[str, Any] = {"values": values, "days": {0: (time(9), time(17))}, "days_off": []}
            hours.publish(Membership.objects.get(user=user), **own, by=user, at=self.at)
        for user in User.objects.exclude(email__startswith="member-").order_by("pk"):
            Notice.objects.get_or_create(user=user, kind="profile_approved", key=f"k{user.pk}", path="/home/")

    def add_desk(self) -> None:
        """Give curators something of each queue."""
        startup = self.startups["talks"]
        talk = Introduction.objects.get(startup=startup, investor=self.investor)
        message = Message.objects.filter(introduction=talk, side=Side.STARTUP).first()
        assert message
        said: dict[str, Any] = {"side": Side.INVESTOR, "by": self.partner, "at": self.at}
        self.report = conversations.report_message(message, reason=ReportReason.SPAM, word="", **said)
        self.run = RankingRun.objects.create(reason="Asked")
        ReportRun.objects.create()
        for user in (self.curator, factories.make_user("curator2@example.com", Role.CURATOR)):
            SavedView.objects.create(user=user, name="Mine", query="side=startup")
        RankingJob.objects.get_or_create(side=Side.STARTUP, profile_id=startup.pk)
        OutboxMail.objects.filter(pk=OutboxMail.objects.order_by("pk")[:1].get().pk).update(parked_at=self.at)

    def add_decks(self) -> None:
        """Give every startup a deck for approved members, which the investor's person has begun to read."""
        for fate in FATES:
            startup, until = self.startups[fate], self.at + timedelta(days=9)
            startup.visibility = {"deck": "matched"}
            startup.save(update_fields=["visibility"])
            deck = make_deck(startup, self.founders[fate], may_download=True)
            let_in(startup, self.investor, until=until)
            for number in (0, 1):
                reading.open_page(deck.current, startup, self.investor, number, by=self.partner, at=self.at)

    def former(self, email: str, company: Any) -> User:
        """Return who was in a team, and left it."""
        user = factories.make_user(email, company.side)
        side = {str(company.side): company}
        teams.leave(Membership.objects.create(user=user, **side), at=self.at)
        return user

    def end(self) -> None:
        """Let happen to each pair what its name says."""
        pair = {fate: (startup, self.investor) for fate, startup in self.startups.items()}
        for fate in ("withdrew", "gone"):
            said: dict[str, Any] = {"side": Side.STARTUP, "by": self.founders[fate], "at": self.at}
            decisions.withdraw_interest(*pair[fate], **said)
        theirs: dict[str, Any] = {"side": Side.INVESTOR, "by": self.partner, "at": self.at}
        conversations.block_company(*pair["blocked"], **theirs)
        hide: dict[str, Any] = {"kind": OverrideKind.HIDE, "note": "They compete", "expires_on": None}
        desk.curator_override(*pair["hidden"], **hide, by=self.curator, at=self.at)
        keys = {fate: startup.pk for fate, startup in self.startups.items()}
        Startup.objects.filter(pk=keys["stale"]).update(stale_at=self.at)
        curation.suspend(self.startups["suspended"], message="Unclear", by=self.curator, at=self.at)
        Startup.objects.filter(pk=keys["gone"]).update(matching_consent=False)
        erase_company(self.startups["deleted"], by=self.founders["deleted"], at=self.at)
        self.startups["deleted"].pk = keys["deleted"]

    # --- Who looks ---

    @cached_property
    def actors(self) -> list[Actor]:
        companies = {**self.startups, "deleted": None}
        founders = [Actor(fate, self.founders[fate], companies[fate]) for fate in FATES]
        operator = factories.make_user("operator@example.com", is_staff=True, is_superuser=True)
        newcomer = factories.make_partner(REVIEWER, self.unchecked)
        return [
            *founders,
            Actor("visitor", None),
            Actor("left", self.left),
            Actor("moved", self.moved, self.other),
            Actor("partner", self.partner, self.investor),
            Actor("other", self.other_partner, self.other),
            Actor("unchecked", newcomer, self.unchecked),
            Actor("curator", self.curator),
            Actor("operator", operator),
        ]

    @property
    def companies(self) -> list[Any]:
        return [*self.startups.values(), self.investor, self.other, self.unchecked]

    def fate(self, one: Any, another: Any) -> str:
        """Return what became of two companies of the two sides; "nobody" where they are not such a pair."""
        sides = {company.side: company for company in (one, another) if company}
        if len(sides) < 2 or self.unchecked in sides.values():
            return "nobody"
        fates = {each: fate for fate, each in self.startups.items() if fate != "deleted"}
        startup = fates.get(sides[Side.STARTUP], "deleted")  # others still have its record, without its name
        if sides[Side.INVESTOR] == self.investor or startup in ("suspended", "gone"):
            return startup
        if startup == "talks":
            return "talks"
        return "nobody" if startup in ("stale", "deleted") else "stranger"

    def hosted(self, pilot: Pilot) -> Any:
        return self.startups["talks"] if pilot == self.pilots["ours"] else self.investor

    @contextmanager
    def undone(self, actor: Actor) -> Iterator[Client]:
        """Give the actor's browser; what is done with it is undone after."""
        if actor.name not in self.clients:
            quiet = {"raise_request_exception": False}
            self.clients[actor.name] = (
                factories.signed_in(actor.user, **quiet) if actor.user else Client(**quiet)
            )
        client = self.clients[actor.name]
        cookies = deepcopy(client.cookies)
        with transaction.atomic():
            yield client
            transaction.set_rollback(True)
        client.cookies = cookies
