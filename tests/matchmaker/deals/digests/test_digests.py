"""Digests: by the reader's rhythm, never longer than the capacity, each match once."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.deals.conversations.services import block_company
from matchmaker.deals.digests import services
from matchmaker.deals.digests.kinds import MATCHES
from matchmaker.deals.digests.selectors import due_members
from matchmaker.models.pair_action import DigestEntry, Interest
from matchmaker.portal.own_data.services import erase_company
from profiles.choices import Audience, Rhythm
from profiles.curation.reviews import services as reviews
from profiles.models import Investor, OutboxMail, Startup
from profiles.platform.notifications import services as notifications
from tests import factories
from tests.matchmaker.matching import lists

pytestmark = pytest.mark.django_db
NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def investor(li_wei):
    """Li Wei's fund: takes two a month, and has five startups on its list."""
    investor = li_wei.membership.investor
    Investor.objects.filter(pk=investor.pk).update(capacity=2)
    startups = [factories.make_startup(f"Startup {at}") for at in range(5)]
    thesis = investor.theses.get()
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(one.pk, thesis.pk) for one in startups])
    return investor


def names(mail):
    return re.findall(r"^(Startup \d|Startup: [^:]+): \d+ of 100$", mail.body, re.MULTILINE)


def mails():
    return [names(mail) for mail in OutboxMail.objects.filter(kind="new_matches").order_by("pk")]


def test_each_match_comes_once_and_never_more_than_the_capacity(investor):
    for week in range(5):
        services.send_due_digests(at=NOW + week * 7 * DAY)
    assert mails() == [["Startup 0", "Startup 1"], ["Startup 2", "Startup 3"], ["Startup 4"]]
    assert DigestEntry.objects.count() == 5


@pytest.mark.parametrize(("rhythm", "days"), [(Rhythm.DAILY, [0, 1, 2]), (Rhythm.WEEKLY, [0, 7])])
def test_it_comes_in_its_readers_rhythm(investor, li_wei, rhythm, days):
    notifications.choose(li_wei, rhythms={"matches": rhythm})
    came = [day for day in range(9) for _twice in range(2) if services.send_due_digests(at=NOW + day * DAY)]
    assert came == days


def test_what_was_spoken_of_is_not_new(investor, li_wei):
    first = Startup.objects.get(name_en="Startup 0")
    Interest.objects.create(side=Side.INVESTOR, startup=first, investor=investor, by=li_wei)
    services.send_due_digests(at=NOW)
    assert mails() == [["Startup 1", "Startup 2"]]


def test_a_name_that_is_hidden_is_hidden_in_the_mail(investor):
    Startup.objects.filter(name_en="Startup 0").update(visibility={"name": Audience.MUTUAL})
    services.send_due_digests(at=NOW)
    assert mails() == [["Startup: Smart irrigation and water management, Punjab", "Startup 1"]]


def test_who_is_not_published_or_has_no_list_gets_none(investor, ayesha):
    assert [one.user.email for one in due_members(at=NOW)] == ["li.wei@example.com"]
    Investor.objects.filter(pk=investor.pk).update(matching_consent=False)
    assert list(due_members(at=NOW)) == []


def test_a_digest_can_be_stopped_by_its_link(investor, li_wei):
    services.send_due_digests(at=NOW)
    notifications.stop(notifications.switch_of(li_wei, MATCHES))
    assert services.send_due_digests(at=NOW + 30 * DAY) == 0


def test_nobody_due_costs_one_query(investor):
    services.send_due_digests(at=NOW)
    with CaptureQueriesContext(connection) as queries:
        services.send_due_digests(at=NOW)
    assert len(queries) == 1


@pytest.mark.parametrize("hours", [0, 3])
@pytest.mark.parametrize(
    ("event", "left"),
    [
        ("suspend", ["Startup 1"]),
        ("hide", ["Startup: Smart irrigation and water management, Punjab", "Startup 1"]),
        ("block", ["Startup 1", "Startup 2"]),
        ("erase", ["Startup 1"]),
    ],
)
def test_one_that_waits_while_a_company_goes_is_made_again_without_it(investor, sana, event, left, hours):
    first = Startup.objects.get(name_en="Startup 0")
    owner = factories.make_founder("owner@example.com", first)
    services.send_due_digests(at=NOW - timedelta(hours=hours))
    if event == "suspend":
        reviews.suspend(first, message="Asked to.", by=sana, at=NOW)
    elif event == "hide":
        Startup.objects.filter(pk=first.pk).update(visibility={"name": Audience.MUTUAL})
    elif event == "block":
        block_company(first, investor, side=Side.STARTUP, by=owner, at=NOW)
    else:
        erase_company(first, by=owner, at=NOW)
    notifications.send_due(at=NOW)
    assert mails() == []
    services.send_due_digests(at=NOW + timedelta(days=0 if hours else 7))
    assert mails() == [left]


def test_the_first_comes_a_day_after_the_approval(investor):
    Investor.objects.filter(pk=investor.pk).update(reviewed_at=NOW)
    came = [hours for hours in range(0, 49, 12) if services.send_due_digests(at=NOW + timedelta(hours=hours))]
    assert came == [24]
