"""What people get when something fails: never half a change, never a bare 500."""

import sqlite3
import time
from contextlib import contextmanager

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from django.urls import path, reverse

from matchmaker.choices import Factor
from matchmaker.models.pair_action import Interest
from matchmaker.operations.views import is_busy
from matchmaker.urls import handler500 as handler500
from matchmaker.urls import urlpatterns as site_urls
from tests import factories
from tests.house.access import ACCESS, ACTORS
from tests.house.headers import faults
from tests.house.market import Market
from tests.house.test_access import letter


def slow(request):
    """Ask PostgreSQL for more than it may take."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 20; SELECT pg_sleep(5)")
    return HttpResponse()


def missing(request):
    """Fail for a reason that waiting does not mend."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM no_such_table")
    return HttpResponse()


def full(request):
    """Store more than SQLite may."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        cursor.execute(f"PRAGMA max_page_count = {cursor.fetchone()[0]}")
        try:
            cursor.execute("CREATE TABLE filler AS SELECT zeroblob(50000000)")
        finally:
            cursor.execute("PRAGMA max_page_count = 1073741823")
    return HttpResponse()


urlpatterns = [*site_urls, path("slow/", slow), path("missing/", missing), path("full/", full)]


@contextmanager
def locked_database():
    """Let another process write all the time, and no one wait for it long."""
    other = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20")
    try:
        yield
    finally:
        other.execute("ROLLBACK")
        other.close()
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout = 20000")


RECORDED = {"audit_export"}  # leaves a record of itself that must be there
COUNTED = {"match", "match_brief", "pipeline", "startup_preview", "fair_terms_print", "receipts_export"}


@pytest.mark.attack
@pytest.mark.django_db(transaction=True)
@pytest.mark.vendor("sqlite")
@pytest.mark.sqlite
def test_reading_goes_on_while_another_process_writes(tally, depth):
    """Neither a receipt nor a limit that cannot be written keeps anyone from reading."""
    market = Market()
    clients = {actor: market.client(actor) for actor in depth(("founder", "partner"), deep=ACTORS)}
    names = depth(COUNTED, deep={address.name for address in ACCESS})
    with locked_database():
        for actor, client in clients.items():
            for address in (one for one in ACCESS if one.name in names):
                expected = address.get[ACTORS.index(actor)]
                found = letter(client.get(address.path(market)))
                is_recorded = address.name in RECORDED and found == "x"
                tally.check(found == expected or is_recorded, f"{actor} {address}: {found}, not {expected}")
    tally.settle()


@pytest.mark.attack
@pytest.mark.django_db(transaction=True)
@pytest.mark.vendor("sqlite")
@pytest.mark.parametrize("language", ["en", "ur", "zh-hans"])
@pytest.mark.sqlite
def test_a_locked_database_is_busy_and_nothing_is_half_saved(startup, as_user, settings, language):
    investor = factories.make_investor()
    client = as_user(factories.make_partner("li@example.com", investor))
    client.raise_request_exception = False
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    began = time.monotonic()
    with locked_database():
        response = client.post(reverse("match_interest", args=[startup.public_id]), {"wanted": "1"})
    assert (response.status_code, response.headers["Retry-After"], faults(response)) == (503, "10", [])
    assert f'lang="{language}"' in response.content.decode()
    assert not Interest.objects.exists()
    assert time.monotonic() - began < 15  # less than SQLite waits otherwise


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.urls("tests.matchmaker.operations.test_faults")
@pytest.mark.vendor("postgresql")
def test_a_statement_that_takes_too_long_is_busy():
    assert Client(raise_request_exception=False).get("/slow/").status_code == 503


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.urls("tests.matchmaker.operations.test_faults")
@pytest.mark.vendor("sqlite")
@pytest.mark.sqlite
def test_a_database_without_room_says_so(client):
    client.raise_request_exception = False
    response = client.get("/full/")
    assert (response.status_code, faults(response)) == (503, [])
    assert "its storage space is full" in response.text


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.urls("tests.matchmaker.operations.test_faults")
@pytest.mark.sqlite
def test_a_missing_table_is_an_error(client):
    client.raise_request_exception = False
    response = client.get("/missing/")
    assert (response.status_code, faults(response)) == (500, [])
    assert "no_such_table" not in response.content.decode()


class ToldError(Exception):
    """What a driver raises: `sqlstate` is None where no server answered."""

    def __init__(self, sqlstate):
        super().__init__()
        self.sqlstate = sqlstate


@pytest.mark.parametrize(
    ("code", "busy"),
    [("55P03", True), ("57014", True), ("40P01", True), ("53300", True), (None, True), ("42P01", False)],
)
def test_what_postgresql_says(code, busy):
    error = OperationalError("…")
    error.__cause__ = ToldError(code)
    assert is_busy(error) is busy
    assert not is_busy(ValueError("database is locked"))


@pytest.mark.attack
@pytest.mark.django_db
@pytest.mark.parametrize("wanted", ["/matches/?page=2", "/deals/", "foo.bar", "/" + "x" * 9000, "é", "["])
def test_an_act_leads_back_to_a_page_of_ours_or_to_the_pair(wanted, startup, li_wei, as_user):
    path = reverse("match_interest", args=[startup.public_id])
    response = as_user(li_wei).post(path, {"wanted": "1", "next": wanted})
    back = wanted if wanted in ("/matches/?page=2", "/deals/") else reverse("match", args=[startup.public_id])
    assert (response.status_code, response.headers["Location"], Interest.objects.count()) == (302, back, 1)


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["9" * 5000, "٣" * 5000, "1e5", "-1", "²"])
def test_a_weight_that_is_no_number(typed, sana, as_user):
    data = {f"{side}-{factor}": typed for side in ("for_investor", "for_startup") for factor in Factor}
    for name in ("what_if_weights", "weights_apply"):
        assert as_user(sana).post(reverse(name), {**data, "note": "x"}).status_code == 422
