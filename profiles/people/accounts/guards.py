"""Pages that are for members of a company."""

from contextlib import AbstractContextManager
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.choices import Side
from profiles.guards import Decorator, SignedInRequest, access_when, user_required
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


# Gives the view the user's company of either side, or None.
member_role_required = user_required(lambda user: user.role in Side, given=lambda user: (company_of(user),))


def company_required(*sides: Side) -> Decorator:
    """Give the view the user's company, of these sides or of either. Without one, redirect to onboarding."""

    def check(request: SignedInRequest) -> HttpResponseBase | tuple[Any, ...]:
        if request.user.role not in (sides or Side):
            raise Http404
        company = company_of(request.user)
        if company is None:
            return redirect_to_onboarding(request)
        if company.side not in (sides or Side):
            raise Http404
        return (company,)

    return access_when(check)
