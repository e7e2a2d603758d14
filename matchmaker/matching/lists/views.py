"""The list of matches."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.forms import PLAIN, filters_of, search_query_of
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.lists.selectors.list_page import list_page
from matchmaker.matching.lists.selectors.progress import progress_of
from matchmaker.matching.ranking.services import market_state
from profiles.guards import SignedInRequest


@current_company_required
@require_safe
@vary_on_headers("HX-Request")
def matches(request: SignedInRequest, current: CurrentCompany) -> HttpResponse:
    if request.GET.get("view") == PLAIN:  # where the directory was before
        query = request.GET.copy()
        del query["view"]
        return redirect(f"{reverse('directory')}?{query.urlencode()}")
    return list_response(request, current)


def list_response(
    request: SignedInRequest, current: CurrentCompany, *, is_plain: bool = False
) -> HttpResponse:
    """Answer the page of the recommended, or with `is_plain` of everyone without scores."""
    page = list_page(current, search_query_of(request.GET, is_plain=is_plain))
    renews = page.stored is not None and page.stored.engine_version != market_state.ENGINE_VERSION
    progress = progress_of(current, request.user, page.own, at=timezone.now())
    context = {
        "progress": progress,
        "matches": page,
        "filters": filters_of(page) if page.query.with_filters else None,
        "renews": renews,
    }
    return render(request, "matching/lists/list.html", context)
