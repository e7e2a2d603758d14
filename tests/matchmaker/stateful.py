"""A record of every table of states in every state, and the people who may act on it or may not."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import AGREED_STATES, Meeting, MeetingState
from matchmaker.models.meeting import DONE as MEETING_DONE
from matchmaker.models.missions import Mission, MissionMeeting
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.missions.plan import MeetingState as MissionMeetingState
from matchmaker.models.outcome import IntroductionOutcome, OutcomeState
from matchmaker.models.pilot import Pilot, PilotApplication, PilotState
from matchmaker.models.pilot import PilotApplicationState as PilotApplicationState
from matchmaker.models.programmes import Programme, ProgrammeApplication, ProgrammeOutcome
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeState
from matchmaker.models.stage import DECIDED, IntroductionStage, StageState
from profiles.choices import Role
from profiles.models import Membership, User
from tests import factories
from tests.matchmaker.events.missions.missioned import make_delegation, make_meeting, make_mission
from tests.matchmaker.events.pilots import piloted
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.matchmaker.introduced import make_introduction

NOW = timezone.now()
LATER = NOW + timedelta(hours=1)


class Cast:
    """A startup asks, proposes and hosts pilots; an investor answers and applies; a third hosts programmes.

    `people` are by name who may act in some table; `outsiders` may act in none. None is time.
    """

    def __init__(self) -> None:
        self.startup, self.investor = factories.make_startup(), factories.make_investor()
        self.host, self.cohost = (factories.make_investor(f"{name} Fund") for name in ("Host", "Second"))
        self.by = factories.make_founder("startup@example.com", self.startup)
        self.people: dict[str, User | None] = {
            "startup": self.by,
            "investor": factories.make_partner("investor@example.com", self.investor),
            "host": factories.make_partner("host@example.com", self.host),
            "cohost": factories.make_partner("cohost@example.com", self.cohost),
            "person": factories.make_founder("person@example.com", None),
            "curator": factories.make_user("curator@example.com", Role.CURATOR),
            "time": None,
        }

    @cached_property
    def outsiders(self) -> dict[str, User]:
        found = {
            "asked to host only": factories.make_partner(
                "asked@example.com", factories.make_investor("Third")
            ),
            "observer": factories.make_user("observer@example.com", Role.OBSERVER),
            "no curator any more": self._demoted(),
            **self._rivals("unrelated"),
            **self._rivals("blocked"),
        }
        self._block(found["blocked startup"], found["blocked investor"])
        for company in (self.startup, self.investor, self.host):
            name = company.name_en.lower().replace(" ", ".")
            found[f"left {name}"] = self._left(company, f"left.{name}@example.com")
            found[f"closed {name}"] = self._colleague(company, f"closed.{name}@example.com", is_active=False)
        return found

    def _rivals(self, word: str) -> dict[str, User]:
        return {
            f"{word} startup": factories.make_founder(
                f"{word}.startup@example.com", factories.make_startup(f"{word} startup")
            ),
            f"{word} investor": factories.make_partner(
                f"{word}.investor@example.com", factories.make_investor(f"{word} investor")
            ),
        }

    def _demoted(self) -> User:
        """The object in hand says curator, the database does not."""
        user = factories.make_user("demoted@example.com", Role.CURATOR)
        User.objects.filter(pk=user.pk).update(role=Role.OBSERVER)
        return user

    def _colleague(self, company: Any, email: str, **fields: Any) -> User:
        make = factories.make_founder if company.side == Side.STARTUP else factories.make_partner
        return make(email, company, **fields)

    def _left(self, company: Any, email: str) -> User:
        """The object in hand still knows the company that the person has left."""
        user = self._colleague(company, email)
        assert user.membership.company == company
        Membership.objects.filter(user=user).delete()
        return user

    def _block(self, startup: User, investor: User) -> None:
        rows = [(startup.membership.startup, each) for each in (self.investor, self.host)]
        rows.append((self.startup, investor.membership.investor))
        for one, other in rows:
            for side in Side:
                CompanyBlock.objects.create(startup=one, investor=other, side=side, by=self.by, at=NOW)

    def introduction(self, state):
        return make_introduction(self.startup, self.investor, by=self.by, state=state)

    def mutual(self):
        mutual, _made = Introduction.objects.get_or_create(
            startup=self.startup,
            investor=self.investor,
            state=IntroductionState.MUTUAL,
            defaults={"asked_by": Side.STARTUP, "by": self.by, "delivered_at": NOW, "answered_at": NOW},
        )
        return mutual

    def meeting(self, state):
        has_time = state in (*AGREED_STATES, MeetingState.OVER)
        return Meeting.objects.create(
            introduction=self.mutual(),
            state=state,
            proposed_by=Side.STARTUP,
            starts_at=NOW if has_time else None,
            ends_at=LATER if has_time else None,
            ended_at=NOW if state in MEETING_DONE else None,
        )

    def stage(self, state):
        return IntroductionStage.objects.create(
            introduction=self.mutual(),
            kind="sample",
            state=state,
            proposed_by=Side.STARTUP,
            since_on=NOW.date(),
            doer=Side.STARTUP,
            next_step="Send it",
            due_on=NOW.date(),
            decided_at=NOW if state in DECIDED else None,
        )

    def pilot(self, state):
        return piloted.make_pilot(self.startup, by=self.by, state=state)

    def pilot_application(self, state):
        pilot = self.pilot(PilotState.OPEN)
        return piloted.make_application(pilot, self.investor, by=self.by, state=state)

    def programme(self, state=ProgrammeState.OPEN):
        made = make_programme(self.host, by=self.people["host"], state=state)
        self.invite(made)
        return made

    def invite(self, programme):
        programme.hosts.create(email="cohost@example.com", investor=self.cohost, accepted_at=NOW)
        programme.hosts.create(email="asked@example.com")

    def curators_programme(self, state):
        return make_programme(None, by=self.people["curator"], state=state)

    def application(self, state):
        return make_application(self.programme(), self.investor, by=self.people["investor"], state=state)

    def persons_application(self, state):
        return make_application(
            self.programme(), self.people["person"], by=self.people["person"], state=state
        )

    def outcome(self, state, *, by_other=False):
        programme = self.programme(ProgrammeState.FINISHED)
        application = make_application(
            programme, self.investor, by=self.people["investor"], state=ProgrammeApplicationState.ACCEPTED
        )
        is_answered = state in (OutcomeState.CONFIRMED, OutcomeState.DISPUTED)
        return ProgrammeOutcome.objects.create(
            programme=programme,
            application=application,
            by_other=by_other,
            kind="paper",
            state=state,
            happened_on=NOW.date(),
            words="A paper",
            objection="No" if state == OutcomeState.DISPUTED else "",
            answered_at=NOW if is_answered else None,
        )

    def outcome_of_two(self, state):
        is_answered = state in (OutcomeState.CONFIRMED, OutcomeState.DISPUTED)
        return IntroductionOutcome.objects.create(
            introduction=self.mutual(),
            recorded_by=Side.STARTUP,
            kind="pilot",
            state=state,
            happened_on=NOW.date(),
            words="A pilot",
            objection="No" if state == OutcomeState.DISPUTED else "",
            answered_at=NOW if is_answered else None,
        )

    def organisers_outcome(self, state):
        return self.outcome(state, by_other=True)

    def mission(self, state):
        made = make_mission(self.host, by=self.people["host"], state=state)
        self.invite(made.programme)
        return made

    def mission_meeting(self, state):
        mission = self.mission(MissionState.PUBLISHED)
        both = (make_delegation(mission, each, by=self.by) for each in (self.startup, self.investor))
        return make_meeting(mission, *both, state=state)


@dataclass(frozen=True)
class Table:
    """One table, how to make a record in a state, and who is each of its movers."""

    model: type[models.Model]
    states: type[models.TextChoices]
    make: Callable[[Cast, Any], Any]
    movers: dict[str, set[str]]

    @property
    def lines(self) -> tuple[Any, ...]:
        return tuple(self.model.transitions.values())


EITHER, TIME = {"either": {"startup", "investor"}}, {"time": {"time"}}
ORGANISERS = {"host": {"host", "cohost"}}
OUTCOME = {"recorder": {"investor"}, "other": {"host"}}
TABLES = {
    "introduction": Table(
        Introduction,
        IntroductionState,
        Cast.introduction,
        {**EITHER, **TIME, "asker": {"startup"}, "asked": {"investor"}},
    ),
    "meeting": Table(Meeting, MeetingState, Cast.meeting, {**EITHER, **TIME, "other": {"investor"}}),
    "stage": Table(
        IntroductionStage,
        StageState,
        Cast.stage,
        {**EITHER, **TIME, "other": {"investor"}, "proposer": {"startup"}, "doer": {"startup"}},
    ),
    "pilot": Table(Pilot, PilotState, Cast.pilot, {"host": {"startup"}, "curator": {"curator"}}),
    "pilot application": Table(
        PilotApplication,
        PilotApplicationState,
        Cast.pilot_application,
        {"host": {"startup"}, "applicant": {"investor"}},
    ),
    "programme": Table(
        Programme, ProgrammeState, Cast.programme, {**TIME, "host": {"host"}, "curator": {"curator"}}
    ),
    "programme of curators": Table(
        Programme,
        ProgrammeState,
        Cast.curators_programme,
        {**TIME, "host": {"curator"}, "curator": {"curator"}},
    ),
    "application": Table(
        ProgrammeApplication,
        ProgrammeApplicationState,
        Cast.application,
        {**TIME, **ORGANISERS, "applicant": {"investor"}},
    ),
    "application of a person": Table(
        ProgrammeApplication,
        ProgrammeApplicationState,
        Cast.persons_application,
        {**TIME, **ORGANISERS, "applicant": {"person"}},
    ),
    "outcome": Table(ProgrammeOutcome, OutcomeState, Cast.outcome, OUTCOME),
    "outcome of the organiser": Table(
        ProgrammeOutcome, OutcomeState, Cast.organisers_outcome, {"recorder": {"host"}, "other": {"investor"}}
    ),
    "outcome of an introduction": Table(
        IntroductionOutcome,
        OutcomeState,
        Cast.outcome_of_two,
        {"recorder": {"startup"}, "other": {"investor"}},
    ),
    "mission": Table(Mission, MissionState, Cast.mission, {**TIME, **ORGANISERS}),
    "mission meeting": Table(
        MissionMeeting,
        MissionMeetingState,
        Cast.mission_meeting,
        {**TIME, **EITHER, **ORGANISERS, "anyone": {"startup", "investor", "host", "cohost"}},
    ),
}
