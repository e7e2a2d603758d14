"""Closed lists of the matches: states, reason codes, the names of factors and gates."""

from enum import Enum
from typing import Self

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.choices import Side

__all__ = [
    "WEIGHT_POINTS",
    "Factor",
    "Gate",
    "PassReason",
    "Phase",
    "PinKind",
    "RunState",
    "Side",
]

WEIGHT_POINTS = 1000  # what the weights of one side's factors add up to


class Factor(models.TextChoices):
    """Reasons to fit, in the order of the engine's vectors."""

    SECTOR = "sector", _("Sector")
    STAGE = "stage", _("Stage")
    TICKET = "ticket", _("Ticket size")
    PLACE = "place", _("Place")
    NEEDS = "needs", _("Needs and offers")
    FORMS = "forms", _("Forms of partnership")
    TEXT = "text", _("Descriptions")
    ACTIVITY = "activity", _("Activity")


class Gate(models.TextChoices):
    """Hard rules: a pair that fails one is never recommended."""

    PUBLISHED = "published", _("Both are approved and agreed to matching")
    VETO = "veto", _("No exclusion hits the other side")
    OPEN = "open", _("Neither side has decided against it")
    SECTOR = "sector", _("Sector")
    STAGE = "stage", _("Stage")
    TICKET = "ticket", _("Ticket size")
    PLACE = "place", _("Place")
    FORMS = "forms", _("Forms of partnership")


class Teaches(Enum):
    """Whether learning may read a pass with this reason as a no to the factors."""

    FIT = "fit"
    NOTHING = "nothing"  # a no for the team, the terms or a conflict says nothing of the factors


class PassReason(models.TextChoices):
    """Why a side passes: eight answers of one click, and another with a word.

    All that is known of a reason stands in its line.

    All that is known of a reason stands in its line. A reason that is no longer offered keeps its line, with
    `is_offered` False: passes of the past name it.
    """

    SECTOR = "sector", Teaches.FIT, True, _("Not our sector")
    STAGE = "stage", Teaches.FIT, True, _("Too early or too late")
    TICKET = "ticket", Teaches.FIT, True, _("Amount does not fit")
    PLACE = "place", Teaches.FIT, True, _("Not our place")
    FORM = "form", Teaches.FIT, True, _("Form of partnership does not fit")
    TEAM = "team", Teaches.NOTHING, True, _("Team or track record")
    TERMS = "terms", Teaches.NOTHING, True, _("Terms or data conditions")
    CONFLICT = "conflict", Teaches.NOTHING, True, _("Conflict with an existing partner")
    OTHER = "other", Teaches.NOTHING, True, _("Another reason")

    teaches: Teaches
    is_offered: bool

    def __new__(cls, code: str, teaches: Teaches, is_offered: bool) -> Self:
        """Make a reason of its whole line; a line that lacks something fails at import."""
        reason = str.__new__(cls, code)
        reason._value_, reason.teaches, reason.is_offered = code, teaches, is_offered
        return reason

    @classmethod
    def offered(cls) -> list[tuple[str, Promise | str]]:
        """Return the choices of a form: the reasons that are still offered."""
        return [(reason.value, reason.label) for reason in cls if reason.is_offered]


class PinKind(models.TextChoices):
    """What a curator does to a pairing."""

    BOOST = "boost", _("Boost")
    HIDE = "hide", _("Hide")


class RunState(models.TextChoices):
    """Where a whole re-ranking stands."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Phase(models.TextChoices):
    """What a whole re-ranking does now."""

    TEXTS = "texts", _("Reading descriptions")
    READING = "reading", _("Reading profiles")
    MERIT = "merit", _("Ranking on merit")
    HANDICAPS = "handicap", _("Sharing out attention")
    SHARES = "shares", _("Ranking with shared attention")
    WRITING = "writing", _("Writing rankings")
