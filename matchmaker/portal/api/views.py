"""The page on which people make and revoke their tokens."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.models.api import Scope
from matchmaker.portal.api import services
from matchmaker.portal.api.forms import TokenForm
from matchmaker.portal.api.guards import token_holder_required
from matchmaker.portal.api.selectors import live_tokens, scopes_for, tokens_of
from profiles.guards import SignedInRequest, fresh_proof_required
from profiles.pages import form_error_on, sent_row_or_404


@token_holder_required
@require_safe
def tokens(request: SignedInRequest) -> HttpResponse:
    """Show one's own tokens and the form for a new one."""
    return _page(request, TokenForm(request.user))


@token_holder_required
@require_POST
@fresh_proof_required
def token_make(request: SignedInRequest) -> HttpResponse:
    """Make a token and show it, this once."""
    form = TokenForm(request.user, request.POST)
    if form.is_valid():
        with form_error_on(form):
            secret = services.make_token(request.user, at=timezone.now(), **form.cleaned_data)
            return _page(request, TokenForm(request.user), secret=secret)
    return _page(request, form, status=422)


@token_holder_required
@require_POST
def token_revoke(request: SignedInRequest) -> HttpResponse:
    """Revoke one of one's own tokens."""
    token = sent_row_or_404(request, tokens_of(request.user), "token")
    services.revoke_token(token, by=request.user, at=timezone.now())
    messages.success(request, _("The token has been revoked."))
    return redirect("api_tokens")


def _page(request: SignedInRequest, form: TokenForm, *, status: int = 200, **context: Any) -> HttpResponse:
    live = set(live_tokens(at=timezone.now()).filter(user=request.user).values_list("pk", flat=True))
    rows = [
        (token, [Scope(scope).label for scope in token.scopes], token.pk in live)
        for token in tokens_of(request.user)
    ]
    may_make = bool(scopes_for(request.user))
    shown = {"rows": rows, "form": form, "may_make": may_make, **context}
    return render(request, "portal/api/tokens.html", shown, status=status)
