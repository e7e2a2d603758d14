"""The pages of runs and of the weights."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from matchmaker.matching.ranking.forms import SIDES, WeightsForm
from matchmaker.matching.ranking.selectors import desk
from matchmaker.matching.ranking.services import jobs
from matchmaker.matching.ranking.services import runs as run_service
from matchmaker.matching.ranking.services import weights as weights_service
from matchmaker.models.ranking import Weights
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.platform.drafts.draft_forms import DraftForm, open_or_posted, render_form
from profiles.platform.drafts.services import discard_draft
from profiles.platform.notifications.selectors import outbox_state, parked_mails


@curator_required
@require_GET
def runs(request: SignedInRequest) -> HttpResponse:
    context = {
        "runs": desk.all_runs()[:20],
        "parked": desk.parked(),
        "work": desk.work(),
        "outbox": outbox_state(),
        "parked_mails": parked_mails(),
    }
    return render(request, "matching/ranking/runs.html", context)


@curator_required
@require_GET
def run_progress(request: SignedInRequest, pk: int) -> HttpResponse:
    return render(request, "matching/ranking/_run.html", {"run": get_object_or_404(desk.all_runs(), pk=pk)})


@curator_required
@require_POST
def run_ask(request: SignedInRequest) -> HttpResponse:
    run_service.request(
        by=request.user, at=timezone.now(), reason=gettext_noop("Requested from the dashboard")
    )
    messages.success(request, _("The whole market is being ranked again."))
    return redirect("runs")


@curator_required
@require_POST
def job_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    job = get_object_or_404(desk.parked(), pk=pk)
    jobs.retry(job, by=request.user, at=timezone.now())
    messages.success(request, _("The job is queued again."))
    return redirect("runs")


@curator_required
@require_GET
def weights(request: SignedInRequest) -> HttpResponse:
    return weights_page(request, weights_form(request))


@curator_required
@require_POST
@fresh_proof_required
def weights_apply(request: SignedInRequest) -> HttpResponse:
    draft_form = weights_form(request)
    form = draft_form.form
    if not draft_form.may_save:
        return weights_page(request, draft_form)
    made = weights_service.apply(
        for_investor=form.points("for_investor"),
        for_startup=form.points("for_startup"),
        note=form.cleaned_data["note"],
        by=request.user,
        at=timezone.now(),
    )
    discard_draft(request)
    return weights_applied(request, made)


@curator_required
@require_POST
@fresh_proof_required
def weights_roll_back(request: SignedInRequest, version: int) -> HttpResponse:
    old = get_object_or_404(desk.versions(), pk=version)
    made = weights_service.roll_back(old, by=request.user, at=timezone.now())
    return weights_applied(request, made)


def weights_form(request: SignedInRequest) -> DraftForm:
    now = desk.current()

    def make(sent: QueryDict | None) -> WeightsForm:
        return WeightsForm(sent, weights={side: getattr(now, side) for side in SIDES})

    return open_or_posted(request, make, path=reverse("weights"))


def weights_page(request: SignedInRequest, draft_form: DraftForm, **more: object) -> HttpResponse:
    context = {"current": desk.current(), "versions": desk.versions(), **more}
    return render_form(request, "matching/ranking/weights.html", draft_form, **context)


def weights_applied(request: SignedInRequest, made: Weights) -> HttpResponse:
    message = _("Applied as version %(version)d. All matches are being ranked again.") % {"version": made.pk}
    messages.success(request, message)
    return redirect("runs")
