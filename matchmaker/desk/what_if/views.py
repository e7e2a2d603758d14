"""The pages of previews: asking, waiting, reading."""

from dataclasses import asdict

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from matchmaker.desk.what_if import selectors, services
from matchmaker.matching.ranking.forms import SIDES
from matchmaker.matching.ranking.services.weights import NothingLearnedError, apply_lessons
from matchmaker.matching.ranking.views import weights_applied, weights_form, weights_page
from matchmaker.models.what_if import WhatIf
from profiles.catalogue.taxonomy.selectors.sectors import wanted_in
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required


@curator_required
@require_POST
def what_if_weights(request: SignedInRequest) -> HttpResponse:
    draft_form = weights_form(request)
    draft_form.form.fields["note"].required = False
    if not draft_form.may_save:
        return weights_page(request, draft_form)
    points = {side: draft_form.form.points(side) for side in SIDES}
    row = services.ask(WhatIf.WEIGHTS, points, by=request.user, at=timezone.now())
    return redirect("what_if", row.pk)


@curator_required
@require_POST
def what_if_sectors(request: SignedInRequest) -> HttpResponse:
    wanted = wanted_in(request.POST.get("ticket", ""))
    if wanted is None:
        raise Http404
    row = services.ask(WhatIf.SECTORS, asdict(wanted), by=request.user, at=timezone.now())
    return redirect("what_if", row.pk)


@curator_required
@require_GET
def what_if(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(selectors.previews(), pk=pk)
    if row.kind == WhatIf.LEARNED:
        return _learned_page(request, row)
    is_weights = row.kind == WhatIf.WEIGHTS
    context = {
        "row": row,
        "results": selectors.results(row),
        "weights": selectors.asked_weights(row) if is_weights else None,
        "asked": "" if is_weights else selectors.asked_change(row),
    }
    return render(request, "desk/what_if/what_if.html", context)


@curator_required
@require_http_methods(["GET", "HEAD", "POST"])
def learned(request: SignedInRequest) -> HttpResponse:
    """Show what the record taught last, or study it again."""
    if request.method == "POST":
        row = services.ask(WhatIf.LEARNED, {}, by=request.user, at=timezone.now())
        return redirect("what_if", row.pk)
    return _learned_page(request, selectors.newest_study())


def _learned_page(request: SignedInRequest, row: WhatIf | None) -> HttpResponse:
    lessons = selectors.lessons_of(row) if row else []
    context = {
        "row": row,
        "lessons": lessons,
        "charts": selectors.charts_of(row) if row else [],
        "is_better": any(lesson.adopt for lesson in lessons),
    }
    return render(request, "desk/what_if/learned.html", context)


@curator_required
@require_POST
@fresh_proof_required
def learned_apply(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(selectors.previews(), pk=pk, kind=WhatIf.LEARNED)
    try:
        made = apply_lessons(selectors.lessons_of(row), by=request.user, at=timezone.now())
    except NothingLearnedError:
        messages.warning(request, _("Nothing to apply: analyse answers and outcomes again."))
        return redirect("learned")
    return weights_applied(request, made)


@curator_required
@require_GET
def what_if_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    row = get_object_or_404(selectors.previews(), pk=pk)
    response = render(request, "desk/what_if/_progress.html", {"row": row})
    if not row.is_open:
        response["HX-Refresh"] = "true"
    return response
