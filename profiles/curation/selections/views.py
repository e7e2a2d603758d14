"""Pages on which a curator acts on all results of a filter."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from profiles.curation.selections import selectors, services
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.pages import found_or_404, message_on_error, page_of, page_with_form

PAGE_SIZE = 25
SALT = "profiles.curation.selections"


@curator_required
@require_GET
def selections(request: SignedInRequest) -> HttpResponse:
    page = page_of(request, selectors.selections(), PAGE_SIZE)
    return render(request, "curation/selections/selections.html", {"page": page, "rows": page})


@curator_required
@page_with_form
@fresh_proof_required
def selection_new(request: SignedInRequest, act: str) -> HttpResponse:
    """Sum up what a filter finds, and have it done if it still finds as much when that is confirmed."""
    if act not in selectors.FINDERS:
        raise Http404
    now = timezone.now()
    found = found_or_404(selectors.found(act, request.GET, me=request.user, at=now))
    if not found.keys:
        messages.warning(request, _("This filter finds no companies."))
        return redirect(found.address)
    seen = _seen(request, act, found)
    context: dict[str, Any] = {"act": act, "found": found, "count": len(found.keys)}
    if seen and seen["count"] == len(found.keys):
        with message_on_error(request):
            seen_at = datetime.fromisoformat(seen["at"])
            made = services.select(act, found, seen_at=seen_at, by=request.user, at=now)
            return redirect("selection", made.pk)
        return redirect(found.address)
    context["seen"] = signing.dumps(
        {"act": act, "filters": found.filters, "count": len(found.keys), "at": now.isoformat()}, salt=SALT
    )
    context["was"] = seen and seen["count"]
    status = 409 if seen else 422 if request.method == "POST" else 200
    return render(request, "curation/selections/new.html", context, status=status)


def _seen(request: SignedInRequest, act: str, found: selectors.Found) -> dict[str, Any] | None:
    """Return the summary that is confirmed; None if none of this filter is."""
    try:
        seen: dict[str, Any] = signing.loads(request.POST.get("seen", ""), salt=SALT, max_age=86_400)
    except signing.BadSignature:
        return None
    return seen if (seen["act"], seen["filters"]) == (act, found.filters) else None


@curator_required
@require_GET
def selection(request: SignedInRequest, pk: int) -> HttpResponse:
    chosen = get_object_or_404(selectors.selections(), pk=pk)
    page = page_of(request, selectors.left_rows(chosen), PAGE_SIZE)
    context = {
        "selection": chosen,
        "is_working": chosen.state in selectors.WORKING,
        "counts": selectors.counts_of(chosen),
        "may_undo": selectors.may_undo(chosen, request.user, at=timezone.now()),
        "page": page,
        "rows": page,
    }
    return render(request, "curation/selections/selection.html", context)


@curator_required
@require_GET
def selection_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    chosen = get_object_or_404(selectors.selections(), pk=pk)
    is_working = chosen.state in selectors.WORKING
    context = {"selection": chosen, "is_working": is_working}
    response = render(request, "curation/selections/_progress.html", context)
    if not is_working:
        response["HX-Refresh"] = "true"
    return response


@curator_required
@require_POST
@fresh_proof_required
def selection_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    chosen = get_object_or_404(selectors.selections(), pk=pk)
    with message_on_error(request):
        services.undo(chosen, by=request.user, at=timezone.now())
    return redirect("selection", pk)
