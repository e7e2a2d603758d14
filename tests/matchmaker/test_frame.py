"""The frame of the pages: menus, languages, error pages, drawings, and what an empty page says."""

import re
from types import SimpleNamespace

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import override

from matchmaker.context_processors import Site
from matchmaker.templatetags.parts import tongue
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import Status
from profiles.models import Startup

MENUS = {
    "startup": ["Home", "Matches", "Directory", "Introductions", "Shortlist", "My company", "Team"],
    "investor": ["Home", "Matches", "Directory", "Introductions", "Shortlist", "My company", "Team"],
    "curator": [
        "Today",
        "Reviews",
        "Directory",
        "Pairings",
        "Sectors",
        "Fair dealing",
        "Reports",
        "Weights",
        "Ranking runs",
        "Accounts",
        "Imports",
        "Audit log",
        "People who run the site",
    ],
    "observer": ["Concentration", "Reports", "Audit log"],
    "": [],
}


@pytest.fixture(autouse=True)
def english():
    """Start from English, whatever language the test before left active."""
    with override("en"):
        yield


def site_for(role, url_name="", superuser=False):
    """Return what a page under `url_name` knows for a person in this role."""
    request = RequestFactory().get("/")
    request.user = SimpleNamespace(role=role, is_superuser=superuser)
    request.resolver_match = SimpleNamespace(url_name=url_name)
    return Site(request)


def labels(site):
    return [str(entry.label) for entry, _current in site.menu["links"]]


@pytest.mark.parametrize("role", MENUS)
def test_each_role_has_its_menu(role):
    """Entries of capabilities that can be deleted are tested with them."""
    assert [name for name in labels(site_for(role)) if name not in ("Pilots", "Programmes")] == MENUS[role]


def test_operators_also_find_the_records():
    assert labels(site_for("", superuser=True)) == ["People who run the site", "Records"]


@pytest.mark.parametrize(
    ("role", "url_name", "current"),
    [
        ("startup", "match_pass", ["Matches"]),
        ("investor", "thesis_edit", ["My company"]),
        ("startup", "row_edit", ["My company"]),
        ("curator", "sector", ["Sectors"]),
        ("curator", "desk", ["Today"]),
        ("curator", "desk_account", ["Accounts"]),  # not the dashboard as well, though its name begins so
        ("startup", "account_settings", []),
    ],
)
def test_the_menu_shows_where_one_is(role, url_name, current):
    links = site_for(role, url_name).menu["links"]
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
        ({"matching_consent": False}, "You have not agreed to matching", "/startup/consent/"),
    ],
)
def test_empty_pages_of_who_is_not_on_the_lists_say_why(as_user, ayesha, startup, fields, title, way_on):
    Startup.objects.filter(pk=startup.pk).update(**fields)
    client = as_user(ayesha)
    for path in map(reverse, ("matches", "introductions", "shortlist")):
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
