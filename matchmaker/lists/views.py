"""The list of matches."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from matchmaker.lists.forms import filters_of, search_query_of
from matchmaker.lists.guards import member_required
from matchmaker.lists.selectors.cards import CurrentCompany
from matchmaker.lists.selectors.list_page import list_page
from matchmaker.ranking.services import market_state
from profiles.guards import SignedInRequest


@member_required
@require_safe
@vary_on_headers("HX-Request")
def matches(request: SignedInRequest, current: CurrentCompany) -> HttpResponse:
    """Show the recommended counterparts of the current company."""
    page = list_page(current, search_query_of(request.GET))
    renews = page.stored is not None and page.stored.engine_version != market_state.ENGINE_VERSION
    is_swapped = request.headers.get("HX-Request") == "true"  # then the filters stay open
    context = {"matches": page, "filters": filters_of(page), "renews": renews, "is_swapped": is_swapped}
    return render(request, "lists/list.html", context)
