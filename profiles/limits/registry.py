"""Limits: what is done × who does it → how often. Each capability registers its own.

Generous for people, tight for programs: a full bucket allows `capacity` acts at once, and after that
`per_hour`. Taking back is never counted: withdrawing or releasing something is never refused.
"""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


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


LIMITS: dict[str, dict[Kind, Limit]] = {}


def register_limit(name: str, **limits: tuple[int, int]) -> str:
    """Add a limit: capacity and acts an hour, by account, company, network or address. Return its name."""
    LIMITS[name] = {Kind(kind): Limit(*limit) for kind, limit in limits.items()}
    return name
