"""The tables of programmes."""

from matchmaker.models.programmes.jury import ProgrammeConflict, ProgrammeReviewer, ProgrammeScore
from matchmaker.models.programmes.programme import Programme, ProgrammeApplication, ProgrammeStep

__all__ = [
    "Programme",
    "ProgrammeApplication",
    "ProgrammeConflict",
    "ProgrammeReviewer",
    "ProgrammeScore",
    "ProgrammeStep",
]
