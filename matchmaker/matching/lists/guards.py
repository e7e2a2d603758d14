"""Access decorator for views of companies. Users without access get 404."""

from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponseBase
from django.utils import timezone

from matchmaker.matching.current_company.selectors import current_company
from matchmaker.transitions import NotOpenError
from profiles.choices import Role
from profiles.companies.receipts.services import keep_receipts
from profiles.guards import SignedInRequest, View
from profiles.pages import raise_404_on
from profiles.people.accounts.guards import redirect_to_onboarding


def current_company_required(view: View) -> View:
    """Give the view the current company as its second argument; without a company.

    Redirect to onboarding. Profile views are recorded for receipts.
    """

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.role not in (Role.STARTUP, Role.INVESTOR):
            raise Http404
        member = current_company(request.user)
        if member is None:
            return redirect_to_onboarding(request)
        with raise_404_on(NotOpenError):  # the pair that it is about was closed a moment ago
            response = view(request, member, *args, **kwargs)
        if not request.user.is_viewed:  # by a curator, who leaves no receipt of the company
            keep_receipts(member.company, member.viewer, at=timezone.now())
        return response

    return login_required(guarded)
