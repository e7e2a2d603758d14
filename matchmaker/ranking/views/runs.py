"""Whole re-rankings: ask for one, watch it; jobs that need a hand."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from matchmaker.ranking.selectors import runs as selector
from matchmaker.ranking.services import jobs
from matchmaker.ranking.services import runs as service
from profiles.guards import SignedInRequest, curator_required
from profiles.notifications.selectors import outbox_state, parked_mails


@curator_required
@require_GET
def runs(request: SignedInRequest) -> HttpResponse:
    """Show the newest runs with their progress, and what is parked: jobs and mails."""
    context = {
        "runs": selector.newest(),
        "parked": selector.parked(),
        "work": selector.work(),
        "outbox": outbox_state(),
        "parked_mails": parked_mails(),
    }
    return render(request, "ranking/runs.html", context)


@curator_required
@require_GET
def run_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    """Answer with one run's progress bar; the page polls it."""
    return render(request, "ranking/_run.html", {"run": get_object_or_404(selector.all_runs(), pk=pk)})


@curator_required
@require_POST
def run_ask(request: SignedInRequest) -> HttpResponse:
    """Ask for a whole re-ranking."""
    service.request(by=request.user, at=timezone.now(), reason=gettext_noop("Asked at the desk"))
    messages.success(request, _("The whole market is being ranked again."))
    return redirect("runs")


@curator_required
@require_POST
def job_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a parked job up again."""
    job = get_object_or_404(selector.parked(), pk=pk)
    jobs.retry(job, by=request.user, at=timezone.now())
    messages.success(request, _("The job is due again."))
    return redirect("runs")
