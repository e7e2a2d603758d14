"""What another engine stored is ranked again, and shown as it was until then: never a fault."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import RunState, Side
from matchmaker.introductions.services import decisions
from matchmaker.models import Interest, Market, Ranking
from matchmaker.operations import services as operations
from matchmaker.pairs import services as pairs
from matchmaker.pairs.selectors.pair import answer_of
from matchmaker.ranking.definitions import DEFAULTS
from matchmaker.ranking.market import term_index
from matchmaker.ranking.selectors import desk, stored_lists
from matchmaker.ranking.services import market_state
from profiles.models import Investor, Startup, User
from tests.matchmaker import ranked

As = Callable[[User | None], Client]
OLDER = "0"
RENEWED = "Everything is being ranked again."


@pytest.fixture
def investor(li_wei: User) -> Investor:
    return li_wei.membership.investor


@pytest.fixture
def older(startup: Startup, investor: Investor) -> Market:
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


def says_renewed(client: Client, *paths: str) -> list[tuple[int, int]]:
    """The status of each page, and how often it says that everything is ranked again."""
    pages = [client.get(path) for path in paths]
    return [(page.status_code, page.content.decode().count(RENEWED)) for page in pages]


def test_pages_show_what_is_stored_and_say_that_it_is_renewed(
    older: Market, startup: Startup, investor: Investor, li_wei: User, sana: User, as_user: As
) -> None:
    assert market_state.explain_pair(startup, investor) is None
    partner, curator = as_user(li_wei), as_user(sana)

    assert says_renewed(partner, "/matches/", f"/matches/{startup.public_id}/") == [(200, 1), (200, 1)]
    cards = partner.get("/matches/").context["matches"].cards
    assert [card.name for card in cards] == [startup.name]
    assert says_renewed(partner, f"/matches/{startup.public_id}/?view=plain", "/shortlist/") == [(200, 0)] * 2
    pairing = reverse("pairing", args=[startup.public_id, investor.public_id])
    assert says_renewed(curator, pairing) == [(200, 1)]
    assert says_renewed(curator, reverse("weights"), reverse("desk")) == [(200, 0)] * 2


def test_people_go_on_meanwhile_and_nothing_is_lost(
    older: Market, startup: Startup, investor: Investor, li_wei: User, sana: User
) -> None:
    now = timezone.now()
    decisions.express_interest(startup, investor, side=Side.INVESTOR, by=li_wei, at=now)
    assert Interest.objects.get().factors == {}
    ranked.touch(startup)
    pairs.ask(startup, at=now)

    assert (ranked.work(), ranked.due()) == (0, 1)
    assert (pairs.answer_due(at=now), answer_of(startup).waits) == (0, True)

    run = operations.request_ranking(at=now)
    assert run
    assert run.reason == "New engine"
    assert ranked.finish(run).state == RunState.DONE
    assert (ranked.work(), ranked.due()) == (1, 0)
    assert pairs.answer_due(at=now) == 1
    assert market_state.explain_pair(startup, investor) is not None
    assert set(Ranking.objects.values_list("engine_version", flat=True)) == {market_state.ENGINE_VERSION}


def test_a_list_of_another_layout_is_as_one_that_is_yet_to_be_made(
    older: Market, investor: Investor, li_wei: User, as_user: As
) -> None:
    Ranking.objects.update(entries=b"\0" * 29, size=5)

    assert stored_lists.stored_ranking(Side.INVESTOR, investor.pk) is None
    assert as_user(li_wei).get("/matches/").context["matches"].state == "not_ranked"
    assert desk.preview_weights(DEFAULTS[Side.INVESTOR], DEFAULTS[Side.STARTUP]) == []


@pytest.mark.django_db
def test_what_an_edition_holds_is_what_its_engine_version_says() -> None:
    """Who changes these names or kinds raises ENGINE_VERSION, or others fail on what they have stored."""
    ranked.make_market(3, 2)
    ranked.rank_whole()
    calibration = term_index.latest(market_state.ENGINE_VERSION)
    assert calibration

    held = {name: (array.dtype.kind, array.ndim) for name, array in sorted(calibration.arrays.items())}

    assert (market_state.ENGINE_VERSION, held) == (
        "12",
        {
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
            "vocabulary_sectors": ("i", 1),
        },
    )
