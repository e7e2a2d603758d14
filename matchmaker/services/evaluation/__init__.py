"""Real deals, split by time: how well the production engine foretells them."""

from matchmaker.services.evaluation.chances import Chances
from matchmaker.services.evaluation.files import BadDealsError, NoDealsError
from matchmaker.services.evaluation.report import Answer, Line, Report, evaluate, write
from matchmaker.services.evaluation.standins import StandIn, stand_ins
from matchmaker.services.evaluation.tuning import Tuning, tune

__all__ = [
    "Answer", "BadDealsError", "Chances", "Line", "NoDealsError", "Report", "StandIn", "Tuning",
    "evaluate", "stand_ins", "tune", "write",
]  # fmt: skip
