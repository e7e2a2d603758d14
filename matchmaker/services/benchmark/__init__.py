"""How fast the engine is, and whether it is right: manage.py bench_matching and bench_refresh."""

from matchmaker.services.benchmark.full import Measured, measure
from matchmaker.services.benchmark.market import MUST_SHARE, SIZES
from matchmaker.services.benchmark.refreshing import Refreshed, refresh

__all__ = ["MUST_SHARE", "SIZES", "Measured", "Refreshed", "measure", "refresh"]
