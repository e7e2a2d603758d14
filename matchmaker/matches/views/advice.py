"""What would change this: ask, wait, read."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from matchmaker.matches.guards import member_required
from matchmaker.matches.selectors.advice import answer_of
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.services import advice as service
from profiles.guards import SignedInRequest
from profiles.models import Startup


def own_startup(member: Member) -> Startup:
    """Return the member's startup; the page does not exist for the other side."""
    if not isinstance(member.company, Startup):
        raise Http404
    return member.company


@member_required
@require_safe
def advice(request: SignedInRequest, member: Member) -> HttpResponse:
    """Show the newest answer; while the worker is at it, the page asks again by itself."""
    startup = own_startup(member)
    return render(request, "matches/advice.html", {"answer": answer_of(startup), "startup": startup})


@member_required
@require_POST
def advice_ask(request: SignedInRequest, member: Member) -> HttpResponse:
    """Ask what would change this; while the startup is on no list there is nothing to count."""
    startup = own_startup(member)
    if startup.is_published:
        service.ask(startup, at=timezone.now())
    return redirect("advice")
