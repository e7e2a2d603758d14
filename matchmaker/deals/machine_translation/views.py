"""Translations of texts on a match page."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from matchmaker.deals.machine_translation import services
from matchmaker.deals.machine_translation.selectors import can_translate, text_of
from matchmaker.integrations import translator
from matchmaker.matching.pairs.guards import pair_required
from matchmaker.matching.pairs.selectors.pair import Pair
from profiles.catalogue.visibility.visible_profile import reading
from profiles.guards import SignedInRequest
from profiles.pages import message_on_error
from profiles.validators import language_of


@pair_required(require_POST)
def match_translation(request: SignedInRequest, pair: Pair) -> HttpResponse:
    """Have one text translated, `field`: the server takes it from the page, never from the request."""
    field, target = request.POST.get("field", ""), reading()
    text = text_of(pair, field)
    source = language_of(text)
    if text and translator.is_configured() and can_translate(source, target):
        with message_on_error(request):
            at = timezone.now()
            services.translate(pair, text, source=source, target=target, by=request.user, at=at)
    address = redirect("match", pair.counterpart.public_id)
    address["Location"] += f"#translation-{field}" if text else ""
    return address
