"""Figures: of the market for everybody, of one startup's partners for itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matchmaker.fair_dealing.selectors.concentration import sector_of
from matchmaker.fair_dealing.selectors.dependency import dependency_of
from matchmaker.fair_dealing.selectors.published import OF_DEPENDENCY, context_topics, yardsticks
from profiles.accounts.guards import company_required
from profiles.choices import Side
from profiles.guards import SignedInRequest
from profiles.models import Startup


@require_safe
def market_context(request: HttpRequest) -> HttpResponse:
    """Show the figures of the market with their sources."""
    return render(request, "fair_dealing/context.html", {"topics": context_topics()})


@company_required(Side.STARTUP)
@require_safe
def startup_dependency(request: SignedInRequest, startup: Startup) -> HttpResponse:
    """Show a startup on whom its inputs depend, and how many partners its sector has."""
    context = {
        "dependency": dependency_of(startup),
        "sector": sector_of(startup, today=timezone.localdate()),
        "yardsticks": yardsticks(*OF_DEPENDENCY),
    }
    return render(request, "fair_dealing/dependency.html", context)
