"""One pair: its page, its brief on paper, and what would change the list of a startup."""

from urllib.parse import quote, unquote, urlsplit

from django.conf import settings
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from matchmaker.choices import PassReason, Side
from matchmaker.integrations.typesetting import typeset
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.forms import LESS, PLAIN, search_query_of
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.lists.selectors.neighbours import neighbours
from matchmaker.matching.lists.selectors.progress import progress_of
from matchmaker.matching.lists.services import note_look
from matchmaker.matching.pairs import services
from matchmaker.matching.pairs.guards import LONGEST_ADDRESS, pair_or_404
from matchmaker.matching.pairs.kinds import BRIEF_LIMIT
from matchmaker.matching.pairs.selectors.advice import answer_of
from matchmaker.matching.pairs.selectors.brief import TEMPLATE, brief_of
from matchmaker.matching.pairs.selectors.match_page import match_page
from matchmaker.matching.pairs.selectors.pair import replies_to
from matchmaker.matching.ranking.services import market_state, weights
from profiles.catalogue.visibility.disclosure import opened_fields
from profiles.companies.evidence.selectors import checked, claims_of, may_read_entries, self_stated
from profiles.downloads import download
from profiles.guards import SignedInRequest
from profiles.models import Startup
from profiles.platform.limits import services as limits


@current_company_required
@require_safe
def match(request: SignedInRequest, current: CurrentCompany, public_id: str) -> HttpResponse:
    more = request.GET.get("more", "")  # which of the folded parts is open; they are read together
    pair = pair_or_404(current, public_id, whole=True, with_more=bool(more))
    is_plain = request.GET.get("view") == PLAIN
    page = match_page(pair, is_plain=is_plain)
    odds_of_acceptance = (
        weights.odds_of_acceptance(current.side, page.scored.exact_score / 100) if page.scored else None
    )
    is_startup = current.side == Side.STARTUP
    list_url = list_before(request)
    address = urlsplit(list_url)
    query = search_query_of(QueryDict(address.query), is_plain=address.path == reverse("directory"))
    place = neighbours(current, query, page.own, public_id)
    now = timezone.now()
    progress = progress_of(current, request.user, page.own, at=now)
    if progress and public_id in progress.new:
        note_look(*pair.both, by=request.user, at=now)
        progress = progress.without(public_id)
    if place.position:
        list_url = on_page(list_url, place.page, is_less=place.is_less)
    claims = claims_of(pair.counterpart, on=timezone.localdate())
    context = {
        "claims": claims,
        "checked": checked(claims),
        "self_stated": [claim.claim.label for claim in self_stated(claims, pair.seen)],
        "with_entries": may_read_entries(pair.seen.hidden, pair.counterpart.side),
        "list_url": list_url,
        "place": place,
        "progress": progress,
        "suffix": f"?view={PLAIN}" if query.is_plain else "",
        "reasons": PassReason.offered(),
        "match": page,
        "ours": opened_fields(pair.company, pair.counterpart, is_own=True) if pair.is_mutual else None,
        "theirs": opened_fields(pair.counterpart, pair.company, is_own=False) if pair.is_mutual else None,
        "replies": replies_to(pair, at=now) if is_startup and more else None,
        "is_plain": is_plain,
        "more": more,
        "odds_of_acceptance": odds_of_acceptance,
        "renews": not (page.scored or is_plain) and market_state.is_of_another_engine(),
    }
    response = render(request, "matching/pairs/match.html", context)
    # The list, with its filters: goes with whatever is done on the page, and from pair to pair of the list.
    response.set_cookie(
        settings.LIST_COOKIE_NAME,
        quote(list_url),
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def list_before(request: SignedInRequest) -> str:
    lists = reverse("matches"), reverse("directory")
    asked = urlsplit(request.headers.get("Referer", ""))
    if asked.netloc == request.get_host() and asked.path in lists:
        return f"{asked.path}?{asked.query}" if asked.query else asked.path
    address = unquote(request.COOKIES.get(settings.LIST_COOKIE_NAME, ""))
    is_list = address.partition("?")[0] in lists and len(address) <= LONGEST_ADDRESS
    return address if is_list else lists[0]


def on_page(list_url: str, number: int, *, is_less: bool) -> str:
    parts = urlsplit(list_url)
    query = QueryDict(parts.query, mutable=True)
    query.pop("page", None)
    query.pop(LESS, None)
    if is_less:
        query[LESS] = "1"
    if number > 1:
        query["page"] = str(number)
    return f"{parts.path}?{query.urlencode()}" if query else parts.path


@current_company_required
@require_safe
def match_brief(request: SignedInRequest, current: CurrentCompany, public_id: str) -> HttpResponseBase:
    pair, now = pair_or_404(current, public_id, whole=True), timezone.now()
    limits.count_reading(BRIEF_LIMIT, account=request.user, company=current.company, at=now)
    is_plain = request.GET.get("view") == PLAIN
    sheet = typeset(TEMPLATE, brief_of(match_page(pair, is_plain=is_plain), at=now))
    return download(sheet, f"brief-{public_id}.pdf")


def own_startup(current: CurrentCompany) -> Startup:
    if not isinstance(current.company, Startup):
        raise Http404
    return current.company


@current_company_required
@require_safe
def advice(request: SignedInRequest, current: CurrentCompany) -> HttpResponse:
    startup = own_startup(current)
    return render(request, "matching/pairs/advice.html", {"answer": answer_of(startup), "startup": startup})


@current_company_required
@require_POST
def advice_ask(request: SignedInRequest, current: CurrentCompany) -> HttpResponse:
    startup = own_startup(current)
    if startup.is_published:
        services.ask(startup, at=timezone.now())
    return redirect("advice")
