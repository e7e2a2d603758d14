"""Missions for operators, without wishes, notes, and the links by which someone reads a schedule."""

from matchmaker import models
from profiles.admin import show_records

show_records(
    models.Mission,
    "programme state slot_minutes wanted wishes_until published_at",
    "programme__public_id programme__title_en",
    "state",
)
show_records(
    models.MissionSlot, "mission starts_at ends_at blocked", "mission__programme__public_id", "blocked"
)
show_records(
    models.MissionTable,
    "mission name hall closed_at",
    "mission__programme__public_id name",
    exclude="address",
)
show_records(models.Interpreter, "mission name starts_at ends_at", "mission__programme__public_id name")
show_records(
    models.Delegation,
    "mission name side arrives_at leaves_at most",
    "mission__programme__public_id name",
    "side",
    exclude="token people place",
)
show_records(models.MissionWish, "giver at", "giver__name", exclude="receiver wish is_prefilled by")
show_records(
    models.MissionPlan,
    "mission state meetings with_wanted best bound gap method asked_at",
    "mission__programme__public_id",
    "state",
    exclude="placed short",
)
show_records(
    models.MissionMeeting,
    "mission startup investor slot table state",
    "mission__programme__public_id startup__name investor__name",
    "state",
)
show_records(models.MissionNote, "meeting delegation at", "delegation__name", exclude="text answer")
show_records(
    models.MissionStep, "mission meeting act source target at", "mission__programme__public_id", "act"
)
