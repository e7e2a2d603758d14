"""Each thesis of an investor with several has a list of its own."""

import pickle
from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from matchmaker.choices import PinKind, Side
from matchmaker.desk import services as pins
from matchmaker.models import Pass, Ranking
from matchmaker.models.ranking import THESIS
from matchmaker.ranking.market import columns
from matchmaker.ranking.market.columns import columns_by_thesis
from matchmaker.ranking.selectors.stored_lists import list_entries
from matchmaker.ranking.services import market_state, rank_edits
from profiles.choices import Importance
from profiles.models import Investor, PartnershipForm, Sector, Startup, Thesis, User
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db


def strict(investor: Investor, sector: str = "HLT01") -> Thesis:
    """A thesis that insists on one sector, beside a loose one."""
    thesis = factories.make_thesis(investor, "Strict", sector_importance=Importance.MUST)
    thesis.sectors.set(Sector.objects.filter(code=sector))
    thesis.forms.set(PartnershipForm.objects.filter(code="equity"))
    return thesis


def on_thesis(thesis: Thesis) -> list[int]:
    """The startups on the stored list of a thesis."""
    stored = Ranking.objects.get(side=THESIS, profile_id=thesis.pk)
    return [entry.counterpart_id for entry in list_entries(bytes(stored.entries))]


def test_a_loose_thesis_takes_no_place_of_a_strict_one() -> None:
    """More startups suit the loose one than a list stores; those of the strict one are all there."""
    startups, (investor, _other) = ranked.make_market(90, 2)
    loose = investor.theses.get()
    loose.sectors.set(Sector.objects.exclude(code="HLT01"))
    health = {startup.pk for startup in startups if startup.primary_sector.code == "HLT01"}
    narrow = strict(investor)

    ranked.rank_whole()

    assert Ranking.objects.get(side=Side.INVESTOR, profile_id=investor.pk).size == 64
    assert health - set(ranked.on_list(Side.INVESTOR, investor))
    assert set(on_thesis(narrow)) == health
    assert len(on_thesis(loose)) == 50
    stored = Ranking.objects.get(side=THESIS, profile_id=narrow.pk)
    assert {entry.thesis_id for entry in list_entries(bytes(stored.entries))} == {narrow.pk}


def test_who_has_one_thesis_has_no_list_beside_its_own() -> None:
    _startups, (_one, two) = ranked.make_market(5, 2)
    second = strict(two)
    ranked.rank_whole()
    theses = set(Ranking.objects.filter(side=THESIS).values_list("profile_id", flat=True))
    assert theses == {*two.theses.values_list("pk", flat=True)}

    second.is_active = False
    second.save()
    ranked.touch(two)
    assert ranked.work() == 1

    assert not Ranking.objects.filter(side=THESIS).exists()
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_every_edit_leaves_what_a_full_run_would_store(sana: User, li_wei: User) -> None:
    startups, investors = ranked.make_market(12, 4)
    theses = [strict(investors[0]), strict(investors[1], "AGR02")]
    ranked.rank_whole()
    assert ranked.stored_bytes() == ranked.fresh_bytes()
    market_state.memory.clear()

    def edits() -> Iterator[list[Startup | Investor]]:
        """One edit after the other; each names whom it is about."""
        startups[3].primary_sector = Sector.objects.get(code="HLT01")
        startups[3].save()
        yield [startups[3]]
        yield [ranked.make_startup(3), ranked.make_startup(13)]
        theses[0].sectors.set(Sector.objects.filter(code="FIN01"))
        yield [investors[0]]
        theses.append(strict(investors[2]))
        yield [investors[2]]
        theses[1].is_active = False
        theses[1].save()
        yield [investors[1]]
        yield [ranked.make_investor(7)]
        startups[5].matching_consent = False
        startups[5].save()
        yield [startups[5]]
        Pass.objects.create(
            side=Side.INVESTOR, startup=startups[0], investor=investors[0], reason="sector", by=li_wei
        )
        yield [startups[0], investors[0]]
        investors[2].matching_consent = False
        investors[2].save()
        yield [investors[2]]

    for at, changed in enumerate(edits()):
        ranked.touch(*changed)
        ranked.work()
        assert ranked.stored_bytes() == ranked.fresh_bytes(), f"edit {at}"
        if at % 3 == 2:
            market_state.memory.clear()  # another worker goes on
    pins.pin(
        startups[1],
        investors[0],
        kind=PinKind.BOOST,
        note="They met",
        expires_on=None,
        by=sana,
        at=timezone.now(),
    )
    rank_edits.rank_due(at=timezone.now() + timedelta(seconds=1))
    assert ranked.stored_bytes() == ranked.fresh_bytes()
    assert startups[1].pk in on_thesis(investors[0].theses.first())


def test_a_change_that_is_not_written_leaves_the_market_in_memory_as_it_was() -> None:
    startups, investors = ranked.make_market(12, 3)
    strict(investors[0])
    ranked.rank_whole()
    state = market_state.memory.sync()
    assert state
    both = state.market.rankings, state.theses.rankings
    before = [pickle.dumps(rankings) for rankings in both]
    Startup.objects.filter(pk=startups[0].pk).update(primary_sector=Sector.objects.get(code="HLT01"))

    change = market_state.apply_changes(state, {Side.STARTUP: {startups[0].pk}, Side.INVESTOR: set()})

    assert [bool(rows) for rows in change.written.values()] == [True, True, True]
    assert [pickle.dumps(rankings) for rankings in both] == before


def test_pairs_that_people_spoke_about_hold_for_all_theses_of_an_investor(li_wei: User) -> None:
    startups, investors = ranked.make_market(3, 3)
    strict(investors[1])
    Pass.objects.create(
        side=Side.INVESTOR, startup=startups[2], investor=investors[1], reason="sector", by=li_wei
    )
    ranked.rank_whole()
    state = market_state.memory.sync()
    assert state
    found: columns.Columns = columns_by_thesis(state.columns)
    excluded = [
        (found.startup_pk[i], found.investor_pk[j]) for i, j in found.snapshot.pairs.excluded.tolist()
    ]
    assert sorted(excluded) == sorted((startups[2].pk, thesis.pk) for thesis in investors[1].theses.all())
