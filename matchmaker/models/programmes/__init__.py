"""The tables of programmes."""

from matchmaker.models.programmes.cohort import ProgrammeAnnouncement, ProgrammeAttendance, ProgrammeSession
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
    "ProgrammeAnnouncement",
    "ProgrammeApplication",
    "ProgrammeAttendance",
    "ProgrammeConflict",
    "ProgrammeProposal",
    "ProgrammeReviewer",
    "ProgrammeScore",
    "ProgrammeSession",
    "ProgrammeStep",
    "ProgrammeTeam",
    "ProgrammeTeamMember",
]
