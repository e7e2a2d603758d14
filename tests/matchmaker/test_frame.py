"""The frame of the pages: menus, languages, error pages, drawings, and what an empty page says."""

import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import strip_tags
from django.utils.translation import override

from matchmaker.context_processors import Site
from matchmaker.registry import MENUS as TABS
from matchmaker.templatetags.parts import tongue
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import Status
from profiles.models import Startup

OF_A_COMPANY = ["Home", "Matches", "Deals", "My company"], ["Directory", "Team", "Data and privacy"]
MENUS = {
    "startup": OF_A_COMPANY,
    "investor": OF_A_COMPANY,
    "curator": (
        ["Today", "Reviews", "Directory", "Pairs"],
        [
            "Sectors",
            "Fair dealing",
            "Decks",
            "Reports",
            "Weights",
            "Re-rankings",
            "Accounts",
            "Imports",
            "Audit log",
            "People who run the site",
        ],
    ),
    "observer": (["Concentration", "Reports", "Audit log"], []),
    "": ([], []),
}
OF_EVENTS = ("Pilots", "Pilots to review", "Programmes", "Your card")


@pytest.fixture(autouse=True)
def english():
    """Start from English, whatever language the test before left active."""
    with override("en"):
        yield


def site_for(role, url_name="", superuser=False, *, has_company=True):
    """Return what a page under `url_name` knows for a person in this role."""
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(role=role, is_superuser=superuser, has_company=has_company)
    request.resolver_match = SimpleNamespace(url_name=url_name)
    return Site(request)


def labels(site, part="links"):
    names = [str(entry.label) for entry, _current in site.menu[part]]
    return [name for name in names if name not in OF_EVENTS]


@pytest.mark.parametrize("role", MENUS)
def test_each_role_has_its_menu(role):
    """Entries of capabilities that can be deleted are tested with them."""
    site = site_for(role)
    assert (labels(site), labels(site, "extra")) == MENUS[role]


@pytest.mark.parametrize("role", ["startup", "investor"])
def test_a_person_without_a_company_finds_what_is_open_to_a_person(role):
    site = site_for(role, has_company=False)
    everything = [*labels(site), *labels(site, "extra")]
    assert everything == ["Home", "Add your company", "Data and privacy"]


ADDRESSES_OF = {"curator": "sana", "startup": "ayesha", "investor": "li_wei"}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ADDRESSES_OF)
def test_a_page_has_the_name_that_its_entry_and_its_tab_have(role, request, as_user):
    client = as_user(request.getfixturevalue(ADDRESSES_OF[role]))
    menu = site_for(role).menu
    entries = [entry for entry, _current in (*menu["links"], *menu["extra"])]
    for entry in [*entries, *(tab for each in entries for tab in TABS.get(each.url_name, ()))]:
        page = client.get(reverse(entry.url_name), follow=True)
        named = r'<title>.*?</title>|class="eyebrow">.*?<|<h1>.*?</h1>'
        head = re.findall(named, page.content.decode(), re.DOTALL)
        assert str(entry.label) in " ".join(map(strip_tags, head)), entry.url_name


@pytest.mark.django_db
def test_a_page_of_matches_has_tabs_and_says_which_one_it_is(founder):
    for path in map(reverse, ("matches", "saved_searches", "passed")):
        tabs = founder.get(path).content.decode().partition('<nav class="tabs"')[2].partition("</nav>")[0]
        assert re.findall(r'href="([^"]+)" aria-current="page"', tabs) == [path]
        assert len(re.findall("<a ", tabs)) == 3
    assert '<nav class="tabs"' not in founder.get(reverse("pipeline")).content.decode()


def test_operators_also_find_the_records():
    assert labels(site_for("", superuser=True)) == ["People who run the site", "Records"]


@pytest.mark.parametrize(
    ("role", "url_name", "current"),
    [
        ("startup", "match_pass", ["Matches"]),
        ("startup", "saved_searches", ["Matches"]),
        ("investor", "pictures", ["My company"]),
        ("investor", "thesis_edit", ["My company"]),
        ("startup", "row_edit", ["My company"]),
        ("curator", "sector", ["Sectors"]),
        ("curator", "desk", ["Today"]),
        ("curator", "desk_account", ["Accounts"]),  # not the dashboard as well, though its name begins so
        ("startup", "account_settings", []),
        ("startup-alone", "own_programmes", ["Home"]),
    ],
)
def test_the_menu_shows_where_one_is(role, url_name, current):
    side, _, alone = role.partition("-")
    menu = site_for(side, url_name, has_company=not alone).menu
    links = [*menu["links"], *menu["extra"]]
    assert [str(entry.label) for entry, is_current in links if is_current] == current


@pytest.mark.parametrize(
    ("language", "direction", "current"),
    [("en", "ltr", "English"), ("ur", "rtl", "اردو"), ("zh-hans", "ltr", "简体中文")],
)
def test_languages_are_named_in_themselves(language, direction, current):
    with override(language):
        site = site_for("")
        assert [name for _code, name, _current in site.languages] == ["English", "اردو", "简体中文"]
        assert [name for _code, name, is_current in site.languages if is_current] == [current]
        assert site.direction == direction


@pytest.mark.django_db
def test_switching_the_language_keeps_the_page(client):
    page = client.get("/join/?from=mail").content.decode()
    assert re.findall(r'name="next" value="([^"]*)"', page) == ["/join/?from=mail"]
    answer = client.post("/i18n/setlang/", {"language": "ur", "next": "/join/?from=mail"}, follow=True)
    assert answer.redirect_chain == [("/join/?from=mail", 302)]
    assert answer.wsgi_request.LANGUAGE_CODE == "ur"


@pytest.mark.parametrize("language", ["en", "ur", "zh-hans"])
@pytest.mark.parametrize("code", ["400", "403", "403_csrf", "404", "500"])
def test_error_pages_need_neither_database_nor_request(code, language):
    with override(language):
        page = render_to_string(f"{code}.html")
    root = re.findall(r'<html lang="([^"]+)" dir="([^"]+)">', page)
    assert root == [(language, "rtl" if language == "ur" else "ltr")]
    assert len(re.findall("<h1", page)) == 1


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "title", "way_on"),
    [
        ({"status": Status.DRAFT}, "You have not submitted your profile yet", "/startup/basics/"),
        ({"status": Status.SUBMITTED}, "Your profile is waiting for review", "/startup/status/"),
        ({"status": Status.RETURNED}, "Your profile was returned with questions", "/startup/status/"),
        ({"status": Status.REJECTED}, "Your profile was not accepted", "/startup/status/"),
        ({"stale_at": timezone.now()}, "Your profile is hidden from match lists", "/profile/still-true/"),
        ({"matching_consent": False}, "You have not agreed to matching", "/startup/consents/"),
    ],
)
def test_empty_pages_of_who_is_not_on_the_lists_say_why(as_user, ayesha, startup, fields, title, way_on):
    Startup.objects.filter(pk=startup.pk).update(**fields)
    client = as_user(ayesha)
    for path in map(reverse, ("matches", "pipeline")):
        main = client.get(path).content.decode().partition("<main")[2]
        assert main.count(f"<h2>{title}</h2>") == 1, path
        assert main.count(f'<a class="btn btn-primary" href="{way_on}">') == 1, path
        assert 'href="/matches/"' not in main, path


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Low-cost soil-moisture sensors", "en"),
        ("جنوبی پنجاب کے لیے IoT سینسر", "ur"),
        ("为旁遮普提供 IoT 传感器，低成本", "zh"),
        ("种子轮、Pre-A轮、A轮", "zh"),
        ("2026-11-25", ""),
        ("", ""),
    ],
)
def test_a_text_is_marked_with_the_language_of_its_letters(text, language):
    assert tongue(text) == language


@pytest.mark.parametrize(("language", "shown"), [("en", "a, b"), ("ur", "a، b"), ("zh-hans", "a、b")])
def test_a_list_is_written_with_the_comma_of_the_language(language, shown):
    with translation.override(language):
        assert joined(["a", "b"]) == shown
