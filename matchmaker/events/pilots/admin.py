"""Pilots for operators, as the board and their hosts show them, without the words of applications."""

from matchmaker import models
from profiles.admin import show_records

show_records(
    models.Pilot,
    "public_id title_en state startup investor place slots approved_at",
    "public_id title_en startup__name_en investor__name_en",
    "state season",
)
show_records(models.PilotAim, "pilot position measure success is_reached", "pilot__public_id measure")
show_records(
    models.PilotApplication,
    "pilot startup investor state slot at answered_at confirmed_at",
    "pilot__public_id startup__name_en investor__name_en",
    "state",
    exclude="words",
)
show_records(
    models.PilotInvitation,
    "pilot startup investor by at",
    "pilot__public_id startup__name_en investor__name_en",
)
show_records(models.PilotStep, "pilot application act source target by at", "pilot__public_id", "act")
