"""What a list remembers: whatever is edited, its page is as if nothing had been remembered."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.core.cache import caches
from django.db import IntegrityError, connection, models, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from matchmaker.choices import Side
from matchmaker.matches import forms
from matchmaker.matches.selectors import cards, facets, listing, selection
from matchmaker.matches.selectors.member import member_of
from matchmaker.matches.selectors.query import SearchQuery
from matchmaker.models import Interest
from profiles.models import Investor, NeedType, Receipt, Startup, User
from tests import factories
from tests.matchmaker import lists

As = Callable[[User | None], Client]
MATCHES = "/matches/"
JSON = {
    "visibility": {"name": "mutual"},
    "withheld": {"name": ["showing"], "deals": ["matching"]},
    "languages": ["zh"],
}
# What makes a list unreadable, or whose it is; and what is never edited.
BEYOND = {"ranking.entries", "ranking.size", "weights", "membership.user", "membership.startup"}


@pytest.fixture
def readers(ayesha: User, li_wei: User, startup: Startup) -> list[User]:
    """Both sides of two pairs, each with its list."""
    investor = li_wei.membership.investor
    startups = [startup, factories.make_startup("Ravi Soil")]
    investors = [investor, factories.make_investor("Delta Machines")]
    for one in startups:
        one.needs.create(type=NeedType.objects.get(code="mentorship"))
    for one in investors:
        one.offers.create(type=NeedType.objects.get(code="mentorship"))
        one.deals.create(
            startup_name="Somebody",
            closed_on=date(2026, 1, 1),
            sector=startup.primary_sector,
            stage=startup.stage,
        )
    Interest.objects.create(startup=startups[1], investor=investor, side=Side.INVESTOR, by=li_wei)
    entries = [lists.entry(each.pk, investor.theses.get().pk, levels=(200,) * 8) for each in startups]
    lists.store(Side.INVESTOR, investor.pk, entries)
    entries = [lists.entry(each.pk, each.theses.get().pk, levels=(200,) * 8) for each in investors]
    lists.store(Side.STARTUP, startup.pk, entries)
    return [ayesha, li_wei]


def forget() -> None:
    """Forget whatever a list remembers."""
    for memory in (cards.CARDS, selection.SELECTIONS, listing.PAGES):
        memory.results.clear()
    for remembered in (facets._made, facets._with_closed, forms._selects):
        remembered.cache_clear()


def pages(readers: list[User]) -> list[str]:
    """Both lists with their filters, in words."""
    shown = []
    for reader in readers:
        member = member_of(User.objects.get(pk=reader.pk))
        assert member
        page = listing.matches_page(member, SearchQuery())
        told = page.state, page.total, page.weaker, page.tabs, page.cards, page.stored, forms.filters_of(page)
        shown.append(repr(told))
    return shown


def other(field: Any, value: Any) -> Any:
    """Return another value that a column may hold."""
    if field.name in JSON:
        return JSON[field.name]
    if field.many_to_one or field.one_to_one:
        others = field.related_model.objects.exclude(pk=value).order_by("pk")
        is_tree = field.related_model is field.model  # whose last root is nobody's descendant
        return (others.filter(parent=None) if is_tree else others).values_list("pk", flat=True).last()
    if field.choices:
        return next(code for code, _label in field.flatchoices if code != value)
    return next(make(value, field) for kind, make in OTHERS if isinstance(field, kind))


OTHERS: tuple[tuple[Any, Callable[[Any, Any], Any]], ...] = (
    (models.BooleanField, lambda value, _field: not value),
    (models.DateTimeField, lambda value, _field: (value or factories.MOMENT) - timedelta(days=900)),
    (models.DateField, lambda value, _field: (value or date(2026, 1, 1)) - timedelta(days=900)),
    (models.FloatField, lambda value, _field: (value or 1) / 3),
    ((models.IntegerField, models.DecimalField), lambda value, _field: 3 * (value or 1)),
    (models.Field, lambda value, field: f"Z{value or ''}"[: field.max_length]),
)


def columns(readers: list[User]) -> Iterator[tuple[type[models.Model], Any]]:
    """All columns that the queries of the two pages name, of tables that they read."""
    forget()
    with CaptureQueriesContext(connection) as queries:
        pages(readers)
    words = {word for query in queries for word in re.findall(r"\w+", query["sql"])}
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.db_table not in words or meta.model_name in BEYOND:
            continue
        for field in meta.concrete_fields:
            is_beyond = field.primary_key or f"{meta.model_name}.{field.name}" in BEYOND
            if field.column in words and not is_beyond:
                yield model, field


@pytest.mark.django_db(transaction=True)
def test_whatever_is_edited_shows_at_once(
    readers: list[User], startup: Startup, share: Callable[..., int]
) -> None:
    """Every column that the lists read; a small share takes those of profiles, and a third of the others."""
    step = share(small=4, full=1)
    read = list(columns(readers))
    of_profiles = [each for each in read if each[0] in (Startup, Investor)]
    others = [each for each in read if each not in of_profiles]
    named = [getattr(startup, name) for name in ("place", "primary_sector", "stage")]
    tried, stale, changed, before = set(), [], set(), pages(readers)
    for model, field in of_profiles + others[::step]:
        pk = next((word.pk for word in named if isinstance(word, model)), None)
        rows = model._base_manager.order_by("pk")
        row = (rows.filter(pk=pk) if pk else rows).values("pk", field.attname).first()
        if row is None or not changes(rows.filter(pk=row["pk"]), field, other(field, row[field.attname])):
            continue
        name = f"{model._meta.model_name}.{field.name}"
        tried.add(name)
        shown = pages(readers)
        forget()
        if shown != pages(readers):
            stale.append(name)
        if shown != before:
            changed.add(name)
        changes(rows.filter(pk=row["pk"]), field, row[field.attname])

    assert stale == []
    assert len(tried) > (100 if step == 1 else 60)
    assert {"startup.name_en", "startup.withheld", "startup.visibility"} <= changed
    known = {"thesis.is_active", "thesis.ticket_max", "deal.investor", "interest.side"}
    known |= {"place.name_en", "sector.name_en", "ranking.computed_at"}
    assert known & tried <= changed


def changes(rows: models.QuerySet[Any], field: Any, value: Any) -> bool:
    """Write a value past all services; False where the database refuses it."""
    try:
        with transaction.atomic():
            return bool(rows.update(**{field.attname: value}))
    except IntegrityError:
        return False


@pytest.mark.django_db(transaction=True)
def test_what_was_read_before_a_change_is_not_kept_for_the_time_after(
    readers: list[User], startup: Startup
) -> None:
    """A request that began before a company left matching ends after it; nothing is written since."""
    begun = member_of(readers[0])
    assert begun
    Startup.objects.filter(pk=startup.pk).update(matching_consent=False)

    listing.matches_page(begun, SearchQuery())

    now = member_of(readers[0])
    assert now
    assert listing.matches_page(now, SearchQuery()).state == selection.ListState.NOT_OPEN


@pytest.mark.django_db(transaction=True)
def test_a_list_is_read_once_while_nothing_is_written(
    readers: list[User], startup: Startup, as_user: As
) -> None:
    """On PostgreSQL, which can tell; elsewhere each page is read anew."""
    client, found = as_user(readers[1]), set()
    client.get(MATCHES)
    for _round in range(100):  # another process may write to the same server meanwhile
        with CaptureQueriesContext(connection) as queries:
            client.get(MATCHES)
        found.add(len(queries))

    assert found <= {5, 12} if connection.vendor == "postgresql" else found == {11}
    assert min(found) == (5 if connection.vendor == "postgresql" else 11)
    Startup.objects.filter(pk=startup.pk).update(pitch="Another pitch")
    assert b"Another pitch" in client.get(MATCHES).content


@pytest.mark.django_db(transaction=True)
def test_a_remembered_page_keeps_its_receipts_too(readers: list[User], as_user: As) -> None:
    client = as_user(readers[1])
    client.get(MATCHES)
    kept = set(Receipt.objects.values_list("startup", "investor", "group"))
    Receipt.objects.all().delete()
    caches["memory"].clear()

    client.get(MATCHES)

    assert set(Receipt.objects.values_list("startup", "investor", "group")) == kept != set()


@pytest.mark.django_db
def test_nobody_is_shown_what_another_reader_sees(
    readers: list[User], as_user: As, startup: Startup, li_wei: User
) -> None:
    """Two investors with the same list: one has the name of a startup that hides it, the other has not."""
    first, second = Investor.objects.order_by("pk")
    Startup.objects.filter(pk=startup.pk).update(visibility={"name": "mutual"})
    for side in Side:
        Interest.objects.get_or_create(startup=startup, investor=first, side=side, defaults={"by": li_wei})
    thesis = second.theses.get().pk
    lists.store(Side.INVESTOR, second.pk, [lists.entry(startup.pk, thesis, levels=(200,) * 8)])
    partner = as_user(factories.make_partner("other@example.com", second))

    assert startup.name_en.encode() in as_user(readers[1]).get(MATCHES).content
    assert startup.name_en.encode() not in partner.get(MATCHES).content
