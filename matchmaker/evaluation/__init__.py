"""Real deals, split by time: how well the production engine foretells them."""

from matchmaker.evaluation.deals import BadDealsError, NoDealsError
from matchmaker.evaluation.report import (
    Chances,
    Report,
    ReportAnswer,
    ReportLine,
    StandIn,
    Tuning,
    evaluate,
    stand_ins,
    tune,
    write_rankings,
)

__all__ = [
    "BadDealsError",
    "Chances",
    "NoDealsError",
    "Report",
    "ReportAnswer",
    "ReportLine",
    "StandIn",
    "Tuning",
    "evaluate",
    "stand_ins",
    "tune",
    "write_rankings",
]  # fmt: skip
