"""Access decorators of programmes: who organises them, and who takes part. For others no page exists."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase

from matchmaker.events.programmes.selectors.programmes import Reader, reader_of
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.lists.selectors.cards import CurrentCompany
from profiles.choices import Role
from profiles.guards import SignedInRequest, curator_required

View = Callable[..., HttpResponseBase]


def organiser_required(view: View) -> View:
    @current_company_required
    def as_member(
        request: SignedInRequest, member: CurrentCompany, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        return view(request, Reader(request.user, member), *args, **kwargs)

    return _for_curators_too(view, as_member)


def reader_required(view: View) -> View:
    """Give the view a curator, or a member with or without a company."""
    return _for_curators_too(view, participant_required(view))


def _for_curators_too(view: View, for_others: View) -> View:
    @curator_required
    def as_curator(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return view(request, Reader(request.user), *args, **kwargs)

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        is_curator = getattr(request.user, "role", "") == Role.CURATOR
        return (as_curator if is_curator else for_others)(request, *args, **kwargs)

    return guarded


def participant_required(view: View) -> View:
    """Give the view a member with or without a company."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reader = reader_of(request.user)
        if not reader.may_apply:
            raise Http404
        return view(request, reader, *args, **kwargs)

    return login_required(guarded)
