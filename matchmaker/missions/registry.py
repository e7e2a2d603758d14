"""What becomes of missions when a company or an account goes, or two records become one."""

from matchmaker.missions import admin  # noqa: F401  registers itself
from profiles import erasure, merging
from profiles.erasure import GOES, Decision

merging.register(
    {
        "matchmaker.Mission": merging.follows("programme__{side}"),
        "matchmaker.MissionSlot": merging.follows("mission__programme__{side}"),
        "matchmaker.MissionTable": merging.follows("mission__programme__{side}"),
        "matchmaker.Interpreter": merging.follows("mission__programme__{side}"),
        "matchmaker.Delegation": merging.follows("application__{side} mission__programme__{side}"),
        "matchmaker.MissionWish": merging.follows(
            "giver__application__{side} receiver__application__{side}", is_watched=False
        ),
        "matchmaker.MissionPlan": merging.follows("mission__programme__{side}", is_watched=False),
        "matchmaker.MissionMeeting": merging.follows(
            "{side}__application__{side} mission__programme__{side}"
        ),
        "matchmaker.MissionNote": merging.follows("delegation__application__{side}"),
        "matchmaker.MissionStep": merging.follows("mission__programme__{side}", is_watched=False),
    }
)

erasure.register(
    {
        "matchmaker.Mission": Decision(GOES, company="programme__{side}"),
        "matchmaker.MissionSlot": Decision(GOES, company="mission__programme__{side}"),
        "matchmaker.MissionTable": Decision(GOES, company="mission__programme__{side}"),
        "matchmaker.Interpreter": Decision(GOES, company="mission__programme__{side}"),
        "matchmaker.Delegation": Decision(GOES, account="application__person", company="application__{side}"),
        "matchmaker.MissionWish": Decision(
            GOES, account="giver__application__person", company="giver__application__{side}"
        ),
        "matchmaker.MissionPlan": Decision(GOES, because="a run of the planner, of the whole mission"),
        "matchmaker.MissionMeeting": Decision(
            GOES, account="startup__application__person", company="{side}__application__{side}"
        ),
        "matchmaker.MissionNote": Decision(
            GOES, account="delegation__application__person", company="delegation__application__{side}"
        ),
        "matchmaker.MissionStep": Decision(GOES, because="the moves of a mission and of its meetings"),
    }
)
