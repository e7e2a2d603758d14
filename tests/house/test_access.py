"""Deny by default: every address × every actor × GET and POST, against the declared table.

The same walk looks at each answer: what it wrote, its headers and cookies, the page in one of the languages,
and that no one else was asked.
"""

import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.contrib.admin import site
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse

from profiles.choices import Role
from profiles.models import Investor, Startup
from tests.factories import make_user
from tests.house.access import ACCESS, ACTORS, Address
from tests.house.headers import cookie_faults, faults
from tests.house.market import Market
from tests.house.pages import LANGUAGES, NO_PAGES, page_faults
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


@pytest.fixture
def asked_elsewhere(monkeypatch):
    """What was asked of other machines, though the records of both companies hold addresses of some."""
    asked: list[str] = []
    whole = socket.socket.connect

    def connect(self: socket.socket, address: Any) -> Any:
        ours = self.family == socket.AF_UNIX or str(address[0]) in {"127.0.0.1", "::1", "localhost"}
        if not ours:
            asked.append(str(address))
        return whole(self, address)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *name, **_more: asked.append(str(name)) or [])
    return asked


@pytest.fixture
def _over_https(settings, market):
    """Set cookies as production does, let members add webhooks, and state addresses that no page asks."""
    Startup.objects.update(website="http://192.0.2.1/latest/meta-data/")
    Investor.objects.update(website="http://[2001:db8::1]/")
    settings.WEBHOOKS = "on"
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = settings.LANGUAGE_COOKIE_SECURE = True


# Reading leaves a session, what is counted against limits, and the receipt that its owner was promised
# (docs/decisions/0019-consents-by-group.md); nothing else.
# What is kept of reading itself.
LEFT = (
    "django_session", "cache", "profiles_limitbucket", "profiles_receipt", "matchmaker_deckopening"
)  # fmt: skip
WRITE = re.compile(rf'^(?:INSERT (?:OR IGNORE )?INTO|UPDATE|DELETE FROM) "(?!(?:{"|".join(LEFT)})")')


@contextmanager
def writes() -> Iterator[list[str]]:
    """Collect the statements that change something; without their values, which take long to put in."""
    found: list[str] = []

    def look(execute: Any, sql: str, *rest: Any) -> Any:
        if WRITE.match(sql):
            found.append(sql)
        return execute(sql, *rest)

    with connection.execute_wrapper(look):
        yield found


def language_of(address: Address, number: int, at: int) -> str:
    """Return the reader's language: those who can open a page read it in the three languages."""
    readers = [position for position, letter in enumerate(address.get) if letter == "o"]
    return LANGUAGES[(number + (readers.index(at) if at in readers else 0)) % len(LANGUAGES)]


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.usefixtures("_over_https")
def test_access_by_writing(market, tally, asked_elsewhere):
    found, declared, wrong = {}, {}, {}
    for address in ACCESS:
        path = address.path(market)
        for at, actor in enumerate(ACTORS):
            tally.count()
            asked = f"{address} by {actor}"
            with market.undone(actor) as client:
                answer = client.post(path)
            found[asked], declared[asked] = letter(answer), address.post[at]
            wrong[asked] = cookie_faults(answer) + asked_elsewhere
            asked_elsewhere.clear()
    assert found == declared
    assert {asked: what for asked, what in wrong.items() if what} == {}


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.usefixtures("_over_https")
def test_access_by_reading(market, tally, settings, asked_elsewhere):
    """Every answer is the declared one, changes nothing, protects its reader, and is a whole page."""
    found, declared, wrong = {}, {}, {}
    for number, address in enumerate(ACCESS):
        path = address.path(market)
        for at, actor in enumerate(ACTORS):
            tally.count()
            asked, language = f"{address} by {actor}", language_of(address, number, at)
            with market.undone(actor) as client, writes() as written:
                client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
                answer = client.get(path)
            found[asked], declared[asked] = letter(answer), address.get[at]
            wrong[asked] = written + faults(answer) + cookie_faults(answer) + asked_elsewhere
            asked_elsewhere.clear()
            if answer.status_code == 200 and address.name not in NO_PAGES:
                wrong[asked] += page_faults(answer.content.decode(), language)
    assert found == declared
    assert {asked: what for asked, what in wrong.items() if what} == {}


@pytest.mark.django_db
def test_a_zero_byte_reaches_no_view(market):
    clients = [market.client(actor) for actor in ("visitor", "founder", "operator")]
    paths = [address.path(market) for address in ACCESS] + ["/matches/%00/"]
    asked = [path + "?id=1&with=%00" if "%" not in path else path for path in paths]
    found = {clients[number % 3].get(path).status_code for number, path in enumerate(asked)}
    assert found == {400}


def admin_paths() -> list[str]:
    """Return every address of the admin, about records that do not exist."""
    app = next(iter(site._registry))._meta.app_label
    missing: dict[str, Any] = {"object_id": "0", "app_label": app, "content_type_id": 1, "url": "x"}
    found = [route for route in routes() if route.name.startswith(ADMIN) and " " not in route.name]
    return [reverse(route.name, kwargs={name: missing[name] for name in route.arguments}) for route in found]


@pytest.mark.attack
@pytest.mark.django_db
def test_the_admin_is_for_operators(market, depth):
    others = depth(("visitor", "founder", "curator"), deep=ACTORS[:-1])
    open_doors = {reverse("admin:login"), reverse("admin:logout"), reverse("admin:jsi18n")}
    wrong = [
        (actor, method, path)
        for path in admin_paths()
        if path not in open_doors
        for actor in others
        for method in ("get", "post")
        if ask(market, actor, method, path) not in {"s", "n"}
    ]
    assert wrong == []


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.parametrize("address", [one for one in ACCESS if one.name.startswith("demo_")], ids=str)
def test_the_demo_doors_exist_only_in_the_demo(market, address, settings):
    settings.DEMO = False
    path = address.path(market)
    assert {ask(market, actor, method, path) for actor in ACTORS for method in ("get", "post")} == {"n"}


OF_OBSERVERS = {"audit", "concentration", "reports", "report"}
OF_OPERATORS = {"people", "person_add", "person", "person_role"}


@pytest.mark.django_db
def test_an_observer_reads_reports_and_else_what_anybody_may_who_belongs_to_no_company(market):
    """As an operator, who has no role in the market either, but for the pages of staff and the reports."""
    at, curator = ACTORS.index("operator"), ACTORS.index("curator")
    market.people["operator"] = make_user("observer@example.com", Role.OBSERVER)
    for method in ("get", "post"):
        declared = {each: getattr(each, method) for each in ACCESS}
        expected = {
            each: letters[curator]
            if each.name in OF_OBSERVERS
            else "n"
            if each.name in OF_OPERATORS
            else letters[at]
            for each, letters in declared.items()
        }
        found = {each: ask(market, "operator", method, each.path(market)) for each in expected}
        assert found == expected
