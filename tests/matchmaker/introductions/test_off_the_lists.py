"""A company that leaves the lists, or takes no new requests, finishes what is open; nothing new begins."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Side
from matchmaker.introductions.services import decisions
from matchmaker.lists.selectors.cards import current_company as member_of
from matchmaker.lists.selectors.list_page import counterparts, listed_counterparts
from matchmaker.meetings import services as meetings
from matchmaker.models import Introduction, Message
from matchmaker.models.introduction_table import IntroductionState
from matchmaker.transitions import NotOpenError
from profiles.models import Investor, Startup, User
from tests.factories import make_founder, make_startup
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db
As = Callable[[User | None], Client]
LEAVE = {"stale_at": timezone.now()}
PAUSE = {"paused_at": timezone.now()}


@pytest.mark.parametrize("gone", [{Startup: LEAVE}, {Investor: LEAVE}, {Startup: PAUSE, Investor: PAUSE}])
def test_what_is_open_goes_on_for_both_sides(
    startup: Startup, li_wei: User, ayesha: User, as_user: As, gone: dict[Any, dict[str, Any]]
) -> None:
    investor = li_wei.membership.investor
    asked = make_introduction(startup, investor, by=ayesha, why="Drip valves for Punjab")
    for model, change in gone.items():
        model.objects.update(**change)
    founder, partner = as_user(ayesha), as_user(li_wei)
    theirs, ours = investor.public_id, startup.public_id

    assert "asks for an introduction" in partner.get(reverse("home")).content.decode()
    assert "Drip valves" in partner.get(reverse("introduction", args=[ours])).content.decode()
    assert partner.get(reverse("match", args=[ours])).status_code == 200
    assert (
        f'href="{reverse("introduction", args=[theirs])}"'
        in founder.get(reverse("introductions")).content.decode()
    )
    partner.post(reverse("match_interest", args=[ours]), {"wanted": "1"})
    assert "New for you" not in partner.get(reverse("home")).content.decode()
    asked.refresh_from_db()
    assert asked.state == IntroductionState.MUTUAL

    for client, other in ((founder, theirs), (partner, ours)):
        client.post(reverse("conversation", args=[other]), {"text": "Shall we talk?"})
        for page in ("introduction", "conversation", "meeting", "fair_dealing", "fair_terms", "match"):
            assert client.get(reverse(page, args=[other])).status_code == 200, page
    assert Message.objects.count() == 2
    day = timezone.now() + timedelta(days=3)
    meeting = meetings.propose(
        asked, times=[day], minutes=30, side=Side.STARTUP, by=ayesha, at=timezone.now()
    )
    partner.post(reverse("meeting_take", args=[ours]), {"slot": str(meeting.slots.get().pk)})
    assert "Meeting with" in founder.get(reverse("home")).content.decode()

    answer = founder.post(reverse("match_pass", args=[theirs]), {"reason": "team"}, follow=True)
    assert answer.status_code == 200
    assert Introduction.objects.get().state == IntroductionState.CLOSED


def test_nothing_new_begins_off_the_lists(startup: Startup, li_wei: User, ayesha: User, as_user: As) -> None:
    investor, new = li_wei.membership.investor, make_startup("Chenab Cloud")
    founder = make_founder("chenab@example.com", new)
    make_introduction(startup, investor, by=ayesha)
    Investor.objects.update(**LEAVE)
    assert as_user(founder).get(reverse("match", args=[investor.public_id])).status_code == 404
    with pytest.raises(NotOpenError):
        decisions.express_interest(new, investor, side=Side.STARTUP, by=founder, at=timezone.now())
    member = member_of(ayesha)
    assert member
    assert (counterparts(member).count(), listed_counterparts(member).count()) == (1, 0)


def test_without_consent_it_rests_and_home_says_so(
    startup: Startup, li_wei: User, ayesha: User, as_user: As
) -> None:
    make_introduction(startup, li_wei.membership.investor, by=ayesha)
    Startup.objects.update(matching_consent=False)
    assert as_user(li_wei).get(reverse("introduction", args=[startup.public_id])).status_code == 404
    assert "1 open introduction rests" in as_user(ayesha).get(reverse("home")).content.decode()
