"""Who takes nothing new, for a pause or a block: pages say so, and offer nothing that would be refused."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import PassReason, Side
from matchmaker.deals.conversations.services import block_company
from matchmaker.deals.introductions.services import decisions
from matchmaker.models.introduction import IntroductionState
from profiles.models import Investor
from tests.factories import make_founder, make_partner
from tests.matchmaker import ranked
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db
NOTHING_NEW = "They are not taking new requests at the moment."


@pytest.fixture
def market():
    """Three ranked startups and investors, with a person in the first of each."""
    startups, investors = ranked.make_market(3, 3)
    ranked.rank_whole()
    return startups, investors


@pytest.fixture
def founder(market):
    return make_founder("founder@example.com", market[0][0])


@pytest.fixture
def partner(market):
    return make_partner("partner@example.com", market[1][0])


def page(client, name, company):
    return client.get(reverse(name, args=[company.public_id])).content.decode().partition("<main")[2]


def test_after_a_block_neither_side_is_offered_to_begin_anew(market, founder, partner, as_user):
    (startup, *_), (investor, *_) = market
    make_introduction(startup, investor, by=founder, state=IntroductionState.MUTUAL)
    block_company(startup, investor, side=Side.INVESTOR, by=partner, at=timezone.now())

    blocker, blocked = as_user(partner), as_user(founder)
    own = page(blocker, "match", startup)
    assert "You have blocked them" in own
    assert "I’m interested" not in own
    assert "Interested in you" not in own
    theirs = page(blocked, "match", investor)
    assert NOTHING_NEW in theirs
    assert reverse("introduction_ask", args=[investor.public_id]) not in theirs
    assert "blocked" not in theirs.lower()
    assert "They have room" not in page(blocked, "introduction_ask", investor)


def test_a_pause_is_not_told_beside_room_and_leaves_the_shortlist(market, founder, as_user):
    investor = market[1][1]
    Investor.objects.filter(pk=investor.pk).update(paused_at=timezone.now())
    client = as_user(founder)
    assert NOTHING_NEW in page(client, "match", investor)
    asked = page(client, "introduction_ask", investor)
    assert NOTHING_NEW in asked
    assert "They have room" not in asked
    assert reverse("shortlist_toggle", args=[investor.public_id]) in asked


@pytest.mark.parametrize("cause", ["pause", "pass"])
def test_a_list_recommends_the_best_of_those_who_are_left(market, founder, as_user, cause):
    client = as_user(founder)
    both = "".join(client.get(reverse("matches") + query).content.decode() for query in ("", "?less=1"))
    found = re.findall(r'href="/matches/(\w+)/', both)
    listed = list(dict.fromkeys(found))
    assert len(listed) == 3
    said = {"side": Side.STARTUP, "by": founder, "at": timezone.now()}
    for public_id in listed[:2]:
        investor = Investor.objects.get(public_id=public_id)
        if cause == "pause":
            Investor.objects.filter(pk=investor.pk).update(paused_at=timezone.now())
        else:
            decisions.pass_on(market[0][0], investor, reason=PassReason.STAGE, **said)
    shown = client.get(reverse("matches")).content.decode()
    assert "No match is recommended" not in shown
    assert "1 recommended" in shown
