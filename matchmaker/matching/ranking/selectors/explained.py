"""Why a pair has its score: read from a stored list, or computed."""

from dataclasses import replace

import numpy as np

from matchmaker.choices import Factor, Side
from matchmaker.matching import engine
from matchmaker.matching.engine import ENGINE_VERSION
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.definitions import Points
from matchmaker.matching.ranking.market import columns, term_index
from matchmaker.matching.ranking.market.columns import FEW, Columns, startup_points, thesis_points
from matchmaker.matching.ranking.market.startup_rows import FORMS_MUST
from matchmaker.matching.ranking.market.thesis_rows import IMPORTANCES
from matchmaker.matching.ranking.selectors.stored_lists import (
    ListEntry,
    StoredRanking,
    stored_ranking,
    waiting_jobs,
)
from matchmaker.models.ranking import Ranking, Weights
from profiles.catalogue.visibility.policy import matchable
from profiles.choices import Importance
from profiles.models import Investor, Startup, Thesis


def points_of(version: int) -> Points:
    row = Weights.objects.filter(pk=version).first()
    if row is None:
        return definitions.default_points()
    return definitions.points(version, row.for_startup, row.for_investor)


def demand_adjustments(columns: Columns, side: Side) -> Array:
    """int32[r]: the stored demand adjustment of every row."""
    rows = Ranking.objects.filter(side=side)
    pks = columns.pks(side).tolist()
    stored = dict(
        (rows.filter(profile_id__in=pks) if len(pks) < FEW else rows).values_list(
            "profile_id", "demand_adjustment"
        )
    )
    return np.array([stored.get(pk, 0) for pk in pks], np.int32)


def explain_pair(startup: Startup, investor: Investor) -> engine.Explanation | None:
    """Return the engine's explanation of any pair, live; its `thesis` is the thesis's primary key."""
    calibration = term_index.latest(ENGINE_VERSION)
    if calibration is None:
        return None
    market = columns.load(
        calibration, points_of(calibration.weights_version), startups=[startup.pk], investors=[investor.pk]
    )
    if not len(market.startup_pk) or not len(market.snapshot.theses):
        return None
    market = columns.with_demand_adjustments(market, *(demand_adjustments(market, side) for side in Side))
    explained = engine.explain(market.snapshot, 0, 0)
    return replace(explained, thesis=int(market.snapshot.theses.key[explained.thesis]))


def explain_entry(
    entry: ListEntry, of: Side, stored: StoredRanking, startup: Startup, thesis: Thesis, *, is_broad: bool
) -> engine.Explanation | None:
    """Return the same from an entry of a list of the side `of`. No query.

    None if the weights have changed since. `is_broad`: the startup names only whole sectors.
    """
    known = stored.weights
    market = definitions.points(0, *known) if all(known) else definitions.default_points()
    counts_text_more = is_broad and Factor.TEXT not in entry.not_stated_startup
    weights = (
        startup_points(market.for_startup, np.array([counts_text_more]))[0],
        thesis_points([thesis.weights], market)[0],
    )
    levels = np.array(entry.levels, np.int64)
    ours, theirs = (engine.fit_of(levels, side.astype(np.int64)) for side in weights)
    score = int(engine.score_tenths(np.array(ours.amount), np.array(theirs.amount)))
    if (ours.tenths, theirs.tenths, score) != (entry.fit_startup, entry.fit_investor, entry.score):
        return None
    musts = sum(1 << bit for bit, name in enumerate(IMPORTANCES) if getattr(thesis, name) == Importance.MUST)
    must = engine.Must(musts | (FORMS_MUST if startup.forms_are_must else 0))
    taken = {of.other: entry.demand_adjustment_tenths, of: 0}
    return engine.Explanation(
        thesis=entry.thesis_id,
        for_startup=ours,
        for_investor=theirs,
        score_tenths=score,
        gates=engine.gate_results(must, [True] * len(engine.GATES)),
        excluded=False,
        not_stated_by_startup=entry.not_stated_startup,
        not_stated_by_investor=entry.not_stated_investor,
        startup_demand_adjustment_tenths=taken[Side.STARTUP],
        investor_demand_adjustment_tenths=taken[Side.INVESTOR],
    )


def is_fresh(stored: StoredRanking, startup: Startup, investor: Investor, *, is_other_waiting: bool) -> bool:
    """Return whether a list was made by this engine from what both profiles say now."""
    waits = stored.waits or is_other_waiting
    is_newest = max(startup.changed_at, investor.changed_at) <= stored.computed_at
    return stored.engine_version == ENGINE_VERSION and not waits and is_newest


def explain_stored(startup: Startup, investor: Investor) -> engine.Explanation | None:
    """Return the explanation of a pair from the stored list of one of the two.

    None where neither list has the pair, or one is older than a profile.
    """
    both: tuple[tuple[Startup | Investor, Startup | Investor], ...]
    both = (startup, investor), (investor, startup)
    for owner, other in both:
        stored = stored_ranking(Side(owner.side), owner.pk)
        entry = stored.of(other.pk) if stored else None
        if stored is None or entry is None:
            continue
        waits = waiting_jobs(Side(other.side)).filter(profile_id=other.pk).exists()
        thesis = investor.theses.filter(pk=entry.thesis_id).first()
        if thesis and is_fresh(stored, startup, investor, is_other_waiting=waits):
            is_broad = not (_names_field(startup) and matchable(startup, "sectors"))
            return explain_entry(entry, Side(owner.side), stored, startup, thesis, is_broad=is_broad)
    return None


def _names_field(startup: Startup) -> bool:
    """Return whether a startup names a part of a sector, which is more than a whole one."""
    main = startup.primary_sector
    return bool(main and main.parent_id) or startup.other_sectors.filter(parent__isnull=False).exists()
