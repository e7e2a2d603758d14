"""Stored rankings made by hand, in the layout of ranking/selectors/stored_lists.py."""

from datetime import UTC, datetime

import numpy as np

from matchmaker.choices import Factor
from matchmaker.matching.ranking.selectors.stored_lists import BOOSTED, ENTRY, HEADER, OUTSHONE
from matchmaker.matching.ranking.services import market_state, weights
from matchmaker.models.ranking import Ranking

COMPUTED = datetime(2026, 1, 6, 9, 0, tzinfo=UTC)
GOOD = (140, 120, 255, 110, 200, 255, 220, 85)
ON_MERIT = 2


def entry(counterpart, thesis, **fields):
    """Return one packed entry; `fields` may name levels, not_stated, is_boosted, is_outshone and more."""
    applied = weights.current()
    levels = fields.get("levels", GOOD)
    row = np.zeros((), ENTRY)
    row["counterpart"], row["thesis"], row["levels"] = counterpart, thesis, levels
    for name, points in (("u", applied.for_startup), ("v", applied.for_investor)):
        row[name] = sum(level * points[factor] for level, factor in zip(levels, Factor.values, strict=True))
    row["not_stated"] = sum(1 << Factor.values.index(factor) for factor in fields.get("not_stated", ()))
    boosted, outshone = fields.get("is_boosted"), fields.get("is_outshone")
    row["flags"] = ON_MERIT | (BOOSTED if boosted else 0) | (OUTSHONE if outshone else 0)
    row["demand_adjustment_tenths"] = fields.get("demand_adjustment_tenths", 0)
    return row


def store(side, pk, entries):
    """Store a list, in the place of the one before it."""
    packed = np.zeros((), HEADER).tobytes() + b"".join(row.tobytes() for row in entries)
    stored, _made = Ranking.objects.update_or_create(
        side=side,
        profile_id=pk,
        defaults={
            "entries": packed,
            "size": len(entries),
            "weights_version": weights.current().pk,
            "market_version": 1,
            "engine_version": market_state.ENGINE_VERSION,
            "computed_at": COMPUTED,
        },
    )
    return stored
