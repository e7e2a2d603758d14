"""What becomes of published hours."""

from matchmaker.deals.hours import kinds  # noqa: F401  registers itself
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

erasure.register(
    {
        "matchmaker.AvailableHours": Decision(GOES, account="membership__user"),
        "matchmaker.AvailableDay": Decision(GOES, account="hours__membership__user"),
        "matchmaker.DayOff": Decision(GOES, account="hours__membership__user"),
    }
)
merging.register(
    {
        "matchmaker.AvailableHours": merging.follows("membership__{side}", is_watched=False),
        "matchmaker.AvailableDay": merging.follows("hours__membership__{side}", is_watched=False),
        "matchmaker.DayOff": merging.follows("hours__membership__{side}", is_watched=False),
    }
)
