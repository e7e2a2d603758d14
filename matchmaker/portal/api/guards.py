"""Who may pass: tokens on the addresses of the API, owners and curators on the page of tokens."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from ninja.errors import AuthorizationError
from ninja.security import HttpBearer

from matchmaker.matching.lists.selectors.cards import current_company
from matchmaker.models.api import Scope
from matchmaker.portal.api import services
from matchmaker.portal.api.selectors import Access, live_token
from profiles.choices import Role
from profiles.guards import SignedInRequest, View, curator_required
from profiles.people.accounts.guards import member_role_required


class ApiRequest(HttpRequest):
    """A request with a token that opens its address (for the type checker)."""

    auth: Access


class Token(HttpBearer):
    """`Authorization: Bearer …` with a token that has a scope. Cookies open nothing here."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Access | None:
        """Return who asks; nobody for a token that opens nothing (any more)."""
        now = timezone.now()
        live = live_token(token, at=now)
        if live is None:
            return None
        member = current_company(live.user) if live.membership_id else None
        access = Access(live, member)
        services.count_use(access, at=now)
        if self.scope not in live.scopes:
            raise AuthorizationError(message=f"The token has no scope “{self.scope}”.")
        return access


def token_holder_required(view: View) -> Callable[..., HttpResponseBase]:
    """Let members and curators pass, whose programs may read; curators with their second factor."""
    of_curators = curator_required(view)

    @member_role_required
    def of_members(request: SignedInRequest, _company: Any) -> HttpResponseBase:
        return view(request)

    @login_required
    @wraps(view)
    def guarded(request: SignedInRequest) -> HttpResponseBase:
        return of_curators(request) if request.user.role == Role.CURATOR else of_members(request)

    return guarded
