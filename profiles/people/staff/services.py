"""An operator gives, changes and takes back the roles of those who run the site."""

from datetime import datetime

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from profiles.choices import Role
from profiles.models import Membership, User
from profiles.people.accounts.kinds import ROLE
from profiles.people.staff.kinds import ROLE_CHANGED, STAFF_INVITED, STAFF_LIMIT
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError
from profiles.signals import role_ended

A_DAY = 24 * 60 * 60  # seconds


class NotAnOperatorError(Exception):
    """Only operators decide who runs the site."""


@transaction.atomic
def give_role(email: str, *, role: Role, full_name: str = "", by: User, at: datetime) -> User:
    """Give the account of that address a role, or make one and send its link for a password.

    A person can sign in with a new account only if they read the emails of the address.

    Raises:
        NotAnOperatorError: for anyone but an operator.
        RefusedError: if the person takes part in the market, or the account is closed, the operator's own, or
            its address was never confirmed.
        LimitReachedError: if it happens too often.
    """
    _require_operator(by)
    limits.take_token(STAFF_LIMIT, account=by, at=at)
    address = email.strip().lower()
    confirmed = EmailAddress.objects.filter(email=address, verified=True).values("user")
    locked = User.objects.select_for_update(no_key=True)
    user = locked.filter(pk__in=confirmed).first() or locked.filter(email=address).first()
    if user is None:
        user = User.objects.create_user(address, full_name=full_name, role=role, date_joined=at)
        EmailAddress.objects.create(user=user, email=address, primary=True, verified=True)
        _record(user, before="", by=by, at=at)
        _invite(user, at=at)
        return user
    if user == by:
        raise RefusedError(_("You cannot change your own role. Ask another operator."))
    if not user.is_active:
        raise RefusedError(_("This account is closed. Reopen it first."))
    if not EmailAddress.objects.filter(user=user, email=address, verified=True).exists():
        raise RefusedError(
            _(
                "There is an account with this email address, but the address is not confirmed. Ask the "
                "person to confirm it first."
            )
        )
    _change(user, role, by=by, at=at)
    return user


@transaction.atomic
def change_role(user: User, *, role: str, by: User, at: datetime) -> None:
    """Change the role of a person who runs the site; an operator may be without one.

    Raises:
        NotAnOperatorError: for anyone but an operator.
        RefusedError: if the account would run nothing any more.
        RefusedError: if the person takes part in the market.
    """
    _require_operator(by)
    current = User.objects.select_for_update(no_key=True).get(pk=user.pk)
    if not role and not current.is_superuser:
        raise RefusedError(_("Without this role, the person would have no role. Close the account instead."))
    _change(current, role, by=by, at=at)


def _require_operator(by: User) -> None:
    if not by.is_superuser:
        raise NotAnOperatorError


def _change(user: User, role: str, *, by: User, at: datetime) -> None:
    if Membership.objects.filter(user=user).exists():
        raise RefusedError(
            _("This person belongs to a company on Corridor, so they cannot have a role that runs the site.")
        )
    if user.role == role:
        return
    role_ended.send(sender=User, user=user, at=at)
    before, user.role = user.role, role
    user.save(update_fields=["role"])
    _record(user, before=before, by=by, at=at)
    _notify(ROLE_CHANGED, user, path=reverse("home"), at=at)


def _record(user: User, *, before: str, by: User, at: datetime) -> None:
    details = {"before": {"role": before}, "after": {"role": user.role}, "role": user.role}
    audit.record(ROLE, subject=f"user:{user.pk}", by=by, at=at, details=details)


def _invite(user: User, *, at: datetime) -> None:
    key = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    _notify(STAFF_INVITED, user, path=reverse("account_reset_password_from_key", kwargs=key), at=at)


def _notify(kind: str, user: User, *, path: str, at: datetime) -> None:
    days = settings.PASSWORD_RESET_TIMEOUT // A_DAY
    role = dict(Role.choices).get(user.role, "—")
    event = f"{user.pk}:{at.isoformat()}"
    message = Message(kind=kind, path=path, event=event, at=at, context={"role": role, "days": days})
    notifications.notify(user, message)
