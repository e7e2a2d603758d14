"""Who may pass: declared once, put on views as decorators. Whom a page is not for, it does not exist."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from profiles.choices import Role
from profiles.models import User

View = Callable[..., HttpResponseBase]


class NotACuratorError(Exception):
    """Only curators do this."""


def require_curator(user: User) -> None:
    """Refuse anybody but a curator: what services ask for before a curator's verb.

    Raises:
        NotACuratorError: for anybody else.
    """
    if not user.is_curator:
        raise NotACuratorError


class ReasonMissingError(Exception):
    """What somebody else has to live with says why."""


class SignedInRequest(HttpRequest):
    """A request of somebody who has signed in (for the type checker)."""

    user: User


def role_required(role: Role) -> Callable[[View], View]:
    """Let only accounts of `role` pass; visitors are asked to sign in."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.user.role != role:
                raise Http404
            return view(request, *args, **kwargs)

        return login_required(guarded)

    return decorate


def curator_required(view: View) -> View:
    """Let only curators pass, and outside the demo only with a second factor."""

    @role_required(Role.CURATOR)
    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if lacks_second_factor(request.user):
            return ask_for_second_factor(request)
        return view(request, *args, **kwargs)

    return guarded


def demo_only(view: View) -> View:
    """Let the page exist only in the demonstration."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.DEMO:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded


def ask_for_second_factor(request: HttpRequest) -> HttpResponse:
    """Lead to the set-up of the second factor, and say why."""
    messages.info(request, _("Curators and operators sign in with a second factor. Please set it up first."))
    return redirect("mfa_activate_totp")


def lacks_second_factor(user: User) -> bool:
    """Tell whether this account may curate or operate but has not set up its second factor yet.

    The demonstration does without one.
    """
    if settings.DEMO or not (user.is_curator or user.is_superuser):
        return False
    return not is_mfa_enabled(user)
