"""The demonstration's people."""

from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction

from profiles.accounts.selectors import members_of, open_demo_accounts
from profiles.accounts.services.accounts import DEMO, system_account
from profiles.choices import Role
from profiles.models import Investor, Membership, Startup, User
from profiles.notifications import services as notifications

RECENT = timedelta(days=3)  # what is older has been read


# Full name and role of each demo account.
PEOPLE = {
    "founder": ("Ayesha Khan", Role.STARTUP),
    "investor": ("Li Wei", Role.INVESTOR),
    "curator": ("Sana Malik", Role.CURATOR),
}


class NotADemoError(Exception):
    """The demonstration's accounts have a public password; they exist only where CORRIDOR_DEMO is on."""


@transaction.atomic
def create_people(*, startup: Startup, investor: Investor, at: datetime) -> None:
    """Create the accounts that do not exist yet: a founder of `startup`, a person of `investor`, a curator.

    Raises:
        NotADemoError: where CORRIDOR_DEMO is off.
    """
    if not settings.DEMO:
        raise NotADemoError
    emails = settings.DEMO_ACCOUNTS
    known = set(User.objects.filter(email__in=emails.values()).values_list("email", flat=True))
    missing = {part: email for part, email in emails.items() if email not in known}
    # One hash for all: the password is public, and hashing is slow on purpose.
    password = make_password(settings.DEMO_PASSWORD) if missing else ""
    companies: dict[str, dict[str, Any]] = {
        "founder": {"startup": startup},
        "investor": {"investor": investor},
    }
    for part, email in missing.items():
        full_name, role = PEOPLE[part]
        user = User.objects.create(
            email=email, password=password, full_name=full_name, role=role, is_demo=True, date_joined=at
        )
        EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
        if part in companies:
            Membership.objects.create(user=user, is_owner=True, joined_at=at, **companies[part])


def speaker_of(company: Startup | Investor, *, at: datetime) -> User:
    """Return who acts for a demo company: its person, or the account of the demonstration's records."""
    member = members_of(company).first()
    return member.user if member else system_account(DEMO, at=at, is_demo=True)


def settle_past(*, at: datetime) -> None:
    """Let the demo people have lived: they have read older notices, and mails of other days have come."""
    people = list(open_demo_accounts())
    for person in people:
        notifications.mark_all_read(person, at=at - RECENT)
    notifications.count_as_sent([person.email for person in people], before=at - timedelta(days=1))
