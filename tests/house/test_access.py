"""Deny by default: every address × every actor × GET and POST, against the declared table."""

import re
from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.http import HttpResponse
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.choices import Role
from tests.factories import make_user
from tests.house.access import ACCESS, ACTORS
from tests.house.headers import faults
from tests.house.market import Market
from tests.house.urls import ADMIN, routes

LETTERS = {200: "o", 400: "b", 401: "u", 403: "f", 404: "n", 405: "m", 422: "i", 503: "x"}


def letter(response: HttpResponse) -> str:
    """Return the table's letter for an answer."""
    if response.status_code in {301, 302}:
        return "s" if response.headers["Location"].startswith(("/accounts/login/", "/admin/login/")) else "g"
    return LETTERS.get(response.status_code, f"[{response.status_code}]")


def ask(market: Market, actor: str, method: str, path: str) -> str:
    """Ask once, undo what it did, and return the letter of the answer."""
    with market.undone(actor) as client:
        answer = getattr(client, method)(path)
        if answer.streaming:
            list(answer)  # read to its end, so that its file is closed
        return letter(answer)


def test_every_address_is_declared():
    names = {route.name for route in routes() if not route.name.startswith(ADMIN)}
    assert names == {address.name for address in ACCESS}


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.parametrize("actor", ACTORS)
def test_access_by_writing(actor, tally):
    market, at = Market(), ACTORS.index(actor)
    tally.count(len(ACCESS))
    found = {str(address): ask(market, actor, "post", address.path(market)) for address in ACCESS}
    assert found == {str(address): address.post[at] for address in ACCESS}


# Reading leaves a session, what is counted against limits, and the receipt that its owner was promised
# (docs/decisions/0019-consents-by-group.md); nothing else.
LEFT = ("django_session", "cache", "profiles_limitbucket", "profiles_receipt")
WRITE = re.compile(rf'^(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "(?!(?:{"|".join(LEFT)})")')


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.parametrize("actor", ACTORS)
def test_access_by_reading(actor, tally):
    """Every answer is the declared one, changes nothing, and carries the headers that protect its reader."""
    market, at, letters, wrong = Market(), ACTORS.index(actor), {}, {}
    tally.count(len(ACCESS))
    for address in ACCESS:
        path = address.path(market)
        with market.undone(actor) as client, CaptureQueriesContext(connection) as queries:
            answer = client.get(path)
        letters[str(address)] = letter(answer)
        written = [query["sql"] for query in queries if WRITE.match(query["sql"])]
        wrong[str(address)] = written + faults(answer)
    assert letters == {str(address): address.get[at] for address in ACCESS}
    assert {address: found for address, found in wrong.items() if found} == {}


@pytest.mark.django_db
def test_a_zero_byte_reaches_no_view():
    market = Market()
    clients = [market.client(actor) for actor in ("visitor", "founder", "operator")]
    paths = [address.path(market) for address in ACCESS] + ["/matches/%00/"]
    asked = [path + "?id=1&with=%00" if "%" not in path else path for path in paths]
    assert {client.get(path).status_code for client in clients for path in asked} == {400}


def admin_paths() -> list[str]:
    """Return every address of the admin, about records that do not exist."""
    app = next(iter(site._registry))._meta.app_label
    missing: dict[str, Any] = {"object_id": "0", "app_label": app, "content_type_id": 1, "url": "x"}
    found = [route for route in routes() if route.name.startswith(ADMIN) and " " not in route.name]
    return [reverse(route.name, kwargs={name: missing[name] for name in route.arguments}) for route in found]


@pytest.mark.attack
@pytest.mark.django_db
def test_the_admin_is_for_operators(share):
    market, step = Market(), share(small=7, full=1)  # a small share takes one actor a page, by turns
    others = [actor for actor in ACTORS if actor != "operator"]
    open_doors = {reverse("admin:login"), reverse("admin:logout"), reverse("admin:jsi18n")}
    wrong = [
        (actor, method, path)
        for number, path in enumerate(admin_paths())
        if path not in open_doors
        for actor in others[number % step :: step]
        for method in ("get", "post")
        if ask(market, actor, method, path) not in {"s", "n"}
    ]
    assert wrong == []


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.parametrize("address", [one for one in ACCESS if one.name.startswith("demo_")], ids=str)
def test_the_demo_doors_exist_only_in_the_demo(address, settings):
    settings.DEMO = False
    market = Market()
    path = address.path(market)
    assert {ask(market, actor, method, path) for actor in ACTORS for method in ("get", "post")} == {"n"}


OF_OBSERVERS = {"audit", "concentration", "reports", "report"}
OF_OPERATORS = {"people", "person_add", "person", "person_role"}


@pytest.mark.django_db
def test_an_observer_reads_reports_and_else_what_anybody_may_who_belongs_to_no_company():
    """As an operator, who has no role in the market either, but for the pages of staff and the reports."""
    market, at = Market(), ACTORS.index("operator")
    market.people["operator"] = make_user("observer@example.com", Role.OBSERVER)
    for method in ("get", "post"):
        found = {str(each): ask(market, "operator", method, each.path(market)) for each in ACCESS}
        expected = {
            str(each): "n" if each.name in OF_OPERATORS else getattr(each, method)[at] for each in ACCESS
        }
        of_curators = {
            str(each): getattr(each, method)[ACTORS.index("curator")]
            for each in ACCESS
            if each.name in OF_OBSERVERS
        }
        assert found == expected | of_curators
