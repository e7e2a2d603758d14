"""What others may know of the engine: its words, the default weights, and what a score in tenths is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from matchmaker.choices import Factor, Side
from matchmaker.matching import engine
from matchmaker.matching.engine import (
    ENGINE_VERSION,
    Explanation,
    GateResult,
    ListEnd,
    is_enough,
    out_of_reach,
    recommended,
    score_tenths,
)
from matchmaker.matching.engine.definition import reasons as level_reasons
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.lists import GUARANTEED
from matchmaker.matching.engine.definition.recommended import FAR, NEAR

# Points of 1000 by factor: a judgement to start with (docs/rules.md); learning and curators move it.
DEFAULTS: dict[Side, dict[str, int]] = {
    Side.STARTUP: dict(zip(Factor.values, engine.DEFAULT_FOR_STARTUP, strict=True)),
    Side.INVESTOR: dict(zip(Factor.values, engine.DEFAULT_FOR_INVESTOR, strict=True)),
}

# Where the lists of each side end: what is recommended, and what is less likely.
LIST_ENDS: dict[Side, ListEnd] = {Side.STARTUP: engine.FOR_STARTUP, Side.INVESTOR: engine.FOR_INVESTOR}


@dataclass(frozen=True)
class Points:
    """The weights of one version: points of 1000 in the order of engine.FACTORS."""

    version: int
    for_startup: Array
    for_investor: Array


def points(version: int, for_startup: Mapping[str, int], for_investor: Mapping[str, int]) -> Points:
    startup_points = np.array([for_startup.get(factor, 0) for factor in engine.FACTORS], np.uint16)
    investor_points = np.array([for_investor.get(factor, 0) for factor in engine.FACTORS], np.uint16)
    return Points(version, startup_points, investor_points)


def default_points() -> Points:
    return points(0, DEFAULTS[Side.STARTUP], DEFAULTS[Side.INVESTOR])
