"""One rule, "may the two begin anything now, and if not, what may each be told", on every surface."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import PassReason, Side
from matchmaker.deals.conversations.services import block_company
from matchmaker.deals.digests.selectors import new_lines
from matchmaker.deals.fair_dealing.services import ask_to_disclose
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.meetings import services as meetings
from matchmaker.events.pilots.selectors.board import fitting_companies, fitting_pilots
from matchmaker.events.pilots.selectors.pilot import reader_of
from matchmaker.events.pilots.services import applications
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.lists.selectors.closed import Refusal, refusal_of
from matchmaker.matching.lists.selectors.own_list import own_list
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.meeting import MeetingState
from matchmaker.models.pair_action import PASS_DELAY
from matchmaker.models.pilot import PilotApplicationState, PilotState
from matchmaker.transitions import BlockedError, PausedError
from profiles.models import Investor
from tests.factories import make_founder, make_partner
from tests.matchmaker import ranked
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot
from tests.matchmaker.introduced import make_introduction, told

pytestmark = pytest.mark.django_db
NOW = timezone.now()
OWN, THEIRS = str(Refusal.BLOCKED.label), str(Refusal.CLOSED.label)


@pytest.fixture
def pair():
    """The first of two ranked startups and investors, and a person in each."""
    startups, investors = ranked.make_market(2, 2)
    ranked.rank_whole()
    founder = make_founder("founder@example.com", startups[0])
    partner = make_partner("partner@example.com", investors[0])
    return startups[0], investors[0], founder, partner


def close(cause, startup, investor, partner):
    """Have the investor close itself to the startup."""
    said = {"side": Side.INVESTOR, "by": partner, "at": NOW}
    if cause == "block":
        block_company(startup, investor, **said)
    elif cause == "pass":
        decisions.pass_on(startup, investor, reason=PassReason.STAGE, **said | {"at": NOW - PASS_DELAY * 2})
    else:
        decisions.set_pause(investor, is_paused=True, by=partner, at=NOW)


@pytest.mark.parametrize("cause", ["block", "pass", "pause"])
def test_no_surface_offers_what_would_be_refused_or_tells_the_causes_apart(pair, as_user, cause):
    startup, investor, founder, partner = pair
    pilot = make_pilot(investor, by=partner)
    close(cause, startup, investor, partner)
    member, client = current_company(founder), as_user(founder)

    assert investor.pk not in {entry.counterpart_id for entry in own_list(member).stored.entries}
    assert investor.pk not in new_lines(member, user_id=founder.pk, language="en")
    assert fitting_pilots(reader_of(founder), today=NOW.date()) == []
    pages = {"match": investor.public_id, "introduction_ask": investor.public_id, "pilot": pilot.public_id}
    for name, public_id in pages.items():
        page = client.get(reverse(name, args=[public_id])).content.decode().partition("<main")[2]
        assert THEIRS in page or "The host is not taking new applications" in page, name
        assert "block" not in page.lower(), name
        assert reverse("pilot_apply", args=[pilot.public_id]) not in page
    said = {"by": founder, "at": NOW}
    for act in (
        lambda: decisions.express_interest(startup, investor, side=Side.STARTUP, **said),
        lambda: ask_to_disclose(startup, investor, side=Side.STARTUP, **said),
        lambda: applications.apply_for_slot(pilot, startup, words="Us", **said),
    ):
        with pytest.raises(PausedError):
            act()
    own = make_pilot(startup, by=founder)
    assert investor.public_id not in {
        row["public_id"] for row in fitting_companies(own, member, today=NOW.date())
    }


def test_who_blocked_reads_so_even_where_the_other_side_pauses(pair, as_user):
    startup, investor, founder, partner = pair
    pilot = make_pilot(investor, by=partner)
    block_company(startup, investor, side=Side.STARTUP, by=founder, at=NOW)
    Investor.objects.filter(pk=investor.pk).update(paused_at=NOW)
    assert refusal_of(Side.STARTUP, startup.pk, investor.pk) == Refusal.BLOCKED
    assert refusal_of(Side.INVESTOR, investor.pk, startup.pk) == Refusal.CLOSED
    client = as_user(founder)
    for name, public_id in (("introduction_ask", investor.public_id), ("pilot", pilot.public_id)):
        assert OWN in client.get(reverse(name, args=[public_id])).content.decode(), name
    with pytest.raises(BlockedError):
        ask_to_disclose(startup, investor, side=Side.STARTUP, by=founder, at=NOW)


@pytest.mark.parametrize("blocker", Side)
def test_a_block_ends_slots_and_applications_of_both_and_the_meeting(pair, blocker):
    startup, investor, founder, partner = pair
    talks = make_introduction(startup, investor, by=founder, state=IntroductionState.MUTUAL)
    times = [NOW + timedelta(days=2)]
    meeting = meetings.propose(talks, times=times, minutes=30, side=Side.STARTUP, by=founder, at=NOW)
    slot = meeting.slots.get().pk
    meetings.take_time(meeting, slot=slot, side=Side.INVESTOR, by=partner, at=NOW)
    running = make_pilot(investor, by=partner, state=PilotState.RUNNING)
    seat = make_application(running, startup, by=founder, state=PilotApplicationState.ACCEPTED)
    asked = make_application(make_pilot(startup, by=founder), investor, by=partner)
    over = make_application(
        make_pilot(investor, by=partner, state=PilotState.FINISHED),
        startup,
        by=founder,
        state=PilotApplicationState.ACCEPTED,
    )

    by = founder if blocker == Side.STARTUP else partner
    block_company(startup, investor, side=blocker, by=by, at=NOW)

    for row in (seat, asked, over, meeting):
        row.refresh_from_db()
    assert {seat.state, asked.state} == {PilotApplicationState.WITHDRAWN, PilotApplicationState.DECLINED}
    assert (seat.slot, asked.slot) == (None, None)
    assert over.slot == 1  # what has been is history
    assert meeting.state == MeetingState.CANCELLED
    other = partner if blocker == Side.STARTUP else founder
    expected = {"pilot_withdrawn", "pilot_slot_ended" if blocker == Side.INVESTOR else "pilot_answered"}
    assert expected <= set(told(other))
