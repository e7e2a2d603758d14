"""Access decorator of the pages for two companies that are both interested."""

from functools import wraps
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import redirect

from matchmaker.deals.meetings.selectors import has_closed, mutual_introduction
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.pairs.guards import paused_or_404
from matchmaker.matching.pairs.selectors.pair import pair_of
from profiles.guards import Decorator, SignedInRequest, View
from profiles.pages import found_or_404


def mutual_required(methods: Decorator) -> Decorator:
    """Give the view the pair of the address and its introduction; lead to what closed or paused it."""

    def decorate(view: View) -> View:
        @current_company_required
        @methods
        @wraps(view)
        def guarded(
            request: SignedInRequest, member: CurrentCompany, public_id: str, **kwargs: Any
        ) -> HttpResponseBase:
            pair = pair_of(member, public_id)
            if pair is None:
                return paused_or_404(request, member, public_id)
            introduction = mutual_introduction(pair)
            if introduction is None and request.method in ("GET", "HEAD") and has_closed(pair):
                return redirect("introduction", public_id)  # a notice or a mail may still lead here
            return view(request, pair, found_or_404(introduction), **kwargs)

        return guarded

    return decorate
