"""Filters find what is stated and still holds; an investor with several theses has a list for each."""

import random
import string
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import PassReason, Side
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.lists.forms import filters_of, search_query_of
from matchmaker.matching.lists.selectors.facets import facet_terms, facet_values, loaded_values
from matchmaker.matching.lists.selectors.list_page import list_page
from matchmaker.matching.ranking.selectors.stored_lists import unpack
from matchmaker.matching.reasons.facts import read_recorded
from matchmaker.models.pair_action import Pass
from matchmaker.models.ranking import THESIS, Ranking
from profiles.models import SIDES, Need, NeedType, Place, Sector, Stage, Startup, Thesis
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.matching import lists

pytestmark = pytest.mark.django_db


@pytest.fixture
def market(investor):
    """Eight startups of five sectors, four provinces and three stages, all on the investor's list."""
    startups = [ranked.make_startup(at) for at in range(8)]
    for at, code in enumerate(("mentorship", "hardware", "data")):
        Need.objects.create(startup=startups[at], type=NeedType.objects.get(code=code))
    Startup.objects.filter(pk=startups[0].pk).update(place=Place.objects.get(code="PK-LHE"))
    thesis = investor.theses.get().pk
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(row.pk, thesis) for row in startups])
    return startups


@pytest.fixture
def member(li_wei, market):
    found = current_company(li_wei)
    assert found
    return found


def shown(member, *, is_plain=False, **codes):
    asked = QueryDict(urlencode({"filters": 1} | codes))
    return list_page(member, search_query_of(asked, is_plain=is_plain))


def choices(page):
    """All choices of all filters, groups opened, without "All"."""
    opened = {
        select.name: [each for choice in select.choices for each in (choice.inner or [choice])]
        for select in filters_of(page)
    }
    return {name: [each for each in found if each.code] for name, found in opened.items() if name != "sort"}


def test_every_choice_leaves_what_it_says_on_the_list_and_in_the_directory(member):
    for kind, options in shown(member).options.items():
        for option in options:
            assert (kind, option.term.code, shown(member, **{kind: option.term.code}).count) == (
                kind,
                option.term.code,
                option.count,
            )

    assert shown(member, sector="nonsense", password="x", sort="-by__password").count == 8

    page = shown(member, is_plain=True)

    for kind, options in page.options.items():
        for option in options:
            assert (option.term.code, option.count) == (option.term.code, None)
            assert shown(member, is_plain=True, **{kind: option.term.code}).count > 0

    for codes in (
        {"sector": "AGR"},
        {"place": "PK-PB"},
        {"form": "pilot", "stage": "seed"},
        {"need": "data"},
    ):
        plain = {card.public_id for card in shown(member, is_plain=True, **codes).cards}
        assert plain == {card.public_id for card in shown(member, **codes).cards}


MORE_THAN_3 = "3+\N{LEFT-TO-RIGHT MARK}"


def test_where_many_are_left_the_directory_says_so_and_offers_all_terms(as_user, li_wei, member, monkeypatch):
    for module in ("list_page", "uncounted"):
        monkeypatch.setattr(f"matchmaker.matching.lists.selectors.{module}.FEW", 3)
    sectors, stages = Sector.objects.filter(is_active=True).count(), Stage.objects.count()

    for sort in ("name", "newest"):
        page = shown(member, is_plain=True, sector="AGR", sort=sort)
        assert (page.counted, len(page.cards), len(page.options["stage"])) == (MORE_THAN_3, 4, stages)
        assert len(page.options["sector"]) > sectors / 2, "the other filters leave many"

    page = shown(member, is_plain=True, sector="AGR01")
    assert (page.counted, len(page.cards), len(page.options["stage"])) == ("2", 2, 2)
    assert f"{MORE_THAN_3} of 8" in as_user(li_wei).get("/directory/?sector=AGR").content.decode()


def test_no_second_choice_ends_empty(member):
    for option in shown(member).options["sector"]:
        first = shown(member, sector=option.term.code)
        for kind in ("place", "stage", "form", "need"):
            for second in first.options[kind]:
                both = shown(member, sector=option.term.code, **{kind: second.term.code})
                assert (both.count, both.count > 0) == (second.count, True)


def test_a_sector_includes_its_fields_and_a_province_its_cities(member, market):
    parent = Sector.objects.get(code="AGR")
    fields = [row.name_en for row in Startup.objects.filter(primary_sector__parent=parent).order_by("pk")]

    assert [card.name for card in shown(member, sector="AGR").cards] == fields
    assert len(fields) > shown(member, sector="AGR01").count > 0

    cards = shown(member, place="PK-PB").cards

    assert market[0].public_id in {card.public_id for card in cards}
    assert "PK-LHE" not in {choice.code for choice in choices(shown(member))["place"]}

    sectors = next(select for select in filters_of(shown(member)) if select.name == "sector")
    group = next(choice for choice in sectors.choices if choice.inner)

    assert group.label == "Agritech and food"
    assert [each.label for each in group.inner] == [
        "All of Agritech and food (4)",
        "Smart irrigation and water management (2)",
        "AI crop monitoring and remote sensing (2)",
    ]


def test_the_chosen_one_stays_even_when_it_leaves_nothing(as_user, li_wei, member):
    response = as_user(li_wei).get("/matches/?sector=EDU&stage=seed")
    page = response.context["matches"]

    assert (page.count, page.state) == (0, "filtered_away")
    assert [choice.code for choice in choices(page)["sector"] if choice.is_chosen] == ["EDU"]
    assert response.content.decode().count("<h2>No match meets all these filters</h2>") == 1

    response = as_user(li_wei).get("/matches/?sector=AGR", headers={"HX-Request": "true"})

    assert "HX-Request" in response["Vary"].split(", ")
    assert response.content.decode().count('id="results"') == 1


def test_investors_are_filtered_by_thesis_and_offers(ayesha, startup):
    investors = [ranked.make_investor(at) for at in range(4)]
    investors[0].offers.create(type=NeedType.objects.get(code="mentorship"))
    entries = [lists.entry(row.pk, row.theses.get().pk) for row in investors]
    lists.store(Side.STARTUP, startup.pk, entries)
    member = current_company(ayesha)
    assert member

    assert [card.name for card in shown(member, need="mentorship").cards] == ["Investor 0"]
    assert [card.name for card in shown(member, sector="AGR02").cards] == ["Investor 1"]
    assert shown(member, place="CN-GD").count == 4


def test_no_query_string_does_harm(as_user, li_wei, member, depth):
    client, dice = as_user(li_wei), random.Random(7)  # noqa: S311
    keys = ["sector", "place", "stage", "form", "need", "sort", "view", "page", "by__password", ""]
    for _round in range(depth(12, deep=1_000)):
        pairs = [
            (dice.choice(keys), "".join(dice.choices(string.printable + "ﷺ\u202e\x00", k=dice.randrange(9))))
            for _pair in range(dice.randrange(5))
        ]
        has_nul = any("\x00" in value for _key, value in pairs)
        assert client.get("/matches/?" + urlencode(pairs)).status_code == (400 if has_nul else 200)


def test_an_investor_without_the_thesis_in_use_is_not_found_by_it(ayesha, startup):
    investor = factories.make_investor()
    entry = lists.entry(investor.pk, investor.theses.get().pk)
    lists.store(Side.STARTUP, startup.pk, [entry])
    investor.theses.update(is_active=False)
    member = current_company(ayesha)
    assert member

    assert shown(member).options["sector"] == []


UNTRUE = "misses one of your must-haves"


def day(ahead):
    return timezone.localdate() + timedelta(days=ahead)


def test_home_says_that_no_thesis_is_in_use(as_user, li_wei, investor):
    said = "Approved, but none of your theses is active now"
    assert said not in as_user(li_wei).get(reverse("home")).content.decode()
    investor.theses.update(active_to_on=day(-1))
    assert said in as_user(li_wei).get(reverse("home")).content.decode()


def empty(client):
    return client.get(reverse("matches")).content.decode().partition("<main")[2]


@pytest.mark.parametrize("address", ["matches", "directory"])
def test_a_need_that_is_over_is_found_by_no_filter(as_user, li_wei, investor, startup, address):
    need = Need.objects.create(startup=startup, type=NeedType.objects.get(code="cloud"), expires_on=day(0))
    lists.store(Side.INVESTOR, investor.pk, [lists.entry(startup.pk, investor.theses.get().pk)])
    client = as_user(li_wei)

    def found():
        page = client.get(f"{reverse(address)}?need=cloud").context["matches"]
        whole = client.get(f"{reverse(address)}?filters=1").context["matches"]
        return page.count, [option.term.code for option in whole.options["need"]]

    assert found() == (1, ["cloud"])
    Need.objects.filter(pk=need.pk).update(expires_on=day(-1))
    assert found() == (0, [])


def test_the_page_of_a_pair_does_not_name_a_need_that_is_over(as_user, li_wei, startup):
    for code, last in (("cloud", -1), ("hardware", 0)):
        Need.objects.create(startup=startup, type=NeedType.objects.get(code=code), expires_on=day(last))
    page = as_user(li_wei).get(f"/matches/{startup.public_id}/").context["match"]
    told = {fact.label: fact.value for fact in page.portrait}
    assert told["Looks for"] == "Capital, Hardware and devices"


def test_without_a_thesis_in_use_the_empty_list_says_so(as_user, li_wei, startup):
    Thesis.objects.update(active_to_on=day(-1))
    ranked.rank_whole()

    page = empty(as_user(li_wei))

    assert ("None of your theses is active now" in page, UNTRUE in page) == (True, False)
    assert f'href="{reverse("thesis_list")}"' in page


def test_with_one_in_use_it_is_the_criteria_that_leave_nobody(as_user, li_wei, investor):
    lists.store(Side.INVESTOR, investor.pk, [])
    page = empty(as_user(li_wei))
    assert ("None of your theses is active now" in page, UNTRUE in page) == (False, True)


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

    assert as_user(li_wei).get("/home/").context["page"]["best"]["count"] == page(as_user(li_wei)).total == 5


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

    other = factories.make_thesis(factories.make_investor("Other"), "Theirs")
    store(other, graded(factories.make_startup("Secret"), other, 0))

    assert names(client, f"?thesis={other.pk}") == names(client, "?thesis=x") == names(client)
    assert page(client, f"?thesis={other.pk}").tabs[0]["is_current"]


def test_whoever_one_thesis_recommends_is_recommended_on_the_list_of_all(as_user, li_wei, investor, theses):
    """Though the thesis that it fits best has four who are better."""
    loose, strict = theses
    poor, startup = (0, 0, 255, 110, 0, 0, 0, 0), factories.make_startup("Startup P")
    Ranking.objects.filter(side=THESIS).delete()
    better = [graded(Startup.objects.get(name_en=f"Startup {name}"), loose, 10) for name in "ABCD"]
    store(loose, *better, lists.entry(startup.pk, loose.pk, levels=poor))
    store(strict, lists.entry(startup.pk, strict.pk, levels=(*poor[:3], 100, *poor[4:])))
    client = as_user(li_wei)

    found = page(client)
    assert ("Startup P", loose.name) in [(card.name, card.thesis) for card in found.cards]
    below = page(client, f"?thesis={loose.pk}&less=1").less_likely
    assert [card.name for card in below.cards] == ["Startup P"]
    assert names(client, f"?thesis={strict.pk}") == ["P"]
    assert [tab["count"] for tab in found.tabs] == [5, 4, 1]


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
    names = ("weak", "strong", "other", "third", "fourth")
    weak, strong, other, *rest = (factories.make_startup(f"Startup {name}") for name in names)
    thesis = investor.theses.get()
    entries = [lists.entry(weak.pk, thesis.pk, levels=(0, 0, 255, 110, 0, 0, 0, 0))]
    entries += [lists.entry(row.pk, thesis.pk) for row in (strong, other, *rest)]
    lists.store(Side.INVESTOR, investor.pk, entries)
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


def test_what_a_list_reads_of_its_profiles_is_what_filters_ask_for(market, investor, startup):
    today = timezone.localdate()
    before, after = today - timedelta(days=1), today + timedelta(days=1)
    Need.objects.create(startup=market[3], type=NeedType.objects.get(code="data"), expires_on=before)
    market[4].operating_places.add(Place.objects.get(code="CN"))
    market[5].other_sectors.add(Sector.objects.get(code="FIN"))
    for at, (name, days) in enumerate({"active_to_on": before, "active_from_on": after}.items()):
        ended = factories.make_thesis(investor, f"Not in use {at}", **{name: days})
        ended.sectors.add(Sector.objects.get(code="FIN"))

    for side, model in SIDES.items():
        profiles, terms = model.objects.in_bulk(), facet_terms(side)
        if side == Side.STARTUP:
            recorded = read_recorded(profiles, [investor.pk], on=today)
        else:
            recorded = read_recorded([startup.pk], profiles, on=today)
        loaded, asked = loaded_values(profiles, side, recorded, terms), facet_values(profiles, side, terms)

        assert {pk: stated(values) for pk, values in loaded.items()} == {
            pk: stated(values) for pk, values in asked.items()
        }


def stated(values):
    return {kind: keys for kind, keys in values.stated.items() if keys}
