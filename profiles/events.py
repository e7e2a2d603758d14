"""Closed lists of what people are told: kinds of events, their categories, and how often mail may come."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class EventKind(models.TextChoices):
    """What somebody is told.

    profiles/notifications/kinds.py declares of each to whom, where and in which words.
    """

    REQUEST_RECEIVED = "request_received", _("Asked for an introduction")
    REQUEST_DELIVERED = "request_delivered", _("Your request left the queue")
    REQUEST_REMINDER = "request_reminder", _("A request waits for your answer")
    REQUEST_LATER = "request_later", _("Answered: later")
    REQUEST_DECLINED = "request_declined", _("A request goes no further")
    REQUEST_EXPIRED = "request_expired", _("Your request closed by itself")
    REQUEST_LAPSED = "request_lapsed", _("A request to you closed by itself")
    REQUEST_WITHDRAWN = "request_withdrawn", _("A request to you was taken back")
    MUTUAL_INTEREST = "mutual_interest", _("Both sides are interested")
    INTRODUCTION_CLOSED = "introduction_closed", _("An introduction was closed")
    MESSAGE = "message", _("A new message")
    MESSAGE_DELIVERED = "message_delivered", _("Your first message was delivered")
    MESSAGE_KEPT_BACK = "message_kept_back", _("Your first message was not delivered")
    REPORT_DECIDED = "report_decided", _("A curator looked at your report")
    PILOT_APPLIED = "pilot_applied", _("Somebody applies for your pilot")
    PILOT_ANSWERED = "pilot_answered", _("Your application for a pilot was answered")
    PILOT_APPROVED = "pilot_approved", _("Your pilot was approved")
    PILOT_RETURNED = "pilot_returned", _("Your pilot came back")
    PILOT_RESULTS = "pilot_results", _("Results of a pilot to confirm")
    PILOT_CONFIRMED = "pilot_confirmed", _("Results of your pilot were confirmed")
    PILOT_CORRECTED = "pilot_corrected", _("A pilot was corrected")
    PILOT_CANCELLED = "pilot_cancelled", _("A pilot was cancelled")
    MEETING_PROPOSED = "meeting_proposed", _("Times for a meeting are proposed")
    MEETING_AGREED = "meeting_agreed", _("A time is agreed")
    MEETING_MOVED = "meeting_moved", _("A meeting was moved")
    MEETING_KEPT = "meeting_kept", _("The agreed time stays")
    MEETING_ADDRESS = "meeting_address", _("Where a meeting takes place")
    MEETING_CANCELLED = "meeting_cancelled", _("A meeting was cancelled")
    MEETING_REMINDER = "meeting_reminder", _("A meeting is near")
    MEETING_OVER = "meeting_over", _("How did a meeting go?")
    PROFILE_APPROVED = "profile_approved", _("Your profile was approved")
    PROFILE_RETURNED = "profile_returned", _("Your profile was returned for changes")
    PROFILE_REJECTED = "profile_rejected", _("Your profile was not accepted")
    STILL_TRUE = "still_true", _("Is your profile still true?")
    LEFT_LISTS = "left_lists", _("Your profile left the lists")
    TEAM_INVITATION = "team_invitation", _("Invitation to a team")
    NEW_MATCHES = "new_matches", _("New matches")
    CONFIRMATION = "confirmation", _("Confirm your email address")
    PASSWORD_RESET = "password_reset", _("Choose a new password")
    ACCOUNT_EXISTS = "account_exists", _("You have an account already")
    UNKNOWN_ACCOUNT = "unknown_account", _("There is no account with this address")
    SECURITY_NOTICE = "security_notice", _("Change of an account")


class Rhythm(models.TextChoices):
    """When mails of a category come."""

    OFF = "off", pgettext_lazy("mails", "Never")
    AT_ONCE = "at_once", pgettext_lazy("mails", "At once")
    DAILY = "daily", pgettext_lazy("mails", "Once a day")
    WEEKLY = "weekly", pgettext_lazy("mails", "Once a week")


class Category(models.TextChoices):
    """What people switch mails by."""

    REQUESTS = "requests", _("Requests and introductions")
    PILOTS = "pilots", _("Pilots")
    PROFILE = "profile", _("Decisions on your profile")
    MATCHES = "matches", _("New matches, collected")
    ACCOUNT = "account", _("Account, team and security")

    @property
    def rhythms(self) -> tuple[Rhythm, ...]:
        """What may be chosen for it; the first holds until somebody chooses."""
        return RHYTHMS[self]


# Mails about the account cannot be switched off: who took it over would do that first.
RHYTHMS: dict[Category, tuple[Rhythm, ...]] = {
    Category.REQUESTS: (Rhythm.AT_ONCE, Rhythm.OFF),
    Category.PILOTS: (Rhythm.AT_ONCE, Rhythm.OFF),
    Category.PROFILE: (Rhythm.AT_ONCE, Rhythm.OFF),
    Category.MATCHES: (Rhythm.WEEKLY, Rhythm.DAILY, Rhythm.OFF),
    Category.ACCOUNT: (Rhythm.AT_ONCE,),
}
