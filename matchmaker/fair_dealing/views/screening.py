"""Names that resemble one on a published list: curators look and decide."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matchmaker.choices import ScreeningDecision
from matchmaker.fair_dealing.forms import ScreeningForm
from matchmaker.fair_dealing.selectors import screening as selector
from matchmaker.fair_dealing.services import screening as service
from profiles.guards import SignedInRequest, curator_required


@curator_required
@require_safe
def screening(request: SignedInRequest) -> HttpResponse:
    """Show who waits for a decision, and what was decided."""
    context = {
        "waiting": selector.candidates(is_decided=False),
        "decided": selector.candidates(is_decided=True),
        "lists": selector.imported_lists(),
        "kept_days": settings.SCREENING_KEPT_DAYS,
    }
    return render(request, "fair_dealing/screening.html", context)


@curator_required
@require_http_methods(["GET", "HEAD", "POST"])
def screening_candidate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show both names beside each other, and take a decision with its reason."""
    candidate = get_object_or_404(selector.all_candidates(), pk=pk)
    start = {"decision": candidate.decision, "reason": candidate.reason}
    form = ScreeningForm(request.POST if request.method == "POST" else None, initial=start)
    if not form.is_valid():
        context = {"candidate": candidate, "form": form}
        status = 422 if form.is_bound else 200
        return render(request, "fair_dealing/screening_candidate.html", context, status=status)
    service.decide_candidate(
        candidate,
        decision=ScreeningDecision(form.cleaned_data["decision"]),
        reason=form.cleaned_data["reason"],
        by=request.user,
        at=timezone.now(),
    )
    messages.success(request, _("Written down. Nothing else happens by itself."))
    return redirect("screening")
