"""Every address of the table by every actor: other methods, forged forms, ways back."""

import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from tests import factories
from tests.house.access import ACCESS, ACTORS
from tests.house.test_access import ask, writes

pytestmark = [pytest.mark.django_db, pytest.mark.attack]

FORGED = ({}, {"origin": "https://evil.example"}, {"x-csrftoken": "a" * 32})
OTHER_METHODS = ("put", "patch", "delete", "options", "head", "trace")


def test_other_methods_do_nothing(market, tally, depth):
    # Without --deep, each address is asked by one actor in one of the methods.
    step, apart = depth(len(ACTORS), deep=1), depth(len(OTHER_METHODS), deep=1)
    for number, address in enumerate(ACCESS):
        path = address.path(market)
        for position in range(number % step, len(ACTORS), step):
            actor = ACTORS[position]
            market.client(actor)  # signing in writes
            for method in OTHER_METHODS[(number + number // 8) % apart :: apart]:
                with writes() as wrote:
                    found = ask(market, actor, method, path)
                known = {"m", "s", "n", "f", "o", address.get[position], address.post[position]}
                tally.check(found in known and not wrote, f"{method} {path} by {actor}: {found} {wrote[:1]}")
    tally.settle()


def test_no_form_is_taken_without_a_token(market, tally, depth):
    # Without --deep, each form is forged in one way, for one of those who may post it.
    step, most = depth(len(FORGED), deep=1), depth(1, deep=len(ACTORS))
    for number, address in enumerate(ACCESS):
        if address.name == "unsubscribe":  # mail programs post it; who has the link may (RFC 8058)
            continue
        path = address.path(market)
        able = [position for position in range(len(ACTORS)) if address.post[position] not in "mns"]
        for position in able[number % max(len(able), 1) :][:most] if most == 1 else able:
            actor = ACTORS[position]
            client = market.client(actor)
            client.handler.enforce_csrf_checks = True
            for headers in FORGED[(number + position) % step :: step]:
                answer = client.post(path, {"csrfmiddlewaretoken": "b" * 32}, headers=headers)
                tally.check(answer.status_code == 403, f"{path} by {actor} {headers}: {answer.status_code}")
            client.handler.enforce_csrf_checks = False
    tally.settle()


# --- Ways back ---

EVIL = ("evil.example", "evil.example:80", "testserver@evil.example", "testserver.evil.example", "192.0.2.1")
SHAPES = (
    *("https://{}", "//{}", "///{}", "////{}", "/\\{}", "\\\\{}", "\\/{}", "http:{}", "https:/{}"),
    "http:\\\\{}",
    *(" //{}", "\t//{}", "/\t/{}", "/\n/{}", "\r\n//{}", "%2f%2f{}", "/%2f{}", "//{}%2f..", "/..//{}"),
    *("http://{}/\\testserver", "https://{}?testserver/", "https://{}#testserver", "ftp://{}", "/.//{}"),
    *("javascript:alert('{}')", "JaVaScRiPt://{}/%0aalert(1)", "java\tscript:alert('{}')", "vbscript:{}"),
    *("/matches/\r\nLocation: //{}", "//\x00{}", "\x01//{}", "〱//{}", "//{}。com", "／／{}", "https:///{}"),
    *("http://[::1]@{}", "http://{}\\@testserver", "//testserver\\@{}", "view-source:https://{}", "[//{}]"),
    *("blob:https://{}", "//{}:443", "data:text/html,{}"),
)
PAYLOADS = tuple(dict.fromkeys(shape.format(host) for shape in SHAPES for host in EVIL))


def leads_away(location):
    """Return whether a browser leaves the site by it; browsers read `\\` as `/` and drop controls."""
    read = re.sub(r"[\x00-\x20]", "", location).replace("\\", "/")
    found = urlsplit(urljoin("http://testserver/somewhere/", read))
    return (found.scheme, found.netloc) not in {("http", "testserver"), ("https", "testserver")}


def ways(market):
    """Give every form and address which leads on to where it was told."""
    founder, pair = market.client("founder"), [market.investor.public_id]
    password = {"password": factories.PASSWORD}

    def post(client, name, args, **data):
        return lambda to: client.post(reverse(name, args=args), {**data, "next": to})

    for name in ("match_interest", "match_unpass", "shortlist_toggle", "shortlist_note"):
        yield post(founder, name, pair, wanted="1")
    yield post(founder, "match_pass", pair, reason="team")
    yield post(founder, "set_language", [], language="ur")
    yield lambda to: founder.post(
        reverse("set_language"), {"language": "ur"}, headers={"referer": re.sub(r"[\r\n]", "", to)}
    )
    yield post(founder, "account_reauthenticate", [], **password)
    yield lambda to: post(Client(), "account_login", [], login="founder@example.com", **password)(to)
    yield lambda to: post(Client(), "demo_sign_in", ["founder"])(to)
    for client, name in ((founder, "account_login"), (founder, "account_signup"), (Client(), "join")):
        yield lambda to, client=client, name=name: client.get(reverse(name), {"next": to})


def test_no_way_back_leads_away(market, tally, depth):
    step = depth(47, deep=1)
    assert len(PAYLOADS) >= 200
    for number, way in enumerate(ways(market)):
        for wanted in PAYLOADS[number % step :: step]:
            with transaction.atomic():
                answer = way(wanted)
                transaction.set_rollback(True)
            location = answer.headers.get("Location", "")
            tally.check(
                answer.status_code < 500 and not leads_away(location), f"{number} {wanted!r}: {location!r}"
            )
    tally.settle()
