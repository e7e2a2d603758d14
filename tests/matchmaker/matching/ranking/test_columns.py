"""Rows to arrays: only what may be matched and seen, the same however it was read."""

from collections.abc import Callable
from dataclasses import fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone

from matchmaker.choices import OverrideKind, PassReason, Side
from matchmaker.matching import engine
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.market import columns, term_index
from matchmaker.matching.ranking.market.term_index import EXISTS, PRE_REVENUE, STATE_OWNED
from matchmaker.models.pair_action import PASS_DELAY, CuratorOverride, Interest, Pass
from profiles.catalogue.taxonomy.selectors import money
from profiles.models import (
    Deal,
    Investor,
    Need,
    NeedType,
    Offer,
    PartnershipForm,
    Place,
    Sector,
    Stage,
    Startup,
    Thesis,
    User,
)
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 25)


def read():
    return columns.load_all(definitions.default_points(), on=TODAY, text_model="none")


def row_of(found, table, name, profile):
    side = Side.STARTUP if isinstance(profile, Startup) else Side.INVESTOR
    (row,) = found.rows(side, [profile.pk])
    if table == "theses":
        (row,) = np.flatnonzero(found.snapshot.theses.owner == row)
    return getattr(getattr(found.snapshot, table), name)[row]


def has(bits, bit):
    return bool(int(bits[bit // 64]) >> (bit % 64) & 1)


def same(one, other):
    tables = [f.name for f in fields(one.snapshot)]
    return all(
        np.array_equal(
            getattr(getattr(one.snapshot, table), f.name), getattr(getattr(other.snapshot, table), f.name)
        )
        for table in tables
        for f in fields(getattr(one.snapshot, table))
    )


def test_a_market_of_any_size_is_well_formed():
    for size in (0, 1, 6):
        Startup.objects.all().delete()
        Investor.objects.all().delete()
        ranked.make_market(size, size)
        found = read()
        found.snapshot.validate()
        assert (len(found.startup_pk), len(found.investor_pk), len(found.snapshot.theses)) == (
            size,
            size,
            size,
        )


def test_only_approved_and_consenting_profiles_are_read():
    seen = ranked.make_startup(0)
    ranked.make_startup(1, status="submitted")
    ranked.make_startup(2, matching_consent=False)
    ranked.make_investor(0, status="draft")
    found = read()
    assert (found.startup_pk.tolist(), found.investor_pk.tolist()) == ([seen.pk], [])


def test_what_a_startup_says():
    startup = ranked.make_startup(0)
    words = term_index.read_vocabulary()
    startup.other_sectors.set(Sector.objects.filter(code__in=("AGR01", "NET03", "AGR02")))
    startup.operating_places.set(Place.objects.filter(code="PK-SD"))
    Need.objects.create(startup=startup, type=NeedType.objects.get(code="hardware"), urgency=3)
    found = read()

    def sector(code):
        return int(words.sector_row[Sector.objects.get(code=code).pk])

    def place(code):
        return int(words.place_row[Place.objects.get(code=code).pk])

    assert row_of(found, "startups", "sectors", startup).tolist() == [
        sector("AGR01"), *sorted((sector("AGR02"), sector("NET03"))), -1, -1, -1
    ]  # fmt: skip
    assert row_of(found, "startups", "places", startup).tolist() == [place("PK-PB"), place("PK-SD"), -1, -1]
    assert row_of(found, "startups", "stage", startup) == startup.stage.match_band
    assert tuple(row_of(found, "startups", "ask", startup)) == money.span(
        startup.ask_min_usd, startup.ask_max_usd
    )
    needs = dict(zip(words.needs.tolist(), row_of(found, "startups", "needs", startup).tolist(), strict=True))
    stated = {NeedType.objects.get(pk=pk).code: urgency for pk, urgency in needs.items() if urgency}
    assert stated == {"hardware": 3, "capital": 1}
    assert row_of(found, "startups", "capacity", startup) == startup.capacity
    assert has(row_of(found, "startups", "traits", startup), EXISTS)
    assert not has(row_of(found, "startups", "traits", startup), PRE_REVENUE)


def test_a_city_counts_as_its_province():
    city = Place.objects.filter(level="city", parent__code="PK-PB").first()
    startup = ranked.make_startup(0, place=city)
    found = read()
    home = row_of(found, "startups", "places", startup)[0]
    assert found.vocabulary.places[home] == Place.objects.get(code="PK-PB").pk


def test_what_a_startup_hides_is_not_stated():
    startup = ranked.make_startup(0, visibility={"ask": "nobody"})
    assert row_of(read(), "startups", "ask", startup).tolist() == [-1, -1]
    Startup.objects.update(visibility={})  # shown only where its owner opted in
    assert row_of(read(), "startups", "ask", startup).tolist() == [-1, -1]


def test_an_amount_moves_nothing_within_its_band():
    startup = ranked.make_startup(0, ask_min_usd=200_000, ask_max_usd=500_000)
    before = read()
    Startup.objects.filter(pk=startup.pk).update(ask_min_usd=201_000, ask_max_usd=520_000)
    assert same(before, read())


def test_spans_are_the_bands_of_the_profile():
    from matchmaker.matching.ranking.market.arrays import spans

    amounts = [None, 0, 4_999, 5_000, 99_999, 100_000, 100_001, 249_999_999, 250_000_000, 10**9]
    pairs = [(low, high) for low in amounts for high in amounts if low is None or high is None or low <= high]
    wanted = [money.span(low, high) or (-1, -1) for low, high in pairs]
    assert [tuple(row) for row in spans(*zip(*pairs, strict=True)).tolist()] == wanted


def test_an_expired_need_or_offer_says_nothing():
    startup, investor = ranked.make_startup(0, seeks_capital=False), ranked.make_investor(0)
    training = NeedType.objects.get(code="training")
    Need.objects.create(startup=startup, type=training, urgency=2, expires_on=TODAY - timedelta(days=1))
    offer = Offer.objects.create(investor=investor, type=training, expires_on=TODAY)
    found = read()
    assert not row_of(found, "startups", "needs", startup).any()
    bit = 1 << int(found.vocabulary.need_row[training.pk])
    assert int(row_of(found, "theses", "offers", investor)) & bit == bit
    Offer.objects.filter(pk=offer.pk).update(expires_on=TODAY - timedelta(days=1))
    assert int(row_of(read(), "theses", "offers", investor)) & bit == 0


def test_what_a_thesis_says():
    investor = ranked.make_investor(0, state_owned="partly")
    thesis = investor.theses.get()
    thesis.sectors.set(Sector.objects.filter(code="AGR"))
    thesis.sectors_out.set(Sector.objects.filter(code="FIN"))
    thesis.places.set(Place.objects.filter(code="PK"))
    thesis.places_out.set(Place.objects.filter(code="PK-BA"))
    Thesis.objects.filter(pk=thesis.pk).update(
        no_pre_revenue=True, sector_importance="must", form_importance="must"
    )
    found = read()
    words, must = found.vocabulary, engine.Must
    assert row_of(found, "theses", "must", investor) == must.SECTOR | must.FORMS

    def bits(name):
        return row_of(found, "theses", name, investor)

    for code, wanted in (("AGR", True), ("AGR01", True), ("FIN01", False)):
        assert has(bits("sector_scope"), int(words.sector_row[Sector.objects.get(code=code).pk])) is wanted
    for code, wanted in (("PK", True), ("PK-PB", True), ("CN", False)):
        assert has(bits("place_scope"), int(words.place_row[Place.objects.get(code=code).pk])) is wanted
    refused = {
        "FIN01": words.sector_bit(words.sector_row[Sector.objects.get(code="FIN01").pk]),
        "PK-BA": words.place_bit(words.place_row[Place.objects.get(code="PK-BA").pk]),
        "pre-revenue": PRE_REVENUE,
    }
    assert [has(bits("refuses"), int(bit)) for bit in refused.values()] == [True, True, True]
    assert not has(
        bits("refuses"), int(words.sector_bit(words.sector_row[Sector.objects.get(code="AGR01").pk]))
    )
    assert has(bits("traits"), STATE_OWNED)


def test_an_investor_brings_capital_when_it_states_a_ticket():
    investor = ranked.make_investor(0)
    found = read()
    assert int(row_of(found, "theses", "offers", investor)) >> found.vocabulary.capital & 1 == 1
    thesis = investor.theses.get()
    Thesis.objects.update(ticket_min_usd=None, ticket_max_usd=None)
    thesis.forms.set(PartnershipForm.objects.filter(code="pilot"))
    assert int(row_of(read(), "theses", "offers", investor)) == 0


def test_only_active_theses_count():
    investor = ranked.make_investor(0)
    assert len(read().snapshot.theses) == 1
    for fields_ in (
        {"is_active": False},
        {"active_from_on": TODAY + timedelta(days=1)},
        {"active_to_on": TODAY - timedelta(days=1)},
    ):
        Thesis.objects.update(is_active=True, active_from_on=None, active_to_on=None)
        Thesis.objects.update(**fields_)
        assert len(read().snapshot.theses) == 0, fields_
    assert investor.pk in read().investor_pk


def test_own_weights_are_brought_to_a_thousand_points():
    investor = ranked.make_investor(0)
    assert tuple(row_of(read(), "theses", "weights", investor)) == engine.DEFAULT_FOR_INVESTOR
    Thesis.objects.update(weights={"sector": 3, "needs": 1})
    assert row_of(read(), "theses", "weights", investor).tolist() == [750, 0, 0, 0, 250, 0, 0, 0]


def test_recorded_deals_move_the_affinity():
    ranked.make_market(6, 3)
    investor = Investor.objects.first()
    health = Sector.objects.get(code="HLT01")
    before = read()
    for _deal in range(4):
        Deal.objects.create(investor=investor, startup_name="x", closed_on=TODAY, sector=health)
    after = read()
    column = before.vocabulary.sector_row[health.pk]
    levels = [row_of(found, "theses", "sector_affinity", investor)[column] for found in (before, after)]
    assert levels[0] < levels[1]


def say(startup, investor, side, *, day, no=False):
    """A yes or no of one side, some days after the day."""
    by = User.objects.first() or factories.make_user("somebody@example.com", "startup")
    at = datetime.combine(TODAY + timedelta(days=day), time(12), UTC)
    pair = {"side": side, "startup": startup, "investor": investor, "by": by, "at": at}
    return Pass.objects.create(reason=PassReason.TEAM, **pair) if no else Interest.objects.create(**pair)


def answer(startup, investor, *, no=False):
    """Let the startup ask the investor ten days ago, and the investor answer a day later."""
    say(startup, investor, Side.STARTUP, day=-10)
    say(startup, investor, Side.INVESTOR, day=-9, no=no)


def activity(investor):
    return int(row_of(read(), "theses", "activity", investor))


@pytest.mark.parametrize("no", [False, True])
def test_an_answer_counts_as_activity_whether_yes_or_no(no):
    startups, investors = ranked.make_market(2, 2)
    before = [activity(investor) for investor in investors]

    answer(startups[0], investors[0], no=no)

    after = [activity(investor) for investor in investors]
    assert after[0] > before[0]
    assert after[1] == before[1]


def test_two_answers_count_as_one_deal_of_the_same_day():
    startups, investors = ranked.make_market(2, 3)
    Deal.objects.create(investor=investors[2], startup_name="Known", closed_on=TODAY)  # one deal in the mean
    known = read()
    for startup in startups:
        say(startup, investors[0], Side.STARTUP, day=-1)
        say(startup, investors[0], Side.INVESTOR, day=0)
    Deal.objects.create(investor=investors[1], startup_name="Other", closed_on=TODAY)

    found = columns.load(known.calibration, definitions.default_points())

    levels = [row_of(found, "theses", "activity", investor) for investor in investors]
    assert levels[0] == levels[1] == levels[2]


def test_what_answers_no_request_does_not_count():
    startups, investors = ranked.make_market(4, 1)
    before = activity(investors[0])
    say(startups[0], investors[0], Side.INVESTOR, day=-9)  # the investor asked, and the startup answered
    say(startups[0], investors[0], Side.STARTUP, day=-8)
    say(startups[1], investors[0], Side.STARTUP, day=-9)  # no one has answered
    say(startups[2], investors[0], Side.INVESTOR, day=-9, no=True)  # no one had asked
    assert activity(investors[0]) == before


def make_override(startup, investor, kind, **fields_):
    by = factories.make_user(f"{kind}-{startup.pk}-{investor.pk}@example.com", "curator")
    return CuratorOverride.objects.create(
        startup=startup, investor=investor, kind=kind, note="Why", by=by, **fields_
    )


def test_pins_and_passes_are_pairs():
    startups, investors = ranked.make_market(3, 2)
    by = factories.make_user("founder@example.com", "startup")
    long_ago = timezone.now() - PASS_DELAY
    for side, at, pair in (
        (Side.STARTUP, long_ago, 0),
        (Side.INVESTOR, long_ago, 0),
        (Side.STARTUP, None, 1),
    ):
        told = {"side": side, "reason": PassReason.TEAM, "by": by, "at": at or timezone.now()}
        Pass.objects.create(startup=startups[pair], investor=investors[0], **told)
    make_override(startups[1], investors[1], OverrideKind.HIDE)
    make_override(startups[2], investors[0], OverrideKind.BOOST)
    make_override(startups[2], investors[1], OverrideKind.BOOST, released_at=timezone.now())
    pairs = read().snapshot.pairs
    assert (pairs.excluded.tolist(), pairs.boosted.tolist()) == ([[0, 0], [1, 1]], [[2, 0]])


def deals(investor):
    Deal.objects.create(
        investor=investor, startup_name="x", closed_on=TODAY, sector=Sector.objects.get(code="FIN01")
    )


CHANGES: dict[str, Callable[[list[Startup], list[Investor]], Any]] = {
    "a startup's fields": lambda s, i: Startup.objects.filter(pk=s[1].pk).update(
        stage=Stage.objects.get(code="series_b"), visibility={}
    ),
    "a startup leaves": lambda s, i: Startup.objects.filter(pk=s[1].pk).update(matching_consent=False),
    "an investor leaves": lambda s, i: Investor.objects.filter(pk=i[1].pk).update(status="returned"),
    "a thesis is deleted": lambda s, i: i[1].theses.all().delete(),
    "a thesis is added": lambda s, i: factories.make_thesis(i[1], "Second"),
    "a deal is recorded": lambda s, i: deals(i[1]),
    "a request is answered": lambda s, i: answer(s[1], i[1]),
    "a pin": lambda s, i: make_override(s[1], i[1], OverrideKind.HIDE),
    "nothing": lambda s, i: None,
}


@pytest.mark.parametrize("change", CHANGES)
def test_reading_a_few_anew_is_reading_all_anew(change):
    startups, investors = ranked.make_market(5, 4)
    before = read()
    CHANGES[change](startups, investors)
    newcomer = ranked.make_startup(9)
    pks = {"startups": [startups[1].pk, newcomer.pk], "investors": [investors[1].pk]}
    moved = columns.updated(before, definitions.default_points(), **pks)
    moved.snapshot.validate()
    anew = columns.load(before.calibration, definitions.default_points())
    anew_arrays = {side: by_key(anew, side) for side in Side}
    assert {side: by_key(moved, side) for side in Side} == anew_arrays
    assert theses(moved) == theses(anew)
    assert pairs_by_key(moved) == pairs_by_key(anew)


def by_key(found, side):
    table = found.table(side)
    return {
        int(table.key[row]): [getattr(table, f.name)[row].tolist() for f in fields(table)]
        for row in np.flatnonzero(found.here(side))
    }


def theses(found):
    table = found.snapshot.theses
    rows = [row for row in range(len(table)) if not int(table.refuses[row, 0]) & 1 << EXISTS]
    names = [f.name for f in fields(table) if f.name != "owner"]
    return {
        int(table.key[row]): [
            int(found.investor_pk[table.owner[row]]),
            *(getattr(table, name)[row].tolist() for name in names),
        ]
        for row in rows
    }


def pairs_by_key(found):
    return [
        sorted(
            (int(found.startup_pk[i]), int(found.investor_pk[j]))
            for i, j in pairs.tolist()
            if found.startup_here[i] and found.investor_here[j]
        )
        for pairs in (found.snapshot.pairs.excluded, found.snapshot.pairs.boosted)
    ]


def test_the_queries_do_not_grow_with_the_market(django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def queries():
        with CaptureQueriesContext(connection) as seen:
            read()
        return len(seen)

    ranked.make_market(1, 1)
    one = queries()
    ranked.make_startup(5)
    ranked.make_startup(6)
    ranked.make_investor(5)
    ranked.make_investor(6)
    assert queries() == one <= 40
