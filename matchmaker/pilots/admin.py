"""Pilots for operators, as the board and their hosts show them, without the words of applications."""

from matchmaker import models
from profiles.admin import show_records

show_records(
    models.Pilot,
    columns="public_id title_en state startup investor place slots approved_at",
    search="public_id title_en startup__name_en investor__name_en",
    filters="state season",
)
show_records(
    models.PilotAim, columns="pilot position measure success is_reached", search="pilot__public_id measure"
)
show_records(
    models.PilotApplication,
    columns="pilot startup investor state slot at answered_at confirmed_at",
    search="pilot__public_id startup__name_en investor__name_en",
    filters="state",
    exclude=("words",),
)
show_records(
    models.PilotStep,
    columns="pilot application act source target by at",
    search="pilot__public_id",
    filters="act",
)
