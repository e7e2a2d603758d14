"""A small market with one of each actor, for tests that look at every address."""

from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from importlib import import_module
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import MessageState, ReportReason, Side
from matchmaker.models.conversation import MessageReport
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.saved_view import SavedView
from profiles import models
from profiles.choices import Rhythm, Role, Status
from tests import factories
from tests.house.tree import ROOT
from tests.matchmaker.introduced import make_introduction, make_message

# Modules with `ADDRESSES` for the table in access.py. Some have `PAGES`, and `add_to(market)` for records.
ADDED = [
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in sorted(ROOT.glob("tests/*/*/*/*access.py"))
]


def make_demo_founder() -> models.User:
    """Return the founder as whom anyone may sign in to the demonstration."""
    return factories.make_founder(settings.DEMO_ACCOUNTS["founder"], None, is_demo=True)


@contextmanager
def kept(blocker: Any) -> Iterator[None]:
    """Keep records for the tests of one module, which take back what they do to them."""
    with blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Market:
    """Two startups, two investors (one unchecked), the people around them, and something of everything."""

    clients: dict[str, Client] = field(default_factory=dict)
    added: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.startup = factories.make_startup("Indus Grow")
        self.rival = factories.make_startup("Ravi Fields")
        self.investor = factories.make_investor("Pearl River Capital")
        self.newcomer = factories.make_investor("Unknown Ventures", status=Status.SUBMITTED)
        self.thesis, self.other_thesis = self.investor.theses.get(), self.newcomer.theses.get()
        self.offer = models.Offer.objects.create(
            investor=self.investor, type=models.NeedType.objects.all()[0]
        )
        self.need = self.startup.needs.create(type=models.NeedType.objects.all()[0])
        self.deal = models.Deal.objects.create(
            investor=self.investor, startup=self.startup, closed_on=factories.MOMENT.date()
        )
        self.invitation = models.Invitation.objects.create(
            email="colleague@example.com",
            startup=self.startup,
            invited_by=self.people["founder"],
            expires_at=timezone.now() + timedelta(days=7),
        )
        make_demo_founder()
        self.colleague = factories.make_user("colleague2@example.com", Role.STARTUP)
        self.member = models.Membership.objects.create(user=self.colleague, startup=self.startup)
        asker, founder = self.people["other_founder"], self.people["founder"]
        assert asker
        assert founder
        self.introduction = make_introduction(self.rival, self.investor, by=asker)
        # A third startup talks with the investor: a message that is reported, and one that waits.
        self.friend = factories.make_startup("Sutlej Pumps")
        talk = make_introduction(self.friend, self.investor, by=asker, state=IntroductionState.MUTUAL)
        self.message = make_message(talk, Side.STARTUP, by=asker, text="The pumps run at half the power")
        self.waiting = make_message(talk, Side.STARTUP, by=asker, state=MessageState.WAITING)
        self.report = MessageReport.objects.create(
            message=self.message,
            side=Side.INVESTOR,
            startup=self.friend,
            investor=self.investor,
            reason=ReportReason.SPAM,
            by=self.people["partner"],
        )
        self.decided = models.Review.objects.create(
            investor=self.investor,
            outcome="approved",
            decided_by=self.people["curator"],
            before={"status": "submitted", "became": "approved", "reviewed_at": None, "country": ""},
            tell_at=timezone.now() + timedelta(minutes=1),
        )
        self.canned = models.CannedReason.objects.all()[0]
        self.notice = models.Notice.objects.create(
            user=founder, kind="profile_approved", key="1", path="/startup/status/"
        )
        self.sketch = factories.make_startup("Chenab Sketch", status=Status.DRAFT, reviewed_at=None)
        curator, other = self.people["curator"], factories.make_user("curator2@example.com", Role.CURATOR)
        self.view, self.other_view = (
            SavedView.objects.create(user=user, name="Mine", query="side=startup")
            for user in (curator, other)
        )
        self.switch = models.MailSwitch.objects.create(
            user=founder, category="requests", rhythm=Rhythm.AT_ONCE
        )

        import_module("tests.house.access")  # which imports these modules, and they it
        for name in ADDED:
            getattr(import_module(name), "add_to", lambda _market: None)(self)

    def __getattr__(self, name: str) -> Any:
        """Return a record that a capability added."""
        try:
            return self.__dict__["added"][name]
        except KeyError:
            raise AttributeError(name) from None

    @cached_property
    def people(self) -> dict[str, models.User | None]:
        """The actors by name; the visitor is no one."""
        make = factories
        return {
            "visitor": None,
            "unverified": make.make_founder("unverified@example.com", None, verified=False),
            "founder": make.make_founder("founder@example.com", self.startup),
            "other_founder": make.make_founder("other@example.com", self.rival),
            "partner": make.make_partner("partner@example.com", self.investor),
            "unchecked": make.make_partner("unchecked@example.com", self.newcomer),
            "curator": make.make_user("curator@example.com", Role.CURATOR),
            "operator": make.make_user("operator@example.com", is_staff=True, is_superuser=True),
        }

    @cached_property
    def staff(self) -> models.User:
        """A curator whom operators may deal with."""
        return factories.make_user("staff@example.com", Role.CURATOR)

    def client(self, actor: str) -> Client:
        """Return the actor's browser. Who has not confirmed the address tries to sign in, in vain."""
        if actor not in self.clients:
            user, quiet = self.people[actor], {"raise_request_exception": False}
            signs_in = user and actor != "unverified"
            self.clients[actor] = factories.signed_in(user, **quiet) if signs_in else Client(**quiet)
            if actor == "unverified":
                typed = {"login": "unverified@example.com", "password": factories.PASSWORD}
                self.clients[actor].post(reverse("account_login"), typed)
        return self.clients[actor]

    @contextmanager
    def undone(self, actor: str) -> Iterator[Client]:
        """Give the actor's browser; what is done with it is undone after, so that one market serves many."""
        client = self.client(actor)
        cookies = deepcopy(client.cookies)
        with transaction.atomic():
            yield client
            transaction.set_rollback(True)
        client.cookies = cookies
