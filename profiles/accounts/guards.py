"""Pages that are for members of a company."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from profiles.accounts.selectors import company_of
from profiles.accounts.services.teams import NotMemberError, NotOwnerError
from profiles.choices import Role, Side
from profiles.guards import SignedInRequest, View, role_required
from profiles.pages import no_page_on


def same_team() -> AbstractContextManager[None]:
    """Answer as for a page that does not exist when the team has changed a moment ago."""
    return no_page_on(NotOwnerError, NotMemberError)


def company_required(side: Side) -> Callable[[View], View]:
    """Give the view the person's own company on `side`; who has none yet is led to naming it."""

    def decorate(view: View) -> View:
        @role_required(Role(side.value))
        @wraps(view)
        def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            company = company_of(request.user)
            if company is None:
                messages.info(request, _("First name your company."))
                return redirect("home")
            if company.side != side:
                raise Http404
            return view(request, company, *args, **kwargs)

        return guarded

    return decorate
