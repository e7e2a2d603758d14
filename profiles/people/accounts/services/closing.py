"""What curators and operators do with an account: close it, end its sessions, remove a lost factor."""

from collections.abc import Callable
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from profiles.choices import Role
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import User
from profiles.notice_kinds import ACCOUNT
from profiles.people.accounts import kinds
from profiles.people.accounts.services.accounts import NoSuchAccountError, end_sessions
from profiles.platform.audit import services as audit
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError
from profiles.signals import role_ended


class AlreadySoError(RefusedError):
    message = _("This has already been done.")


def members() -> QuerySet[User]:
    """Return the accounts with which a curator may deal: no one who runs the site."""
    return User.objects.exclude(Q(pk__in=staff()) | Q(is_demo=True))


def staff() -> QuerySet[User]:
    return User.objects.filter(Q(role__in=(Role.CURATOR, Role.OBSERVER)) | Q(is_superuser=True))


@transaction.atomic
def close(user: User, *, reason: str, by: User | None, at: datetime) -> None:
    current = _locked(user, reason=reason, by=by)
    if not current.is_active:
        raise AlreadySoError
    _notify(kinds.ACCOUNT_CLOSED, current, reason=reason, at=at)
    User.objects.filter(pk=current.pk).update(is_active=False)
    role_ended.send(sender=User, user=current, at=at)
    end_sessions(current, at=at)  # for good: none goes on when the account is opened again
    _record(kinds.CLOSED, current, reason=reason, by=by, at=at)


@transaction.atomic
def reopen(user: User, *, reason: str, by: User | None, at: datetime) -> None:
    current = _locked(user, reason=reason, by=by)
    has_way_in = current.has_usable_password() or SocialAccount.objects.filter(user=current).exists()
    if current.is_active or not has_way_in:  # an erased one stays closed
        raise AlreadySoError
    User.objects.filter(pk=current.pk).update(is_active=True)
    _notify(kinds.ACCOUNT_REOPENED, current, reason=reason, at=at)
    _record(kinds.REOPENED, current, reason=reason, by=by, at=at)


@transaction.atomic
def sign_out(user: User, *, reason: str, by: User | None, at: datetime) -> None:
    current = _locked(user, reason=reason, by=by)
    end_sessions(current, at=at)
    _notify(kinds.SESSIONS_WERE_ENDED, current, reason=reason, at=at)
    _record(kinds.SESSIONS_ENDED, current, reason=reason, by=by, at=at)


@transaction.atomic
def reset_factor(user: User, *, reason: str, by: User | None, at: datetime) -> None:
    """Remove a lost second factor with its recovery codes, and end every session of the account."""
    current = _locked(user, reason=reason, by=by)
    deleted, _by_model = Authenticator.objects.filter(user=current).delete()
    if not deleted:
        raise AlreadySoError
    end_sessions(current, at=at)
    _notify(kinds.FACTOR_WAS_RESET, current, reason=reason, at=at)
    _record(kinds.FACTOR_RESET, current, reason=reason, by=by, at=at)


ACTS: dict[str, Callable[..., None]] = {
    "close": close,
    "reopen": reopen,
    "sign_out": sign_out,
    "reset_factor": reset_factor,
}


def _locked(user: User, *, reason: str, by: User | None) -> User:
    """Lock the account. A curator deals with members, an operator with all others, a command with everyone.

    Raises:
        ReasonMissingError: if the person would be left without a reason.
        NoSuchAccountError: if the account is none of these.
    """
    if not reason.strip():
        raise ReasonMissingError
    if by is None:
        allowed = User.objects.all()
    elif by.is_superuser:
        allowed = User.objects.exclude(pk=by.pk)
    else:
        require_curator(by)
        allowed = members()
    current = allowed.select_for_update(no_key=True).filter(pk=user.pk).first()
    if current is None:
        raise NoSuchAccountError
    return current


def _notify(kind: str, user: User, *, reason: str, at: datetime) -> None:
    message = Message(
        kind=kind,
        path=reverse("contact"),
        event=f"{user.pk}:{at.isoformat()}",
        at=at,
        context={"reason": reason},
    )
    switch = notifications.switch_of(user, ACCOUNT)
    notifications.enqueue(message, to=user.email, language=user.language, switch=switch)


def _record(action: str, user: User, *, reason: str, by: User | None, at: datetime) -> None:
    audit.record(action, subject=f"user:{user.pk}", by=by, at=at, details={"message": reason})
