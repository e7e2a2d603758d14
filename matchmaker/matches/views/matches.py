"""The matches: the list, and one pair in full."""

from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from matchmaker.choices import Side
from matchmaker.matches.forms import PLAIN, filters_of, search_query_of
from matchmaker.matches.guards import LONGEST_ADDRESS, member_required, pair_or_404
from matchmaker.matches.selectors import detail as selector
from matchmaker.matches.selectors.listing import matches_page
from matchmaker.matches.selectors.member import Member
from matchmaker.matches.selectors.response_record import replies_to
from matchmaker.ranking.services import learning, market_state
from profiles.guards import SignedInRequest
from profiles.visibility.openness import openness_of

LIST_COOKIE = "list"  # the list, with its filters, from which a pair was opened


@member_required
@require_safe
@vary_on_headers("HX-Request")
def matches(request: SignedInRequest, member: Member) -> HttpResponse:
    """Show the recommended counterparts of the member's company."""
    page = matches_page(member, search_query_of(request.GET))
    renews = page.stored is not None and page.stored.engine_version != market_state.ENGINE_VERSION
    is_swapped = request.headers.get("HX-Request") == "true"  # then the filters stay open
    context = {"matches": page, "filters": filters_of(page), "renews": renews, "is_swapped": is_swapped}
    return render(request, "matches/matches.html", context)


@member_required
@require_safe
def match(request: SignedInRequest, member: Member, public_id: str) -> HttpResponse:
    """Show one pair: every factor for both sides, the reasons, what speaks against, the other profile."""
    pair = pair_or_404(member, public_id, whole=True)
    is_plain = request.GET.get("view") == PLAIN
    explained = None if is_plain else market_state.explain_pair(pair.startup, pair.investor)
    one_in = learning.one_in(member.side, explained.score_tenths / 1000) if explained else None
    is_startup = member.side == Side.STARTUP
    list_url = list_before(request)
    context = {
        "list_url": list_url,
        "match": selector.match_page(pair, explained),
        "openness": openness_of(pair.company, pair.counterpart) if pair.is_mutual else None,
        "replies": replies_to(pair, at=timezone.now()) if is_startup else None,
        "is_plain": is_plain,
        "one_in": one_in,
        "renews": not (explained or is_plain) and market_state.is_of_another_engine(),
    }
    response = render(request, "matches/match.html", context)
    # Goes with whatever is done on the page: a form that comes back here does not come from the list.
    response.set_cookie(
        LIST_COOKIE, quote(list_url), httponly=True, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
    )
    return response


def list_before(request: SignedInRequest) -> str:
    """Return the list from which somebody came, with its filters; the whole one where that is not known."""
    whole = reverse("matches")
    asked = urlsplit(request.headers.get("Referer", ""))
    if asked.netloc == request.get_host() and asked.path == whole:
        return f"{whole}?{asked.query}" if asked.query else whole
    kept = unquote(request.COOKIES.get(LIST_COOKIE, ""))
    return kept if kept.startswith(f"{whole}?") and len(kept) <= LONGEST_ADDRESS else whole
