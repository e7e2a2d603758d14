"""The audit trail: read, filter, check, export."""

from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from profiles.audit.services import verify
from profiles.audit_actions import ACTIONS
from profiles.curation.kinds import EXPORT_LIMIT
from profiles.curation.selectors import audit_trail as selector
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.limits import services as limits

PAGE_SIZE = 50


@curator_required
@require_GET
def audit(request: SignedInRequest) -> HttpResponse:
    """Show the newest acts, filtered by action and subject."""
    action = request.GET.get("action", "")
    action = action if action in ACTIONS else ""
    words = request.GET.get("subject", "").strip()[:120]
    page = Paginator(selector.records(action, words), PAGE_SIZE).get_page(request.GET.get("page"))
    verdict = verify() if "check" in request.GET else None
    context = {
        "page": page,
        "action": action,
        "lines": selector.audit_lines(page.object_list),
        "subject": words,
        "actions": [(each.code, each.label) for each in ACTIONS.values() if not each.is_private],
        "verdict": verdict,
    }
    return render(request, "curation/audit.html", context)


@curator_required
@require_GET
@fresh_proof_required
def audit_export(request: SignedInRequest) -> StreamingHttpResponse:
    """Stream the whole trail as CSV, oldest first, with the hashes to check it by."""
    limits.take_token(EXPORT_LIMIT, account=request.user, at=timezone.now())
    response = StreamingHttpResponse(selector.csv_lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response
