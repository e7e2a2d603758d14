"""How a meeting moves: its states, the acts between them, and who may do which. The one table.

Services move a meeting along a line of it and no other; the database refuses a state that its own moments
contradict, and a step that is not a line. docs/introductions.md shows the table, held equal by a test.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.transitions import Transition, codes_of, set_in, unset_in


class MeetingState(models.TextChoices):
    """Where a meeting stands."""

    PROPOSED = "proposed", _("Times proposed")
    AGREED = "agreed", _("Meeting time agreed")
    MOVING = "moving", _("Time agreed; other times proposed")
    OVER = "over", pgettext_lazy("meeting", "Time has passed")
    CANCELLED = "cancelled", pgettext_lazy("meeting", "Cancelled")


class MeetingAct(models.TextChoices):
    """What moves it."""

    PROPOSE = "propose", _("Times proposed")
    REPLACE = "replace", _("Other times proposed")
    TAKE = "take", _("A time was chosen")
    MOVE = "move", _("Asked to move the meeting")
    KEEP = "keep", _("The agreed time stays the same")
    CANCEL = "cancel", pgettext_lazy("meeting", "Cancelled")
    DROP = "drop", _("Cancelled, because the introduction was closed")
    END = "end", pgettext_lazy("meeting", "Time has passed")


class MeetingMover(models.TextChoices):
    """Who may do it."""

    OTHER = "other", _("the side that did not propose")
    EITHER = "either", _("either side")
    TIME = "time", _("time")


M, D = MeetingState, MeetingAct
AGREED_STATES = (M.AGREED, M.MOVING)  # there is a time
LIVE = (M.PROPOSED, *AGREED_STATES)  # one an introduction at most
DONE = (M.OVER, M.CANCELLED)

MEETING_LINES = (
    Transition(D.PROPOSE, (), M.PROPOSED, MeetingMover.EITHER),
    Transition(D.REPLACE, (M.PROPOSED,), M.PROPOSED, MeetingMover.EITHER),
    Transition(D.TAKE, (M.PROPOSED, M.MOVING), M.AGREED, MeetingMover.OTHER),
    Transition(D.MOVE, AGREED_STATES, M.MOVING, MeetingMover.EITHER),
    Transition(D.KEEP, (M.MOVING,), M.AGREED, MeetingMover.EITHER),
    Transition(D.CANCEL, LIVE, M.CANCELLED, MeetingMover.EITHER),
    Transition(D.DROP, LIVE, M.CANCELLED, MeetingMover.TIME),
    Transition(D.END, AGREED_STATES, M.OVER, MeetingMover.TIME),
)
MEETING_LINE = {line.act: line for line in MEETING_LINES}
MINUTES = (15, 30, 45, 60)  # a meeting is so long

# What each state says of its moments: the agreed time, the next reminder, the end. The call's address is
# forgotten when the meeting is over.
MEETING_RULES = (
    ("known", models.Q(state__in=codes_of(M))),
    ("undecided", unset_in("starts_at", (M.PROPOSED,))),
    ("decided", set_in("starts_at", (*AGREED_STATES, M.OVER))),
    (
        "whole",
        models.Q(starts_at__isnull=True, ends_at__isnull=True)
        | models.Q(starts_at__isnull=False, ends_at__isnull=False),
    ),
    ("reminds", unset_in("remind_at", (M.PROPOSED, *DONE))),
    ("ended", set_in("ended_at", DONE)),
    ("open", unset_in("ended_at", LIVE)),
    ("forgets", ~models.Q(state__in=codes_of(DONE)) | models.Q(call_address="")),
)
