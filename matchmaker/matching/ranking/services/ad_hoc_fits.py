"""Who fits an ad-hoc profile, and which of them fit a company.

The engine's definition on a few rows, live.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import compress

import numpy as np

from matchmaker.choices import Side
from matchmaker.matching import engine
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.reference import score_all
from matchmaker.matching.ranking.definitions import Points
from matchmaker.matching.ranking.market import ad_hoc_rows, columns, term_index
from matchmaker.matching.ranking.market.ad_hoc_rows import AdHocProfile
from matchmaker.matching.ranking.market.term_index import CalibrationSnapshot
from matchmaker.matching.ranking.selectors.explained import points_of
from matchmaker.matching.ranking.services.market_state import ENGINE_VERSION


@dataclass(frozen=True)
class AdHocFit:
    """How well a company and an ad-hoc profile of the other side fit.

    `thesis`: of a company that is an investor, else 0.
    """

    profile: int
    company: int
    score_tenths: int
    levels: dict[str, int]
    weights: tuple[dict[str, int], dict[str, int]]
    thesis: int = 0


def fits_now(profiles: Sequence[AdHocProfile], companies: Collection[int]) -> list[AdHocFit] | None:
    """Return the fits that no gate refuses, best first; None until this engine has ranked the market."""
    calibration = term_index.latest(ENGINE_VERSION)
    if calibration is None:
        return None
    return fits_by(calibration, points_of(calibration.weights_version), profiles, companies)


def fits_by(
    calibration: CalibrationSnapshot,
    points: Points,
    profiles: Sequence[AdHocProfile],
    companies: Collection[int],
) -> list[AdHocFit]:
    if not profiles or not companies:
        return []
    of_startups = profiles[0].company.side == Side.STARTUP
    hosts = {profile.company.pk for profile in profiles}
    market = columns.load(
        calibration,
        points,
        startups=hosts if of_startups else companies,
        investors=companies if of_startups else hosts,
    )
    here = market.pks(Side(profiles[0].company.side)).tolist()
    profiles = [each for each in profiles if each.company.pk in here]  # others' companies are not matched
    if not profiles:
        return []
    if of_startups:
        snapshot = ad_hoc_rows.as_startups(market, profiles, points)
        return _listed(snapshot, profiles, market.investor_pk, is_turned=False)
    snapshot = ad_hoc_rows.with_theses(market, profiles, points)
    return _listed(snapshot, profiles, market.startup_pk, is_turned=True)


def recommended(fits: Sequence[AdHocFit]) -> list[AdHocFit]:
    """Return those that one list recommends, of all its fits, best first."""
    levels = np.array([list(fit.levels.values()) for fit in fits]).reshape(-1, len(engine.FACTORS))
    upper = engine.recommended(np.array([fit.score_tenths for fit in fits]), levels, engine.FOR_STARTUP)
    return list(compress(fits, upper))


def allowed_sectors(profile: AdHocProfile) -> list[int]:
    """Return the primary keys of the sectors that a profile allows; none before the first ranking."""
    calibration = term_index.latest(ENGINE_VERSION)
    return ad_hoc_rows.sectors_near(term_index.of(calibration), profile) if calibration else []


def _listed(
    snapshot: engine.Snapshot, profiles: Sequence[AdHocProfile], companies: Array, *, is_turned: bool
) -> list[AdHocFit]:
    """Score every pair and put those that may meet in order: score, then the profile, then the company."""
    table = score_all(snapshot)
    score = engine.score_tenths(table.u, table.v)
    fits = []
    for i, j in zip(*np.nonzero(table.thesis >= 0), strict=True):
        profile, company, thesis = (j, i, 0) if is_turned else (i, j, int(table.thesis[i, j]))
        row = int(table.thesis[i, j])
        sides = snapshot.startups.weights[i], snapshot.theses.weights[row]
        fits.append(
            AdHocFit(
                profiles[profile].key,
                int(companies[company]),
                int(score[i, j]),
                _by_factor(table.levels[i, j]),
                (_by_factor(sides[0]), _by_factor(sides[1])),
                0 if is_turned else int(snapshot.theses.key[thesis]),
            )
        )
    return sorted(fits, key=lambda fit: (-fit.score_tenths, fit.profile, fit.company))


def _by_factor(values: Array) -> dict[str, int]:
    return dict(zip(engine.FACTORS, map(int, values), strict=True))
