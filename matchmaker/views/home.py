"""Where a signed-in person starts."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matchmaker.selectors.home import page_of
from profiles.choices import Role
from profiles.selectors.teams import membership_of
from profiles.views.guards import SignedInRequest
from profiles.views.steps import links_of

FIRST_PAGES = {Role.STARTUP.value: ("startup_edit", "basics"), Role.INVESTOR.value: ("investor_edit",)}


@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Say what to do next; without a company the next thing is to name it."""
    user = request.user
    if user.role not in FIRST_PAGES:
        return redirect("desk" if user.is_curator else "admin:index")
    membership = membership_of(user)
    if membership is None:
        return redirect(*FIRST_PAGES[user.role])
    page = page_of(membership, at=timezone.now())
    links = links_of(page.company, page.standing.completeness)
    return render(request, f"home/{user.role}.html", {"page": page, "links": links})
