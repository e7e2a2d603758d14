"""Packed rankings: what goes in comes out, nothing else is read, and an older layout is made again."""

import io
from dataclasses import replace
from math import sqrt
from typing import Any

import numpy as np
import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import RunState, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.matching import engine
from matchmaker.matching.engine.definition import lists as ranking
from matchmaker.matching.engine.definition.columns import take
from matchmaker.matching.pairs import services as pairs
from matchmaker.matching.pairs.selectors.advice import answer_of
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.market import term_index
from matchmaker.matching.ranking.market.columns import Columns
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.matching.ranking.selectors.explained import explain_pair
from matchmaker.matching.ranking.selectors.stored_lists import BOOSTED, ENTRY, HEADER, ListRow
from matchmaker.matching.ranking.services import market_state, rank_market
from matchmaker.models.pair_action import Interest
from matchmaker.models.ranking import Market, Ranking
from matchmaker.operations import services as operations
from tests.engine.markets import market
from tests.engine.same import assert_same_lists
from tests.matchmaker import ranked

STAMP = rank_market.Stamp(1, 2, "3", timezone.now(), 4)


def entry(counterpart, **fields):
    row = np.zeros((), ENTRY)
    values = {
        "counterpart": counterpart,
        "thesis": 9,
        "u": 127_500,
        "v": 255_000,
        "levels": range(8),
        **fields,
    }
    for name, value in values.items():
        row[name] = list(value) if name == "levels" else value
    return row


def packed(*counterparts):
    return HEADER_BYTES + b"".join(entry(counterpart).tobytes() for counterpart in counterparts)


HEADER_BYTES = np.zeros((), HEADER).tobytes()


def test_an_entry_reads_as_it_was_packed():
    said = entry(5, demand_adjustment_tenths=-12, flags=2 | BOOSTED, not_stated=0b1_0000_0010)
    (read,) = stored_lists.list_entries(HEADER_BYTES + said.tobytes(), Side.STARTUP)
    assert read == stored_lists.ListEntry(
        counterpart_id=5,
        rank=1,
        score=707,
        fit_investor=1000,
        fit_startup=500,
        levels=(0, 1, 2, 3, 4, 5, 6, 7),
        thesis_id=9,
        demand_adjustment_tenths=-12,
        is_boosted=True,
        not_stated_startup=("stage",),
        not_stated_investor=("sector",),
        is_recommended=True,
    )
    assert read.not_stated == ("sector", "stage")


def test_the_score_is_rounded_to_the_nearest_tenth():
    fits = np.random.default_rng(1).integers(0, 255_001, (2000, 2)).tolist()
    wanted = [int(1000 * sqrt(u * v) / 255_000 + 0.5) for u, v in fits]
    assert [int(definitions.score_tenths(u, v)) for u, v in fits] == wanted


CLOSE, APART = (128, 255, 64, 255, 255, 255, 255, 255), (128, 255, 63, 255, 255, 255, 255, 255)
STRANGERS, OUT_OF_REACH = (127, *CLOSE[1:]), (255, 255, 0, 255, 255, 255, 255, 255)


@pytest.mark.parametrize(("levels", "score", "is_recommended"), [
    (CLOSE, 494, 0), (CLOSE, 495, 1), (APART, 594, 0), (APART, 595, 1), (STRANGERS, 594, 0),
    (STRANGERS, 595, 1), (OUT_OF_REACH, 900, 0),
])  # fmt: skip
def test_less_is_enough_in_close_fields_with_amounts_that_come_near(levels, score, is_recommended):
    """Behind so many of the full score that no one comes near the best."""
    said = {"u": 255 * score, "v": 255 * score, "levels": levels}
    better = b"".join(entry(at, u=255_000).tobytes() for at in range(1, 20))
    for side in Side:
        read = stored_lists.list_entries(HEADER_BYTES + better + entry(20, **said).tobytes(), side)[-1]
        assert (read.score, read.is_recommended) == (score, bool(is_recommended))
        boosted = entry(20, **said, flags=BOOSTED).tobytes()
        lifted = stored_lists.list_entries(HEADER_BYTES + better + boosted, side)[-1]
        assert lifted.is_recommended, "a curator put it there"


def test_fifty_are_shown_of_sixty_four():
    assert [e.rank for e in stored_lists.list_entries(packed(*range(1, 65)), Side.STARTUP)] == list(
        range(1, 51)
    )
    assert stored_lists.list_entries(b"", Side.STARTUP) == ()


def drawn_entries(seed):
    """A list as it is stored: by score less handicap, with places given away among its first twenty."""
    rng = np.random.default_rng(seed)
    rows = [
        replace(
            read_one(at),
            score=int(rng.integers(300, 1000)),
            demand_adjustment_tenths=int(rng.integers(0, 51)) * int(rng.random() < 0.3),
        )
        for at in range(1, 51)
    ]
    rows.sort(key=lambda e: e.demand_adjustment_tenths - e.score)
    given = [replace(rows.pop(), is_guaranteed_exposure=True) for _ in range(int(rng.integers(0, 6)))]
    rows[20 - len(given) : 20 - len(given)] = given
    return [replace(entry, rank=rank) for rank, entry in enumerate(rows, start=1)]


def read_one(counterpart):
    (read,) = stored_lists.list_entries(packed(counterpart), Side.STARTUP)
    return read


@pytest.mark.parametrize("seed", range(20))
def test_a_handicap_moves_nobody_far_and_those_who_are_spoken_of_not_at_all(seed):
    stored = drawn_entries(seed)
    exempt_from_penalty = {int(pk) for pk in np.random.default_rng(seed).choice(50, 9, replace=False) + 1}

    shown = stored_lists.in_order(stored, exempt_from_penalty)

    assert [entry.rank for entry in shown] == list(range(1, 51))
    assert sorted(entry.counterpart_id for entry in shown) == list(range(1, 51))
    given = [
        entry
        for entry in stored
        if entry.is_guaranteed_exposure and entry.counterpart_id not in exempt_from_penalty
    ]
    assert [entry for entry in shown if entry.is_guaranteed_exposure] == given
    on_merit = [entry for entry in shown if not entry.is_guaranteed_exposure]
    for place, entry in enumerate(on_merit):
        assert max(other.score for other in on_merit[place:]) <= entry.score + 50
        if entry.counterpart_id in exempt_from_penalty:
            assert entry.demand_adjustment_tenths == 0
            assert min(other.score for other in on_merit[: place + 1]) == entry.score


def test_whom_a_curator_put_there_comes_first():
    best, boosted = replace(read_one(1), score=900), replace(read_one(2), score=400, is_boosted=True)
    assert [e.counterpart_id for e in stored_lists.in_order([best, boosted], set())] == [2, 1]


def test_many_rows_unpack_like_one():
    headers, rows = stored_lists.unpack_all([packed(1, 2), b"", packed(3)], 4)
    assert headers["floor_key"].tolist() == [0, 0, 0]
    assert rows["counterpart"].tolist() == [[1, 2, 0, 0], [0, 0, 0, 0], [3, 0, 0, 0]]
    assert stored_lists.pack_all(headers, rows, np.array([2, 0, 1])) == [packed(1, 2), packed(), packed(3)]


def columns_of(snapshot):
    """Return an engine's market as columns. Packing asks neither for the calibration nor its vocabulary."""
    pks = 5 + np.arange(len(snapshot.startups)), 9 + np.arange(len(snapshot.investors))
    nothing: Any = None
    return Columns(nothing, nothing, snapshot, *pks, *(np.ones(len(pk), np.bool_) for pk in pks))


def as_stored(columns, side, rankings):
    lists, others = (market_state.lists(rankings, whose) for whose in (side, side.other))
    return [(row.profile_id, row.entries) for row in stored_lists.list_rows(columns, side, lists, others)]


def test_lists_read_as_they_were_packed():
    """Also those with all three tiers, with boosts and with floors: 500 startups share 20 lists of 64."""
    columns = columns_of(market(2, 500, 20, must=0.0))
    whole = engine.rank_all(columns.snapshot, k=stored_lists.STORED)
    shown = engine.guarantees(whole, columns.snapshot).rankings
    for side, tiers in ((Side.STARTUP, {2}), (Side.INVESTOR, {0, 1, 2})):
        lists = market_state.lists(shown, side)
        assert set(lists.tier[lists.ids >= 0].tolist()) == tiers

        stored = as_stored(columns, side, shown)
        read, gone = stored_lists.lists(columns, side, stored)

        assert_same_lists(read, lists)
        assert len(gone) == 0
    assert (shown.investors.floor > ranking.NOTHING).all()


def test_lists_in_memory_and_stored_ones_follow_newcomers_whose_ids_come_in_between_alike():
    """Public ids are 10, 20, 30 …; the last two of each side come with 15 and 405 and set others back."""
    snapshot = market(5, 90, 80, pairs=0.0, theses=1)
    for table in (snapshot.startups, snapshot.investors):
        table.key[:] = 10 * np.arange(1, len(table) + 1)
        table.key[-2:] = 15, 405
    theses = take(snapshot.theses, np.argsort(snapshot.theses.owner))
    after = columns_of(replace(snapshot, theses=theses))
    before = columns_of(
        replace(
            snapshot,
            startups=take(snapshot.startups, np.arange(88)),
            investors=take(snapshot.investors, np.arange(78)),
            theses=take(theses, np.arange(78)),
        )
    )
    known = engine.rank_all(before.snapshot, k=stored_lists.STORED)

    for side in Side:
        stored = as_stored(before, side, known)
        extended = stored_lists.extended(before, after, side, market_state.lists(known, side))
        assert_same_lists(extended, stored_lists.lists(after, side, stored)[0])
        assert (market_state.lists(known, side).floor > ranking.NOTHING).any()


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, rank_market.MANY + 1])
def test_writing_puts_each_list_in_the_place_of_the_one_before(count):
    rows = [ListRow(pk, packed(pk), 1, pk % 2 == 0, -pk) for pk in range(1, count + 1)]
    rank_market.write_lists(Side.STARTUP, rows, stamp=STAMP)
    rank_market.write_lists(Side.STARTUP, [ListRow(2, packed(7, 8), 2, False, 5)], stamp=STAMP)
    stored = ranked.stored_bytes()
    assert len(stored) == count
    assert stored["startup", 1] == (packed(1), 1, False, -1)
    assert stored["startup", 2] == (packed(7, 8), 2, False, 5)
    row = Ranking.objects.get(profile_id=3)
    assert (row.market_version, row.revision) == (2, 4)
    found = stored_lists.stored_ranking(Side.STARTUP, 2)
    assert [e.counterpart_id for e in found.entries] == [7, 8]
    assert (found.weights_version, found.engine_version, found.computed_at) == (1, "3", STAMP.at)
    assert stored_lists.stored_ranking(Side.INVESTOR, 2) is None


@pytest.mark.django_db
def test_only_one_of_two_writers_takes_a_revision():
    seen = market_state.clock_revision()
    assert [rank_market.advance_clock(seen) for _writer in range(2)] == [True, False]
    assert market_state.clock_revision() == seen + 1


OLDER = "0"
RENEWED = "All matches are being ranked again."


@pytest.fixture
def older(startup, investor):
    """A market that an older engine ranked, whose calibration lacks what this one computes with."""
    ranked.rank_whole()
    Market.objects.all().delete()
    Ranking.objects.update(engine_version=OLDER)
    statistics = io.BytesIO()
    np.savez(statistics, text_level=np.zeros(101), vocabulary_sectors=np.zeros(3))
    return Market.objects.create(
        statistics=statistics.getvalue(),
        weights_version=1,
        engine_version=OLDER,
        startups=1,
        investors=1,
        made_at=timezone.now(),
    )


def says_renewed(client, *paths):
    """The status of each page, and how often it says that everything is ranked again."""
    pages = [client.get(path) for path in paths]
    return [(page.status_code, page.content.decode().count(RENEWED)) for page in pages]


def test_pages_show_what_is_stored_and_say_that_it_is_renewed(
    older, startup, investor, li_wei, sana, as_user
):
    assert explain_pair(startup, investor) is None
    partner, curator = as_user(li_wei), as_user(sana)

    assert says_renewed(partner, "/matches/", f"/matches/{startup.public_id}/") == [(200, 1), (200, 1)]
    cards = partner.get("/matches/").context["matches"].cards
    assert [card.name for card in cards] == [startup.name]
    assert says_renewed(partner, f"/matches/{startup.public_id}/?view=plain", "/deals/") == [(200, 0)] * 2
    pairing = reverse("pairing", args=[startup.public_id, investor.public_id])
    assert says_renewed(curator, pairing) == [(200, 1)]
    assert says_renewed(curator, reverse("weights"), reverse("desk")) == [(200, 0)] * 2


def test_people_go_on_meanwhile_and_nothing_is_lost(older, startup, investor, li_wei, sana):
    now = timezone.now()
    decisions.express_interest(startup, investor, side=Side.INVESTOR, by=li_wei, at=now)
    assert Interest.objects.get().factors == {}
    ranked.touch(startup)
    pairs.ask(startup, at=now)

    assert (ranked.work(), ranked.due()) == (0, 1)
    assert (pairs.answer_due(at=now), answer_of(startup).waits) == (0, True)

    run = operations.request_ranking(at=now)
    assert run.reason == "New engine"
    assert ranked.finish(run).state == RunState.DONE
    assert (ranked.work(), ranked.due()) == (1, 0)
    assert pairs.answer_due(at=now) == 1
    assert explain_pair(startup, investor) is not None
    assert set(Ranking.objects.values_list("engine_version", flat=True)) == {market_state.ENGINE_VERSION}


def test_a_list_of_another_layout_is_as_one_that_is_yet_to_be_made(older, investor, li_wei, as_user):
    Ranking.objects.update(entries=b"\0" * 29, size=5)

    assert stored_lists.stored_ranking(Side.INVESTOR, investor.pk) is None
    assert as_user(li_wei).get("/matches/").context["matches"].state == "not_ranked"


@pytest.mark.django_db
def test_what_an_edition_holds_is_what_its_engine_version_says():
    """Who changes these names or kinds raises ENGINE_VERSION, or others fail on what they have stored."""
    ranked.make_market(3, 2)
    ranked.rank_whole()
    calibration = term_index.latest(market_state.ENGINE_VERSION)

    held = {name: (array.dtype.kind, array.ndim) for name, array in sorted(calibration.arrays.items())}

    assert (market_state.ENGINE_VERSION, held) == (
        "18",
        {
            "by_field": ("u", 0),
            "investing": ("u", 0),
            "money": ("u", 0),
            "neutral": ("u", 1),
            "record_ever": ("f", 0),
            "record_lately": ("f", 0),
            "record_place_share": ("f", 1),
            "record_sector_share": ("f", 1),
            "record_stage_share": ("f", 1),
            "record_steadily": ("f", 0),
            "record_today": ("i", 0),
            "record_worth": ("f", 1),
            "sector_idf": ("u", 1),
            "text_level": ("u", 1),
            "text_model": ("U", 0),
            "vocabulary_bands": ("i", 0),
            "vocabulary_forms": ("i", 1),
            "vocabulary_needs": ("i", 1),
            "vocabulary_places": ("i", 1),
            "vocabulary_sector_alike": ("f", 2),
            "vocabulary_sector_parent": ("i", 1),
            "vocabulary_sectors": ("i", 1),
        },
    )
