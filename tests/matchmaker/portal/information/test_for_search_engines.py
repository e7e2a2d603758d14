"""What search engines are told: which pages they may read, and nothing of a demonstration."""

import re

import pytest
from django.urls import reverse

from matchmaker.models.pilot import PilotState
from tests.matchmaker.events.pilots.piloted import make_pilot
from tests.matchmaker.events.programmes.programmed import make_programme

pytestmark = pytest.mark.django_db


def test_the_map_has_what_everybody_may_read_and_nothing_else(as_user, li_wei, settings):
    settings.SITE_URL = "https://corridor.example"
    investor, visitor = li_wei.membership.investor, as_user(None)
    shown = [
        reverse("pilot", args=[make_pilot(investor, by=li_wei).public_id]),
        reverse("programme", args=[make_programme(investor, by=li_wei).public_id]),
    ]
    draft = make_pilot(investor, by=li_wei, state=PilotState.DRAFT)
    answer = visitor.get("/sitemap.xml")
    listed = re.findall(r"<loc>https://corridor\.example(.*?)</loc>", answer.text)
    pages = [page.removeprefix("/en") for page in listed if page.startswith("/en/")]
    assert {page for page in listed if page.startswith("/ur/")} == {f"/ur{page}" for page in pages}
    assert answer.text.count('hreflang="zh-hans" href="https://corridor.example/zh-hans/help/"') == 3
    assert answer.headers["Content-Type"] == "application/xml"
    assert {*shown, "/", "/help/", "/pilots/"} <= {*pages}
    assert reverse("pilot", args=[draft.public_id]) not in pages
    assert {visitor.get(page).status_code for page in pages} == {200}


def test_search_engines_read_public_pages_and_nothing_of_a_demonstration(as_user, settings):
    settings.SITE_URL = "https://corridor.example"
    for is_demo in (False, True):
        settings.DEMO = is_demo
        lines = as_user(None).get("/robots.txt").text.splitlines()
        assert "Disallow: /" in lines
        assert ("Allow: /help/" in lines) != is_demo
        assert ("Sitemap: https://corridor.example/sitemap.xml" in lines) != is_demo
        assert "Allow: /home/" not in lines


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ur", "rtl"), ("zh-hans", "ltr")])
def test_a_public_page_has_an_address_in_each_language(as_user, li_wei, language, direction):
    for user in (None, li_wei):
        answer = as_user(user).get(f"/{language}/help/")
        assert f'<html lang="{language}" dir="{direction}">' in answer.text
        assert answer.headers["Content-Language"] == language
        # Choosing another language there shows it: the form does not lead back to an address with a language.
        assert '<input type="hidden" name="next" value="/help/">' in answer.text
        assert as_user(user).get(f"/{language}/home/").status_code == 404


def test_browsers_find_the_icon_where_they_look_first(as_user):
    answer = as_user(None).get("/favicon.ico")
    assert (answer.status_code, "corridor/icon" in answer.headers["Location"]) == (302, True)


@pytest.mark.parametrize("name", ["front", "join", "help", "terms", "privacy", "contact", "pilots"])
def test_every_public_page_says_in_a_sentence_what_it_is(as_user, name):
    page = as_user(None).get(reverse(name)).text
    assert len(re.findall(r'<meta [^>]*content="\s*\w[^"]{20,}" name="description">', page)) == 1
