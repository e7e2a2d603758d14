"""Programmes for operators, without the answers of applications."""

from matchmaker import models
from profiles.admin import show_records

show_records(
    models.Programme,
    "public_id title_en kind state startup investor apply_by place_count",
    "public_id title_en startup__name_en investor__name_en",
    "kind state",
)
show_records(
    models.ProgrammeApplication,
    "programme startup investor state place_number sent_at decided_at",
    "programme__public_id startup__name_en investor__name_en",
    "state",
    exclude="answers person reason token",
)
show_records(models.ProgrammeAnnouncement, "programme at", "programme__public_id", exclude="text")
show_records(
    models.ProgrammeSession, "programme title starts_at", "programme__public_id title", exclude="code"
)
show_records(
    models.ProgrammeHost, "programme email startup investor accepted_at", "programme__public_id email"
)
show_records(
    models.ProgrammeInvitation,
    "programme kind email startup investor places at",
    "programme__public_id email startup__name_en investor__name_en",
    "kind",
    exclude="token",
)
show_records(models.ProgrammeTelling, "programme kind at", "programme__public_id", "kind")
show_records(models.ProgrammeFile, "programme file", "programme__public_id")
show_records(
    models.ProgrammeOutcome,
    "programme kind state happened_on at answered_at",
    "programme__public_id",
    "kind state",
    exclude="words objection amount form currency partner",
)
show_records(models.ProgrammeAttendance, "session application at", "session__title")
show_records(models.PersonCard, "user audience consent_at", "user__email", "audience")
show_records(models.ProgrammeTeam, "programme name place_count at", "programme__public_id name")
show_records(models.ProgrammeTeamMember, "team application state at", "team__name", "state")
show_records(models.ProgrammeProposal, "application institution other_institution signed_at", "institution")
show_records(models.ProgrammeReviewer, "programme email at declared_at", "programme__public_id email")
show_records(models.ProgrammeConflict, "reviewer application at", "reviewer__email")
show_records(models.ProgrammeScore, "reviewer application at", "reviewer__email", exclude="points note")
show_records(
    models.ProgrammeStep, "programme application act source target at", "programme__public_id", "act"
)
