"""The curators' pages of pilots: what waits, and one pilot to approve or send back."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matchmaker.models import Pilot
from matchmaker.models.pilot_table import PilotState
from matchmaker.pilots.forms import PilotReviewForm
from matchmaker.pilots.guards import page_or_404
from matchmaker.pilots.selectors.pilot import reader_of, waiting_pilots
from matchmaker.pilots.services import pilots
from matchmaker.pilots.services.pilots import HostNotOpenError, PilotOverError
from matchmaker.transitions import TransitionRefusedError
from profiles.drafts.draft_forms import open_or_posted, render_form
from profiles.drafts.services import discard_draft
from profiles.guards import SignedInRequest, curator_required
from profiles.pages import form_error_on, page_with_form


@curator_required
@require_safe
def pilot_reviews(request: SignedInRequest) -> HttpResponse:
    """Show the pilots that wait, oldest first."""
    return render(request, "pilots/pilot_reviews.html", {"waiting": waiting_pilots()})


@curator_required
@page_with_form
def pilot_review(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show a pilot as its host wrote it, and take a decision."""
    page = page_or_404(reader_of(request.user), public_id)
    draft_form = open_or_posted(request, PilotReviewForm)
    if draft_form.may_save:
        moved = _("It does not wait any more, or its host is not approved.")
        over = _("Its last day is over. Send it back, so that the host can choose other days.")
        refused = {TransitionRefusedError: moved, HostNotOpenError: moved, PilotOverError: over}
        with form_error_on(draft_form.form, refused):
            _decide(request, page.pilot, draft_form.form)
            return redirect("pilot_reviews")
        page = page_or_404(reader_of(request.user), public_id)
    waits = page.pilot.state == PilotState.SUBMITTED
    return render_form(request, "pilots/pilot_review.html", draft_form, page=page, waits=waits)


def _decide(request: SignedInRequest, pilot: Pilot, form: PilotReviewForm) -> None:
    """Approve a pilot or send it back, and say so."""
    if form.cleaned_data["outcome"] == "approve":
        pilots.approve_pilot(pilot, by=request.user, at=timezone.now())
    else:
        message = form.cleaned_data["message"]
        pilots.send_back_pilot(pilot, message=message, by=request.user, at=timezone.now())
    discard_draft(request)
    messages.success(request, _("Decided. The host is told."))
