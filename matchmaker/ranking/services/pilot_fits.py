"""Who fits a pilot, and which pilots fit a company: the engine's definition on a few rows, live.

Nothing is stored: a pilot is looked at by few, and changes with every seat.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker import engine
from matchmaker.choices import Side
from matchmaker.engine.definition.reference import score_all
from matchmaker.models import Pilot
from matchmaker.ranking.definitions import Points
from matchmaker.ranking.market import calibrations, columns, pilot_rows, term_index
from matchmaker.ranking.market.calibrations import CalibrationSnapshot
from matchmaker.ranking.services.market_state import ENGINE_VERSION, points_of

Array = NDArray[Any]


@dataclass(frozen=True)
class PilotFit:
    """How well a company and a pilot of the other side fit. `thesis`: of the partner that applies, else 0.

    `levels`: 0 to 255 by factor; `weights`: points of 1000 of startup and partner by factor.
    """

    pilot: int
    company: int
    score_tenths: int
    is_worth_a_look: bool
    levels: dict[str, int]
    weights: tuple[dict[str, int], dict[str, int]]
    thesis: int = 0


def fits_now(pilots: Sequence[Pilot], companies: Collection[int]) -> list[PilotFit] | None:
    """Return the fits that no gate refuses, best first; None until this engine has ranked the market.

    The pilots are of one side, the companies (primary keys) of the other.
    """
    calibration = calibrations.latest(ENGINE_VERSION)
    if calibration is None:
        return None
    return fits_by(calibration, points_of(calibration.weights_version), pilots, companies)


def fits_by(
    calibration: CalibrationSnapshot, points: Points, pilots: Sequence[Pilot], companies: Collection[int]
) -> list[PilotFit]:
    """Return the same by the scales of a calibration and some weights."""
    if not pilots or not companies:
        return []
    of_startups = pilots[0].side == Side.STARTUP
    hosts = {pilot.company.pk for pilot in pilots}
    found = columns.load(
        calibration,
        points,
        startups=hosts if of_startups else companies,
        investors=companies if of_startups else hosts,
    )
    here = found.pks(pilots[0].side).tolist()
    pilots = [pilot for pilot in pilots if pilot.company.pk in here]  # of others the host is not matched
    if not pilots:
        return []
    if of_startups:
        snapshot = pilot_rows.as_startups(found, pilots, points)
        return _listed(snapshot, pilots, found.investor_pk, is_turned=False)
    snapshot = pilot_rows.with_theses(found, pilots, points)
    return _listed(snapshot, pilots, found.startup_pk, is_turned=True)


def sectors_let_in(pilot: Pilot) -> list[int]:
    """Return the primary keys of the sectors that a pilot lets in; none before the first ranking."""
    calibration = calibrations.latest(ENGINE_VERSION)
    return pilot_rows.sectors_near(term_index.of(calibration), [pilot]) if calibration else []


def _listed(
    snapshot: engine.Snapshot, pilots: Sequence[Pilot], companies: Array, *, is_turned: bool
) -> list[PilotFit]:
    """Score every pair and put those that may meet in order: score, then the pilot, then the company."""
    table = score_all(snapshot)
    score = engine.score_tenths(table.u, table.v)
    worth = score >= engine.least_score(table.levels)
    found = []
    for i, j in zip(*np.nonzero(table.mandate >= 0), strict=True):
        pilot, company, mandate = (j, i, 0) if is_turned else (i, j, int(table.mandate[i, j]))
        row = int(table.mandate[i, j])
        sides = snapshot.startups.weights[i], snapshot.mandates.weights[row]
        found.append(
            PilotFit(
                pilots[pilot].pk,
                int(companies[company]),
                int(score[i, j]),
                bool(worth[i, j]),
                _by_factor(table.levels[i, j]),
                (_by_factor(sides[0]), _by_factor(sides[1])),
                0 if is_turned else int(snapshot.mandates.key[mandate]),
            )
        )
    return sorted(found, key=lambda fit: (-fit.score_tenths, fit.pilot, fit.company))


def _by_factor(values: Array) -> dict[str, int]:
    return dict(zip(engine.FACTORS, map(int, values), strict=True))
