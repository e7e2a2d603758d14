"""Who is seen by nobody, and who by more than it can answer."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from matchmaker.desk.selectors import attention as selector
from profiles.guards import SignedInRequest, curator_required


@curator_required
@require_GET
def attention(request: SignedInRequest) -> HttpResponse:
    """Show one kind, page by page, with the reason of each."""
    kind = request.GET.get("kind", "")
    known = (
        selector.AttentionKind(kind) if kind in set(selector.AttentionKind) else selector.AttentionKind.UNSEEN
    )
    page = selector.attention_page(known, request.GET.get("page", "1"))
    return render(request, "desk/attention.html", {"attention": page})
