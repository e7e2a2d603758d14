"""An investor with several theses reads a list for each, and all of them taking turns."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matchmaker.choices import PassReason, Side
from matchmaker.models.pair_action import Pass
from matchmaker.models.ranking import THESIS, Ranking
from matchmaker.ranking.selectors.stored_lists import unpack
from profiles.models import Sector
from tests import factories
from tests.matchmaker import lists, ranked


def graded(startup, thesis, points, **fields):
    """An entry whose score falls with `points`."""
    return lists.entry(startup.pk, thesis.pk, levels=(*lists.GOOD[:-1], 255 - points), **fields)


def store(thesis, *entries):
    """Store the list of one thesis."""
    packed = lists.store(Side.INVESTOR, 10_000 + thesis.pk, entries)
    Ranking.objects.filter(pk=packed.pk).update(side=THESIS, profile_id=thesis.pk)


@pytest.fixture
def theses(investor):
    """A loose thesis with four startups and a strict one with two, one of which suits both."""
    loose, strict = investor.theses.get(), factories.make_thesis(investor, "Strict")
    a, b, c, d, e = (factories.make_startup(f"Startup {name}") for name in "ABCDE")
    in_loose = [graded(row, loose, 10 * at) for at, row in enumerate((a, b, c, d))]
    store(loose, *in_loose)
    store(strict, graded(e, strict, 60), graded(b, strict, 90))
    lists.store(Side.INVESTOR, investor.pk, in_loose)
    return loose, strict


def page(client, query=""):
    return client.get("/matches/" + query).context["matches"]


def names(client, query=""):
    return [card.name.removeprefix("Startup ") for card in page(client, query).cards]


def test_all_gives_each_thesis_its_turn_and_every_startup_its_best_thesis(as_user, li_wei, theses):
    found = page(as_user(li_wei))

    assert [(card.name, card.thesis) for card in found.cards] == [
        ("Startup A", theses[0].name),
        ("Startup E", "Strict"),
        ("Startup B", theses[0].name),
        ("Startup C", theses[0].name),
        ("Startup D", theses[0].name),
    ]
    told = {order: as_user(li_wei).get(f"/matches/{order}").content.decode() for order in ("", "?sort=name")}
    assert ("Your theses take turns" in told[""], "Sorted by the number" in told[""]) == (True, False)
    assert "Your theses take turns" not in told["?sort=name"]


def test_each_thesis_has_a_tab_with_its_own_list(as_user, li_wei, theses):
    client = as_user(li_wei)
    strict = f"?thesis={theses[1].pk}"

    assert names(client, strict) == ["E", "B"]
    assert names(client, f"?thesis={theses[0].pk}") == ["A", "B", "C", "D"]
    tabs = page(client, strict).tabs
    assert [(tab["name"], tab["count"], tab["is_current"]) for tab in tabs] == [
        ("All", 5, False),
        (theses[0].name, 4, False),
        ("Strict", 2, True),
    ]
    answer = client.get(f"/matches/{strict}").content.decode()
    assert answer.count('aria-current="true"><bdi>Strict</bdi> (2)') == 1
    assert "Sorted by the number" in answer
    assert page(client, strict).total == 2


def test_home_counts_what_the_list_of_all_shows(as_user, li_wei, theses):
    assert as_user(li_wei).get("/home/").context["page"]["matches"] == page(as_user(li_wei)).total == 5


def test_a_thesis_of_somebody_else_is_none(as_user, li_wei, theses):
    other = factories.make_thesis(factories.make_investor("Other"), "Theirs")
    store(other, graded(factories.make_startup("Secret"), other, 0))
    client = as_user(li_wei)

    assert names(client, f"?thesis={other.pk}") == names(client, "?thesis=x") == names(client)
    assert page(client, f"?thesis={other.pk}").tabs[0]["is_current"]


def test_one_thesis_has_no_tabs(as_user, li_wei, investor):
    lists.store(
        Side.INVESTOR, investor.pk, [graded(factories.make_startup("Startup A"), investor.theses.get(), 0)]
    )
    client = as_user(li_wei)
    assert page(client).tabs == []
    assert page(client).cards[0].thesis == ""


def test_more_theses_take_no_more_queries(as_user, li_wei, investor, theses):
    client = as_user(li_wei)

    def queries():
        with CaptureQueriesContext(connection) as counted:
            page(client)
        return len(counted)

    page(client)
    two = queries()
    for at in range(3):
        more = factories.make_thesis(investor, f"Thesis {at}")
        store(more, graded(factories.make_startup(f"Startup {at}"), more, 20 + at))
    page(client)  # whoever is new on it gets a receipt
    assert queries() == two


def test_whoever_was_given_a_place_to_be_seen_keeps_it(as_user, li_wei, investor, theses):
    unseen = factories.make_startup("Startup U")
    given = graded(unseen, theses[0], 20)
    given["flags"] = 1
    known = unpack(bytes(Ranking.objects.get(side=Side.INVESTOR, profile_id=investor.pk).entries))
    lists.store(Side.INVESTOR, investor.pk, [*known[:1], given, *known[1:]])

    assert names(as_user(li_wei)) == ["A", "U", "E", "B", "C", "D"]


ONE_OF_SEVERAL = "(by the thesis that fits best)"


def test_on_the_list_of_one_thesis_no_sentence_speaks_of_another(as_user, li_wei, theses):
    strict = theses[1]
    strict.sectors.set(Sector.objects.filter(code="HLT01"))
    client = as_user(li_wei)
    everybody = {card.name: card.caution for card in page(client).cards}
    assert everybody["Startup E"].endswith(ONE_OF_SEVERAL)
    cautions = {card.name: card.caution for card in page(client, f"?thesis={strict.pk}").cards}
    assert cautions["Startup E"] == everybody["Startup E"].removesuffix(ONE_OF_SEVERAL).strip()


def test_the_page_says_its_number_on_the_list_that_is_shown_and_by_which_thesis(as_user, li_wei, investor):
    ranked.rank_whole()
    weak, strong, other = (factories.make_startup(f"Startup {name}") for name in ("weak", "strong", "other"))
    thesis = investor.theses.get()
    entries = [lists.entry(weak.pk, thesis.pk, levels=(0, *lists.GOOD[1:]))]
    lists.store(
        Side.INVESTOR, investor.pk, [*entries, *(lists.entry(row.pk, thesis.pk) for row in (strong, other))]
    )
    client = as_user(li_wei)
    places = [
        client.get(f"/matches/{row.public_id}/").context["match"].place for row in (weak, strong, other)
    ]
    assert places == [None, 1, 2]
    Pass.objects.create(
        startup=strong, investor=investor, side=Side.INVESTOR, by=li_wei, reason=PassReason.TEAM
    )
    assert client.get(f"/matches/{other.public_id}/").context["match"].place == 1
    assert "Scored against your thesis" not in client.get(f"/matches/{other.public_id}/").content.decode()
    factories.make_thesis(investor, "Strict")
    assert "Scored against your thesis" in client.get(f"/matches/{other.public_id}/").content.decode()
