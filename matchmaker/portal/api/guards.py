"""Who may pass: tokens on the addresses of the API, owners and curators on the page of tokens."""

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthorizationError
from ninja.security import HttpBearer

from matchmaker.matching.current_company.selectors import current_company
from matchmaker.models.api import Scope
from matchmaker.portal.api import services
from matchmaker.portal.api.selectors import Access, live_token
from profiles.choices import Role, Side
from profiles.guards import role_required


class ApiRequest(HttpRequest):
    """A request with a token that opens its address (for the type checker)."""

    auth: Access


class Token(HttpBearer):
    """`Authorization: Bearer …` with a token that has a scope. Cookies open nothing here."""

    def __init__(self, scope: Scope) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Access | None:
        """Return who asks; None for a token that is not valid."""
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


token_holder_required = role_required(Role.CURATOR, *Side)
