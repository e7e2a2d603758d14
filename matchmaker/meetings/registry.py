"""What becomes of meetings."""

from matchmaker.meetings import kinds  # noqa: F401  registers itself
from matchmaker.meetings.services import erase_company
from profiles import erasure
from profiles.erasure import GOES, Decision

erasure.register(
    {
        "matchmaker.Meeting": Decision(GOES, company="introduction__{side}"),
        "matchmaker.MeetingSlot": Decision(
            GOES, because="gone once the offer is answered; on its page until then"
        ),
        "matchmaker.MeetingStep": Decision(GOES, because="the moves of a meeting, on the same page"),
        "matchmaker.MeetingReply": Decision(GOES, company="meeting__introduction__{side}", own_side=True),
    },
    erase_company,
)
