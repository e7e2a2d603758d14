"""Pages about pilots for everybody: the board, one pilot, the season calendar."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from matchmaker.pilots.forms import PartsForm
from matchmaker.pilots.guards import page_or_404
from matchmaker.pilots.selectors.board import FILTERS, board_page
from matchmaker.pilots.selectors.pilot import reader_of
from matchmaker.pilots.selectors.seasons import season_calendar


@require_safe
def pilots(request: HttpRequest) -> HttpResponse:
    """Show the pilots on the board, by province."""
    asked = {name: request.GET.get(name, "") for name in FILTERS}
    reader = reader_of(request.user)
    board = board_page(reader, asked, request.GET.get("page", "1"))
    return render(request, "pilots/pilots.html", {"board": board, "reader": reader})


@require_safe
def pilot(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show one pilot: to everybody what its parties opened, to the parties what they do next."""
    page = page_or_404(reader_of(request.user), public_id)
    context: dict[str, object] = {"page": page}
    if page.is_host:
        context["parts_form"] = PartsForm(initial={"parts": page.pilot.opened})
    return render(request, "pilots/pilot.html", context)


@require_safe
def pilot_calendar(request: HttpRequest) -> HttpResponse:
    """Show when main crops are sown and harvested, so that a pilot finds its dates."""
    return render(request, "pilots/pilot_calendar.html", {"calendar": season_calendar()})
