"""Neither a refused form nor an ended session costs anybody what was typed, or the place where one was."""

from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.drafts import services
from profiles.drafts.selectors import KEPT
from profiles.drafts.tickets import FIELD, NOT_KEPT, SAVED, Ticket, ticket_in
from profiles.guards import SignedInRequest
from profiles.limits.services import LimitReachedError

FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}


class KeepTyped:
    """Around every view: keeps forms that were not saved, and leads back who has to sign in first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on, unless its form was filled in by another account than the one signed in."""
        ticket = ticket_of(request)
        if ticket and request.user.is_authenticated and request.user.pk != ticket.user_id:
            keep_typed(request, ticket)
            messages.warning(request, other_account())
            return HttpResponse(status=204) if "HX-Request" in request.headers else redirect("home")
        response = self.get_response(request)
        if request.method != "POST":
            return response
        is_ended = not request.user.is_authenticated and is_sign_in(request, response)
        if ticket and is_unsaved(request, ticket):
            keep_typed(request, ticket)
        if ticket and response.status_code == 404:
            return gone_page(request, ticket)
        if not is_ended:
            return response
        messages.info(request, kept_words() if ticket else ended_words())
        return to_sign_in(request, ticket.path if ticket else place_of(request))


def ticket_of(request: HttpRequest) -> Ticket | None:
    """Return the ticket of the form that came in, if it is one that keeps what is typed."""
    if request.method != "POST" or request.content_type not in FORMS or FIELD not in request.POST:
        return None
    return ticket_in(request.POST)


def keep_typed(request: HttpRequest, ticket: Ticket) -> None:
    """Keep what was typed; only a program sends so much that it is not."""
    with suppress(LimitReachedError):
        services.keep(ticket, request.POST, at=timezone.now())


def saved(request: SignedInRequest) -> None:
    """Note that what was typed is stored: its draft goes, and none is kept of it."""
    ticket = ticket_in(request.POST)
    services.discard(request.user, ticket.path if ticket else request.path)
    request.META[SAVED] = True


def is_unsaved(request: HttpRequest, ticket: Ticket) -> bool:
    """Tell whether a form was sent and not stored, whatever the answer.

    What a part of a page asks beside the form while somebody types is no sending.
    """
    is_beside = "HX-Request" in request.headers and request.path != ticket.path
    return SAVED not in request.META and not is_beside


def gone_page(request: HttpRequest, ticket: Ticket) -> HttpResponse:
    """Answer a form whose page has gone while somebody typed: with what was typed, to copy it."""
    texts = [
        text
        for name, sent in request.POST.lists()
        if name != FIELD and not name.startswith(NOT_KEPT) and sent != ticket.base.get(name)
        for text in sent
        if text
    ]
    return render(request, "drafts/gone.html", {"texts": texts}, status=404)


def is_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    """Tell whether the answer asks to sign in for what was asked; other ways may lead to that page too."""
    if response.status_code != 302:
        return False
    target = urlsplit(response["Location"])
    wanted = QueryDict(target.query).get("next")
    return target.path == resolve_url(settings.LOGIN_URL) and wanted == request.get_full_path()


def to_sign_in(request: HttpRequest, path: str) -> HttpResponse:
    """Lead to signing in and from there to `path`; a part of a page takes the whole page along."""
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': path})}"
    if "HX-Request" not in request.headers:
        return redirect(address)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = address
    return response


def place_of(request: HttpRequest) -> str:
    """Return the page on which somebody clicked: not the address of the deed, which cannot be looked at."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    found = urlsplit(page)
    return f"{found.path}?{found.query}" if found.query else found.path


def ended_words() -> str:
    """Return what somebody reads whose click did nothing, because nobody is signed in."""
    return _("You are not signed in any more, so nothing was done. Sign in, and you are back where you were.")


def kept_words() -> str:
    """Return what somebody reads whose form came after the end of the session."""
    told = ngettext(
        "Your session had ended. What you typed is kept for %(days)d day, for your account only. "
        "Sign in, and the form is there.",
        "Your session had ended. What you typed is kept for %(days)d days, for your account only. "
        "Sign in, and the form is there.",
        KEPT.days,
    )
    return told % {"days": KEPT.days}


def other_account() -> str:
    """Return what somebody reads who sent a form that another account had filled in."""
    return _(
        "That form was filled in with another account. Nothing was saved here; what was typed waits in that "
        "account."
    )
