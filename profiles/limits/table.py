"""The one table of limits: what is done × who does it → how often.

Generous for people, tight for programs: a bucket that is full allows `capacity` acts at once, and after that
`per_hour`. Taking back is never counted: who withdraws or releases something is never refused.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Verb(StrEnum):
    """What is counted."""

    SIGN_UP = "sign_up"
    RESET = "reset"  # of a password
    INVITE = "invite"
    EDIT = "edit"  # a step of a profile, a thesis, offers, a deal
    PREVIEW = "preview"
    FIT = "fit"  # the count beside a thesis while somebody types
    INTEREST = "interest"
    PASS = "pass"  # noqa: S105  a decision, no password
    SHORTLIST = "shortlist"
    ADVICE = "advice"
    EXPORT = "export"
    BRIEF = "brief"  # a page set for paper, the dearest answer there is
    DRAFT = "draft"  # what is typed, kept while somebody types
    MESSAGE = "message"
    UPLOAD = "upload"  # a file with a message; each is read whole
    REPORT = "report"
    FAIR = "fair"  # an answer, a request to disclose, a version of terms
    PILOT = "pilot"  # a pilot, an application, an answer, results
    MEETING = "meeting"  # proposing, taking, moving a time; the call's address


class Kind(StrEnum):
    """By whom it is counted. Buckets are taken in this order, so that no two requests wait for each other."""

    ACCOUNT = "account"
    COMPANY = "company"
    NETWORK = "network"  # /24 of IPv4, /64 of IPv6
    ADDRESS = "address"  # the email address that gets the mail


@dataclass(frozen=True)
class Limit:
    """A bucket's size and how fast it fills."""

    capacity: int
    per_hour: int

    @property
    def interval(self) -> timedelta:
        """The time in which one act is earned back."""
        return timedelta(hours=1) / self.per_hour


LIMITS: dict[Verb, dict[Kind, Limit]] = {
    Verb.SIGN_UP: {Kind.NETWORK: Limit(60, 30), Kind.ADDRESS: Limit(6, 2)},
    Verb.RESET: {Kind.NETWORK: Limit(60, 30), Kind.ADDRESS: Limit(6, 2)},
    Verb.INVITE: {Kind.ACCOUNT: Limit(40, 20), Kind.COMPANY: Limit(40, 20), Kind.ADDRESS: Limit(6, 2)},
    Verb.EDIT: {Kind.ACCOUNT: Limit(240, 120), Kind.COMPANY: Limit(480, 240)},
    Verb.PREVIEW: {Kind.ACCOUNT: Limit(240, 240)},
    Verb.FIT: {Kind.ACCOUNT: Limit(600, 600)},
    Verb.INTEREST: {Kind.ACCOUNT: Limit(120, 60), Kind.COMPANY: Limit(240, 120)},
    Verb.PASS: {Kind.ACCOUNT: Limit(240, 120), Kind.COMPANY: Limit(480, 240)},
    Verb.SHORTLIST: {Kind.ACCOUNT: Limit(240, 120), Kind.COMPANY: Limit(480, 240)},
    Verb.ADVICE: {Kind.COMPANY: Limit(30, 30)},
    Verb.MESSAGE: {Kind.ACCOUNT: Limit(120, 120), Kind.COMPANY: Limit(240, 240)},
    Verb.UPLOAD: {Kind.ACCOUNT: Limit(30, 30), Kind.COMPANY: Limit(60, 60)},
    Verb.REPORT: {Kind.ACCOUNT: Limit(20, 10), Kind.COMPANY: Limit(40, 20)},
    Verb.FAIR: {Kind.ACCOUNT: Limit(240, 120), Kind.COMPANY: Limit(480, 240)},
    Verb.PILOT: {Kind.ACCOUNT: Limit(120, 60), Kind.COMPANY: Limit(240, 120)},
    Verb.MEETING: {Kind.ACCOUNT: Limit(60, 30), Kind.COMPANY: Limit(120, 60)},
    Verb.EXPORT: {Kind.ACCOUNT: Limit(20, 20)},
    Verb.BRIEF: {Kind.ACCOUNT: Limit(60, 60), Kind.COMPANY: Limit(120, 120)},
    Verb.DRAFT: {Kind.ACCOUNT: Limit(1200, 1200)},
}
