"""How fast the engine is, and whether it is right: manage.py bench_matching and bench_refresh."""

from matchmaker.evaluation.benchmarks.full import Measured, measure
from matchmaker.evaluation.benchmarks.incremental import Refreshed, refresh
from matchmaker.evaluation.benchmarks.synthetic_market import MUST_SHARE, SIZES

__all__ = ["MUST_SHARE", "SIZES", "Measured", "Refreshed", "measure", "refresh"]
