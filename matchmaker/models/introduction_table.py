"""How an introduction moves: its states, the acts between them, and who may do which. The one table.

Services move an introduction along a line of it and no other; the database refuses a state that its own
moments contradict, and a step that is not a line. docs/introductions.md shows the table, held equal by a
test.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.transitions import Transition, codes_of, set_in, unset_in


class IntroductionState(models.TextChoices):
    """Where an introduction stands."""

    QUEUED = "queued", _("Waiting until they have room")
    ASKED = "asked", _("Waiting for an answer")
    LATER = "later", _("Answered “Later”")
    MUTUAL = "mutual", _("You are both interested")
    DECLINED = "declined", _("Will not go ahead")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    EXPIRED = "expired", _("Expired")
    CLOSED = "closed", pgettext_lazy("introduction", "Closed")


class IntroductionAct(models.TextChoices):
    """What moves it."""

    QUEUE = "queue", _("Requested; waiting until there is room")
    ASK = "ask", _("Asked")
    MEET = "meet", _("Both are interested")
    DELIVER = "deliver", _("Delivered")
    ACCEPT = "accept", _("Answered “Interested”")
    POSTPONE = "postpone", _("Answered “Later”")
    DECLINE = "decline", _("Will not go ahead")
    WITHDRAW = "withdraw", _("Withdrawn")
    EXPIRE = "expire", _("Expired")
    CLOSE = "close", pgettext_lazy("introduction", "Closed")


class Mover(models.TextChoices):
    """Who may do it."""

    ASKER = "asker", _("the side that asks")
    ASKED = "asked", _("the side that is asked")
    EITHER = "either", _("either side")
    TIME = "time", _("time")


S, A = IntroductionState, IntroductionAct
WAITING = (S.QUEUED, S.ASKED, S.LATER)  # something is still to be said
OPEN = (*WAITING, S.MUTUAL)  # one a pair at most
PENDING = (S.QUEUED, S.ASKED)  # takes one of the places of who asks
ENDED = (S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.CLOSED)

TRANSITIONS = (
    Transition(A.QUEUE, (), S.QUEUED, Mover.ASKER),
    Transition(A.ASK, (), S.ASKED, Mover.ASKER),
    Transition(A.MEET, (), S.MUTUAL, Mover.ASKED),  # a yes that stood is answered after all
    Transition(A.DELIVER, (S.QUEUED,), S.ASKED, Mover.TIME),
    Transition(A.ACCEPT, WAITING, S.MUTUAL, Mover.ASKED),
    Transition(A.POSTPONE, (S.ASKED,), S.LATER, Mover.ASKED),
    Transition(A.DECLINE, WAITING, S.DECLINED, Mover.ASKED),
    Transition(A.WITHDRAW, WAITING, S.WITHDRAWN, Mover.ASKER),
    Transition(A.EXPIRE, WAITING, S.EXPIRED, Mover.TIME),
    Transition(A.CLOSE, (S.MUTUAL,), S.CLOSED, Mover.EITHER),
)
BY_ACT = {line.act: line for line in TRANSITIONS}


# What each state says of its moments: delivered, answered, over, and when it closes by itself.
STATE_RULES = (
    ("known", models.Q(state__in=codes_of(S))),
    ("queued_is_undelivered", unset_in("delivered_at", (S.QUEUED,))),
    ("delivered", set_in("delivered_at", (S.ASKED, S.LATER, S.MUTUAL, S.CLOSED))),
    ("unanswered", unset_in("answered_at", (S.QUEUED, S.ASKED))),
    ("answered", set_in("answered_at", (S.LATER, S.MUTUAL, S.DECLINED, S.CLOSED))),
    ("ended", set_in("ended_at", ENDED)),
    ("open", unset_in("ended_at", OPEN)),
    ("closes", set_in("closes_at", WAITING)),
    ("stays", unset_in("closes_at", (S.MUTUAL, *ENDED))),
    ("reminds", unset_in("remind_at", (S.QUEUED, S.MUTUAL, *ENDED))),
)
