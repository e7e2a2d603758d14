"""The list of recommended counterparts, as an investor and a founder see it."""

import re

import pytest
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import Factor, PassReason, RunState, Side
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.management.commands.bench_pages import MOST_QUERIES
from matchmaker.models.pair_action import Interest, Pass
from matchmaker.models.ranking import RankingRun
from profiles.choices import Audience, FeePolicy
from profiles.models import Investor, Receipt, Sector, Stage, Startup, User
from tests import factories
from tests.matchmaker.matching import lists

MATCHES = "/matches/"


def rank(investor, *startups, **fields):
    """Store these startups as the investor's list, best first."""
    thesis = investor.theses.get().pk
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(row.pk, thesis, **fields) for row in startups])


def rank_for(startup, *investors, **fields):
    """Store these investors as the startup's list, best first."""
    entries = [lists.entry(row.pk, row.theses.get().pk, **fields) for row in investors]
    lists.store(Side.STARTUP, startup.pk, entries)


def queries_for(client, query, size):
    """How many queries a list of `size` cards takes, the weights' included."""
    with CaptureQueriesContext(connection) as queries:
        assert len(names(client, query)) == size
    return len(queries)


def names(client, query="", address=MATCHES):
    return [card.name for card in client.get(address + query).context["matches"].cards]


def test_a_card_names_the_main_field_first(as_user, li_wei, investor, startup):
    startup.primary_sector = Sector.objects.get(code="FIN01")
    startup.save()
    startup.other_sectors.set(Sector.objects.filter(code__in=("AGR01", "AGR02")))
    rank(investor, startup)

    card = as_user(li_wei).get(MATCHES).context["matches"].cards[0]

    assert card.facts[:2] == ("Payments and gateways", "Smart irrigation and water management")


def test_a_card_says_why_in_words(as_user, li_wei, investor, startup):
    rank(
        investor,
        startup,
        levels=(160, 85, 255, 110, 0, 255, 100, 85),
        not_stated=("stage",),
        demand_adjustment_tenths=41,
    )

    card = as_user(li_wei).get(MATCHES).context["matches"].cards[0]

    assert card.reasons == (
        "Smart irrigation and water management is part of Agritech and food, which is in your thesis",
        "You both accept Equity investment",
        "Seed is the stage you look for",
    )
    assert card.caution == "An automatic comparison found little similarity between your descriptions"
    assert card.not_stated == ("Stage",)
    assert (card.score, card.fit_startup, card.fit_investor) == (51, 46, 56)


def test_the_number_on_the_card_is_the_one_the_list_is_sorted_by(as_user, li_wei, investor, startup):
    rank(investor, startup, demand_adjustment_tenths=41)
    client = as_user(li_wei)

    card = client.get(MATCHES).context["matches"].cards[0]
    page = client.get(MATCHES).content.decode()

    assert (card.score - card.number, card.demand_points) == (4, 4)
    assert card.why_here == (
        "It is shown or asked for far more often than it can answer, so it is ranked 4 points below "
        f"its score of {card.score}."
    )
    assert page.count("In high demand: −4 points") == page.count(card.why_here) == 1
    for sort, number in (("mine", card.fit_investor), ("theirs", card.fit_startup)):
        assert client.get(MATCHES, {"sort": sort}).context["matches"].cards[0].number == number


def test_a_curators_hand_is_labelled_and_knows_no_handicap(as_user, li_wei, investor, startup):
    rank(investor, startup, demand_adjustment_tenths=41, is_boosted=True)
    client = as_user(li_wei)

    card = client.get(MATCHES).context["matches"].cards[0]

    assert client.get(MATCHES).content.decode().count("Put first by a curator") == 1
    assert (card.number, card.demand_points) == (card.score, 0)
    assert card.why_here == "A curator put this pair first on both lists."


def test_no_handicap_touches_who_is_on_the_shortlist_or_mutual(as_user, li_wei, investor):
    """Stored as the engine ranks them: the handicap put both behind one that scores a little less."""
    kept, mutual, asked = (factories.make_startup(name) for name in ("Kept", "Mutual", "Only asked"))
    plain = factories.make_startup("Plain")
    thesis, a_little_less = investor.theses.get().pk, (*lists.GOOD[:-1], lists.GOOD[-1] - 20)
    lists.store(
        Side.INVESTOR,
        investor.pk,
        [
            lists.entry(plain.pk, thesis, levels=a_little_less),
            *(lists.entry(row.pk, thesis, demand_adjustment_tenths=41) for row in (kept, mutual, asked)),
        ],
    )
    Interest.objects.create(side=Side.INVESTOR, startup=mutual, investor=investor, by=li_wei)
    Interest.objects.create(side=Side.STARTUP, startup=mutual, investor=investor, by=li_wei)
    Interest.objects.create(side=Side.STARTUP, startup=asked, investor=investor, by=li_wei)
    client = as_user(li_wei)
    assert names(client) == ["Mutual", "Plain", "Kept", "Only asked"]
    shortlists.shortlist(kept, investor, side=Side.INVESTOR, by=li_wei, at=timezone.now())

    page = client.get(MATCHES).context["matches"]

    assert [(card.name, card.demand_points) for card in page.cards] == [
        ("Kept", 0),
        ("Mutual", 0),
        ("Plain", 0),
        ("Only asked", 4),
    ]


def test_a_partner_that_charges_is_marked(as_user, ayesha, startup):
    rank_for(startup, factories.make_investor("Toll Gate", fee_policy=FeePolicy.DISCLOSED))

    card = as_user(ayesha).get(MATCHES).context["matches"].cards[0]

    assert card.caution == "Charges startups; see the fees"


@pytest.mark.parametrize("query", ["", "?sort=mine&sector=AGR&place=PK"])
def test_one_card_and_three_take_the_same_queries(as_user, ayesha, li_wei, investor, startup, query):
    counts, left = [], {"withheld": {"founders": ["cross_border"]}}
    for size in (1, 3):
        rank(investor, *(factories.make_startup(f"Startup {size}-{at}", **left) for at in range(size)))
        rank_for(startup, *(factories.make_investor(f"Investor {size}-{at}", **left) for at in range(size)))
        own = query if "sector" not in query else ""  # of investors, none names a sector
        asked = (li_wei, query), (ayesha, own)
        counts.append([queries_for(as_user(user), words, size) for user, words in asked])

    assert counts[0] == counts[1]
    assert max(counts[0]) <= MOST_QUERIES["list"] + bool(query)  # the order of names, or what filters leave


def test_a_list_without_cards_says_why(as_user, ayesha, startup):
    client = as_user(ayesha)
    assert "<h2>Your list is being prepared</h2>" in client.get(MATCHES).content.decode()
    RankingRun.objects.create(state=RunState.RUNNING, steps_done=3, steps_total=8)
    assert '<progress id="run" max="8" value="3">' in client.get(MATCHES).content.decode()
    rank_for(startup)
    assert "<h2>Nothing fits at the moment</h2>" in client.get(MATCHES).content.decode()


def test_a_pass_and_who_leaves_take_the_pair_off_the_list_at_once(as_user, li_wei, investor, startup):
    rank(investor, startup, factories.make_startup("Ravi Soil"))
    Pass.objects.create(
        side=Side.INVESTOR, startup=startup, investor=investor, by=li_wei, reason=PassReason.TEAM
    )

    assert names(as_user(li_wei)) == ["Ravi Soil"]
    Startup.objects.update(matching_consent=False)
    assert names(as_user(li_wei)) == []


def test_no_type_in_common_turns_no_list_around(as_user, li_wei, investor):
    """What is not stated may still be agreed on; its points say enough."""
    none = factories.make_startup("None")
    thesis, apart = investor.theses.get().pk, (255, 255, 255, 255, 255, 0, 255, 255)
    rows = [factories.make_startup(f"Type {at}") for at in range(3)]
    less = (150,) * 8
    entries = [lists.entry(none.pk, thesis, levels=apart)]
    entries += [lists.entry(row.pk, thesis, levels=less) for row in rows]
    lists.store(Side.INVESTOR, investor.pk, entries)
    assert names(as_user(li_wei))[0] == "None"


def test_lists_come_in_pages(as_user, li_wei, investor):
    rank(investor, *(factories.make_startup(f"Startup {at:02}") for at in range(12)))
    client = as_user(li_wei)

    assert names(client, "?page=2") == ["Startup 10", "Startup 11"]
    assert names(client, "?page=99") == names(client, "?page=2")


def test_the_order_can_be_changed(as_user, li_wei, investor):
    beta, alpha = factories.make_startup("Beta"), factories.make_startup("Alpha")
    thesis = investor.theses.get().pk
    for_us, for_them = (255, 255, 1, 0, 0, 1, 0, 0), (0, 0, 1, 0, 255, 255, 255, 0)
    entries = [lists.entry(alpha.pk, thesis, levels=for_us), lists.entry(beta.pk, thesis, levels=for_them)]
    lists.store(Side.INVESTOR, investor.pk, entries)
    client = as_user(li_wei)

    assert names(client, "?sort=best") == ["Alpha", "Beta"]
    assert names(client, "?sort=mine") == ["Alpha", "Beta"]
    assert names(client, "?sort=theirs") == ["Beta", "Alpha"]
    assert names(client, "?sort=newest") == ["Alpha", "Beta"]
    assert names(client, "?sort=name") == ["Alpha", "Beta"]


class TestLessLikely:
    """What a list does not recommend stands below what it does."""

    WEAK = (0, 0, 255, 110, 1, 0, 0, 0)
    GOOD, NEAR = lists.GOOD, (100, 120, 255, 110, 200, 255, 220, 85)

    @staticmethod
    def read(client, query=""):
        """The names of the recommended and of those below, with their numbers."""
        page = client.get(MATCHES + query).context["matches"]
        parts = page.cards, page.less_likely.cards
        return [[(card.name, card.number) for card in part] for part in parts]

    @pytest.fixture
    def listed(self, investor):
        """Two good ones, twelve poor ones, and among these one that is chosen; poor ones rank above."""
        thesis = investor.theses.get().pk
        rows = [factories.make_startup(f"Poor {at:02}") for at in range(12)]
        rows += [factories.make_startup(name) for name in ("Beta", "Alpha", "Chosen")]
        levels = [self.WEAK] * 12 + [self.NEAR, self.GOOD, self.WEAK]
        entries = [lists.entry(row.pk, thesis, levels=each) for row, each in zip(rows, levels, strict=True)]
        lists.store(Side.INVESTOR, investor.pk, [*entries[12:14], *entries[:12], entries[14]])
        return rows

    def test_the_best_stand_first_in_every_order_and_the_rest_on_pages_of_their_own(
        self, as_user, li_wei, investor, listed
    ):
        shortlists.shortlist(listed[-1], investor, side=Side.INVESTOR, by=li_wei, at=timezone.now())
        client = as_user(li_wei)
        for sort in ("best", "mine", "theirs", "newest", "name"):
            upper, none = self.read(client, f"?sort={sort}")
            assert {name for name, _number in upper} == {"Poor 00", "Alpha", "Beta", "Chosen"}, sort
            (no_upper, below), (_upper, rest) = (
                self.read(client, f"?sort={sort}&less=1&page={page}") for page in (1, 2)
            )
            assert (none, no_upper, len(below), len(rest)) == ([], [], 10, 1)
            assert {name[:4] for name, _number in below + rest} == {"Poor"}
        page = client.get(MATCHES)
        html = page.content.decode()
        assert (page.context["matches"].total, page.context["matches"].less_likely.total) == (4, 11)
        assert [card.is_less_likely for card in page.context["matches"].cards] == [False, False, False, True]
        assert ("4 recommended" in html, '<a href="?less=1">Less likely (11)</a>' in html) == (True, True)
        below = client.get(MATCHES + "?sort=name&less=1").content.decode()
        assert ('<a href="?sort=name">4 recommended</a>' in below, "11 less likely" in below) == (True, True)
        assert client.get(reverse("home")).context["page"]["best"]["count"] == 4

    def test_a_filter_moves_nobody_between_the_sections(self, as_user, li_wei, listed):
        """Even where it leaves no one who is recommended."""
        client = as_user(li_wei)
        names = [row.pk for row in listed if row.name_en in ("Poor 05", "Poor 06")]
        Startup.objects.filter(pk__in=names).update(stage=Stage.objects.get(code="series_a"))

        upper, below = self.read(client, "?stage=series_a")

        assert (upper, [name for name, _number in below]) == ([], ["Poor 05", "Poor 06"])
        page = client.get(MATCHES + "?stage=series_a")
        assert page.context["matches"].state == "listed"
        html = page.content.decode()
        assert "No recommended match meets these filters." in html
        assert ("0 of 3 recommended" in html, "2 of 12 less likely" in html) == (True, True)
        assert client.get(MATCHES + "?stage=series_b").context["matches"].state == "filtered_away"

    def test_every_page_of_the_recommended_leads_to_the_less_likely(self, as_user, li_wei, investor):
        strong = [factories.make_startup(f"Strong {at:02}") for at in range(11)]
        poor = factories.make_startup("Poor")
        thesis = investor.theses.get().pk
        entries = [lists.entry(row.pk, thesis) for row in strong]
        entries.append(lists.entry(poor.pk, thesis, levels=self.WEAK))
        lists.store(Side.INVESTOR, investor.pk, entries)
        client = as_user(li_wei)

        assert [len(part) for part in self.read(client)] == [10, 0]
        assert [len(part) for part in self.read(client, "?page=2")] == [1, 0]
        assert not Receipt.objects.filter(startup=poor).exists()  # which was not shown
        assert [len(part) for part in self.read(client, "?less=1")] == [0, 1]
        for query in ("", "?page=2"):
            assert 'href="?less=1">1 less likely</a>' in client.get(MATCHES + query).content.decode()

    def test_a_list_of_poor_ones_recommends_the_best_of_them(
        self, as_user, li_wei, ayesha, investor, startup
    ):
        others = [factories.make_investor(f"Investor {at}") for at in range(4)]
        rank(investor, startup, levels=self.WEAK)
        rank_for(startup, investor, *others, levels=self.WEAK)

        assert [len(part) for part in self.read(as_user(li_wei))] == [1, 0]
        founder = as_user(ayesha)
        assert [len(part) for part in self.read(founder)] == [3, 0]
        assert [len(part) for part in self.read(founder, "?less=1")] == [0, 2]

    def test_a_partner_with_much_better_matches_is_less_likely_unless_it_is_the_best(
        self, as_user, ayesha, startup
    ):
        partners = [factories.make_investor(f"Investor {at}") for at in range(3)]
        lists.store(
            Side.STARTUP,
            startup.pk,
            [lists.entry(row.pk, row.theses.get().pk, is_outshone=at < 2) for at, row in enumerate(partners)],
        )
        client = as_user(ayesha)
        upper, below = self.read(client)[0], self.read(client, "?less=1")[1]
        assert [name for name, _number in upper] == ["Investor 0", "Investor 2"]
        assert [name for name, _number in below] == ["Investor 1"]
        assert "below 65% of the best score on the partner’s own list" in client.get(MATCHES + "?less=1").text

    def test_a_startup_is_less_likely_where_no_need_is_met_unless_it_is_the_best(
        self, as_user, li_wei, investor
    ):
        thesis = investor.theses.get().pk
        startups = [factories.make_startup(f"Startup {at}") for at in range(3)]
        without = (*self.GOOD[:4], 0, *self.GOOD[5:])
        levels = [(255, 255, 255, 255, 0, 255, 255, 255), without, self.GOOD]
        entries = [
            lists.entry(row.pk, thesis, levels=each) for row, each in zip(startups, levels, strict=True)
        ]
        lists.store(Side.INVESTOR, investor.pk, entries)
        client = as_user(li_wei)
        upper, below = self.read(client)[0], self.read(client, "?less=1")[1]
        assert [name for name, _number in upper] == ["Startup 0", "Startup 2"]
        assert [name for name, _number in below] == ["Startup 1"]
        assert "meets none of the startup’s needs" in client.get(MATCHES + "?less=1").text


def test_browsing_without_scoring_reads_and_shows_no_score(as_user, li_wei):
    for name in ("Ravi Soil", "Indus Grow"):
        factories.make_startup(name)

    with CaptureQueriesContext(connection) as queries:
        response = as_user(li_wei).get("/directory/")

    assert [card.name for card in response.context["matches"].cards] == ["Indus Grow", "Ravi Soil"]
    assert [card.score for card in response.context["matches"].cards] == [None, None]
    assert response.content.decode().count('class="score"') == 0
    assert [query["sql"] for query in queries if "matchmaker_ranking" in query["sql"]] == []


def test_a_blind_first_look_hides_names_until_interested(as_user, li_wei, investor, startup):
    User.objects.filter(pk=li_wei.pk).update(blind_first_look=True)
    rank(investor, startup)
    client = as_user(li_wei)

    assert names(client) == ["Startup: Smart irrigation and water management, Punjab"]

    Interest.objects.create(side=Side.INVESTOR, startup=startup, investor=investor, by=li_wei)

    assert names(client) == ["Indus Grow"]


def test_what_the_other_side_said_is_shown(as_user, ayesha, li_wei, investor, startup):
    rank_for(startup, investor)
    Interest.objects.create(side=Side.INVESTOR, startup=startup, investor=investor, by=li_wei)
    client = as_user(ayesha)

    assert [card.state for card in client.get(MATCHES).context["matches"].cards] == ["Interested in you"]

    Interest.objects.create(side=Side.STARTUP, startup=startup, investor=investor, by=ayesha)

    assert [card.state for card in client.get(MATCHES).context["matches"].cards] == [
        "You are both interested"
    ]


def test_visitors_sign_in_and_curators_find_nothing(as_user, sana):
    assert as_user(None).get(MATCHES).url == f"{reverse('account_login')}?next={MATCHES}"
    assert as_user(sana).get(MATCHES).status_code == 404


@pytest.mark.parametrize("make", [factories.make_founder, factories.make_partner])
def test_who_has_no_company_reads_why_every_page_leads_to_describing_one(as_user, db, make):
    nobody = make("nobody@example.com", None)
    client, form = as_user(nobody), reverse("company_start")
    begun = client.get(form)
    assert "You need to describe" not in begun.content.decode()

    asked = ["matches", "pipeline", "team", "receipts"]
    asked += [f"{nobody.role}_status", f"{nobody.role}_consents"]
    for name in asked:
        answer = client.get(reverse(name), follow=True)
        assert answer.redirect_chain[-1][0] == form, name
        told = "You need to describe your company before you can do this. You can do that here."
        assert answer.content.decode().count(told) == 1, name

    typed = {"version": begun.context["draft_form"].version, "name_en": "Chenab Cloud"}
    client.post(reverse("draft_save"), typed)
    page_again = client.get(MATCHES, follow=True).content.decode()
    assert "We have kept what you typed." in page_again
    assert 'value="Chenab Cloud"' in page_again


@pytest.mark.parametrize(("query", "is_blind"), [(f"{MATCHES}?sort=name", True), ("/directory/", False)])
def test_the_order_follows_from_what_the_viewer_sees(as_user, li_wei, query, is_blind):
    """Whatever the pair's state, a hidden name could be any other one and the list would be the same."""
    User.objects.filter(pk=li_wei.pk).update(blind_first_look=is_blind)
    investor, shy = li_wei.membership.investor, {"visibility": {"name": Audience.MUTUAL}}
    startups = [factories.make_startup(f"Name {at}", **fields) for at, fields in enumerate(({}, shy) * 4)]
    thesis = investor.theses.get()
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(startup.pk, thesis.pk) for startup in startups])
    founder = factories.make_founder("founder@example.com", startups[0])
    said = [(Side.INVESTOR, li_wei, startup) for startup in startups[2:]]
    said += [(Side.STARTUP, founder, startup) for startup in startups[4:]]
    Interest.objects.bulk_create(
        Interest(side=side, startup=startup, investor=investor, by=by) for side, by, startup in said
    )
    client = as_user(li_wei)

    def order():
        return [card.public_id for card in client.get(query).context["matches"].cards]

    before, shown = order(), set(names(client, address=query))
    hidden = Startup.objects.exclude(name_en__in=shown)
    assert hidden.count() == (3 if is_blind else 2)
    for letter in "AZ":
        hidden.update(name_en=Concat(Value(letter), "name_en"))
        assert order() == before


def test_a_card_says_which_side_has_not_stated_a_factor(as_user, li_wei, investor, startup):
    thesis = investor.theses.get().pk
    row = lists.entry(startup.pk, thesis, not_stated=("stage",))
    row["not_stated"] |= 1 << (8 + Factor.values.index("place"))
    lists.store(Side.INVESTOR, investor.pk, [row])
    page = as_user(li_wei).get(MATCHES)
    card = page.context["matches"].cards[0]
    assert (card.not_stated, card.not_stated_own) == (("Stage",), ("Location",))
    said = " ".join(re.sub("<[^>]+>", " ", page.content.decode()).split())
    assert "Not stated: Stage You have not stated: Location" in said


def test_texts_in_two_languages_are_no_caution(as_user, li_wei, investor, startup):
    apart = (160, 85, 255, 110, 0, 255, 100, 85)
    Startup.objects.filter(pk=startup.pk).update(pitch="Sensors for canals")
    Investor.objects.filter(pk=investor.pk).update(pitch="我们投资农业", summary_en="")
    rank(investor, startup, levels=apart)
    client = as_user(li_wei)
    said = "An automatic comparison found little similarity between your descriptions"
    assert client.get(MATCHES).context["matches"].cards[0].caution != said
    Investor.objects.filter(pk=investor.pk).update(summary_en="We invest in farms")
    assert client.get(MATCHES).context["matches"].cards[0].caution == said
