"""Acts from the wrong side, on what has changed since it was read, and after a block: each by its address."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import MessageState, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.introductions.services import deadlines, decisions
from matchmaker.deals.meetings import services as meetings
from matchmaker.matching.pairs.selectors.pair import replies_of
from matchmaker.models.conversation import Message
from matchmaker.models.fair_dealing import DisclosureRequest
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import Meeting, MeetingSlot, MeetingState
from profiles.models import GovernanceCheck, OutboxMail
from tests.matchmaker.events.pilots.piloted import make_application, make_pilot
from tests.matchmaker.introduced import make_introduction, make_message, told

pytestmark = pytest.mark.django_db
S = IntroductionState
CHANGED = "This has changed since you opened the page"
WORDS = {"why": "Canary why", "purpose": "Canary purpose", "next_step": "Canary step"}


def to(name, about, *more):
    """The address of an act or a page about a company or a pilot."""
    return reverse(name, args=[about.public_id, *more])


def by(user, side):
    return {"side": side, "by": user, "at": timezone.now()}


@pytest.mark.parametrize("state", [S.QUEUED, S.ASKED, S.LATER])
def test_who_asked_gives_the_other_sides_answer_at_no_address(
    startup, investor, ayesha, founder, li_wei, state
):
    """Neither the state nor the investor's record moves; only a withdrawal and a pass are the asker's own."""
    made = make_introduction(startup, investor, by=ayesha, state=state, line="Canary line")
    record = replies_of(Side.INVESTOR, investor, at=timezone.now())
    for name, sent in (
        ("match_interest", {"wanted": "1", "line": "Of course"}),
        ("introduction_later", {"line": "Next year"}),
        ("introduction_ask", WORDS),
    ):
        for side in ("investor", "startup", ""):  # what a form sends of a side counts for nothing
            founder.post(to(name, investor), {**sent, "side": side, "asked_by": "investor"})
    made.refresh_from_db()
    assert (made.state, made.line) == (state, "Canary line")
    now = replies_of(Side.INVESTOR, investor, at=timezone.now())
    assert (now.answered, now.due, now.in_time) == (record.answered, record.due, record.in_time)


def test_nobody_takes_the_own_times_or_answers_the_own_application(
    as_user, startup, investor, ayesha, li_wei
):
    mutual = make_introduction(startup, investor, by=ayesha, state=S.MUTUAL)
    at = timezone.now() + timedelta(days=3)
    meeting = meetings.propose(mutual, times=[at], minutes=30, **by(ayesha, Side.STARTUP))
    slot = MeetingSlot.objects.get().pk
    as_user(ayesha).post(to("meeting_take", investor), {"slot": slot, "side": "investor"})
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.PROPOSED

    pilot = make_pilot(investor, by=li_wei)
    application = make_application(pilot, startup, by=ayesha)
    sent = {"answer": "accept", "side": "investor"}
    answered = as_user(ayesha).post(to("pilot_answer", pilot, application.pk), sent)
    application.refresh_from_db()
    assert (answered.status_code, application.state) == (404, "applied")


def test_withdrawing_an_answered_request_leaves_the_answer_in_the_record(startup, investor, ayesha, li_wei):
    make_introduction(startup, investor, by=ayesha, at=timezone.now() - timedelta(days=1))
    decisions.answer_later(startup, investor, line="", **by(li_wei, Side.INVESTOR))
    before = replies_of(Side.INVESTOR, investor, at=timezone.now())
    decisions.withdraw_interest(startup, investor, **by(ayesha, Side.STARTUP))
    after = replies_of(Side.INVESTOR, investor, at=timezone.now())
    assert (before.answered, before.in_time) == (after.answered, after.in_time) == (1, 1)


def test_ending_and_saying_yes_again_tells_the_other_side_once(startup, investor, ayesha, li_wei):
    """The investor's yes stands, so that each yes of the founder would begin again and be mailed."""
    made = make_introduction(startup, investor, by=li_wei, side=Side.INVESTOR, state=S.EXPIRED)
    assert made.asked_by == Side.INVESTOR
    for _round in range(4):
        try:
            decisions.express_interest(startup, investor, **by(ayesha, Side.STARTUP))
        except decisions.AskedLatelyError:
            continue
        decisions.withdraw_interest(startup, investor, **by(ayesha, Side.STARTUP))
    assert told(li_wei) == ["mutual_interest", "introduction_closed"]


# --- What has changed since it was read ---------------------------------------------------------------------


def test_withdrawing_a_request_ends_no_introduction_that_began_meanwhile(
    as_user, startup, investor, ayesha, li_wei
):
    made = make_introduction(startup, investor, by=ayesha)
    client, page = as_user(ayesha), to("introduction", investor)
    assert f'name="seen" value="{made.version}"' in client.get(page).content.decode()
    decisions.express_interest(startup, investor, **by(li_wei, Side.INVESTOR))

    sent = {"wanted": "0", "seen": made.version, "next": page}
    withdraw = to("match_interest", investor)
    assert CHANGED in client.post(withdraw, sent, follow=True).content.decode()

    made.refresh_from_db()
    assert made.state == S.MUTUAL
    client.post(withdraw, {**sent, "seen": made.version})
    made.refresh_from_db()
    assert made.state == S.CLOSED


def test_an_answer_to_a_request_that_was_withdrawn_asks_for_nothing(startup, investor, ayesha, partner):
    made = make_introduction(startup, investor, by=ayesha)
    decisions.withdraw_interest(startup, investor, **by(ayesha, Side.STARTUP))
    sent = {"wanted": "1", "line": "Canary line", "seen": made.version}
    for name in ("match_interest", "introduction_later"):
        assert CHANGED in partner.post(to(name, startup), sent, follow=True).content.decode()
    assert Introduction.objects.count() == 1
    assert not OutboxMail.objects.filter(recipient=ayesha.email).exists()


def test_passing_declines_no_request_that_was_not_read(as_user, startup, investor, ayesha, li_wei):
    client, path = as_user(li_wei), to("match_pass", startup)
    assert "We do not tell them that you passed" in client.get(path).content.decode()
    made = make_introduction(startup, investor, by=ayesha)

    refused = client.post(path, {"reason": "team", "note": "Canary note", "seen": ""})

    body = refused.content.decode()
    assert (refused.status_code, CHANGED in body, "Canary note" in body) == (422, True, True)
    made.refresh_from_db()
    assert made.state == S.ASKED


def test_no_meeting_is_cancelled_or_moved_by_a_page_that_showed_another(
    as_user, startup, investor, ayesha, li_wei
):
    mutual = make_introduction(startup, investor, by=ayesha, state=S.MUTUAL)
    client, path = as_user(ayesha), to("meeting", investor)
    at = timezone.now() + timedelta(days=3)
    meeting = meetings.propose(mutual, times=[at], minutes=30, **by(ayesha, Side.STARTUP))
    read = client.get(path).context["page"].version
    meetings.take_time(meeting, slot=MeetingSlot.objects.get().pk, **by(li_wei, Side.INVESTOR))

    assert CHANGED in client.post(f"{path}cancel/", {"seen": read}, follow=True).content.decode()
    typed = {
        "first": f"{at + timedelta(days=1):%Y-%m-%dT10:00}",
        "minutes": "30",
        "seen": read,
        "at_night": "on",
    }
    refused = client.post(path, typed)
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.AGREED
    assert (refused.status_code, CHANGED in refused.content.decode()) == (422, True)
    client.post(f"{path}cancel/", {"seen": Meeting.objects.get().version})
    meeting.refresh_from_db()
    assert meeting.state == MeetingState.CANCELLED


# --- After a block ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", [S.QUEUED, S.ASKED, S.LATER])
def test_a_block_ends_what_waits_and_nothing_is_delivered_later(startup, investor, ayesha, li_wei, state):
    """Also a request in the queue, of which the side that blocks knows nothing yet."""
    made = make_introduction(startup, investor, by=ayesha, state=state, **WORDS)
    conversations.block_company(startup, investor, **by(li_wei, Side.INVESTOR))
    deadlines.advance(at=timezone.now())
    made.refresh_from_db()
    assert made.state == S.DECLINED
    assert "request_received" not in told(li_wei)


def test_after_a_block_no_words_of_the_blocked_company_reach_the_other(
    as_user, startup, investor, ayesha, li_wei, sana
):
    """Every channel of words, by its address; what the blocked side reads is what it reads in a pause."""
    mutual = make_introduction(startup, investor, by=ayesha, state=S.MUTUAL)
    waits = make_message(mutual, Side.STARTUP, by=ayesha, text="Canary waits", state=MessageState.WAITING)
    conversations.block_company(startup, investor, **by(li_wei, Side.INVESTOR))
    mails = OutboxMail.objects.count()
    client, pilot = as_user(ayesha), make_pilot(investor, by=li_wei)
    check = GovernanceCheck.objects.all()[0].code
    time, place = f"{timezone.now() + timedelta(days=3):%Y-%m-%dT10:00}", "Canary place"
    for address, sent in (
        (to("introduction_ask", investor), WORDS),
        (to("match_interest", investor), {"wanted": "1", "line": "Canary line"}),
        (to("introduction_later", investor), {"line": "Canary line"}),
        (to("conversation", investor), {"text": "Canary text", "file": ContentFile(b"x", "Canary.png")}),
        (to("meeting", investor), {"first": time, "minutes": "30", "call_address": place}),
        (to("meeting_address", investor), {"call_address": place}),
        (to("fair_terms", investor), {"exclusivity_territory": "Canary valley"}),
        (to("fair_terms_open", investor), {"seen": "1"}),
        (to("check_answer", investor, check), {"state": "answered", "text": "Canary answer"}),
        (to("disclosure_ask", investor), {}),
        (to("shortlist_note", investor), {"note": "Canary note"}),
        (to("pilot_apply", pilot), {"words": "Canary words"}),
    ):
        assert client.post(address, sent).status_code < 500
    first = reverse("desk_message_first", args=[waits.pk])
    assert as_user(sana).post(first, {"is_fine": "on"}).status_code == 404

    reader, about = as_user(li_wei), startup.public_id
    names = ("introduction", "match", "fair_dealing", "fair_terms", "conversation")
    for path in (
        *(reverse(name, args=[about]) for name in names),
        *map(reverse, ("home", "notices", "pipeline", "own_pilots", "receipts")),
        to("pilot", pilot),
    ):
        shown = reader.get(path, follow=True)
        assert (shown.status_code, "Canary" in shown.content.decode()) == (200, False), path
    assert OutboxMail.objects.count() == mails
    assert not DisclosureRequest.objects.exists()
    assert not Message.objects.filter(state=MessageState.DELIVERED).exists()
    asked = client.get(to("introduction_ask", investor)).content.decode().partition("<main")[2]
    assert ("not taking new requests" in asked, "block" in asked) == (True, False)
