"""Deals and theses as numbers, and the market to compare them with."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from matchmaker.matching.engine.definition.columns import Array

KINDS = ("sector", "stage", "place", "lately", "steadily", "ever")
WORTH = (1.0, 1.0, 1.0, 0.2, 0.3, 0.5)  # what a market is believed to be like: activity's tempos share theirs


@dataclass(frozen=True)
class Rule:
    """The numbers in affinity.py's formulas.

    Chosen one by one on past looks inside the training deals (docs/decisions/0003 and 0005); the optimum is
    flat, so they are round.
    """

    half_life: float = 1095.0  # days: what an investor does changes slowly …
    lately: float = 90.0  # … how much it does, quickly; the half-lives of the two tempos
    steadily: float = 730.0
    prior_lately: float = 0.1  # deals added to everyone's
    prior_steadily: float = 0.2
    prior_ever: float = 0.2
    surprise_sector: float = 0.10  # ε
    surprise_stage: float = 0.05
    surprise_place: float = 0.05
    bend_sector: float = 0.4  # β
    bend_stage: float = 0.0
    bend_place: float = 0.3
    prior_deals: float = 2.0  # μ: the thesis, or the market, counts as much as this many deals
    # 44 % of 9,236 real deals lay in a field that their investor declares, 37 % would by chance: 0.9 of deals
    # go by the market. Past folds are best at 0.6, where a thesis without deals still says something.
    outside_thesis: float = 0.6
    thesis_deals: float = 8.0  # ν: as an anchor a thesis counts as much as this many deals; a judgement
    related_share: float = 0.2  # of a deal in one stage or sector that also speaks for its neighbours
    answer: float = 0.5  # an answered request on the platform, in deals; a judgement
    whole: float = 0.9  # of what a field is worth by its own name, where only its whole sector is named


RULE = Rule()


@dataclass(frozen=True)
class Deals:
    """The record: one row per investor and deal. -1 is not stated."""

    owner: Array  # int32[d]    row of the investor
    day: Array  # int32[d]    date.toordinal() of the deal
    sectors: Array  # int16[d,6]  primary first
    stage: Array  # int8[d]     match band
    place: Array  # int16[d]    home of the startup
    partners: Array | None = None  # int16[d] investors in the round, itself included; None: one


@dataclass(frozen=True)
class Declared:
    """What the theses say, one row per thesis: 1 where named; a row of zeros is not stated."""

    owner: Array  # int32[m]  row of the investor
    sectors: Array  # uint8[m,S]
    stages: Array  # uint8[m,B]
    places: Array  # uint8[m,P]
    hearsay: bool = False
    fields: Array | None = None  # uint8[m,S]  of the sectors, those named as such; None: all
    only_inferred: Array | None = (
        None  # bool[m]  whose sectors are only read from a description; None: no one's
    )


@dataclass(frozen=True)
class Related:
    sector: Array  # float32[S,S]
    stage: Array  # float32[B,B]
    place: Array  # float32[P,P]

    @classmethod
    def none(cls, sectors: int, bands: int, places: int) -> Related:
        return cls(*(np.eye(k, dtype=np.float32) for k in (sectors, bands, places)))


@dataclass(frozen=True)
class Events:
    owner: Array  # int32[e]
    day: Array  # int32[e]


@dataclass(frozen=True)
class MarketRecord:
    today: int  # date.toordinal() of the run
    sector_share: Array  # float64[S], sums to 1
    stage_share: Array  # float64[B]
    place_share: Array  # float64[P]
    lately: float  # mean deals of an investor, faded at the two tempos
    steadily: float
    ever: float  # mean deals of an investor, not faded and not shared among a round's partners
    worth: Array = field(default_factory=lambda: np.array(WORTH))  # float64[6] of KINDS (axis_weights.py)

    def to_arrays(self) -> dict[str, Array]:
        return {f.name: np.asarray(getattr(self, f.name)) for f in fields(self)}

    @classmethod
    def from_arrays(cls, arrays: dict[str, Array]) -> MarketRecord:
        values: dict[str, Any] = {}
        for name, array in arrays.items():
            values[name] = array if array.ndim else array.item()
        return cls(**values)
