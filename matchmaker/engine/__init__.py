"""The front door of the engine: numbers in, rankings and their reasons out.

Numpy and numba only: no Django, no clock, no random numbers, no database.
"""

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

ENGINE_VERSION = "1"

__all__ = [
    "DEFAULT_FOR_INVESTOR",
    "DEFAULT_FOR_STARTUP",
    "ENGINE_VERSION",
    "FACTORS",
    "Investors",
    "Mandates",
    "Market",
    "Must",
    "Pairs",
    "Snapshot",
    "Startups",
]
