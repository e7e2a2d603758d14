"""Tokens are made, used, revoked and ended."""

import secrets
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from matchmaker.choices import Side
from matchmaker.models.api import ApiToken, Scope
from matchmaker.portal.api import kinds
from matchmaker.portal.api.selectors import Access, hash_of, scopes_for, tokens_of
from profiles.catalogue.visibility.visible_profile import joined
from profiles.models import User
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits
from profiles.platform.memberships import membership_of
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

MOST_TOKENS = 10  # of one person
LONGEST = timedelta(days=365)
PREFIX = "corridor_"  # by which people and scanners of code know a leaked one
NOTED_EVERY = timedelta(minutes=10)


@transaction.atomic
def make_token(user: User, *, name: str, scopes: list[str], days: int, at: datetime) -> str:
    """Make a token and return its secret, which is kept nowhere.

    Raises:
        RefusedError: nothing is made.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(kinds.TOKEN_LIMIT, account=user, at=at)
    current = User.objects.select_for_update(no_key=True).get(pk=user.pk)  # of two at once, one counts both
    if not scopes or not set(scopes) <= {scope.value for scope in scopes_for(current)}:
        raise RefusedError(_("Only owners of a team can create tokens."))
    if tokens_of(current).count() >= MOST_TOKENS:
        raise RefusedError(_("You have 10 tokens. Revoke one first."))
    if tokens_of(current).filter(name=name).exists():
        raise RefusedError(_("You have another token with this name. Choose another name."))
    secret = f"{PREFIX}{secrets.token_urlsafe(32)}"
    token = ApiToken.objects.create(
        user=current,
        membership=None if current.is_curator else membership_of(current),
        name=name,
        scopes=sorted(scopes),
        hash=hash_of(secret),
        ending=secret[-4:],
        sessions=current.sessions_ended,
        created_at=at,
        expires_at=at + min(timedelta(days=days), LONGEST),
    )
    details = {"scopes": ", ".join(token.scopes)}
    audit.record(kinds.TOKEN_MADE, subject=f"user:{user.pk}", by=user, at=at, details=details)
    with override(current.language):
        context = {
            "scopes": joined(Scope(scope).label for scope in token.scopes),
            "day": date_format(token.expires_at),
        }
    _notify(current, kinds.TOKEN_WAS_MADE, token, context=context, at=at)
    return secret


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User, at: datetime) -> None:
    """Delete one's own token: from now on it opens nothing."""
    deleted, _by_model = tokens_of(by).filter(pk=token.pk).delete()
    if deleted:
        audit.record(kinds.TOKEN_REVOKED, subject=f"user:{by.pk}", by=by, at=at)
        _notify(by, kinds.TOKEN_WAS_REVOKED, token, context={}, at=at)


@transaction.atomic
def end_tokens(user: User, *, at: datetime) -> None:
    """Delete the tokens of a person whose sign-in has changed: another person may have made them."""
    names = list(tokens_of(user).values_list("name", flat=True))
    tokens_of(user).delete()
    if names:
        with override(user.language):
            context = {"names": joined(names)}
        path, event = reverse("api_tokens"), at.isoformat()
        message = Message(kind=kinds.TOKENS_ENDED, path=path, event=event, at=at, context=context)
        notifications.notify(user, message)


def forget_expired(*, at: datetime) -> int:
    """Delete the tokens that expired a month ago; return how many."""
    deleted, _by_model = ApiToken.objects.filter(expires_at__lt=at - timedelta(days=30)).delete()
    return deleted


def count_use(access: Access, *, at: datetime) -> None:
    """Count a request, and note now and then that the token was used; a busy database refuses no one.

    Raises:
        LimitReachedError: too often in a short time.
    """
    token, company = access.token, access.member.company if access.member else None
    limits.count_reading(kinds.READ_LIMIT, account=token.user, company=company, at=at)
    if token.used_at and token.used_at > at - NOTED_EVERY:
        return
    is_old = Q(used_at=None) | Q(used_at__lte=at - NOTED_EVERY)
    try:
        ApiToken.objects.filter(is_old, pk=token.pk).update(used_at=at)
    except OperationalError:  # the next request notes it
        return


@transaction.atomic
def begin_directory(access: Access, *, side: Side, at: datetime) -> None:
    """Count and write down that a curator's program begins to read the directory.

    Raises:
        LimitReachedError: too often in a short time.
    """
    user = access.token.user
    limits.take_token(kinds.DIRECTORY_LIMIT, account=user, at=at)
    details = {"side": side.value}
    audit.record(kinds.DIRECTORY_READ, subject="directory:all", by=user, at=at, details=details)


def _notify(user: User, kind: str, token: ApiToken, *, context: dict[str, str], at: datetime) -> None:
    message = Message(
        kind=kind, path=reverse("api_tokens"), event=f"{token.hash[:16]}", at=at, context=context
    )
    notifications.notify(user, message)
