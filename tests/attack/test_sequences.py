"""One malicious party acts as it likes, as often as it likes: no one else's room, record or order suffers.

Hypothesis draws the acts and shrinks what breaks a rule to the shortest sequence. What others did before, and
what they answer now and then, is part of the market.
"""

from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from matchmaker.deals.meetings.selectors import newest_meeting
from matchmaker.matching.pairs.selectors.pair import replies_of
from matchmaker.matching.ranking.services.market_state import memory
from matchmaker.models.introduction import OPEN, PENDING, Introduction, IntroductionState
from matchmaker.models.missions.plan import MeetingState
from matchmaker.models.pilot import PilotApplicationState, PilotState
from matchmaker.models.programmes.programme import ProgrammeState
from profiles.catalogue.visibility.fields import CONSENT_GROUPS
from profiles.choices import Purpose
from profiles.models import LimitBucket, OutboxMail, User
from profiles.platform.limits.services import LIMITS, Kind
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.kinds import MAIL_LIMIT
from tests import factories
from tests.attack.pages import form_of
from tests.attack.test_left_out import EVERYTHING, fill
from tests.consented import leave_out
from tests.house.market import Market
from tests.matchmaker import ranked
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.missions.missioned import make_meeting
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot
from tests.matchmaker.events.programmes.programmed import make_application as take_part
from tests.matchmaker.events.programmes.programmed import make_programme
from tests.matchmaker.events.programmes.test_outcomes import saying

pytestmark = [pytest.mark.attack, pytest.mark.django_db]

MOST_MAILS = LIMITS[MAIL_LIMIT][Kind.READER].capacity  # of all capabilities, until limits fill
MOST_INVITED = 40  # mails to people who never joined
MONTHS = timedelta(days=60)
# What someone posts about the other company: the address, and what its form says.
ABOUT: tuple[tuple[str, dict[str, str]], ...] = (
    ("introduction_ask", {"why": "w", "purpose": "p", "next_step": "n"}),
    ("match_interest", {"wanted": "1"}),
    ("match_interest", {"wanted": "0"}),
    ("introduction_later", {"line": "Later"}),
    ("shortlist_toggle", {"wanted": "1"}),
    ("shortlist_toggle", {"wanted": "0"}),
    ("shortlist_note", {"note": "A note"}),
    ("match_pass", {"reason": "team"}),
    ("match_unpass", {}),
    ("conversation", {"text": "Hello"}),
    ("conversation_block", {"wanted": "1"}),
    ("conversation_block", {"wanted": "0"}),
    ("disclosure_ask", {}),
    ("fair_terms_open", {}),
    ("meeting_cancel", {}),
    ("meeting_keep", {}),
    ("meeting_reply", {"answer": "again"}),
    ("meeting_address", {"call_address": "https://calls.example/1"}),
    ("meeting_address", {"call_address": "https://calls.example/2"}),
)
# What undoes what: to and fro is how room, mails and records are worn out.
TO_AND_FRO = (
    *((ABOUT[0], ABOUT[2]), (ABOUT[1], ABOUT[2])),  # ask and withdraw
    *((ABOUT[7], ABOUT[8]), (ABOUT[10], ABOUT[11])),  # pass, block, and undo it
    (ABOUT[-2], ABOUT[-1]),  # one address of the call, and another
)
# What it does about itself, and about pilots.
ALONE: tuple[tuple[str, dict[str, str]], ...] = (
    ("introductions_pause", {"wanted": "1"}),
    ("introductions_pause", {"wanted": "0"}),
    ("team_invite", {"email": "first@stranger.example"}),
    ("team_invite", {"email": "second@stranger.example"}),
    ("team_leave", {}),
)
OF_PILOTS = (
    ("theirs", "pilot_apply", {"words": "We have sensors."}),
    ("theirs", "pilot_seat", {"act": "withdraw"}),
    ("running", "pilot_seat", {"act": "name"}),
    ("running", "pilot_seat", {"act": "unname"}),
    ("running", "pilot_seat", {"act": "confirm"}),
    ("ours", "pilot_move", {"act": "start"}),
    ("ours", "pilot_move", {"act": "cancel"}),
    ("ours", "pilot_open", {"parts": "size"}),
)
# What it does at a meeting of a mission, as its page asks; 5 is the slot that it asks for.
ON_THE_DAY = (
    {"act": "late", "minutes": "5"},
    {"act": "late", "minutes": "0"},
    {"act": "ask", "slot": 5},
    {"act": "keep"},
    {"act": "agree"},
    {"act": "go_on"},
    {"act": "decline"},
)
CHANGES = {
    "founder": (("/startup/basics/", "place", "PK-SD"), ("/startup/basics/", "name_en", "Indus Growth")),
    "partner": (("/investor/profile/", "place", "PK-PB"), ("/investor/profile/", "name_en", "Pearl Capital")),
}


class Field:
    """The market, ranked once: who acts, whom it is about, and what the others had before."""

    def __init__(self, actor: str) -> None:
        self.market, self.actor = Market(), actor
        self.market.investor.capacity = 4
        self.market.investor.save()
        self.user: Any = self.market.people[actor]
        self.target: Any = self.market.people["partner" if actor == "founder" else "founder"]
        self.own, self.other = self.user.membership.company, self.target.membership.company
        self.pilots = pilots_of(self)
        self.add_programmes()
        fill(self.market)
        owner = self.market.people["founder"]
        assert owner
        leave_out(self.market.startup, CONSENT_GROUPS["startup"], [Purpose.CROSS_BORDER], by=owner)
        self.honest = [factories.make_startup(f"Honest {number}") for number in range(2)]
        self.asker = factories.make_founder("honest@example.com", self.honest[0])
        ranked.rank_whole()

    def add_programmes(self) -> None:
        """Let both come to a mission of today, and the other one take part in programmes of who acts."""
        self.day, sides = DayOf(), sorted((self.own, self.other), key=lambda each: each.side, reverse=True)
        pair = [self.day.delegation(each) for each in sides]
        self.meeting = make_meeting(self.day.mission, *pair, slot=3, state=MeetingState.CONFIRMED)
        self.programmes = {
            state: make_programme(self.own, by=self.user, state=state, place_count=20)
            for state in (ProgrammeState.OPEN, ProgrammeState.RUNNING, ProgrammeState.FINISHED)
        }
        self.parts = {
            state: take_part(each, self.other, by=self.target, state="accepted")
            for state, each in self.programmes.items()
            if state != ProgrammeState.OPEN
        }

    def mails_to(self, *people: User) -> int:
        return OutboxMail.objects.filter(recipient__in=[user.email for user in people]).count()

    def others_in_order(self) -> list[int]:
        """Return the other side's list without who acts."""
        return [pk for pk in ranked.on_list(self.other.side, self.other) if pk != self.own.pk]


def pilots_of(field: Field) -> dict[str, Any]:
    """Let both host a pilot for which the other may apply, and one in which who acts has a seat."""
    running = make_pilot(field.other, by=field.target, state=PilotState.RUNNING)
    make_application(running, field.own, by=field.user, state=PilotApplicationState.ACCEPTED)
    ours, theirs = make_pilot(field.own, by=field.user), make_pilot(field.other, by=field.target)
    return {"ours": ours, "theirs": theirs, "running": running}


class Party(RuleBasedStateMachine):
    """The acts of one party, each undone with the sequence."""

    field: Field
    tally: Any

    def __init__(self) -> None:
        super().__init__()
        self.stack = ExitStack()
        self.stack.enter_context(transaction.atomic())
        self.client, self.their_client = (self.browser(user) for user in (self.field.user, self.field.target))
        self.rests, self.brought = 1, 0

    def teardown(self) -> None:
        try:
            self.honest_requests_arrive()
            self.the_others_stay_in_order()
            self.nothing_withheld_is_read()
        finally:
            transaction.set_rollback(True)
            self.stack.close()
            memory.clear()

    def browser(self, user: User) -> Client:
        client = Client(raise_request_exception=False)
        client.force_login(user)
        return client

    def post(self, client: Client, name: str, data: Any, *args: Any) -> None:
        before = self.field.mails_to(self.field.target)
        answer = client.post(reverse(name, args=args), data)
        if client is self.client:
            self.brought += self.field.mails_to(self.field.target) - before
        self.tally.check(answer.status_code < 500, f"{name} {data}: {answer.status_code}")

    @initialize(has_begun=st.booleans())
    def begin(self, has_begun: bool) -> None:
        """Begin with nothing between the two, or with an introduction."""
        if has_begun:
            self.act_about_the_other(ABOUT[0] if self.field.actor == "founder" else ABOUT[1])
            self.they_say_yes()

    # --- What the party does ---

    @rule(act=st.sampled_from(ABOUT))
    def act_about_the_other(self, act: Any) -> None:
        self.post(self.client, *act, self.field.other.public_id)

    @rule(acts=st.sampled_from(TO_AND_FRO), times=st.integers(2, 6))
    def act_to_and_fro(self, acts: Any, times: int) -> None:
        for act in acts * times:
            self.act_about_the_other(act)

    @rule(act=st.sampled_from(ALONE))
    def act_alone(self, act: Any) -> None:
        self.post(self.client, *act)

    @rule(act=st.sampled_from(OF_PILOTS))
    def act_about_pilots(self, act: Any) -> None:
        pilot, name, data = act
        self.post(self.client, name, data, self.field.pilots[pilot].public_id)

    @rule(acts=st.lists(st.sampled_from(ON_THE_DAY), min_size=1, max_size=3), times=st.integers(1, 6))
    def act_on_the_day(self, acts: Any, times: int) -> None:
        for said in acts * times:
            meeting = type(self.field.meeting).objects.get(pk=self.field.meeting.pk)
            slots = self.field.day.mission.slots.all()
            data = {**said, "seen": meeting.version, "slot": slots[said["slot"]].pk if "slot" in said else ""}
            self.post(
                self.client, "mission_day_meeting", data, self.field.day.programme.public_id, meeting.key
            )

    @rule(times=st.integers(1, 6), is_kept=st.booleans())
    def say_what_came_of_a_programme(self, times: int, is_kept: bool) -> None:
        over = self.field.programmes[ProgrammeState.FINISHED]
        said = saying("organiser", self.field.parts[ProgrammeState.FINISHED])
        for _time in range(times):
            self.post(self.client, "programme_outcomes", said, over.public_id)
            made = over.outcomes.order_by("pk").last()
            if made and not is_kept:
                self.post(self.client, "programme_outcome", {"act": "retract"}, over.public_id, made.pk)

    @rule(times=st.integers(1, 6), is_kept=st.booleans())
    def ask_to_co_organise(self, times: int, is_kept: bool) -> None:
        programme = self.field.programmes[ProgrammeState.OPEN]
        for _time in range(times):
            data = {"email": self.field.target.email}
            self.post(self.client, "programme_hosts", data, programme.public_id)
            for host in programme.hosts.filter(accepted_at=None) if not is_kept else ():
                self.post(self.client, "programme_host", {"act": "end"}, programme.public_id, host.pk)

    @rule(times=st.integers(1, 6))
    def announce(self, times: int) -> None:
        running = self.field.programmes[ProgrammeState.RUNNING]
        for _time in range(times):
            data = {"what": "announcement", "text": "The bus leaves at nine."}
            self.post(self.client, "programme_cohort", data, running.public_id)

    @rule()
    def mails_go_out(self) -> None:
        """Let the minute pass for which some mails wait."""
        notifications.count_as_sent([self.field.target.email], before=timezone.now() + timedelta(minutes=2))

    @rule(hours=st.integers(24, 26))
    def propose_times(self, hours: int) -> None:
        time = timezone.now() + timedelta(hours=hours)
        data = {"first": time.strftime("%Y-%m-%dT%H:%M"), "minutes": "30", "call_address": ""}
        self.post(self.client, "meeting", data, self.field.other.public_id)

    @rule(months=st.sampled_from(("3", "6")))
    def write_terms(self, months: str) -> None:
        data = {"exclusivity_months": months}
        self.post(self.client, "fair_terms", data, self.field.other.public_id)

    @rule(number=st.integers(0, 1), is_back=st.booleans())
    def change_the_profile(self, number: int, is_back: bool) -> None:
        path, name, value = CHANGES[self.field.actor][number]
        sent, _names = form_of(self.client, path)
        if sent and not is_back:
            sent[name] = [value]
        answer = self.client.post(path, sent)
        self.tally.check(answer.status_code < 500, f"{path} {name}: {answer.status_code}")

    @rule()
    def rest(self) -> None:
        """Wait until every limit is full again."""
        LimitBucket.objects.all().delete()
        self.rests += 1

    # --- What the other side does now and then ---

    @rule()
    def they_say_yes(self) -> None:
        asked = Introduction.objects.filter(**self.pair, asked_by=self.field.own.side, state__in=OPEN)
        if asked.exclude(state=IntroductionState.QUEUED).exists():
            self.post(self.their_client, "match_interest", {"wanted": "1"}, self.field.own.public_id)

    @rule()
    def they_take_a_time(self) -> None:
        mutual = Introduction.objects.filter(**self.pair, state=IntroductionState.MUTUAL).first()
        found = newest_meeting(mutual) if mutual else None
        if found and (slot := found.slots.first()):
            self.post(self.their_client, "meeting_take", {"slot": slot.pk}, self.field.own.public_id)

    # --- What must hold ---

    @property
    def pair(self) -> dict[str, Any]:
        return {str(company.side): company for company in (self.field.own, self.field.other)}

    @invariant()
    def mails_stay_few(self) -> None:
        most = (MOST_MAILS + 1) * self.rests  # one more is earned back in a long run
        assert self.brought <= most, f"{self.brought} mails to one person"
        strangers = OutboxMail.objects.filter(recipient__endswith="@stranger.example").count()
        assert strangers <= MOST_INVITED * self.rests, f"{strangers} mails to strangers"

    @invariant()
    def the_record_of_the_others_is_their_own(self) -> None:
        """Left alone from now on, the other side has at most the one request unanswered that is open."""
        record = replies_of(self.field.other.side, self.field.other, at=timezone.now() + MONTHS)
        asked = Introduction.objects.filter(**self.pair, asked_by=self.field.own.side, state__in=PENDING)
        assert record.due - record.answered <= self.unanswered + asked.count()

    @property
    def unanswered(self) -> int:
        """Return how many requests of others the market began with."""
        of_others = Introduction.objects.filter(
            **{str(self.field.other.side): self.field.other}, asked_by=self.field.own.side, state__in=PENDING
        )
        return of_others.exclude(**{str(self.field.own.side): self.field.own}).count()

    def honest_requests_arrive(self) -> None:
        """Of four requests a month two are others' and one is the party's, so one more arrives."""
        LimitBucket.objects.all().delete()
        if self.field.actor == "founder":
            honest, target = self.browser(self.field.asker), self.field.other
        else:
            return
        self.post(honest, *ABOUT[0], target.public_id)
        made = Introduction.objects.get(startup=self.field.honest[0], investor=target)
        assert made.state == IntroductionState.ASKED, "who asks honestly waits in the queue"

    def the_others_stay_in_order(self) -> None:
        before = self.field.others_in_order()
        ranked.work()
        assert self.field.others_in_order() == before

    def nothing_withheld_is_read(self) -> None:
        if self.field.actor == "partner":
            page = self.client.get(f"/matches/{self.field.other.public_id}/").content.decode().lower()
            assert not [word for word in EVERYTHING if word in page]


@pytest.mark.parametrize("actor", ["founder", "partner"])
def test_no_party_makes_it_worse_for_others(actor, tally, depth):
    Party.field, Party.tally = Field(actor), tally
    sizes = depth((2, 16), deep=(120, 45))
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Party,
        settings=settings(
            max_examples=sizes[0],
            stateful_step_count=sizes[1],
            database=None,
            derandomize=sizes[0] < 10,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    tally.settle()
