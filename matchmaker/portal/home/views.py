"""Where everyone starts: visitors on the front page, members on their own."""

from django.contrib.auth.decorators import login_required
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from matchmaker.matching.current_company.selectors import current_company
from matchmaker.portal.home.selectors import best_demo_pair, front_page, home_page
from matchmaker.registry import OF_PERSONS
from profiles.choices import Role, Side
from profiles.companies.steps.views.steps import links_of
from profiles.guards import SignedInRequest


@login_required
@require_safe
def home(request: SignedInRequest) -> HttpResponse:
    """Say what to do next; without a company to name it, or what a person takes part in."""
    user = request.user
    if user.role not in Side:
        return redirect({Role.CURATOR: "desk", Role.OBSERVER: "reports"}.get(user.role, "admin:index"))  # type: ignore[call-overload]
    member = current_company(user)
    if member is None:
        own_page = next(filter(None, (page_of(user) for page_of in OF_PERSONS)), "")
        return redirect(own_page or "company_start")
    page = home_page(member, user, at=timezone.now())
    links = links_of(member.company, page["status"].completeness) if page["status"] else None
    return render(request, "portal/home/company.html", {"page": page, "links": links})


FRESH_SECONDS = 60


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Show the public front page, at most a minute old; signed-in users go to their home."""
    if request.user.is_authenticated:
        return redirect("home")
    key = f"front-{get_language()}"
    page = caches["memory"].get(key)
    if page is None:
        page = front_page(best_demo_pair())
        caches["memory"].set(key, page, FRESH_SECONDS)
    return render(request, "portal/home/front.html", {"front": page})
