"""Access decorators of programmes: who organises them, and who takes part. For others no page exists."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponseBase

from matchmaker.events.programmes.selectors.programmes import Reader, reader_of
from matchmaker.matching.lists.guards import member_required
from matchmaker.matching.lists.selectors.cards import CurrentCompany
from profiles.choices import Role
from profiles.guards import SignedInRequest, curator_required

View = Callable[..., HttpResponseBase]


def organiser_required(view: View) -> View:
    """Give the view who may organise: a company by its member, or the curators by one of them."""

    @member_required
    def as_member(
        request: SignedInRequest, member: CurrentCompany, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        return view(request, Reader(request.user, member), *args, **kwargs)

    return _for_curators_too(view, as_member)


def reader_required(view: View) -> View:
    """Give the view a curator, or somebody of the market with a company or without one."""
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
    """Give the view somebody of the market, with a company or without one."""

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        reader = reader_of(request.user)
        if not reader.may_apply:
            raise Http404
        return view(request, reader, *args, **kwargs)

    return login_required(guarded)
