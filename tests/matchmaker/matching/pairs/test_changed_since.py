"""What an approved profile changes at once is marked for its readers until a curator has looked."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.pairs.selectors.brief import brief_of
from matchmaker.matching.pairs.selectors.match_page import match_page
from matchmaker.matching.pairs.selectors.pair import pair_of
from profiles.catalogue.visibility.fields import CATALOGUE, Check
from profiles.choices import ReviewOutcome, StateOwned
from profiles.companies.steps.services import edit
from profiles.curation.reviews import services as curation
from profiles.models import Startup
from tests.factories import make_founder, make_partner
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db
MARK = "hanged since it was checked on"


@pytest.fixture
def market():
    startups, investors = ranked.make_market(2, 2)
    ranked.rank_whole()
    return (
        startups[0],
        make_founder("f@example.com", startups[0]),
        make_partner("p@example.com", investors[0]),
    )


def places(client, startup):
    """Return whether the list carries the mark, and how often the match page."""
    listed = client.get(reverse("matches")).content.decode()
    page = client.get(reverse("match", args=[startup.public_id]) + "?more=them").content.decode()
    return MARK in listed, page.count(MARK)


def test_list_page_and_brief_mark_it_until_a_curator_has_read_it(market, as_user, sana):
    startup, founder, partner = market
    client, now = as_user(partner), timezone.now()
    assert places(client, startup) == (False, 0)

    edit(startup, changes={"team_size": 140, "founded": 2001}, by=founder, at=now)
    ranked.rank_whole()
    assert places(client, startup) == (True, 3)  # once above, and beside each
    pair = pair_of(current_company(partner), startup.public_id, whole=True)
    told = brief_of(match_page(pair), at=now)
    assert sum(MARK in value for _label, value in told["more"]["facts"]) == 2

    edit(startup, changes={"founded": 2022}, by=founder, at=now + timedelta(minutes=1))  # as it was read
    assert places(client, startup) == (True, 2)
    assert Startup.objects.get(pk=startup.pk).unread_changes == {"team_size": "9"}

    curation.decide(startup, ReviewOutcome.APPROVED, by=sana, at=now + timedelta(minutes=2))
    assert places(client, startup) == (False, 0)

    review = startup.reviews.latest("decided_at")
    curation.undo(review, by=sana, at=now + timedelta(minutes=2, seconds=5))
    assert places(client, startup) == (True, 2)


def test_what_a_curator_writes_and_what_waits_is_not_marked(market, as_user, sana):
    startup, founder, partner = market
    now = timezone.now()
    edit(startup, changes={"state_owned": StateOwned.PARTLY}, by=sana, at=now)
    edit(startup, changes={"pitch": "Other words"}, by=founder, at=now)  # waits: its readers see the old ones
    assert places(as_user(partner), startup) == (False, 0)


def test_every_field_that_matters_waits_or_is_marked():
    """Amounts, texts and lists wait; what founders state in numbers and choices is marked."""
    unmarked = {
        (side, field.name)
        for side, fields in CATALOGUE.items()
        for field in fields.values()
        if field.shown and field.is_editable and field.reviewed and field.check is None
    }
    harmless = {
        *("operating_places", "languages", "business_model", "ip_policy", "accepts_exclusivity", "forms"),
        *("exclusivity_ask", "closing_on", "data_classes", "data_location", "data_crosses_border"),
        *("capacity", "reply_days", "data_hosting"),
    }
    assert {name for _side, name in unmarked} - harmless == set()
    assert CATALOGUE["startup"]["team_size"].check is Check.MATERIAL
