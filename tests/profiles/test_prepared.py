"""PreparedQuery queries: the same records as their querysets, read anew each time."""

from dataclasses import dataclass

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from profiles.models import Investor, Place, Startup
from profiles.prepared import PreparedQuery, TextKey, padded, with_rows
from tests import factories

pytestmark = pytest.mark.django_db


@dataclass(frozen=True)
class Reader:
    """Who asks, in a test."""

    own: int | None
    hidden: frozenset[int] = frozenset()
    is_curator: bool = False


def seen_by(reader: Reader, keys: tuple[int, ...]) -> QuerySet[Startup]:
    """The startups among the keys that a reader may see, with their places."""
    found = Startup.objects.select_related("place").filter(pk__in=keys).exclude(pk__in=reader.hidden)
    if reader.is_curator:
        return found.order_by("pk")
    return found.filter(pk=reader.own).order_by("pk") if reader.own is not None else found.none()


@pytest.fixture
def startups() -> list[Startup]:
    return [
        factories.make_startup(f"Startup {number}", place=None if number == 2 else place(number))
        for number in range(4)
    ]


def place(number: int) -> Place:
    return Place.objects.order_by("pk")[number]


def test_the_records_are_those_of_the_queryset(startups: list[Startup]) -> None:
    prepared, pks = PreparedQuery(seen_by), [one.pk for one in startups]
    readers = [
        Reader(None, is_curator=True),
        Reader(None, frozenset(pks[:1]), is_curator=True),
        Reader(None, frozenset(pks[2:]), is_curator=True),
        *(Reader(pk) for pk in pks),
        Reader(pks[0], frozenset(pks[:1])),
        Reader(None),
    ]

    for reader in readers * 2:
        for keys in (tuple(pks), tuple(pks[1:]), padded(pks[:1], 4), ()):
            wanted = list(seen_by(reader, keys))
            found = prepared(reader, keys)
            assert found == wanted
            assert [vars(one) | {"_state": 0} for one in found] == [
                vars(one) | {"_state": 0} for one in wanted
            ]
            assert [one.place for one in found] == [one.place for one in wanted]


def test_what_has_changed_is_read(startups: list[Startup]) -> None:
    prepared, keys = PreparedQuery(seen_by), (startups[0].pk,)
    before = prepared.read(Reader(keys[0]), keys)

    assert prepared.read(Reader(keys[0]), keys) == before
    Startup.objects.filter(pk=keys[0]).update(name_en="Renamed")

    assert prepared.read(Reader(keys[0]), keys) != before
    assert prepared.first(Reader(keys[0]), keys).name_en == "Renamed"


def test_one_query_and_no_other_for_what_comes_along(startups: list[Startup]) -> None:
    prepared, keys = PreparedQuery(seen_by), tuple(one.pk for one in startups)
    prepared(Reader(None, is_curator=True), keys)

    with CaptureQueriesContext(connection) as queries:
        assert [one.place and one.place.pk for one in prepared(Reader(None, is_curator=True), keys)]
    assert len(queries) == 1


def test_rows_for_which_there_can_be_none_are_not_asked_for() -> None:
    with CaptureQueriesContext(connection) as queries:
        assert PreparedQuery(seen_by).first(Reader(None), (1, 2)) is None
    assert len(queries) == 0


def test_tuples_and_columns(startups: list[Startup]) -> None:
    prepared = PreparedQuery(
        lambda key: Startup.objects.filter(pk=key).values_list("pk", "matching_consent", "visibility")
    )

    assert prepared(startups[0].pk) == [(startups[0].pk, True, {})]


def test_texts_are_keys_too(startups: list[Startup]) -> None:
    prepared = PreparedQuery(
        lambda name, keys: Startup.objects.filter(name_en=name, pk__in=keys).order_by("pk")
    )
    pks = tuple(one.pk for one in startups)

    for name in ("Startup 0", "Startup 3", "key 1", "%", ""):
        assert prepared(TextKey(name), pks) == [one for one in startups if one.name_en == name]
    assert prepared.written.cache_info().misses == 1


def test_a_text_is_a_key_only_as_it_is() -> None:
    prepared = PreparedQuery(lambda name: Startup.objects.filter(name_en__contains=name))

    with pytest.raises(ValueError, match="as it is"):
        prepared(TextKey("Start"))


def test_what_is_prefetched_is_refused() -> None:
    prepared = PreparedQuery(lambda key: Startup.objects.filter(pk=key).prefetch_related("needs"))

    with pytest.raises(ValueError, match="prefetched"):
        prepared(1)


def test_rows_that_come_apart_are_given_to_their_records() -> None:
    investors = [factories.make_investor(name) for name in ("Pearl", "Delta")]
    factories.make_thesis(investors[0], "Another")
    theses = [thesis for one in investors for thesis in one.theses.order_by("pk")]
    found = list(Investor.objects.order_by("pk"))

    with_rows(found, "theses", theses, "investor_id")

    with CaptureQueriesContext(connection) as queries:
        assert [list(one.theses.all()) for one in found] == [theses[:2], theses[2:]]
    assert len(queries) == 0
