"""Access decorators for the pages of a pair, and what acts on a pair do alike."""

from datetime import datetime
from functools import wraps
from typing import Any, TypedDict

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from matchmaker.choices import Side
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.pairs.selectors.pair import Pair, left_pair, pair_of, paused_pair
from profiles.guards import Decorator, SignedInRequest, View
from profiles.models import Investor, Startup, User
from profiles.pages import found_or_404

LONGEST_ADDRESS = 2000


def pair_or_404(
    member: CurrentCompany, public_id: str, *, whole: bool = False, with_more: bool = True
) -> Pair:
    return found_or_404(pair_of(member, public_id, whole=whole, with_more=with_more))


def paused_or_404(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    """Say that a curator has paused what the two have open with each other, in place of its page."""
    if request.method in ("GET", "HEAD") and left_pair(member, public_id):
        return redirect("introduction", public_id)
    pair = found_or_404(paused_pair(member, public_id) if request.method in ("GET", "HEAD") else None)
    return render(request, "matching/pairs/paused.html", {"pair": pair})


def pair_required(methods: Decorator) -> Decorator:
    """Give the view the pair of the member's company and the counterpart that the address names."""

    def decorate(view: View) -> View:
        @current_company_required
        @methods
        @wraps(view)
        def guarded(
            request: SignedInRequest, member: CurrentCompany, public_id: str, *args: Any, **kwargs: Any
        ) -> HttpResponseBase:
            return view(request, pair_or_404(member, public_id), *args, **kwargs)

        return guarded

    return decorate


class Signed(TypedDict):
    by: User
    at: datetime


class Acting(Signed):
    side: Side


def signed(request: SignedInRequest) -> Signed:
    """Return who acts, and when."""
    return {"by": request.user, "at": timezone.now()}


def acting(request: SignedInRequest, member: CurrentCompany) -> Acting:
    return {"side": member.side, **signed(request)}


def seen_in(request: SignedInRequest) -> str | None:
    """Return the version of what was read, as the form sent it; None where it sent none: programs do not."""
    return request.POST.get("seen")


def redirect_if_published(asked: HttpResponse, *pair: Startup | Investor) -> HttpResponse:
    """Lead on after an act that ends an introduction: as asked, while the pair has a page."""
    for company in pair:
        if not company.is_published:
            return redirect("pipeline")
    return asked


def redirect_back(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Lead back to the page the form came from, if it is one of ours; else to the pair."""
    target = request.POST.get("next", "")
    is_ours = url_has_allowed_host_and_scheme(target, allowed_hosts=None) and target.startswith("/")
    if is_ours and len(target) <= LONGEST_ADDRESS:
        return HttpResponseRedirect(target)
    return redirect("match", pair.counterpart.public_id)
