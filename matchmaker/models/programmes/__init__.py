"""The tables of programmes."""

from matchmaker.models.programmes.jury import ProgrammeConflict, ProgrammeReviewer, ProgrammeScore
from matchmaker.models.programmes.people import (
    PersonCard,
    ProgrammeProposal,
    ProgrammeTeam,
    ProgrammeTeamMember,
)
from matchmaker.models.programmes.programme import Programme, ProgrammeApplication, ProgrammeStep

__all__ = [
    "PersonCard",
    "Programme",
    "ProgrammeApplication",
    "ProgrammeConflict",
    "ProgrammeProposal",
    "ProgrammeReviewer",
    "ProgrammeScore",
    "ProgrammeStep",
    "ProgrammeTeam",
    "ProgrammeTeamMember",
]
