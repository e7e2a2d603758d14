"""Who read what of a profile: kept once a day, told to its company and to no one else."""

import csv
import io
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from matchmaker.choices import OverrideKind
from matchmaker.deals.digests.services import send_due_digests
from matchmaker.deals.receipts import selectors
from matchmaker.desk.today import services as desk
from matchmaker.portal.own_data import services as own_data
from profiles.companies.receipts.services import forget_receipts
from profiles.models import Investor, OutboxMail, Receipt, Startup
from tests import factories
from tests.house.market import Market
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db
PAGE, EXPORT = "/receipts/", "/receipts/export/"


def groups_of(investor):
    return set(Receipt.objects.filter(investor=investor, side="startup").values_list("group", flat=True))


def lines(client):
    """Return who read what, as the page tells it."""
    return [(line["reader"], line["groups"]) for line in client.get(PAGE).context["receipts"]["lines"]]


def table(client):
    """Return the rows of the export."""
    told = b"".join(client.get(EXPORT)).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(told)))[1:]


def inserts(client, path):
    """Return how many queries a page takes, and how many of them write receipts."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries), sum("profiles_receipt" in query["sql"] for query in queries)


def test_a_list_and_a_page_leave_a_receipt_a_day_for_what_they_show(
    as_user, startup, ayesha, li_wei, monkeypatch
):
    Startup.objects.update(visibility={"ask": "matched"}, cap_table="Three founders", founders="Ayesha")
    startup.traction.create(label="Farms", value=3, as_of_on="2026-09-01", source="ledger")
    investor = Investor.objects.get()
    ranked.rank_whole()
    reader, owner = as_user(li_wei), as_user(ayesha)
    assert lines(owner) == []

    reader.get("/matches/")  # reads the weights, which a process keeps
    Receipt.objects.all().delete()
    caches["memory"].clear()
    first, kept = inserts(reader, "/matches/")
    assert (kept, groups_of(investor)) == (1, {"", "name", "ask"})
    assert inserts(reader, "/matches/") == (first - 1, 0)
    pair = f"/matches/{startup.public_id}/"
    _first, kept = inserts(reader, pair)
    # What is hidden, not stated, or not on the page is in no receipt.
    assert (kept, groups_of(investor)) == (0, {"", "name", "ask"})
    _first, kept = inserts(reader, f"{pair}?more=them")
    assert (kept, groups_of(investor)) == (1, {"", "name", "ask", "revenue", "traction"})
    assert inserts(reader, f"{pair}?more=them")[1] == 0
    told = (
        "The profile",
        "Name and website",
        "Yearly revenue, as a range",
        "Amount you want to raise, as a range",
    )
    assert lines(owner) == [("Pearl River Capital", " · ".join((*told, "Traction figures")))]

    tomorrow = timezone.now() + timedelta(days=1)
    monkeypatch.setattr(timezone, "now", lambda: tomorrow)
    inserts(as_user(li_wei), pair)
    found = as_user(ayesha).get(PAGE).context["receipts"]
    assert [line["reader"] for line in found["lines"]] == ["Pearl River Capital"] * 2
    assert [day["readers"] for day in found["days"]][-2:] == [1, 1]


def test_who_looked_is_named_as_on_every_other_page(as_user, startup, ayesha, sana, li_wei):
    named = Investor.objects.get()
    blind, evil = factories.make_investor("Blind Fund"), factories.make_investor("=cmd|' /C calc'!A0")
    people = [li_wei, factories.make_partner("blind@example.com", blind, blind_first_look=True)]
    people.append(factories.make_partner("evil@example.com", evil))
    for person in people:
        as_user(person).get(f"/matches/{startup.public_id}/")
    owner = as_user(ayesha)
    unnamed = "An investor or partner, China"
    assert {who for who, _what in lines(owner)} == {named.name_en, unnamed, evil.name_en}
    assert {row[1] for row in table(owner)} == {named.name_en, unnamed, f"'{evil.name_en}"}

    desk.curator_override(
        startup, named, kind=OverrideKind.HIDE, note="x", expires_on=None, by=sana, at=timezone.now()
    )
    assert {who for who, _what in lines(owner)} == {unnamed, evil.name_en}
    evil.delete()
    assert [who for who, _what in lines(owner)] == [unnamed] * 2
    # To read one's receipts is not to read those who stand there.
    assert Receipt.objects.filter(side="investor").count() == 0


def test_nobody_else_learns_who_looked():
    market = Market()
    market.client("partner").get(f"/matches/{market.startup.public_id}/")
    assert [who for who, _what in lines(market.client("founder"))] == [market.investor.name_en]
    for actor in ("other_founder", "partner", "unchecked"):
        assert (lines(market.client(actor)), table(market.client(actor))) == ([], [])


def test_it_says_that_the_receipts_of_a_deleted_company_go_too(as_user, startup, ayesha, li_wei):
    ranked.rank_whole()
    as_user(li_wei).get(f"/matches/{startup.public_id}/")
    owner = as_user(ayesha)
    assert lines(owner)

    own_data.erase_company(li_wei.membership.investor, by=li_wei, at=timezone.now())

    assert lines(owner) == []
    assert "When a company is deleted, its profile views are deleted too." in owner.get(PAGE).content.decode()


def test_receipts_take_the_same_queries_and_go_after_their_time(as_user, startup, ayesha, settings):
    client, today = as_user(ayesha), timezone.now().date()

    def add(size, days):
        for at in range(size):
            investor = factories.make_investor(f"Fund {days}-{at}")
            read = {"startup": startup, "investor": investor, "side": "startup"}
            for group in ("", "ask"):
                Receipt.objects.create(**read, group=group, seen_on=today - timedelta(days))

    add(1, 0)
    one, _kept = inserts(client, PAGE)
    add(2, 5)
    assert inserts(client, PAGE)[0] == one
    settings.RECEIPTS_KEPT_DAYS = 4
    assert forget_receipts(at=timezone.now()) == 4
    assert [row[1] for row in table(client)] == ["Fund 0-0"]
    assert sum(day["readers"] for day in client.get(PAGE).context["receipts"]["days"]) == 1
    assert len(client.get(PAGE).context["receipts"]["days"]) == selectors.DAYS


def test_a_digest_leaves_a_receipt_too(startup, ayesha, li_wei):
    ranked.rank_whole()
    send_due_digests(at=timezone.now())
    assert OutboxMail.objects.filter(kind="new_matches", recipient=li_wei.email).exists()
    assert "name" in groups_of(Investor.objects.get())
