"""A market that is ranked: what the tests of the worker share."""

from datetime import timedelta

import numpy as np
from django.db.models import F
from django.utils import timezone

from matchmaker.choices import RunState, Side
from matchmaker.matching import engine
from matchmaker.matching.ranking.market import columns, term_index
from matchmaker.matching.ranking.selectors import explained, stored_lists
from matchmaker.matching.ranking.services import market_state, rank_market, runs
from matchmaker.models.ranking import THESIS, Ranking, RankingJob, RankingRun
from profiles.models import PartnershipForm, Place, Sector, Stage
from profiles.platform.changes import services as changes
from tests import factories

SECTORS = ("AGR01", "AGR02", "FIN01", "HLT01", "ENE01")
STAGES = ("pre_seed", "seed", "series_a")
PLACES = ("PK-PB", "PK-SD", "PK-KP", "PK-BA")
FORMS = ("equity", "joint_venture", "pilot", "tech_licence")


def make_market(startups=6, investors=4):
    """Return some startups and investors that differ from each other."""
    return [make_startup(i) for i in range(startups)], [make_investor(i) for i in range(investors)]


def make_startup(i, **fields):
    """Return the i-th startup of a market."""
    chosen = {
        "primary_sector": Sector.objects.get(code=SECTORS[i % len(SECTORS)]),
        "stage": Stage.objects.get(code=STAGES[i % len(STAGES)]),
        "place": Place.objects.get(code=PLACES[i % len(PLACES)]),
        "summary_en": f"Startup {i % 20}: {SECTORS[i % len(SECTORS)]} for {PLACES[i % len(PLACES)]}.",
        "visibility": {"ask": "matched"},
    }
    startup = factories.make_startup(f"Startup {i}", **(chosen | fields))
    startup.forms.set(PartnershipForm.objects.filter(code__in=(FORMS[i % 4], FORMS[(i + 1) % 4])))
    return startup


def make_investor(i, **fields):
    """Return the i-th investor of a market, with one thesis."""
    investor = factories.make_investor(
        f"Investor {i}", summary_en=f"Investor {i % 20} in {SECTORS[i % 5]}.", **fields
    )
    thesis = investor.theses.get()
    thesis.sectors.set(Sector.objects.filter(code__in=(SECTORS[i % 5], SECTORS[(i + 2) % 5])))
    thesis.forms.set(PartnershipForm.objects.filter(code__in=(FORMS[i % 4], FORMS[(i + 2) % 4])))
    return investor


def rank_whole():
    """Rank the whole market here and return the run."""
    run = finish(runs.request(by=None, at=timezone.now(), reason="Test"))
    assert (run.state, run.error) == (RunState.DONE, "")
    return run


def finish(run):
    """Work as long as a run is open, and return it."""
    while (run := RankingRun.objects.get(pk=run.pk)).is_open:
        rank_market.work(at=timezone.now())
    return run


def touch(*profiles):
    """Say that these profiles have changed."""
    for profile in profiles:
        changes.notify_changed(profile, at=timezone.now())


def work():
    """Do what is due, as the worker would, and return how many jobs that were."""
    return rank_market.rank_due(at=timezone.now() + timedelta(seconds=1))


def on_list(side, profile):
    """Return the primary keys on the stored list of a profile, best first."""
    found = stored_lists.stored_ranking(side, profile.pk)
    return [entry.counterpart_id for entry in found.entries] if found else []


def stored_bytes():
    """Return what is stored of every list."""
    fields = ("side", "profile_id", "entries", "size", "is_whole", "demand_adjustment")
    return {
        (side, pk): (bytes(entries), *rest)
        for side, pk, entries, *rest in Ranking.objects.values_list(*fields)
    }


def fresh_bytes():
    """Return what computing everything from nothing, by the same calibration and handicaps, would store."""
    found = again()
    demand_adjustments = {
        (side, pk): demand_adjustment for (side, pk), (*_rest, demand_adjustment) in stored_bytes().items()
    }
    both = [
        [demand_adjustments.get((side, pk), 0) for pk in found.pks(side).tolist()]
        for side in (Side.STARTUP, Side.INVESTOR)
    ]
    found = columns.with_demand_adjustments(found, *(np.array(side, np.int32) for side in both))
    return _bytes(found, engine.rank_all(found.snapshot))


def guaranteed_bytes():
    """Return what a whole re-ranking should store: with handicaps of its own and both guarantees."""
    found = again()
    demand_adjustments = engine.demand_adjustments(engine.rank_all(found.snapshot).values, found.snapshot)
    found = columns.with_demand_adjustments(found, *demand_adjustments)
    return _bytes(found, engine.guarantees(engine.rank_all(found.snapshot), found.snapshot).rankings)


def again():
    """Return the market by the calibration that counts, without handicaps."""
    calibration = term_index.latest(market_state.ENGINE_VERSION)
    assert calibration
    return columns.load(calibration, explained.points_of(calibration.weights_version))


def _bytes(found, ranked):
    """Return rankings as they would be stored, and those of theses."""
    of = market_state.lists
    rows = {
        side: stored_lists.list_rows(found, side, of(ranked, side), of(ranked, side.other)) for side in Side
    }
    theses = market_state.ranked_theses(found)
    here = np.flatnonzero(theses.columns.investor_here)
    every = {
        **rows,
        THESIS: stored_lists.list_rows(
            theses.columns, Side.INVESTOR, theses.rankings.investors.take(here), ranked.startups
        ),
    }
    return {
        (str(side), row.profile_id): (row.entries, row.size, row.is_whole, row.demand_adjustment)
        for side, listed in every.items()
        for row in listed
    }


def due():
    """Return how many jobs are not done."""
    return RankingJob.objects.filter(completed_version__lt=F("requested_version")).count()
