"""What a form does not ask is not taken, and no form that someone makes up brings the site down."""

from copy import deepcopy
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.attack.pages import form_of, tables_written
from tests.house.access import ACCESS, ACTORS

pytestmark = pytest.mark.attack

MODELS = [model for app in ("profiles", "matchmaker") for model in apps.get_app_config(app).get_models()]
# What forms ask that stand on another address's page.
ASKED_ELSEWHERE = {
    "deck_download_allowed": {"wanted"},
    "team_invite": {"email"},
    "shortlist_note": {"note"},
    "match_interest": {"line", "wanted"},
    "conversation_block": {"wanted"},
    "introduction_later": {"line"},
    "introductions_pause": {"wanted"},
    "saved_view_add": {"name", "query"},
    "saved_search_rename": {"name"},
    "review_note": {"text"},
    "review_proposal": {"add", "refuse"},
    "pair_evidence_grant": {"wanted"},
    "mission_second": {"label"},
    "mission_room_reserve": {"reserved_for"},
    "sector_add": {"name_en", "name_ur", "name_zh", "parent", "code"},
}
TYPED = "application/x-www-form-urlencoded"  # read in a fifth of the time of the other way to send forms
VOLATILE = {"hash", "previous_hash", "public_id", "token", "key", "body", "password", "last_login", "salt"}
# Written with every act, whatever it says, or (receipts) with every page that is read. A draft keeps what was
# sent; its form takes from it what it asks.
BYSTANDERS = {"auditrecord", "audithead", "limitbucket", "heartbeat", "rankingjob", "outboxmail", "formdraft"}
BYSTANDERS |= {"receipt"}


def extra_fields(market):
    """Return every field of every model with a value that would do harm."""
    harm = {
        "status": "approved", "role": "curator", "is_staff": "1", "is_superuser": "1", "is_owner": "on",
        "is_active": "", "is_demo": "1", "matching_consent": "1", "reviewed_at": "2020-01-01 00:00",
        "startup": str(market.rival.pk), "investor": str(market.newcomer.pk), "user": "1", "by": "1",
        "public_id": "0" * 12, "email": "thief@example.com", "password": "thief-thief-thief", "pk": "1",
        "side": "investor", "decided_by": "1", "expires_at": "2999-01-01 00:00",
    }  # fmt: skip
    names = {field.name for model in MODELS for field in model._meta.get_fields()}
    names |= {field.attname for model in MODELS for field in model._meta.concrete_fields}
    return {name: harm.get(name.removesuffix("_id"), "1") for name in sorted(names)} | harm


def state(begun, written):
    """Return all records of the tables that were written, but what differs by time and chance."""
    found = {}
    is_new = lambda value: hasattr(value, "tzinfo") and value >= begun  # noqa: E731
    for model in MODELS:
        if model._meta.model_name in BYSTANDERS:
            continue
        if model._meta.db_table in written:
            names = [f.name for f in model._meta.concrete_fields if f.name not in VOLATILE]
            rows = model._base_manager.order_by("pk").values_list(*names)
            found[model._meta.label] = [tuple("now" if is_new(v) else v for v in row) for row in rows]
        for field in model._meta.many_to_many:
            through = getattr(model, field.name).through
            if through._meta.db_table in written:
                rows = through._base_manager.values_list(field.m2m_column_name(), field.m2m_reverse_name())
                found[f"{model._meta.label}.{field.name}"] = sorted(rows)
    return found


@pytest.mark.vendor("sqlite")  # which numbers rows alike again after what was taken back
@pytest.mark.django_db
@pytest.mark.sqlite
def test_no_form_takes_what_it_does_not_ask(market, tally, depth):
    """Each form as its page gives it, and once more with every field of every model: the same records."""
    most = depth(1, deep=len(ACTORS))
    begun = timezone.now()
    extra = extra_fields(market)
    taken = [each for each in ACCESS if set(each.post) & set("goi")]
    for address in taken:
        path = address.path(market)
        able = [one for at, one in enumerate(ACTORS) if address.post[at] in "goi"]
        for actor in [] if address.name.startswith("demo_") else able[-most:]:
            client = market.client(actor)
            sent, asked = form_of(client, path)
            asked |= ASKED_ELSEWHERE.get(address.name, set())
            more = {name: value for name, value in extra.items() if name not in asked}
            told = [posted(market, actor, path, sent | added, begun) for added in ({}, more)]
            labels = sorted(told[0].keys() | told[1].keys())
            changed = [label for label in labels if told[0].get(label) != told[1].get(label)]
            tally.count(len(more) - 1)
            tally.check(not changed, f"{address} by {actor}: {changed}")
    tally.settle()


def posted(market, actor, path, data, begun):
    """Post and undo it; return the records in between. Times after `begun` count as one."""
    cookies = dict(market.client(actor).cookies)
    with transaction.atomic():
        with tables_written() as written:
            market.client(actor).post(path, urlencode(data, doseq=True), content_type=TYPED)
        found = state(begun, written)
        transaction.set_rollback(True)
    market.client(actor).cookies.update(cookies)
    return found


# --- Made-up queries and forms ---

WORDS = st.sampled_from(
    (
        *("", "0", "1", "-1", "9" * 30, "1e999", "NaN", "٣", "²", "true", "null", "None", "[]", "{}", "%"),
        *("2026-13-45", "0000-00-00", "9999-12-31", "2026-01-05T09:00:00+99:99", "AGR01", "PK-PB", "%00"),
        *("' OR 1=1--", '"; DROP TABLE x', "{{7*7}}", "<script>", "../../etc/passwd", "\x00", "\ud800"),
        *("a" * 5_000, "‌" * 300, "ﷺ" * 200, "\n\r\t", "\x1b[0m", "plain", "best", "name", "startup", "on"),
        *("\u202e", "seed"),
    )
)
VALUES = WORDS | st.text(max_size=40) | st.integers().map(str) | st.dates().map(str)
NAMES = (
    st.sampled_from(("page", "sort", "view", "sector", "place", "stage", "form", "need", "kind"))
    | st.sampled_from(("with", "id", "next", "status", "action", "subject", "from", "to", "actor", "version"))
    | st.sampled_from(("password__startswith", "user__password", "id__in", "o", "p", "all", "e", "_popup"))
    | st.text(min_size=1, max_size=12)
)
QUIET = {
    "deadline": None,
    "phases": (Phase.generate,),
    "suppress_health_check": list(HealthCheck),
    "database": None,
}


def reading(market):
    """Return every address that someone can read, with the browser of who can."""
    able = [
        (market.client(actor), address.path(market))
        for address in ACCESS
        for position, actor in enumerate(ACTORS)
        if address.get[position] == "o"
    ]
    admin = [f"/admin/{model._meta.app_label}/{model._meta.model_name}/" for model in MODELS]
    return able + [(market.client("operator"), path) for path in admin]


@pytest.mark.django_db
def test_no_query_brings_a_page_down(market, tally, depth):
    pages = st.sampled_from(reading(market))

    @settings(max_examples=depth(15, deep=20_000), **QUIET)
    @given(page=pages, query=st.lists(st.tuples(NAMES, VALUES), max_size=5))
    def ask(page, query):
        client, path = page
        with transaction.atomic():
            found = client.get(path, QUERY_STRING=urlencode(query, errors="surrogatepass")).status_code
            transaction.set_rollback(True)
        tally.check(found < 500 or path == "/readyz", f"{path} {query}: {found}")

    ask()
    tally.settle()


@pytest.mark.django_db
def test_no_form_brings_a_page_down(market, tally, depth):
    """Each form with some of its fields, and others, filled with what no one expects."""
    able = [
        (market.client(actor), address.path(market))
        for address in ACCESS
        for position, actor in enumerate(ACTORS)
        if address.post[position] in "goi" and address.name != "account_logout"
    ][:: depth(36, deep=1)]  # each form has to be read first
    forms = st.sampled_from([(client, path, *form_of(client, path)) for client, path in able])

    @settings(max_examples=depth(30, deep=20_000), **QUIET)
    @given(form=forms, data=st.data(), more=st.dictionaries(NAMES, VALUES, max_size=3))
    def post(form, data, more):
        client, path, sent, asked = form
        changed = data.draw(st.dictionaries(st.sampled_from(sorted(asked | {"x"})), VALUES, max_size=6))
        body = {key: readable(value) for key, value in (sent | changed | more).items()}
        cookies = deepcopy(client.cookies)
        with transaction.atomic():
            found = client.post(path, body).status_code
            transaction.set_rollback(True)
        client.cookies = cookies
        tally.check(found < 500, f"{path} {changed} {more}: {found}")

    post()
    tally.settle()


def readable(value):
    """Return a value as it can be sent: half a character goes as a question mark."""
    return value.encode(errors="replace").decode() if isinstance(value, str) else value
