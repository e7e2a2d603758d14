"""Pages that are for members of a company."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.choices import Role, Side
from profiles.guards import SignedInRequest, View, role_required
from profiles.pages import raise_404_on
from profiles.people.accounts.selectors import company_of
from profiles.people.accounts.services.teams import NotMemberError, NotOwnerError
from profiles.platform.drafts.services import has_drafts


def same_team() -> AbstractContextManager[None]:
    return raise_404_on(NotOwnerError, NotMemberError)


def redirect_to_onboarding(request: SignedInRequest) -> HttpResponse:
    """Lead who has no company yet to the page that begins to describe one, and say why it comes first."""
    if has_drafts(request.user, at=timezone.now()):
        text = _("You need to describe your company before you can do this. We have kept what you typed.")
    else:
        text = _("You need to describe your company before you can do this. You can do that here.")
    messages.info(request, text)
    return redirect("home")


def member_role_required(view: View) -> View:
    """Give the view the person's own company of whatever side, or None; no one else has such a page."""

    @login_required
    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.role not in Side:
            raise Http404
        return view(request, company_of(request.user), *args, **kwargs)

    return guarded


def company_required(side: Side) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        @role_required(Role(side.value))
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            company = company_of(request.user)
            if company is None:
                return redirect_to_onboarding(request)
            if company.side != side:
                raise Http404
            return view(request, company, *args, **kwargs)

        return guarded

    return decorate
