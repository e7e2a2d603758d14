"""Mails wait while the mail server is down. What does not hold any more when it is back is not sent."""

import pytest
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from matchmaker.deals.decks.kinds import DECK_ALLOWED
from profiles.companies.claims import services as claims
from profiles.companies.evidence import services as evidence
from profiles.curation.reviews import services as reviews
from profiles.models import Evidence, Invitation, Membership, Notice, OutboxMail, Startup, User
from profiles.people.accounts.services import closing, teams
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.attack]
STRANGER = "somebody@stranger.example"


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
        message = Message(
            kind=DECK_ALLOWED, path=reverse("deck_read", args=[self.startup.public_id]), event="1", at=self.at
        )
        notify_team(self.fund, message)

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

    def switch_off(self):
        notifications.stop(self.li_wei.mail_switches.get())

    def move(self):
        User.objects.filter(pk=self.li_wei.pk).update(email="new@example.com")

    def forget(self):
        Notice.objects.filter(path__contains=self.startup.public_id).delete()


@pytest.fixture
def waiting(startup, ayesha, li_wei, sana):
    return Waiting(startup, ayesha, li_wei, sana)


CASES = {
    "invited": ["withdraw", "suspend"],
    "claimed": ["refuse"],
    "proved": ["remove"],
    "told": ["suspend", "leave", "close", "switch_off", "move", "forget"],
}


@pytest.mark.parametrize(("what", "event"), [(what, event) for what in CASES for event in ["", *CASES[what]]])
def test_what_does_not_hold_any_more_is_not_sent(what, event, waiting):
    getattr(waiting, what)()
    row = OutboxMail.objects.get()
    if event:
        getattr(waiting, event)()
    notifications.send_due(at=timezone.now())
    sent = [each.subject for each in mail.outbox if each.to == [row.recipient]]
    assert (row.subject in sent) == (not event)
