"""That the other side passed cannot be told: its pages follow a week later, and then read as of a pause."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaker.choices import PassReason, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.models.pair_action import PASS_DELAY, Pass
from matchmaker.models.ranking import RankingJob
from profiles.models import Investor, Startup, Thesis
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.deals.fair_dealing.pairs import page_text

pytestmark = pytest.mark.django_db


PAGES = (
    "/home/",
    "/matches/",
    "/matches/?less=1",
    "/directory/",
    "/matches/{0}/",
    "/matches/{0}/?more=factors",
    "/matches/{0}/fair-dealing/",
    "/introductions/{0}/ask/",
    "/deals/",
    "/deals/?view=board",
    "/shortlist/compare/?with={0}&with={1}",
    "/pilots/yours/",
)
OF_A_REQUEST = r'name="version" value="[^"]*"|(?<=">)[^<]*(?=</time>)'


def pages(client, investor):
    """What a founder reads wherever the partner could show, without what differs with every request."""
    other = Investor.objects.get(name_en="Other Partners").public_id
    client.cookies.pop("list", None)
    paths = [path.format(investor.public_id, other) for path in PAGES]
    return {path: re.sub(OF_A_REQUEST, "", page_text(client.get(path))) for path in paths}


@pytest.fixture
def scene(as_user, startup, ayesha, li_wei):
    """A founder's client, and its list with two partners of whom one is on its shortlist."""
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


def test_who_passed_has_the_pair_off_its_own_list_at_once(as_user, scene, startup, li_wei):
    _client, investor = scene
    own = as_user(li_wei)
    assert startup.name_en in own.get("/matches/").content.decode()
    pass_on(startup, investor, li_wei, timezone.now())
    assert startup.name_en not in own.get("/matches/").content.decode()


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
