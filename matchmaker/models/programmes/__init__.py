"""The tables of programmes."""

from matchmaker.models.programmes.cohort import (
    ProgrammeAnnouncement,
    ProgrammeAttendance,
    ProgrammeFile,
    ProgrammeHost,
    ProgrammeSession,
    ProgrammeTelling,
)
from matchmaker.models.programmes.invitation import ProgrammeInvitation
from matchmaker.models.programmes.jury import ProgrammeConflict, ProgrammeReviewer, ProgrammeScore
from matchmaker.models.programmes.outcome import ProgrammeOutcome
from matchmaker.models.programmes.people import (
    PersonCard,
    ProgrammeProposal,
    ProgrammeTeam,
    ProgrammeTeamMember,
)
from matchmaker.models.programmes.programme import Programme, ProgrammeApplication, ProgrammeStep

__all__ = [
    "PersonCard", "Programme", "ProgrammeAnnouncement", "ProgrammeApplication", "ProgrammeAttendance",
    "ProgrammeConflict", "ProgrammeFile", "ProgrammeHost", "ProgrammeInvitation", "ProgrammeOutcome",
    "ProgrammeProposal", "ProgrammeReviewer", "ProgrammeScore", "ProgrammeSession", "ProgrammeStep",
    "ProgrammeTeam", "ProgrammeTeamMember", "ProgrammeTelling",
]  # fmt: skip
