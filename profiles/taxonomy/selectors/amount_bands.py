"""Amounts as bands: what an outsider is told, and what the engine compares, are the same 24 steps.

If the engine knew the exact ask while a viewer may only see its band, two founders with the same band could
be ranked differently, and the order would give the amount away.
"""

from bisect import bisect_left, bisect_right
from decimal import Decimal

# Upper limits of the bands in US dollars, about the factor 1.6 apart; the 24th band has no upper limit.
EDGES = (
    5_000, 10_000, 15_000, 25_000, 40_000, 65_000,
    100_000, 150_000, 250_000, 400_000, 650_000,
    1_000_000, 1_500_000, 2_500_000, 4_000_000, 6_500_000,
    10_000_000, 15_000_000, 25_000_000, 40_000_000, 65_000_000,
    100_000_000, 250_000_000,
)  # fmt: skip
LAST = len(EDGES)


def span(low: Decimal | None, high: Decimal | None) -> tuple[int, int] | None:
    """Return the first and last band (0 to 23) that `low` to `high` dollars touch; None if neither is stated.

    A missing end is open. A whole band such as 100,000 to 150,000 touches only itself.
    """
    if low is None and high is None:
        return None
    first = 0 if low is None else bisect_right(EDGES, low)
    last = LAST if high is None else bisect_left(EDGES, high)
    return min(first, last) if high is not None else first, max(first, last)


def limits(first: int, last: int) -> tuple[int, int | None]:
    """Return the dollars where band `first` begins and band `last` ends (None: no upper limit)."""
    return EDGES[first - 1] if first else 0, EDGES[last] if last < LAST else None
