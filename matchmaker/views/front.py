"""The public front page."""

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from matchmaker.selectors.front import figures

FRESH_SECONDS = 60


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Say what this is, with figures at most a minute old; whoever has signed in goes to work."""
    if request.user.is_authenticated:
        return redirect("home")
    counted = caches["memory"].get_or_set("front", figures, FRESH_SECONDS)
    return render(request, "front.html", {"figures": counted})
