"""Access decorators for views. Users without access get 404."""

import time
from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from urllib.parse import urlencode

from allauth.account import app_settings as account_settings
from allauth.account.adapter import get_adapter
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.contrib.auth.models import AnonymousUser
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from profiles.choices import Role
from profiles.models import User

View = Callable[..., HttpResponseBase]
Decorator = Callable[[View], View]


class NotACuratorError(Exception):
    """Only curators do this."""


def require_curator(user: User) -> None:
    """Refuse anyone but a curator: what services ask for before a curator's verb.

    Raises:
        NotACuratorError: for anyone else.
    """
    if not user.is_curator:
        raise NotACuratorError


class ReasonMissingError(Exception):
    """What someone else has to live with says why."""


class SignedInRequest(HttpRequest):
    user: User


def access_when(check: Callable[[SignedInRequest], HttpResponseBase | tuple[Any, ...]]) -> Decorator:
    """Call the view with the arguments that `check` returns, or answer with the response that it returns."""

    def decorate(view: View) -> View:
        @login_required
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            checked = check(request)
            if isinstance(checked, HttpResponseBase):
                return checked
            return view(request, *checked, *args, **kwargs)

        return guarded

    return decorate


def user_required(
    may_pass: Callable[[User], bool], *, given: Callable[[User], tuple[Any, ...]] = lambda _user: ()
) -> Decorator:
    """Let the users pass who may, curators and operators only with a second factor.

    The view's next arguments are what `given` returns.
    """

    def check(request: SignedInRequest) -> HttpResponseBase | tuple[Any, ...]:
        if not may_pass(request.user):
            raise Http404
        return ask_for_second_factor(request) if lacks_second_factor(request) else given(request.user)

    return access_when(check)


def role_required(*roles: str) -> Decorator:
    return user_required(lambda user: user.role in roles)


curator_required = user_required(lambda user: user.is_curator)
observer_required = user_required(lambda user: user.role in (Role.CURATOR, Role.OBSERVER))
operator_required = user_required(lambda user: user.is_superuser)
staff_required = user_required(lambda user: user.is_curator or user.is_superuser)


def fresh_proof_required(view: View, *, is_new: bool = False) -> View:
    """Admit only sessions with a password or code from the last ACCOUNT_REAUTHENTICATION_TIMEOUT seconds.

    With `is_new`, having signed in a moment ago is not enough.
    """

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_asked = is_new and bool(get_adapter().get_reauthentication_methods(request.user))
        if has_fresh_proof(request, is_asked=is_asked):
            return view(request, *args, **kwargs)
        return ask_again(request)

    return guarded


new_proof_required = partial(fresh_proof_required, is_new=True)


def has_fresh_proof(request: HttpRequest, *, is_asked: bool = False) -> bool:
    """Tell whether this session proved a short while ago who it is."""
    if settings.DEMO:
        return True
    oldest = time.time() - account_settings.REAUTHENTICATION_TIMEOUT
    proofs = [proof for proof in _proofs(request) if proof.get("reauthenticated") or not is_asked]
    return any(record["at"] > oldest for record in proofs)


def ask_again(request: HttpRequest) -> HttpResponse:
    """Ask for the second factor, or the password where there is none, and come back to the request.

    Raises:
        ReauthenticationRequired: allauth's middleware answers it with the page that asks.
    """
    if get_adapter().get_reauthentication_methods(request.user):
        raise ReauthenticationRequired
    return sign_in_again(request)


def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Sign out who has neither password nor second factor: signing in elsewhere is the only proof."""
    back = urlencode({"next": request.get_full_path()})
    logout(request)
    messages.info(request, _("To protect your account, please sign in again."))
    return redirect(f"{reverse('account_login')}?{back}")


def _proofs(request: HttpRequest) -> list[dict[str, Any]]:
    """Return how and when (`method`, `at`: seconds since 1970) this session proved who it is."""
    records: list[dict[str, Any]] = get_authentication_records(request, request.user)
    return records


def demo_only(view: View) -> View:
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """Lead to giving the second factor in this session, or to its set-up, and say why."""
    if is_mfa_enabled(request.user):
        messages.info(
            request, _("You signed in without two-factor authentication. Please confirm that it is you.")
        )
        return ask_again(request)
    messages.info(
        request, _("Curators and operators must use two-factor authentication. Please set it up first.")
    )
    return redirect("mfa_index")


def reader_in(request: HttpRequest) -> User | AnonymousUser:
    """Return who reads a page that is open to visitors: who lacks the second factor reads what they read."""
    user = request.user
    return user if isinstance(user, User) and not lacks_second_factor(request) else AnonymousUser()


def lacks_second_factor(request: HttpRequest) -> bool:
    """Tell whether this account runs the site but this session has not proved its second factor."""
    user = request.user
    if settings.DEMO or not (isinstance(user, User) and user.works_here):
        return False
    return not (is_mfa_enabled(user) and any(proof["method"] == "mfa" for proof in _proofs(request)))
