"""The list page in every combination of its options, and while a row leaves between two of its reads."""

from itertools import product

import pytest

from matchmaker.choices import Side
from matchmaker.models.ranking import THESIS, Ranking
from profiles.models import Investor, Startup, User
from tests import factories
from tests.matchmaker.matching import lists
from tests.racing import between_reads

pytestmark = pytest.mark.django_db

SORTS, FILTERS = ("best", "mine", "theirs", "newest", "name"), ("", "&place={place}")
WEAK = (0, 0, 255, 110, 0, 0, 0, 0)
STRONG, ROWS = 12, 24  # more than a page of recommended ones, and of less likely ones


@pytest.fixture
def market(investor, startup):
    """Investor and startup with long lists, the investor with two theses, whose lists are alike."""
    first, second = investor.theses.get(), factories.make_thesis(investor, "Second")
    startups = [startup, *(factories.make_startup(f"Startup {at}") for at in range(ROWS - 1))]
    investors = [investor, *(factories.make_investor(f"Investor {at}") for at in range(ROWS - 1))]
    of = dict(Investor.objects.values_list("pk", "theses"))

    def entries(rows, thesis=None):
        levels = [lists.GOOD] * STRONG + [WEAK] * (ROWS - STRONG)
        return [
            lists.entry(row.pk, thesis or of[row.pk], levels=each)
            for row, each in zip(rows, levels, strict=True)
        ]

    for thesis in (first, second):
        stored = lists.store(Side.INVESTOR, 10_000 + thesis.pk, entries(startups, thesis.pk))
        Ranking.objects.filter(pk=stored.pk).update(side=THESIS, profile_id=thesis.pk)
    lists.store(Side.INVESTOR, investor.pk, entries(startups, first.pk))
    lists.store(Side.STARTUP, startup.pk, entries(investors))
    return first, second


def addresses(place, theses=("",), sorts=SORTS):
    """Every order and view, with and without a filter, for every tab; other pages in every order."""
    scored = product(sorts, theses, FILTERS)
    found = [f"/matches/?sort={sort}&thesis={thesis}{rest}" for sort, thesis, rest in scored]
    plain = [f"/directory/?sort={sort}{rest}" for sort, rest in product(("name", "newest"), FILTERS)]
    pages = [f"/matches/?sort={sort}&page=2&{rest}" for sort in sorts for rest in ("", "less=1")]
    pages += [f"/directory/?sort={sort}&page={page}" for sort, page in product(("name", "newest"), (2, "x"))]
    return [each.format(place=place) for each in found + plain], pages


def shown(client, query):
    """How many the page shows as recommended and as less likely."""
    page = client.get(query).context["matches"]
    return len(page.cards), len(page.less_likely.cards)


@pytest.mark.parametrize("is_blind", [False, True])
def test_an_investor_reads_none_one_and_several_in_every_way(as_user, li_wei, market, is_blind, depth):
    User.objects.filter(pk=li_wei.pk).update(blind_first_look=is_blind)
    Startup.objects.filter(name_en="Startup 1").update(visibility={"name": "mutual"})
    sorts = ("best", "name") if is_blind else SORTS
    first_pages, pages = addresses("PK", ("", market[0].pk), sorts)
    read_all(as_user(li_wei), Startup, first_pages, pages, depth)


def test_a_founder_reads_none_one_and_several_in_every_way(as_user, ayesha, market, depth):
    read_all(as_user(ayesha), Investor, *addresses("CN"), depth)


def read_all(client, model, first_pages, pages, depth):
    """Read every address, or every seventh, while many, one and none of the rows can be seen."""
    step = depth(7, deep=1)
    for query in first_pages[::step]:
        assert shown(client, query) == (10, 0), query
    for query in pages[:: (step + 1) // 2]:
        expected = (10, 0) if "/directory/" in query else (STRONG - 10, 0)
        expected = (0, ROWS - STRONG - 10) if "less" in query else expected
        assert shown(client, query.replace("page=x", "page=2")) == expected, query
    for kept in (1, 0):
        rows = model.objects.order_by("pk").values_list("pk", flat=True)[kept:]
        model.objects.filter(pk__in=list(rows)).update(matching_consent=False)
        for query in (first_pages + pages)[kept::step]:
            assert shown(client, query) == (kept, 0), query


@pytest.mark.parametrize("address", ["/directory/", "/matches/?sort=name&page=2", "compare"])
def test_a_startup_leaves_between_any_two_reads_of_a_page(as_user, li_wei, market, address):
    named = (
        Startup.objects.exclude(memberships__isnull=False).order_by("pk").values_list("public_id", flat=True)
    )
    if address == "compare":
        address = "/shortlist/compare/?" + "&".join(f"with={public_id}" for public_id in named[1:4])
    client = as_user(li_wei)

    def read():
        assert client.get(address, follow=True).status_code == 200

    assert between_reads(read, Startup.objects.exclude(memberships__isnull=False).delete) >= 9
