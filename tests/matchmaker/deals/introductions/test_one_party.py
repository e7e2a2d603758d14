"""Whatever one founder does, no one else's room, rank or record of replies gets worse.

Sequences of acts of one startup, while partners answer as people do; `make attack` tries more.
"""

import re
from contextlib import suppress
from datetime import timedelta
from itertools import count, pairwise

import numpy as np
import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaker.choices import PassReason, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.introductions.selectors import AGAIN, MONTH, REQUEST_SLOTS, request_slots_taken, room_of
from matchmaker.deals.introductions.services import deadlines, decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.matching.pairs.selectors.pair import replies_of
from matchmaker.matching.ranking.market.arrays import room_left
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.pair_action import PASS_DELAY, Pass
from matchmaker.models.ranking import RankingJob
from matchmaker.transitions import BlockedError, NotOpenError, PausedError, TransitionRefusedError
from profiles.models import Investor, Startup, Thesis
from profiles.platform.limits.services import LimitReachedError
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.deals.fair_dealing.pairs import page_text
from tests.matchmaker.introduced import told

pytestmark = pytest.mark.django_db
REFUSALS = (
    decisions.PassedError, BlockedError, PausedError, decisions.NoRequestSlotError,
    decisions.AskedLatelyError, TransitionRefusedError, NotOpenError, LimitReachedError,
)  # fmt: skip
# What the founder does, and to whom; whether the partner answers in between; how many days go by.
ACTS = ("ask", "ask", "ask", "withdraw", "withdraw", "later", "pass", "undo", "block", "unblock")
ANSWERS = ("", "", "accept", "later", "pass")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(ACTS),
        st.integers(0, 1),
        st.sampled_from(ANSWERS),
        st.sampled_from((0, 0, 0, 1, 8, 61)),
    ),
    min_size=8,
    max_size=16,
)


class Market:
    """One founder who acts, two partners, and a rival whose request must find the same room."""

    def __init__(self):
        self.startup = factories.make_startup("Attacker")
        self.founder = factories.make_founder("attacker@example.com", self.startup)
        self.partners = [factories.make_investor(f"Partner {at}", capacity=2) for at in range(2)]
        self.people = [
            factories.make_partner(f"partner{at}@example.com", each) for at, each in enumerate(self.partners)
        ]
        self.at, self.moments = timezone.now() - timedelta(days=900), count(1)

    def go_on(self, days):
        self.at += timedelta(days=days, seconds=next(self.moments))
        deadlines.advance(at=self.at)

    def act(self, side, name, partner):
        """Do one act of a side; return whether the product allowed it."""
        pair = Startup.objects.get(pk=self.startup.pk), Investor.objects.get(pk=self.partners[partner].pk)
        by = self.founder if side is Side.STARTUP else self.people[partner]
        said = {"side": side, "by": by, "at": self.at}
        acts = {
            "ask": lambda: decisions.express_interest(*pair, **said),
            "accept": lambda: decisions.express_interest(*pair, **said),
            "withdraw": lambda: decisions.withdraw_interest(*pair, **said),
            "later": lambda: decisions.answer_later(*pair, line="", **said),
            "pass": lambda: decisions.pass_on(*pair, reason=PassReason.TEAM, **said),
            "undo": lambda: decisions.undo_pass(*pair, **said),
            "block": lambda: conversations.block_company(*pair, **said),
            "unblock": lambda: conversations.unblock_company(*pair, **said),
        }
        try:
            acts[name]()
        except REFUSALS:
            return False
        return True

    def answers(self, partner, name):
        """Let a partner answer what waits for it, and take its pass back, so that all can go on."""
        own = {"startup": self.startup, "investor": self.partners[partner]}
        waiting = Introduction.objects.filter(**own, asked_by=Side.STARTUP, state=IntroductionState.ASKED)
        if name and waiting.exists():
            assert self.act(Side.INVESTOR, name, partner)
        if Pass.objects.filter(**own, side=Side.INVESTOR).exists():
            self.act(Side.INVESTOR, "undo", partner)

    def kept(self, partner):
        """What is the partner's own: room for requests, its weight in the ranking, its record of replies."""
        company = self.partners[partner]
        told = replies_of(Side.INVESTOR, company, at=self.at)
        weight = room_left(Side.INVESTOR, np.array([company.pk]), np.array([company.capacity]))
        room = room_of(Side.INVESTOR, company, at=self.at)
        return room, int(weight[0]), told.answered, told.in_time, told.answered - told.due

    def received(self, partner):
        """The founder's requests that have reached a partner, oldest first."""
        own = {"startup": self.startup, "investor": self.partners[partner], "asked_by": Side.STARTUP}
        return Introduction.objects.filter(**own, delivered_at__isnull=False).order_by("delivered_at")


def play(market, steps):
    """Do the steps, and look after each at what belongs to others."""
    for name, partner, answer, days in steps:
        market.go_on(days)
        before = [(market.kept(at), market.received(at).count()) for at in range(2)]
        market.act(Side.STARTUP, name, partner)
        for at, (kept, received) in enumerate(before):
            asked = market.received(at).count() - received
            found = market.kept(at)
            assert (found[0], found[1]) >= (kept[0] - asked, max(1, kept[1] - asked)), name
            assert found[1] >= max(1, kept[1] - asked), name
            assert all(now >= then for now, then in zip(found[2:], kept[2:], strict=True)), name
        market.answers(partner, answer)


@pytest.mark.attack
def test_no_acts_of_one_founder_make_anything_of_others_worse(depth):
    """Each request takes one place while it stands; no one is asked twice within the wait."""

    @settings(max_examples=depth(2, deep=300), suppress_health_check=[*HealthCheck])
    @given(STEPS)
    def check(steps):
        with transaction.atomic():
            market = Market()
            play(market, steps)
            for partner, company in enumerate(market.partners):
                received = market.received(partner)
                moments = received.values_list("delivered_at", flat=True)
                assert all(later - earlier > AGAIN for earlier, later in pairwise(moments))
                lately = received.filter(delivered_at__gt=market.at - MONTH)
                stands = lately.exclude(state=IntroductionState.WITHDRAWN).count()
                assert room_of(Side.INVESTOR, company, at=market.at) == company.capacity - stands
            assert request_slots_taken(market.startup, at=market.at) <= REQUEST_SLOTS
            transaction.set_rollback(True)

    check()


def test_eight_rounds_of_asking_and_withdrawing_leave_an_inbox_open(startup, ayesha, li_wei):
    """The rival's request is delivered, and the partner was told of one request."""
    investor, rival = li_wei.membership.investor, factories.make_startup("Rival")
    Investor.objects.filter(pk=investor.pk).update(capacity=2)
    person, at = factories.make_founder("rival@example.com", rival), timezone.now()
    for _round in range(8):
        said = {"side": Side.STARTUP, "by": ayesha, "at": at}
        with suppress(decisions.AskedLatelyError):
            decisions.express_interest(startup, investor, **said)
        decisions.withdraw_interest(startup, investor, **said)
    made = decisions.express_interest(rival, investor, side=Side.STARTUP, by=person, at=at)
    assert made.state == IntroductionState.ASKED
    kinds = [kind for kind in told(li_wei) if kind == "request_received"]
    assert len(kinds) == 2


PAGES = (
    "/home/", "/matches/", "/matches/?less=1", "/directory/", "/matches/{0}/",
    "/matches/{0}/?more=factors", "/matches/{0}/fair-dealing/", "/introductions/{0}/ask/", "/deals/",
    "/deals/?view=board", "/shortlist/compare/?with={0}&with={1}", "/pilots/yours/",
)  # fmt: skip
OF_A_REQUEST = r'name="version" value="[^"]*"|(?<=">)[^<]*(?=</time>)'


def pages(client, investor):
    """What a founder reads wherever the partner could show, without what differs with every request."""
    other = Investor.objects.get(name_en="Other Partners").public_id
    client.cookies.pop("list", None)
    paths = [path.format(investor.public_id, other) for path in PAGES]
    return {path: re.sub(OF_A_REQUEST, "", page_text(client.get(path))) for path in paths}


@pytest.fixture
def scene(as_user, startup, ayesha, li_wei):
    """A founder's client, and its list with two partners; one of them is on its shortlist."""
    investor, other = li_wei.membership.investor, factories.make_investor("Other Partners")
    shortlists.shortlist(startup, investor, side=Side.STARTUP, note="Ask", by=ayesha, at=timezone.now())
    ranked.rank_whole()
    assert set(ranked.on_list(Side.STARTUP, startup)) == {investor.pk, other.pk}
    return as_user(ayesha), investor


def pass_on(startup, investor, by, at):
    decisions.pass_on(startup, investor, side=Side.INVESTOR, reason=PassReason.TEAM, by=by, at=at)


def test_nothing_on_the_other_sides_pages_changes_when_somebody_passes(scene, startup, li_wei):
    client, investor = scene
    before = pages(client, investor)
    jobs = RankingJob.objects.filter(side=Side.STARTUP).count()

    pass_on(startup, investor, li_wei, timezone.now())
    ranked.work()
    assert pages(client, investor) == before
    assert RankingJob.objects.filter(side=Side.STARTUP).count() == jobs

    ranked.rank_whole()  # a new ranking does not tell either
    assert investor.pk in ranked.on_list(Side.STARTUP, startup)


def test_after_a_week_a_pass_reads_like_a_pause_and_like_a_block(scene, startup, ayesha, li_wei):
    client, investor = scene

    def passed():
        pass_on(startup, investor, li_wei, timezone.now() - PASS_DELAY - timedelta(hours=1))

    def paused():
        Investor.objects.filter(pk=investor.pk).update(paused_at=timezone.now())

    def blocked():
        said = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
        conversations.block_company(startup, investor, **said)

    before, read = pages(client, investor), []
    for act in (passed, paused, blocked):
        act()
        read.append(pages(client, investor))
        Pass.objects.all().delete()
        Investor.objects.update(paused_at=None)
        said = {"side": Side.INVESTOR, "by": li_wei, "at": timezone.now()}
        conversations.unblock_company(startup, investor, **said)

    assert pages(client, investor) == before
    assert read[0] == read[1] == read[2]
    said = read[0]
    assert investor.name_en not in said["/matches/"]
    assert "This match is not on your list now" in said[f"/matches/{investor.public_id}/?more=factors"]
    assert "not taking new requests" in said[f"/introductions/{investor.public_id}/ask/"]
    ask = {"why": "Pumps", "purpose": "A pilot", "next_step": "A call"}
    pass_on(startup, investor, li_wei, timezone.now() - PASS_DELAY)
    refused = client.post(f"/introductions/{investor.public_id}/ask/", ask)
    assert (refused.status_code, "not taking new requests" in refused.content.decode()) == (422, True)


def test_who_passed_has_the_pair_off_its_own_list_at_once(scene, startup, li_wei, partner):
    _client, investor = scene
    assert startup.name_en in partner.get("/matches/").content.decode()
    pass_on(startup, investor, li_wei, timezone.now())
    assert startup.name_en not in partner.get("/matches/").content.decode()


def test_a_pause_leaves_the_list_of_each_thesis_too(as_user, startup, li_wei):
    investor = li_wei.membership.investor
    first = investor.theses.get()
    second = Thesis.objects.create(investor=investor, name="Second", is_active=True)
    for name in ("sectors", "stages", "places", "forms"):
        getattr(second, name).set(getattr(first, name).all())
    ranked.rank_whole()
    client = as_user(li_wei)
    paths = ("/matches/", *(f"/matches/?thesis={pk}" for pk in (first.pk, second.pk)))
    assert all(startup.name_en in client.get(path).content.decode() for path in paths)
    Startup.objects.filter(pk=startup.pk).update(paused_at=timezone.now())
    assert not any(startup.name_en in client.get(path).content.decode() for path in paths)
