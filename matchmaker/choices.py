"""Closed lists of the matches: states, reason codes, the names of factors and gates."""

from enum import Enum
from typing import Self

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from profiles.choices import Side as Side

WEIGHT_POINTS = 1000  # what the weights of one side's factors add up to


class Factor(models.TextChoices):
    SECTOR = "sector", _("Sector")
    STAGE = "stage", _("Stage")
    TICKET = "ticket", _("Ticket size")
    PLACE = "place", _("Location")
    NEEDS = "needs", _("Needs and offers")
    FORMS = "forms", _("Partnership types")
    TEXT = "text", _("Descriptions")
    ACTIVITY = "activity", _("Activity")


class Gate(models.TextChoices):
    PUBLISHED = "published", _("Both are approved and agreed to matching")
    VETO = "veto", _("No exclusion applies to the other side")
    OPEN = "open", _("Neither side has decided against it")
    SECTOR = "sector", _("Sector")
    STAGE = "stage", _("Stage")
    TICKET = "ticket", _("Ticket size")
    PLACE = "place", _("Location")
    FORMS = "forms", _("Partnership types")


class Teaches(Enum):
    FIT = "fit"
    NOTHING = "nothing"  # a no for the team, the terms or a conflict says nothing of the factors


class PassReason(models.TextChoices):
    """Why a side passes: eight answers of one click, and another with a word."""

    SECTOR = "sector", Teaches.FIT, True, _("Not our sector")
    STAGE = "stage", Teaches.FIT, True, _("Too early or too late")
    TICKET = "ticket", Teaches.FIT, True, _("Amount does not fit")
    PLACE = "place", Teaches.FIT, True, _("Not our location")
    FORM = "form", Teaches.FIT, True, _("Partnership type does not fit")
    TEAM = "team", Teaches.NOTHING, True, _("Team or track record")
    TERMS = "terms", Teaches.NOTHING, True, _("Terms or data conditions")
    CONFLICT = "conflict", Teaches.NOTHING, True, _("Conflict with an existing partner")
    OTHER = "other", Teaches.NOTHING, True, _("Another reason")

    teaches: Teaches
    is_offered: bool

    def __new__(cls, code: str, teaches: Teaches, is_offered: bool) -> Self:
        reason = str.__new__(cls, code)
        # `_value_` is what Python's documentation of enums has `__new__` set.
        reason._value_, reason.teaches, reason.is_offered = code, teaches, is_offered
        return reason

    @classmethod
    def offered(cls) -> list[tuple[str, Promise | str]]:
        return [(reason.value, reason.label) for reason in cls if reason.is_offered]


class OverrideKind(models.TextChoices):
    BOOST = "boost", _("Boost")
    HIDE = "hide", _("Hide")
    SUGGEST = "suggest", _("Suggest to both")


class RunState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class Phase(models.TextChoices):
    TEXTS = "texts", _("Reading descriptions")
    READING = "reading", _("Reading profiles")
    MERIT = "merit", _("Ranking on merit")
    DEMAND_ADJUSTMENTS = "demand", _("Sharing attention fairly")
    SHARES = "shares", _("Ranking with shared attention")
    WRITING = "writing", _("Writing rankings")


class AnswerState(models.TextChoices):
    ANSWERED = "answered", _("We can answer this")
    NOT_YET_KNOWN = "not_yet", _("Not yet known")


class IpOwner(models.TextChoices):
    EACH_OWN = "each", _("Each side owns what it makes")
    SHARED = "shared", _("Shared")
    STARTUP = "startup", _("The startup")
    PARTNER_LICENCE_BACK = "licence_back", _("The partner, with a licence back")
    PARTNER = "partner", _("The partner, with no licence back")


class StepIn(models.TextChoices):
    NONE = "none", _("Never")
    INSOLVENCY = "insolvency", _("On insolvency or for safety only")
    COMMERCIAL = "commercial", _("When business goals are missed")


class FirstRefusal(models.TextChoices):
    """What must be offered to the partner before anyone else."""

    NONE = "none", _("Nothing")
    PRO_RATA = "pro_rata", _("Its own share of a round")
    FOUNDER_SHARES = "founder", _("Founders' shares")
    WHOLE_ROUND = "whole", _("A whole round, or the company")


class DataEnd(models.TextChoices):
    RETURNED = "returned", _("Returned in a usable form")
    RETURNED_DELETED = "deleted", _("Returned and then deleted")
    ESCROW = "escrow", _("Held by a third party until it is settled")
    STAYS = "stays", _("Stays with the partner")


class PaymentTerms(models.TextChoices):
    ADVANCE = "advance", _("In full with the order")
    DEPOSIT = "deposit", _("A part with the order, the rest before shipping")
    CREDIT = "credit", _("Letter of credit, paid at sight")
    DAYS_30 = "days_30", _("Within 30 days of delivery")
    DAYS_60 = "days_60", _("Within 60 days of delivery")
    DAYS_90 = "days_90", _("Within 90 days of delivery")
    STEPS = "steps", _("In instalments, each when a part is accepted")


class LawOfContract(models.TextChoices):
    STARTUP = "startup", _("Law of the startup’s location")
    PARTNER = "partner", _("Law of the partner’s location")
    THIRD = "third", _("Law of a third location")


class Disputes(models.TextChoices):
    STARTUP = "startup", _("Courts of the startup’s location")
    PARTNER = "partner", _("Courts of the partner’s location")
    ARBITRATION = "arbitration", _("Arbitration in a third location")


class ScreeningDecision(models.TextChoices):
    ANOTHER = "another", _("Someone else with a similar name")
    LOOK = "look", _("May be the same: needs a closer look")


class MessageState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    UNSENT = "unsent", _("Not sent")
    WAITING = "waiting", _("Waiting for a curator")
    DELIVERED = "delivered", _("Delivered")
    KEPT_BACK = "kept_back", _("Not delivered")
    HIDDEN = "hidden", _("Hidden by a curator")


class ReportReason(models.TextChoices):
    SPAM = "spam", _("Advertising, or sent to everyone")
    FRAUD = "fraud", _("Asks for money, passwords or documents without a good reason")
    ABUSE = "abuse", _("Insulting or threatening")
    OTHER = "other", pgettext_lazy("report", "Another reason")


class ReportDecision(models.TextChoices):
    KEEP = "keep", _("Leave the message as it is")
    HIDE = "hide", _("Hide the message")
