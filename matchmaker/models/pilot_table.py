"""How pilots and applications for them move: states, acts between them, who may do which.

Services move along a line of the two tables and no other; the database refuses a state that its own moments
contradict, and a step that is no line. docs/pilots.md shows the tables, held equal by a test.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.models.transitions import Transition, codes_of, lines_rule, set_in, unset_in


class Season(models.TextChoices):
    """The farming seasons of Punjab and Sindh in which a pilot runs."""

    KHARIF = "kharif", _("Kharif (summer)")
    RABI = "rabi", _("Rabi (winter)")
    BOTH = "both", _("Kharif and rabi")


class PilotState(models.TextChoices):
    """Where a pilot stands."""

    DRAFT = "draft", pgettext_lazy("pilot", "Draft")
    SUBMITTED = "submitted", _("Waiting for a curator")
    OPEN = "open", pgettext_lazy("pilot", "Open for applications")
    RUNNING = "running", pgettext_lazy("pilot", "Running")
    FINISHED = "finished", pgettext_lazy("pilot", "Finished")
    CANCELLED = "cancelled", pgettext_lazy("pilot", "Cancelled")


class PilotAct(models.TextChoices):
    """What moves a pilot."""

    WRITE = "write", pgettext_lazy("pilot", "Drafted")
    SUBMIT = "submit", pgettext_lazy("pilot", "Submitted")
    APPROVE = "approve", pgettext_lazy("pilot", "Approved")
    SEND_BACK = "send_back", pgettext_lazy("pilot", "Returned for changes")
    CORRECT = "correct", pgettext_lazy("pilot", "Updated")
    REVISE = "revise", pgettext_lazy("pilot", "Submitted for review again, with a new text")
    START = "start", pgettext_lazy("pilot", "Started")
    FINISH = "finish", pgettext_lazy("pilot", "Finished, with results")
    CANCEL = "cancel", pgettext_lazy("pilot", "Cancelled")


class ApplicationState(models.TextChoices):
    """Where an application for a seat stands."""

    APPLIED = "applied", pgettext_lazy("application", "Waiting for an answer")
    ACCEPTED = "accepted", pgettext_lazy("application", "Has a slot")
    DECLINED = "declined", pgettext_lazy("application", "Not this time")
    WITHDRAWN = "withdrawn", pgettext_lazy("application", "Withdrawn")


class ApplicationAct(models.TextChoices):
    """What moves an application."""

    APPLY = "apply", pgettext_lazy("application", "Applied")
    ACCEPT = "accept", pgettext_lazy("application", "Accepted")
    DECLINE = "decline", pgettext_lazy("application", "Declined")
    WITHDRAW = "withdraw", pgettext_lazy("application", "Withdrawn")


class PilotMover(models.TextChoices):
    """Who may do it."""

    HOST = "host", _("the host")
    CURATOR = "curator", _("a curator")
    APPLICANT = "applicant", _("the applicant")


P, A, W = PilotState, ApplicationState, PilotMover
PILOT_LINES = (
    Transition(PilotAct.WRITE, (), P.DRAFT, W.HOST),
    Transition(PilotAct.SUBMIT, (P.DRAFT,), P.SUBMITTED, W.HOST),
    Transition(PilotAct.APPROVE, (P.SUBMITTED,), P.OPEN, W.CURATOR),
    Transition(PilotAct.SEND_BACK, (P.SUBMITTED,), P.DRAFT, W.CURATOR),
    Transition(PilotAct.CORRECT, (P.OPEN,), P.OPEN, W.HOST),
    Transition(PilotAct.REVISE, (P.OPEN,), P.SUBMITTED, W.HOST),
    Transition(PilotAct.START, (P.OPEN,), P.RUNNING, W.HOST),
    Transition(PilotAct.FINISH, (P.RUNNING,), P.FINISHED, W.HOST),
    Transition(PilotAct.CANCEL, (P.DRAFT, P.SUBMITTED, P.OPEN, P.RUNNING), P.CANCELLED, W.HOST),
)
APPLICATION_LINES = (
    Transition(ApplicationAct.APPLY, (), A.APPLIED, W.APPLICANT),
    Transition(ApplicationAct.ACCEPT, (A.APPLIED,), A.ACCEPTED, W.HOST),
    Transition(ApplicationAct.DECLINE, (A.APPLIED,), A.DECLINED, W.HOST),
    Transition(ApplicationAct.WITHDRAW, (A.APPLIED, A.ACCEPTED), A.WITHDRAWN, W.APPLICANT),
)
PILOT_BY_ACT = {line.act: line for line in PILOT_LINES}
APPLICATION_BY_ACT = {line.act: line for line in APPLICATION_LINES}
ON_BOARD = (P.OPEN, P.RUNNING, P.FINISHED)  # what everybody may read of
AT_WORK = (A.APPLIED, A.ACCEPTED)  # one a company and pilot at most

# What each state says of its moments.
PILOT_RULES = (
    ("known", models.Q(state__in=codes_of(P))),
    ("submitted", set_in("submitted_at", (P.SUBMITTED, *ON_BOARD))),
    ("approved", set_in("approved_at", ON_BOARD)),
    ("unapproved", unset_in("approved_at", (P.DRAFT, P.SUBMITTED))),
    ("started", set_in("started_at", (P.RUNNING, P.FINISHED))),
    ("unstarted", unset_in("started_at", (P.DRAFT, P.SUBMITTED, P.OPEN))),
    ("ended", set_in("ended_at", (P.FINISHED, P.CANCELLED))),
    ("goes_on", unset_in("ended_at", (P.DRAFT, P.SUBMITTED, P.OPEN, P.RUNNING))),
)
APPLICATION_RULES = (
    ("known", models.Q(state__in=codes_of(A))),
    ("unanswered", unset_in("answered_at", (A.APPLIED,))),
    ("answered", set_in("answered_at", (A.ACCEPTED, A.DECLINED))),
    ("seated", set_in("slot", (A.ACCEPTED,))),
    ("unseated", unset_in("slot", (A.APPLIED, A.DECLINED, A.WITHDRAWN))),
    ("ended", set_in("ended_at", (A.DECLINED, A.WITHDRAWN))),
    ("goes_on", unset_in("ended_at", AT_WORK)),
    ("confirms_with_a_seat", unset_in("confirmed_at", (A.APPLIED, A.DECLINED))),
)


def pilot_step_rule() -> models.Q:
    """Return the rule that a step is a line: of the pilot, or of the application that it names."""
    of_pilot = models.Q(application__isnull=True) & lines_rule(PILOT_LINES)
    return of_pilot | models.Q(application__isnull=False) & lines_rule(APPLICATION_LINES)
