"""Translations of texts on a match page."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from matchmaker.deals.machine_translation import services
from matchmaker.deals.machine_translation.selectors import text_of
from matchmaker.matching.pairs.guards import pair_required, signed
from matchmaker.matching.pairs.selectors.pair import Pair
from profiles.guards import SignedInRequest
from profiles.pages import message_on_error


@pair_required(require_POST)
def match_translation(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Have one text translated, `field`: the server takes it from the page, never from the request."""
    field = request.POST.get("field", "")
    text = text_of(pair, field)
    with message_on_error(request):
        services.translate(pair, text, **signed(request))
    address = redirect("match", pair.counterpart.public_id)
    address["Location"] += f"#translation-{field}" if text else ""
    return address
