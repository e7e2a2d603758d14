"""Who the pages of the matches are for: people of a company. For everybody else they do not exist."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, TypedDict

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from matchmaker.choices import Side
from matchmaker.matches.selectors.member import Member, member_of
from matchmaker.matches.selectors.pair import Pair, pair_of
from matchmaker.matches.services.pairs import NotOpenError
from profiles.accounts.guards import lead_to_description
from profiles.choices import Role
from profiles.guards import SignedInRequest
from profiles.models import Investor, Startup, User
from profiles.pages import found_or_404, raise_404_on
from profiles.receipts.services import keep_receipts

View = Callable[..., HttpResponseBase]
LONGEST_ADDRESS = 2000


def member_required(view: View) -> View:
    """Give the view the member as its second argument; who has no company yet is led to describe one.

    What the page read of others is kept for their receipts: no page of a company is answered without this.
    """

    @wraps(view)
    def guarded(request: SignedInRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.role not in (Role.STARTUP, Role.INVESTOR):
            raise Http404
        member = member_of(request.user)
        if member is None:
            return lead_to_description(request)
        with raise_404_on(NotOpenError):  # the pair that it is about was closed a moment ago
            response = view(request, member, *args, **kwargs)
        keep_receipts(member.company, member.viewer, at=timezone.now())
        return response

    return login_required(guarded)


def pair_or_404(member: Member, public_id: str, *, whole: bool = False) -> Pair:
    """Return the pair of the member's company and a counterpart that exists for it."""
    return found_or_404(pair_of(member, public_id, whole=whole))


def pair_required(methods: Callable[[View], View]) -> Callable[[View], View]:
    """Give the view the pair of the member's company and the counterpart that the address names.

    `methods` says what the address answers to: `require_POST`, say.
    """

    def decorate(view: View) -> View:
        @member_required
        @methods
        @wraps(view)
        def guarded(
            request: SignedInRequest, member: Member, public_id: str, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            return view(request, pair_or_404(member, public_id), *args, **kwargs)

        return guarded

    return decorate


class Acting(TypedDict):
    """Who acts for which side of a pair, and when: what every service of a pair asks for."""

    side: Side
    by: User
    at: datetime


def acting(request: SignedInRequest, member: Member) -> Acting:
    """Return who acts here and now, for the member's side."""
    return {"side": member.side, "by": request.user, "at": timezone.now()}


def redirect_if_published(asked: HttpResponse, *pair: Startup | Investor) -> HttpResponse:
    """Lead on after an act that ends an introduction: as asked, while the pair has a page.

    Of a pair that is off the lists nothing is left then, so it leads to the page of all introductions.
    """
    return asked if all(company.is_published for company in pair) else redirect("introductions")


def redirect_back(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Lead back to the page the form came from, if it is one of ours; else to the pair.

    Never by `redirect`, which takes a word without a slash for the name of a view and fails on any other.
    """
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    if is_ours and len(target) <= LONGEST_ADDRESS:
        return HttpResponseRedirect(target)
    return redirect("match", pair.counterpart.public_id)
