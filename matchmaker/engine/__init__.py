"""The front door of the engine: numbers in, rankings and their reasons out.

Numpy and numba only: no Django, no clock, no random numbers, no database.
"""

from matchmaker.engine.blocks import rank_all, rank_block, warm_up
from matchmaker.engine.columns import (
    DEFAULT_FOR_INVESTOR,
    DEFAULT_FOR_STARTUP,
    FACTORS,
    Investors,
    Mandates,
    Market,
    Must,
    Pairs,
    Snapshot,
    Startups,
)
from matchmaker.engine.factors import market_of
from matchmaker.engine.layout import Prepared, prepare
from matchmaker.engine.ranking import Lists, Rankings, merge

ENGINE_VERSION = "1"

__all__ = [
    "DEFAULT_FOR_INVESTOR",
    "DEFAULT_FOR_STARTUP",
    "ENGINE_VERSION",
    "FACTORS",
    "Investors",
    "Lists",
    "Mandates",
    "Market",
    "Must",
    "Pairs",
    "Prepared",
    "Rankings",
    "Snapshot",
    "Startups",
    "market_of",
    "merge",
    "prepare",
    "rank_all",
    "rank_block",
    "warm_up",
]
