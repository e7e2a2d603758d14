"""Who may do what, address by address: the table that tests/house/test_access.py walks.

Eight letters a row, one for each actor, in the order of ACTORS:

    o  answered (200)                    n  does not exist for this person (404)
    g  led on to another page (302)      m  the method is not allowed (405)
    s  asked to sign in (302)            b  refused as malformed (400)
    i  asked to correct the form (422)   f  forbidden (403)
    x  not ready (503)

An address that is not in the table fails the test: nothing is open by accident.
"""

from dataclasses import dataclass
from operator import attrgetter

from django.urls import reverse

from tests.house.market import Market

ACTORS = (
    "visitor",  # has not signed in
    "unverified",  # has not confirmed the address, so cannot sign in
    "founder",  # of the startup in question, approved
    "other_founder",  # of another startup
    "partner",  # of a checked investor
    "unchecked",  # of an investor that nobody has approved yet
    "curator",
    "operator",  # superuser
)


@dataclass(frozen=True)
class Address:
    """One URL name: what each actor gets for GET and for an empty POST.

    `subject` maps the address's arguments to a record of the Market ("startup.public_id") or, after an equals
    sign, to itself ("=basics").
    """

    name: str
    get: str
    post: str
    subject: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        """Name the address in a test's id."""
        return " ".join((self.name, *(value for _argument, value in self.subject)))

    def path(self, market: Market) -> str:
        """Return the address for this market."""
        values = {
            argument: value[1:] if value.startswith("=") else attrgetter(value)(market)
            for argument, value in self.subject
        }
        return reverse(self.name, kwargs=values)


def at(name: str, get: str, post: str, **subject: str) -> Address:
    """Return an address; the rest of the arguments are its subject."""
    return Address(name, get, post, tuple(subject.items()))


#                                    GET         empty POST
ACCESS = (
    at("front", "oogggggg", "mmmmmmmm"),
    at("healthz", "oooooooo", "mmmmmmmm"),
)
