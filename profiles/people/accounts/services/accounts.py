"""Changes to accounts, machine accounts, and notifications of a team."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from profiles.choices import JoinAs, Role
from profiles.models import Membership, User
from profiles.people.accounts.kinds import EDITED, ROLE, SIGNED_UP, WAYS_IN_ENDED
from profiles.people.accounts.selectors import Company, members_of, open_demo_accounts
from profiles.platform.audit import services as audit
from profiles.platform.memberships import membership_of
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError
from profiles.signals import sign_in_changed


@transaction.atomic
def sign_up(user: User, *, way: str, full_name: str, language: str | None, at: datetime) -> User:
    """Save a new account on one side of the market.

    Raises:
        ValueError: for any other way; no one becomes a curator by signing up.
    """
    user.role, user.joined_alone = JoinAs(way).side.value, JoinAs(way).is_person
    user.full_name = full_name
    user.language = known_language(language)
    user.date_joined = at
    user.save()
    audit.record(SIGNED_UP, subject=f"user:{user.pk}", by=user, at=at, details={"role": user.role})
    return user


@transaction.atomic
def save_settings(user: User, *, changes: Mapping[str, Any], at: datetime) -> None:
    """Store what a person decided about the own account: name, language, blind first look."""
    for name, value in changes.items():
        setattr(user, name, value)
    user.save(update_fields=list(changes))
    audit.record(EDITED, subject=f"user:{user.pk}", by=user, at=at, details={"fields": sorted(changes)})


HAS_COMPANY = _("You belong to a company on this side. Leave or delete it first.")


@transaction.atomic
def join_as(user: User, *, way: JoinAs, at: datetime) -> None:
    """Let a person who has no company yet join in another way.

    Raises:
        RefusedError: for a member of a company.
    """
    locked = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if membership_of(locked) is not None:
        raise RefusedError(HAS_COMPANY)
    User.objects.filter(pk=locked.pk).update(role=way.side, joined_alone=way.is_person)
    audit.record(EDITED, subject=f"user:{user.pk}", by=user, at=at, details={"fields": ["role"]})


def choose_language(user: User, *, language: str | None) -> None:
    User.objects.filter(pk=user.pk).update(language=known_language(language))


@transaction.atomic
def end_sessions(user: User, *, at: datetime) -> None:
    """End every session of the account with its next request; the caller renews the one that goes on."""
    User.objects.filter(pk=user.pk).update(sessions_ended=F("sessions_ended") + 1)
    user.refresh_from_db(fields=["sessions_ended", "is_active"])
    end_programs(user, at=at)


@transaction.atomic
def end_ways_in(user: User, *, with_factors: bool, at: datetime) -> int:
    """End all ways into an account whose address was just proved; return how many connections ended."""
    connections, _by_model = SocialAccount.objects.filter(user=user).delete()
    factors = Authenticator.objects.filter(user=user).delete()[0] if with_factors else 0
    end_sessions(user, at=at)
    if connections or factors:
        audit.record(WAYS_IN_ENDED, subject=f"user:{user.pk}", by=user, at=at)
    return int(connections)


@transaction.atomic
def end_programs(user: User, *, at: datetime) -> None:
    sign_in_changed.send(sender=User, user=user, at=at)


def known_language(language: str | None) -> str:
    """Return `language` if the site speaks it, else the site's first language."""
    return language if language and language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


class NoSuchAccountError(Exception):
    """No one can sign in with that address."""


@transaction.atomic
def give_role(email: str, *, role: Role, by: User | None, at: datetime) -> User:
    """Give the active account of that address a role. `by` is None on the operators' command line.

    Raises:
        NoSuchAccountError: if there is none.
        RefusedError: its address was never confirmed, but for an operator's; or a curator-to-be or an
            observer-to-be belongs to a company.
    """
    user = (
        User.objects.select_for_update(no_key=True)
        .filter(email=email.strip().lower(), is_active=True)
        .first()
    )
    if user is None:
        raise NoSuchAccountError
    is_confirmed = EmailAddress.objects.filter(user=user, email=user.email, verified=True).exists()
    if role in (Role.CURATOR, Role.OBSERVER) and not (is_confirmed or user.is_superuser):
        raise RefusedError("This person has not confirmed the address yet.")
    if role in (Role.CURATOR, Role.OBSERVER) and Membership.objects.filter(user=user).exists():
        raise RefusedError("This person belongs to a company: leave it first.")
    before, user.role = user.role, role.value
    if before != user.role:
        user.save(update_fields=["role"])
        details = {"before": {"role": before}, "after": {"role": user.role}, "role": user.role}
        audit.record(ROLE, subject=f"user:{user.pk}", by=by, at=at, details=details)
    return user


def forget_ended_sessions(*, at: datetime) -> int:
    deleted, _by_model = Session.objects.filter(expire_date__lte=at).delete()
    return deleted


def forget_sessions_of(user: User, addresses: Collection[str]) -> None:
    sessions = []
    for session in Session.objects.iterator(chunk_size=2000):
        data = session.get_decoded()
        words = str(data).casefold()
        if data.get(SESSION_KEY) == str(user.pk) or any(address in words for address in addresses):
            sessions.append(session.pk)
    Session.objects.filter(pk__in=sessions).delete()


@transaction.atomic
def close_demo_accounts(*, at: datetime) -> int:
    users = list(open_demo_accounts().select_for_update(no_key=True))
    for user in users:
        user.is_active = False
        user.set_unusable_password()
        user.save(update_fields=["is_active", "password"])
        audit.record(EDITED, subject=f"user:{user.pk}", by=None, at=at, details={"closed": "demo"})
    return len(users)


@dataclass(frozen=True)
class PersonalContext:
    context: Mapping[str, object] = field(default_factory=dict)
    calendar: str = ""


def notify_team(
    company: Company,
    message: Message,
    *,
    but: User | None = None,
    personal: Callable[[User], PersonalContext] = lambda _user: PersonalContext(),
) -> None:
    """Tell every member of the company, but for one, if the caller's transaction commits."""
    for member in members_of(company):
        if member.user != but:
            personal_message = personal(member.user)
            context = {
                "company": name_in(company, member.user.language),
                **message.context,
                **personal_message.context,
            }
            notifications.notify(
                member.user, replace(message, context=context, calendar=personal_message.calendar)
            )


def name_in(company: Company, language: str) -> str:
    with override(language):
        return company.name


DEMO = "records@demo.corridor.example"
DEMO_OTHER = "answers@demo.corridor.example"  # answers what DEMO has written
IMPORTS = "imports@corridor.invalid"


def system_account(email: str, *, at: datetime, is_demo: bool = False) -> User:
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, is_active=False, is_demo=is_demo, date_joined=at)
