"""The tables of missions."""

from matchmaker.models.missions.mission import (
    Delegation,
    Interpreter,
    Mission,
    MissionSlot,
    MissionTable,
    MissionWish,
)
from matchmaker.models.missions.plan import MissionMeeting, MissionNote, MissionPlan, MissionStep

__all__ = [
    "Delegation", "Interpreter", "Mission", "MissionMeeting", "MissionNote", "MissionPlan",
    "MissionSlot", "MissionStep", "MissionTable", "MissionWish",
]  # fmt: skip
