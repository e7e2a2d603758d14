"""While a curator looks at the site as a member: what is shown, and that nothing is changed by it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.models import User
from profiles.people.view_as.services import person_in

KEY = "view_as"
# Pages of a member that a curator may see. None of messages, meetings, notes, other people's contacts, or the
# account itself: they were promised to the member alone. A page that is not named here is not shown.
SHOWN = {
    "home", "matches", "match", "picture", "advice", "startup_status", "startup_preview",
    "startup_consents", "startup_edit", "company_start", "investor_status", "investor_preview",
    "investor_consents", "investor_edit", "row_create", "row_edit", "thesis_list", "thesis_create",
    "thesis_edit", "offer_list", "deal_list", "deal_create", "deal_edit", "pilots", "pilot_calendar",
    "market_context", "help", "contact", "terms", "privacy",
}  # fmt: skip
AS_ONESELF = {"view_as_end", "set_language", "account_logout"}


class ViewAsMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewed_as = self._person(request)  # type: ignore[attr-defined]
        if request.viewed_as is None:  # type: ignore[attr-defined]
            return self.get_response(request)
        if request.method not in ("GET", "HEAD") and _name_of(request) not in AS_ONESELF:
            return self._refuse(request)  # before anything reads what was sent
        with transaction.atomic():
            response = self.get_response(request)
            transaction.set_rollback(request.user == request.viewed_as)  # type: ignore[attr-defined]
        return response

    def _person(self, request: HttpRequest) -> User | None:
        if KEY not in request.session:
            return None
        curates = request.user.is_authenticated and request.user.is_curator
        person = person_in(request.session[KEY], at=timezone.now()) if curates else None
        if person is None:
            del request.session[KEY]
            messages.info(request, _("You are viewing the site as yourself again."))
        return person

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        person: User | None = request.viewed_as  # type: ignore[attr-defined]
        match = request.resolver_match
        name = match.url_name if match else None
        if person is None or name in AS_ONESELF:
            return None
        if name not in SHOWN:
            return self._refuse(request)
        person.is_viewed = True
        request.user = person
        return None

    def _refuse(self, request: HttpRequest) -> HttpResponse:
        person: User = request.viewed_as  # type: ignore[attr-defined]
        person.is_viewed = True
        request.user = person
        return render(request, "people/view_as/not_shown.html", status=403)


def _name_of(request: HttpRequest) -> str | None:
    """Return the name of the address; None where there is none."""
    try:
        return resolve(request.path_info).url_name
    except Resolver404:
        return None
