"""Access decorators of programmes. The view's second argument is the Reader; users without access get 404.

`led_required(methods)`, `organised_required(methods)` and `public_required(methods)` also give the view the
programme that the address names.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404

from matchmaker.events.programmes.selectors.programmes import (
    Reader,
    led_by,
    organised_by,
    reader_of,
    with_parts,
)
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import PUBLIC
from profiles.choices import Role, Side
from profiles.guards import Decorator, SignedInRequest, View, curator_required, user_required
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


def programme_required(rows: Callable[[Reader], QuerySet[Programme]], methods: Decorator) -> Decorator:
    def decorate(view: View) -> View:
        @organiser_required
        @methods
        @wraps(view)
        def guarded(
            request: SignedInRequest, reader: Reader, public_id: str, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            programme = get_object_or_404(with_parts(rows(reader)), public_id=public_id)
            return view(request, reader, programme, *args, **kwargs)

        return guarded

    return decorate


led_required = partial(programme_required, led_by)
organised_required = partial(programme_required, organised_by)
public_required = partial(programme_required, lambda reader: organised_by(reader).filter(state__in=PUBLIC))
