"""Access decorators of programmes. The view's second argument is the Reader; users without access get 404."""

from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase

from matchmaker.events.programmes.selectors.programmes import Reader, reader_of
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.lists.selectors.cards import CurrentCompany
from profiles.choices import Role, Side
from profiles.guards import SignedInRequest, View, curator_required, user_required
from profiles.models import User


def _reader(user: User) -> tuple[Reader]:
    return (reader_of(user),)


# Members with or without a company; and curators too.
participant_required = user_required(lambda user: user.role in Side, given=_reader)
reader_required = user_required(lambda user: user.role in (Role.CURATOR, *Side), given=_reader)


def organiser_required(view: View) -> View:
    @current_company_required
    def as_member(
        request: SignedInRequest, member: CurrentCompany, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        return view(request, Reader(request.user, member), *args, **kwargs)

    @curator_required
    def as_curator(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, Reader(request.user), *args, **kwargs)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_curator = getattr(request.user, "role", "") == Role.CURATOR
        return (as_curator if is_curator else as_member)(request, *args, **kwargs)

    return guarded
