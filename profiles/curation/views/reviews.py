"""The queue of profiles, and deciding about one."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from profiles.choices import ReviewOutcome, Side
from profiles.curation import services as service
from profiles.curation.forms import PREFIX, ReviewForm
from profiles.curation.selectors import reviews as selector
from profiles.curation.selectors.reviews import reviewed_lists
from profiles.guards import SignedInRequest, curator_required
from profiles.models import Investor, Startup

PAGE_SIZE = 25


@curator_required
@require_GET
def reviews(request: SignedInRequest) -> HttpResponse:
    """Show what waits, oldest first."""
    side = request.GET.get("side", "")
    side = side if side in Side.values else ""
    page = Paginator(selector.queue(side), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "curation/reviews.html", {"page": page, "side": side, "sides": Side.choices})


@curator_required
@require_http_methods(["GET", "POST"])
def review(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    """Show one profile beside its evidence, and take the decision."""
    if kind not in Side.values:
        raise Http404
    profile = get_object_or_404(selector.reviewable(kind), public_id=public_id)
    fields = selector.reviewed_fields(profile)
    form = ReviewForm(
        request.POST if request.method == "POST" else None, fields=[field.name for field in fields]
    )
    if request.method == "POST" and form.is_valid():
        _decide(request, profile, form)
        return redirect("reviews")
    context = {
        "profile": profile,
        "kind": kind,
        "form": form,
        "rows": [(field, form[PREFIX + field.name]) for field in fields],
        "lists": reviewed_lists(profile),
        "history": selector.history(profile),
        "trail": selector.trail(f"{kind}:{profile.public_id}"),
        "evidence": selector.evidence(profile),
        "duplicates": selector.duplicates(profile),
        "waits": selector.is_waiting(profile),
    }
    status = 422 if form.is_bound else 200
    return render(request, "curation/review.html", context, status=status)


def _decide(request: SignedInRequest, profile: Startup | Investor, form: ReviewForm) -> None:
    """Carry the decision out and say so; of two curators the second one is told."""
    data, at = form.cleaned_data, timezone.now()
    try:
        if data["outcome"] == ReviewOutcome.APPROVED:
            service.approve(profile, message=data["message"], by=request.user, at=at)
        elif data["outcome"] == ReviewOutcome.RETURNED:
            service.return_for_changes(
                profile, reasons=data["reasons"], message=data["message"], by=request.user, at=at
            )
        else:
            service.reject(profile, message=data["message"], by=request.user, at=at)
    except service.NotWaitingError:
        messages.warning(request, _("This profile was decided already."))
        return
    profile.refresh_from_db(fields=["status"])
    told = {"name": profile.name, "status": profile.get_status_display()}
    messages.success(request, _("Decided. %(name)s: %(status)s") % told)
