"""A notice names the company that it is about, as far as its reader may name it now."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services.decisions import RequestWords
from matchmaker.desk.today import services as overrides
from profiles.models import OutboxMail, Receipt, User
from tests.factories import make_founder, make_startup

pytestmark = pytest.mark.django_db
WORDS = RequestWords("They make what we need.", "A pilot of two seasons.", "A call next week.")
NAME = re.compile(r"<strong><bdi>(.*?)</bdi></strong>")


@pytest.fixture
def ask():
    """A function that lets a founder ask an investor."""

    def asked(founder, investor):
        said = {"side": Side.STARTUP, "by": founder, "at": timezone.now(), "words": WORDS}
        decisions.express_interest(founder.membership.startup, investor, **said)

    return asked


def names(client):
    return NAME.findall(client.get(reverse("notices")).content.decode())


def test_each_request_says_whose_it_is_and_what_is_about_one_company_stands_together(
    ask, ayesha, li_wei, as_user
):
    investor = li_wei.membership.investor
    ask(ayesha, investor)
    second = make_founder("second@example.com", make_startup("Second Harvest"))
    ask(second, investor)
    client = as_user(li_wei)
    assert names(client) == ["Second Harvest", "Indus Grow"]
    decisions.withdraw_interest(
        ayesha.membership.startup, investor, side=Side.STARTUP, by=ayesha, at=timezone.now()
    )
    assert sorted(names(client)) == ["Indus Grow", "Second Harvest"]
    assert Receipt.objects.filter(startup=ayesha.membership.startup, investor=investor).exists()


def test_whom_the_reader_may_not_see_any_more_is_not_named(ask, ayesha, li_wei, sana, as_user):
    startup, investor = ayesha.membership.startup, li_wei.membership.investor
    ask(ayesha, investor)
    overrides.curator_override(
        startup, investor, kind=OverrideKind.HIDE, note="x", expires_on=None, by=sana, at=timezone.now()
    )
    client = as_user(li_wei)
    assert names(client) == []
    assert "You have a new introduction request." in client.get(reverse("notices")).content.decode()


def test_a_blind_first_look_stays_blind(ask, ayesha, li_wei, as_user):
    User.objects.filter(pk=li_wei.pk).update(blind_first_look=True)
    ask(ayesha, li_wei.membership.investor)
    (name,) = names(as_user(li_wei))
    assert name.startswith("Startup: ")
    mail = OutboxMail.objects.get(kind="request_received")
    assert f"About: {name}" in mail.body
    assert "Indus Grow" not in mail.subject + mail.body
