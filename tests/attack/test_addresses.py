"""Every address of the table by every actor: other methods, forged forms, foreign objects, ways back."""

import re
import socket
from urllib.parse import urljoin, urlsplit

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.models import Deal, Investor, Invitation, Membership, Offer, Startup, Thesis
from tests import factories
from tests.house.access import ACCESS, ACTORS
from tests.house.market import Market
from tests.house.test_access import WRITE, ask

pytestmark = [pytest.mark.django_db, pytest.mark.attack]

OTHER_METHODS = ("put", "patch", "delete", "options", "head", "trace")


def test_other_methods_do_nothing(tally, share):
    market, step = Market(), share(small=8, full=1)  # a small share takes one actor an address, by turns
    for number, address in enumerate(ACCESS):
        path = address.path(market)
        connection.queries_log.clear()
        for position in range(number % step, len(ACTORS), step):
            actor = ACTORS[position]
            market.client(actor)  # signing in writes
            for method in OTHER_METHODS:
                with CaptureQueriesContext(connection) as queries:
                    found = ask(market, actor, method, path)
                wrote = [query["sql"] for query in queries if WRITE.match(query["sql"])]
                known = {"m", "s", "n", "f", "o", address.get[position], address.post[position]}
                tally.check(found in known and not wrote, f"{method} {path} by {actor}: {found} {wrote[:1]}")
    tally.settle()


def test_no_form_is_taken_without_a_token(tally):
    market = Market()
    for address in ACCESS:
        if address.name == "unsubscribe":  # mail programs post it; who has the link may (RFC 8058)
            continue
        path = address.path(market)
        for position, actor in enumerate(ACTORS):
            if address.post[position] in "mns":
                continue
            client = market.client(actor)
            client.handler.enforce_csrf_checks = True
            for headers in ({}, {"origin": "https://evil.example"}, {"x-csrftoken": "a" * 32}):
                answer = client.post(path, {"csrfmiddlewaretoken": "b" * 32}, headers=headers)
                tally.check(answer.status_code == 403, f"{path} by {actor} {headers}: {answer.status_code}")
            client.handler.enforce_csrf_checks = False
    tally.settle()


# --- Foreign objects ---

BY_SIDE = ("match", "match_interest", "match_pass", "match_unpass", "shortlist_toggle", "shortlist_note")
OWN = {
    "thesis_edit": Thesis,
    "thesis_delete": Thesis,
    "deal_edit": Deal,
    "deal_delete": Deal,
    "team_owner": Membership,
    "team_remove": Membership,
    "invitation_withdraw": Invitation,
}
ONCE = re.compile(r'value="\w{64}"|nonce="[^"]+"|nonce-[\w+/=-]+|\d{2}:\d{2}')


def seen(response, path):
    """Return what an answer shows, but for what each answer has of its own and the address itself."""
    body = ONCE.sub("", getattr(response, "content", b"").decode())
    where = response.headers.get("Location", "")
    return response.status_code, where.replace(path, ""), body.replace(path, "")


def may(actor, name, record, market):
    """Return whether the record is the actor's to ask for: a colleague's, or a published one across."""
    member = Membership.objects.filter(user=market.people[actor]).first() if market.people[actor] else None
    startup, investor = (member.startup, member.investor) if member else (None, None)
    if name in BY_SIDE:
        other = investor if isinstance(record, Startup) else startup
        return bool(other and other.is_published and record.is_published)
    return {startup, investor} - {None} == {getattr(record, "startup", None), record.investor} - {None}


def second_market(market):
    """Give every company something of each kind, so that each has what others may not open."""
    for company in (market.startup, market.rival, market.investor, market.newcomer):
        side = {str(company.side): company}
        user = factories.make_user(f"member-{company.public_id}@example.com", company.side)
        Membership.objects.create(user=user, **side)
        Invitation.objects.create(
            email=f"new-{company.public_id}@example.com",
            invited_by=user,
            expires_at=factories.MOMENT.replace(year=2999),
            **side,
        )
        if isinstance(company, Investor):
            factories.make_thesis(company, "Another thesis")
            Offer.objects.get_or_create(investor=company, type=market.offer.type)
            Deal.objects.create(investor=company, startup_name="Somebody", closed_on=factories.MOMENT.date())


def test_foreign_objects_answer_as_absent_ones(tally):
    """Each object address × each record × each actor, read and posted to: another's is as if it were not."""
    market = Market()
    second_market(market)
    records = [
        (name, "pk", record, record.pk, "999999")
        for name, model in OWN.items()
        for record in model.objects.all()
    ]
    profiles = [*Startup.objects.all(), *Investor.objects.all()]
    records += [
        (name, "public_id", profile, profile.public_id, "0" * 12) for name in BY_SIDE for profile in profiles
    ]
    for name, argument, record, key, absent in records:
        for actor in ACTORS:
            path, nowhere = (reverse(name, kwargs={argument: value}) for value in (key, absent))
            for method in ("get", "post"):
                if may(actor, name, record, market):
                    continue
                with transaction.atomic():
                    client = market.client(actor)
                    shown = [seen(getattr(client, method)(where), where) for where in (path, nowhere)]
                    transaction.set_rollback(True)
                tally.check(shown[0] == shown[1], f"{method} {name} of {record} by {actor}: {shown[0][:2]}")
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


def test_no_way_back_leads_away(tally, share):
    market = Market()
    step = share(small=7, full=1)
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


def test_answering_asks_nobody_else(tally, monkeypatch):
    """No page opens a connection but to our own database and broker, whatever addresses its records hold."""
    asked = []
    whole = socket.socket.connect

    def connect(self, address):
        ours = self.family == socket.AF_UNIX or str(address[0]) in {"127.0.0.1", "::1", "localhost"}
        if not ours:
            asked.append(str(address))
        return whole(self, address)

    market = Market()
    Startup.objects.update(website="http://192.0.2.1/latest/meta-data/")
    Investor.objects.update(website="http://[2001:db8::1]/")
    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *name, **more: asked.append(str(name)) or [])
    for address in ACCESS:
        for actor in ("founder", "partner", "curator"):
            with transaction.atomic():
                for method in ("get", "post"):
                    getattr(market.client(actor), method)(address.path(market))
                transaction.set_rollback(True)
            tally.check(not asked, f"{address} by {actor}: {asked}")
    tally.settle()
