"""The front page: what this is, how many take part, and one invented pair with its reasons."""

import pytest
from django.conf import settings as product
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.choices import Audience, Status
from profiles.models import Investor
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept():
    caches["memory"].clear()


def front(client, language="en"):
    """The answer, worked out anew."""
    caches["memory"].clear()
    client.cookies[product.LANGUAGE_COOKIE_NAME] = language
    return client.get("/")


class TestFigures:
    def test_it_counts_what_is_published(self, client):
        factories.make_startup("One")
        factories.make_startup("Draft", status=Status.DRAFT)
        factories.make_startup("Withdrawn", matching_consent=False)
        factories.make_investor("Fund")
        figures = front(client).context["front"]["figures"]
        assert (figures["startups"], figures["investors"], figures["places"]) == (1, 1, 1)

    def test_the_page_is_kept_for_a_while(self, client, django_assert_num_queries):
        client.get("/")
        with django_assert_num_queries(0):
            client.get("/")

    def test_who_has_signed_in_goes_home(self, ayesha, as_user):
        answer = as_user(ayesha).get("/")
        assert (answer.status_code, answer.headers["Location"]) == (302, "/home/")


class TestCorridor:
    @pytest.mark.parametrize(
        ("language", "places"),
        [("en", ("Pakistan", "China")), ("ur", ("پاکستان", "چین")), ("zh-hans", ("巴基斯坦", "中国"))],
    )
    def test_it_is_named_in_every_language(self, client, language, places):
        heading = front(client, language).content.decode().partition("<h1")[2].partition("</h1>")[0]
        assert all(place in heading for place in places)

    def test_another_corridor_is_a_setting(self, client, settings):
        settings.STARTUP_PLACES, settings.PARTNER_PLACES = ["PK-PB", "PK-SD"], ["CN-GD"]
        page = front(client).content.decode()
        assert "Startups in Punjab, Sindh. Capital, factories and labs in Guangdong." in page
        assert "China" not in page

    def test_without_such_places_it_names_none(self, client, settings):
        settings.PARTNER_PLACES = ["XX"]
        page = front(client).content.decode()
        assert "Startups and partners, introduced across borders" in page
        assert "Pakistan" not in page


def invented(**fields):
    """A ranked pair of invented records."""
    startup = factories.make_startup("Nehr Nigraan", is_demo=True, **fields)
    investor = factories.make_investor("Qiquan Irrigation", is_demo=True)
    ranked.rank_whole()
    return startup, investor


class TestPair:
    def test_before_anything_is_ranked_it_tells_how_it_works(self, client):
        answer = front(client)
        assert answer.context["front"]["pair"] is None
        assert "How it works" in answer.content.decode()

    def test_it_is_shown_with_what_both_sides_read(self, client):
        invented()
        answer = front(client)
        pair = answer.context["front"]["pair"]
        assert (pair["startup"]["name"], pair["investor"]["name"]) == ("Nehr Nigraan", "Qiquan Irrigation")
        assert pair["startup"]["reads"]
        assert pair["investor"]["reads"]
        assert answer.content.decode().count("Demo record") == 1

    def test_it_is_the_best_one(self, client):
        factories.make_startup("Far from it", is_demo=True, primary_sector=None, stage=None)
        invented()
        assert front(client).context["front"]["pair"]["startup"]["name"] == "Nehr Nigraan"

    def test_what_people_made_is_never_shown(self, client):
        factories.make_startup("Real Startup")
        factories.make_investor("Real Fund")
        factories.make_startup("Invented Startup", is_demo=True)
        ranked.rank_whole()
        answer = front(client)
        assert answer.context["front"]["pair"] is None
        assert "Real" not in answer.content.decode()

    def test_what_an_invented_record_hides_stays_hidden(self, client):
        startup, investor = invented(
            visibility={"name": Audience.MUTUAL, "ask": Audience.MUTUAL},
            ask_min=231_000, ask_max=432_000, website="https://canary.example", name_ur="قناری",
            contact_name="Canary Khan", contact_email="canary@canary.example", founders="Canary Twins",
            registration_number="CANARY-1", cap_table="Canary holds all",
        )  # fmt: skip
        Investor.objects.filter(pk=investor.pk).update(
            legal_name="Canary Legal", registry_id="CANARY-2", contact_name="Canary Wang"
        )
        investor.theses.update(name="Canary thesis", note="Canary note")
        for language in ("en", "ur", "zh-hans"):
            page = front(client, language).content.decode()
            assert startup.name_en not in page
            for hidden in ("canary", "قناری", "231,000", "432,000", "23.1", "43.2"):
                assert hidden not in page.lower()

    def test_more_records_take_the_same_queries(self, client, django_assert_num_queries):
        invented()
        front(client)  # what is learned once for a process
        with CaptureQueriesContext(connection) as one:
            front(client)
        queries = len(one)
        for at in range(2):
            factories.make_startup(f"Another {at}", is_demo=True)
            factories.make_investor(f"Another fund {at}", is_demo=True)
        ranked.rank_whole()
        front(client)
        with django_assert_num_queries(queries):
            front(client)
