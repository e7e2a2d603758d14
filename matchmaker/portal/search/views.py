"""Search as a page, and while someone types."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from matchmaker.models.search import ResultKind
from matchmaker.portal.search.forms import asked_of, search_filters
from matchmaker.portal.search.kinds import SEARCH_LIMIT
from matchmaker.portal.search.selectors.results import Search, SearchReader, search_reader
from matchmaker.portal.search.selectors.rows import conversation_rows, result_rows
from profiles.companies.receipts.services import keep_receipts
from profiles.guards import SignedInRequest, ask_for_second_factor, lacks_second_factor
from profiles.platform.limits import services as limits

MOST_SUGGESTED, MOST_TALKS = 6, 3


def _reader(request: SignedInRequest) -> SearchReader:
    """Return who searches, counted: a person never types as often as the limit allows."""
    limits.count_reading(SEARCH_LIMIT, account=request.user, at=timezone.now())
    return search_reader(request.user)


def _keep_receipts(reader: SearchReader) -> None:
    if reader.member:
        keep_receipts(reader.member.company, reader.viewer, at=timezone.now())


@login_required
@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    if lacks_second_factor(request):
        return ask_for_second_factor(request)
    results = Search(_reader(request), asked_of(request.GET))
    page = results.page()
    asks_talks = results.asked.kind in ("", ResultKind.CONVERSATION) and not (
        results.asked.side or results.chosen
    )
    talks = conversation_rows(results) if asks_talks and page.number == 1 else []
    context = {
        "search": results,
        "asked": results.asked,
        "page": page,
        "rows": result_rows(results, page.object_list),
        "talks": talks,
        "count": len(results.filtered) + len(talks),
        # What stands on one page needs none, and they are a sixth of the work.
        "filters": search_filters(results) if results.asked.is_filtered or page.has_other_pages() else [],
    }
    response = render(request, "portal/search/search.html", context)
    _keep_receipts(results.reader)
    return response


@login_required
@require_safe
def search_suggest(request: SignedInRequest) -> HttpResponse:
    if lacks_second_factor(request):
        return HttpResponse(status=204)
    results = Search(_reader(request), asked_of(request.GET))
    shown = results.everything[:MOST_SUGGESTED]
    rows = [*result_rows(results, shown), *conversation_rows(results)[:MOST_TALKS]]
    context = {"rows": rows, "asked": results.asked, "count": len(results.everything)}
    response = render(request, "portal/search/_suggestions.html", context)
    _keep_receipts(results.reader)
    return response
