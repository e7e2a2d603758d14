"""Mails wait while the mail server is down. What does not hold any more when it is back is not sent."""

import pytest
from django.conf import settings
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.decks.kinds import DECK_ALLOWED
from matchmaker.deals.digests.kinds import NEW_MATCHES
from matchmaker.deals.meetings.kinds import MEETING_CANCELLED
from matchmaker.events.missions.services import day as day_acts
from matchmaker.events.pilots.services import applications as pilots
from matchmaker.events.programmes.services import cohort, hosts, invitations, outcomes, people
from matchmaker.models.pair_action import CuratorOverride
from profiles.catalogue.consents import services as consents
from profiles.choices import Purpose, Side
from profiles.companies.claims import services as claims
from profiles.companies.evidence import services as evidence
from profiles.curation.reviews import services as reviews
from profiles.models import Evidence, Invitation, Membership, Notice, OutboxMail, Startup, User
from profiles.people.accounts.services import closing, teams
from profiles.people.accounts.services.accounts import PersonalContext, notify_team
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from tests import factories
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.missions.missioned import make_meeting
from tests.matchmaker.events.pilots.piloted import make_pilot
from tests.matchmaker.events.programmes.programmed import make_application, make_programme

pytestmark = [pytest.mark.django_db, pytest.mark.attack]
STRANGER, POSTMASTER = "somebody@stranger.example", "postmaster@indus-grow.example"


class Waiting:
    """One mail of each kind that waits, and what can happen meanwhile."""

    def __init__(self, startup, ayesha, li_wei, sana):
        self.startup, self.ayesha, self.li_wei, self.sana = startup, ayesha, li_wei, sana
        self.fund, self.at = li_wei.membership.investor, timezone.now()
        self.signed = {"by": ayesha, "at": self.at}

    def invited(self):
        teams.invite(self.startup, email=STRANGER, **self.signed)

    def claimed(self):
        company = factories.make_startup("Nobody's Fields", is_unclaimed=True)
        claims.invite(company, email=STRANGER, by=self.sana, at=self.at)

    def proved(self):
        Startup.objects.filter(pk=self.startup.pk).update(website="https://indus-grow.example")
        evidence.mail_domain(self.startup, mailbox="postmaster", **self.signed)

    def told(self):
        path = reverse("deck_read", args=[self.startup.public_id])
        named = {"company": self.startup.name_en}
        notify_team(self.fund, Message(kind=DECK_ALLOWED, path=path, event="1", at=self.at, context=named))

    def cancelled(self):
        path = reverse("meeting", args=[self.startup.public_id])
        message = Message(kind=MEETING_CANCELLED, path=path, event="1", at=self.at)
        notify_team(self.fund, message, personal=lambda _user: PersonalContext(calendar="METHOD:CANCEL"))

    def digested(self):
        link = f"{settings.SITE_URL}{reverse('match', args=[self.startup.public_id])}"
        message = Message(kind=NEW_MATCHES, path="/matches/", event="1", at=self.at, context={"lines": link})
        notify_team(self.fund, message)

    def hosted(self):
        pilot = make_pilot(self.startup, by=self.ayesha)
        pilots.invite(pilot, self.fund, side=Side.STARTUP, **self.signed)

    def helped(self):
        programme = make_programme(self.startup, by=self.ayesha)
        hosts.ask_host(programme, email=self.li_wei.email, **self.signed)

    def applied(self):
        application = make_pilot(self.fund, by=self.li_wei)
        pilots.apply_for_slot(application, self.startup, words="We can help", **self.signed)

    def announced(self):
        programme = make_programme(self.startup, by=self.ayesha)
        make_application(programme, self.fund, by=self.li_wei, state="accepted")
        cohort.announce(programme, text="The bus leaves at nine", **self.signed)

    def offered(self):
        helped = make_programme(None, by=self.sana)
        helped.hosts.create(
            email=self.ayesha.email, user=self.ayesha, startup=self.startup, accepted_at=self.at
        )
        invitations.invite_addresses(helped, [self.li_wei.email], kind="investor", **self.signed)

    def teamed(self):
        programme = make_programme(None, by=self.sana)
        ours, theirs = (
            make_application(programme, each, by=by, state="accepted")
            for each, by in ((self.startup, self.ayesha), (self.fund, self.li_wei))
        )
        team = people.found_team(ours, values={"name": "Canal"}, **self.signed)
        people.invite(team, theirs, lead=ours, **self.signed)

    def late(self):
        day = DayOf()
        pair = day.delegation(self.startup), day.delegation(self.fund)
        meeting = make_meeting(day.mission, *pair, slot=2)
        day_acts.run_late(meeting, side=Side.STARTUP, minutes=10, **self.signed)

    def recorded(self):
        programme = make_programme(None, by=self.sana, state="finished")
        ours, theirs = (
            make_application(programme, each, by=by, state="accepted")
            for each, by in ((self.startup, self.ayesha), (self.fund, self.li_wei))
        )
        values = {"kind": "memorandum", "happened_on": timezone.localdate(), "words": "A draft"}
        outcomes.record_outcome(programme, mine=ours, whom=theirs, values=values, **self.signed)

    def block(self):
        said = {"side": Side.INVESTOR, "by": self.li_wei, "at": timezone.now()}
        conversations.block_company(self.startup, self.fund, **said)

    def be_blocked(self):
        said = {"side": Side.STARTUP, "by": self.ayesha, "at": timezone.now()}
        conversations.block_company(self.startup, self.fund, **said)

    def end_consent(self):
        for act in (consents.give, consents.withdraw):
            act(self.startup, purpose=Purpose.MATCHING, **self.signed)

    def hide_name(self):
        Startup.objects.update(visibility={"name": "mutual"})

    def hide_pair(self):
        said = {"kind": OverrideKind.HIDE, "note": "Canary", "by": self.sana}
        CuratorOverride.objects.create(startup=self.startup, investor=self.fund, **said)

    def withdraw(self):
        teams.withdraw(Invitation.objects.get(), **self.signed)

    def suspend(self):
        reviews.suspend(self.startup, message="Asked to.", by=self.sana, at=self.at)

    def refuse(self):
        claims.refuse(Startup.objects.get(is_unclaimed=True), by=self.sana, at=self.at)

    def remove(self):
        Evidence.objects.all().delete()

    def leave(self):
        owner = factories.make_partner("owner@example.com", self.fund)
        teams.remove(Membership.objects.get(user=self.li_wei), by=owner, at=self.at)

    def close(self):
        closing.close(self.li_wei, reason="Asked to.", by=self.sana, at=self.at)

    def close_inviter(self):
        closing.close(self.ayesha, reason="Asked to.", by=self.sana, at=self.at)
        invited = factories.make_founder(STRANGER, None)
        with pytest.raises(teams.InvitationSpentError):
            teams.accept(Invitation.objects.get(), by=invited, at=self.at)

    def switch_off(self):
        notifications.stop(self.li_wei.mail_switches.get())

    def move(self):
        User.objects.filter(pk=self.li_wei.pk).update(email="new@example.com")

    def forget(self):
        Notice.objects.filter(path__contains=self.startup.public_id).delete()


@pytest.fixture
def waiting(startup, ayesha, li_wei, sana):
    return Waiting(startup, ayesha, li_wei, sana)


STILL_SENT = {("cancelled", each) for each in ("suspend", "block", "end_consent")}
CASES = {
    "invited": ["withdraw", "suspend", "close_inviter"],
    "claimed": ["refuse"],
    "proved": ["remove"],
    "told": [
        *("suspend", "leave", "close", "switch_off", "move", "forget"),
        *("block", "be_blocked", "end_consent", "hide_name", "hide_pair"),
    ],
    "cancelled": ["suspend", "block", "end_consent", "leave", "move"],
    "digested": ["suspend", "block", "end_consent", "hide_pair"],
    "hosted": ["block", "be_blocked", "suspend"],
    "helped": ["block", "be_blocked", "suspend"],
    "applied": ["block", "be_blocked"],
    "announced": ["block"],
    "offered": ["block", "be_blocked"],
    "teamed": ["block", "be_blocked"],
    "late": ["block", "be_blocked"],
    "recorded": ["block", "be_blocked"],
}


@pytest.mark.parametrize(("what", "event"), [(what, event) for what in CASES for event in ["", *CASES[what]]])
def test_what_does_not_hold_any_more_is_not_sent(what, event, waiting):
    getattr(waiting, what)()
    row = OutboxMail.objects.filter(recipient__in=[STRANGER, POSTMASTER, waiting.li_wei.email]).get()
    if event:
        getattr(waiting, event)()
    notifications.send_due(at=timezone.now() + notifications.WAIT)
    sent = [each.subject for each in mail.outbox if each.to == [row.recipient]]
    assert (row.subject in sent) == (not event or (what, event) in STILL_SENT)
