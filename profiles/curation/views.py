"""Pages of reviews and of the audit log."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from profiles.accounts.guards import company_required
from profiles.audit.services import subject_of, verify
from profiles.audit_actions import ACTIONS
from profiles.choices import ReviewOutcome, Side, Status
from profiles.companies.proposals import proposals_of
from profiles.companies.selectors import status_of
from profiles.curation import services as service
from profiles.curation.concerns import concerns_of
from profiles.curation.forms import PREFIX, AppealForm, OpenForm, ReviewForm
from profiles.curation.kinds import EXPORT_LIMIT
from profiles.curation.selectors import reviews as selector
from profiles.curation.selectors.audit_trail import audit_lines, csv_lines, records
from profiles.curation.selectors.edits import edited_fields
from profiles.curation.selectors.reviews import changes, labels_of, snapshot_in, snapshot_of
from profiles.drafts.draft_forms import (
    DraftForm,
    MakeForm,
    Refusals,
    handle_form,
    open_form,
    open_or_posted,
    render_form,
)
from profiles.drafts.services import discard_draft
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.held_edits.selectors import newest
from profiles.limits import services as limits
from profiles.models import Investor, Startup
from profiles.pages import page_with_form
from profiles.visibility.access import viewer_of, with_opened
from profiles.visibility.fields import CATALOGUE, ordered
from profiles.visibility.services import is_open_for, open_restricted

PAGE_SIZE = 25
NUMBER_TAKEN = gettext_lazy(
    "An approved company already has this registration number, and a number can belong to only one company. "
    "Open it under “Possible duplicates”, then return or reject one of the two."
)


@curator_required
@require_GET
def reviews(request: SignedInRequest) -> HttpResponse:
    """Show what waits, oldest first."""
    side = request.GET.get("side", "")
    side = side if side in Side.values else ""
    page = Paginator(selector.queue(side), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "curation/reviews.html", {"page": page, "side": side, "sides": Side.choices})


@curator_required
@page_with_form
def review(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    """Show one profile beside its evidence, and take the decision."""
    if kind not in Side.values:
        raise Http404
    draft_form = open_or_posted(request, _review_form(kind))
    if not draft_form.may_save:
        return _page(request, _profile(kind, public_id), draft_form)
    if _is_decided(request, _profile(kind, public_id), draft_form.form):
        discard_draft(request)
        return redirect("reviews")
    page = _page(request, _profile(kind, public_id), draft_form)
    page.status_code = 409
    return page


def _review_form(kind: str) -> MakeForm:
    """Return what makes the form of a review of one side."""
    fields = [field.name for field in ordered(CATALOGUE[Side(kind)].values(), "reviewed")]

    def make(sent: QueryDict | None) -> ReviewForm:
        return ReviewForm(sent, fields=fields)

    return make


def _profile(kind: str, public_id: str) -> Startup | Investor:
    """Return the profile as it is now."""
    found: Startup | Investor = get_object_or_404(selector.reviewable(kind), public_id=public_id)
    return found


def _page(
    request: SignedInRequest,
    profile: Startup | Investor,
    draft_form: DraftForm,
    open_form: OpenForm | None = None,
) -> HttpResponse:
    """Show the profile, what was typed about it, and what has changed since that was typed."""
    is_open = is_open_for(profile, request.user, at=timezone.now())
    viewer, form, edited = viewer_of(request.user), draft_form.form, newest(profile)
    viewer = with_opened(viewer, profile.pk) if is_open else viewer
    fields, lists = selector.shown_fields(edited, viewer), selector.reviewed_lists(profile)
    edits = edited_fields(profile, viewer, fields, lists)
    names, labels = {each.name for each in edits}, {each.label for each in edits}
    now = snapshot_of(profile, fields, lists)
    before = snapshot_in(form["seen"].value() or "") if form.is_bound else now
    context = {
        "profile": profile,
        "kind": profile.side,
        "seen": now.token,
        "has_changed": before.version != now.version,
        "changes": changes(before, now, labels_of(fields, lists)),
        "has_held": any(not each.holds for each in edits),
        "edits": [(each, form[PREFIX + each.name]) for each in edits],
        "rows": [
            (field, form[PREFIX + field.name])
            for field in fields
            if not field.is_told_before and field.name not in names
        ],
        "lists": [(part, form[PREFIX + part.name]) for part in lists if part.name not in names],
        "history": selector.history(profile),
        "edited": [words for words in selector.edited_since(profile) if words not in labels],
        "trail": selector.trail(subject_of(profile)),
        "evidence": selector.evidence(edited),
        "duplicates": selector.duplicates(edited),
        "concerns": concerns_of(profile),
        "proposals": proposals_of(profile),
        "may_open": not is_open and selector.has_exact(profile),
        "open_form": open_form or OpenForm(),
        "waits": selector.is_waiting(profile),
        "appeal": profile.appeals.filter(answered_at=None).first(),
    }
    return render_form(request, "curation/review.html", draft_form, **context)


@curator_required
@require_POST
def review_open(request: SignedInRequest, kind: str, public_id: str) -> HttpResponse:
    """Open the exact amounts of a profile for a day, with a reason that its owner reads."""
    if kind not in Side.values:
        raise Http404
    profile, form = _profile(kind, public_id), OpenForm(request.POST)
    own_path = reverse("review", args=[kind, public_id])
    if not form.is_valid():
        page = _page(request, profile, open_form(request, _review_form(kind), path=own_path), form)
        page.status_code = 422
        return page
    open_restricted(profile, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now())
    messages.success(request, _("You can see the exact amounts for one day. The owner can read your reason."))
    return redirect(own_path)


def _is_decided(request: SignedInRequest, profile: Startup | Investor, form: ReviewForm) -> bool:
    """Carry the decision out and say so, or let the page say why not; of two curators the second is told."""
    data = form.cleaned_data
    outcome = ReviewOutcome(data["outcome"])
    said = {
        "message": data["message"],
        "reasons": data["reasons"] if outcome == ReviewOutcome.RETURNED else None,
        "seen": snapshot_in(data["seen"]).version,
    }
    try:
        service.decide(profile, outcome, by=request.user, at=timezone.now(), **said)
    except service.ChangedSinceError:
        return False  # the page shows what has changed
    except service.NotWaitingError:
        messages.warning(request, _("A decision on this profile has already been made."))
        return False
    except service.NumberTakenError:
        form.add_error("message", NUMBER_TAKEN)
        return False
    decided = {
        ReviewOutcome.APPROVED: _("%(name)s was approved."),
        ReviewOutcome.RETURNED: _("%(name)s was returned for changes."),
        ReviewOutcome.REJECTED: _("%(name)s was rejected."),
    }
    if outcome == ReviewOutcome.RETURNED and profile.status == Status.APPROVED:
        decided[outcome] = _("The edit of %(name)s was returned. Others see the approved version.")
    messages.success(request, f"{decided[outcome] % {'name': profile.name}} {told_words(profile)}")
    return True


def told_words(profile: Startup | Investor) -> str:
    """Return who is told of a decision: a company that was imported may have nobody yet."""
    if profile.memberships.exists():
        return _("Its team gets an email.")
    return _("It has no team yet, so no one gets an email.")


def appeal_page(request: SignedInRequest, company: Startup | Investor) -> HttpResponse:
    """Ask the curators for another look at a refusal or a suspension."""
    if not status_of(company).can_appeal:
        return redirect(f"{company.side}_status")

    def save(form: AppealForm) -> HttpResponse:
        service.appeal(company, text=form.cleaned_data["text"], by=request.user, at=timezone.now())
        messages.success(request, _("Your appeal was sent. A curator reads it and answers."))
        return redirect(f"{company.side}_status")

    context = {"status": status_of(company), "side": company.side}
    refusals: Refusals = {
        service.NotAppealableError: _("There is nothing to appeal, or your appeal is waiting already.")
    }
    return handle_form(request, AppealForm, "curation/appeal.html", save, context, refusals=refusals)


startup_appeal = page_with_form(company_required(Side.STARTUP)(appeal_page))
investor_appeal = page_with_form(company_required(Side.INVESTOR)(appeal_page))


@curator_required
@require_GET
def appeals(request: SignedInRequest) -> HttpResponse:
    """Show the appeals without an answer, oldest first."""
    page = Paginator(selector.open_appeals(), PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "curation/appeals.html", {"page": page})


RECORDS_A_PAGE = 50


@curator_required
@require_GET
def audit(request: SignedInRequest) -> HttpResponse:
    """Show the newest acts, filtered by action and subject."""
    action = request.GET.get("action", "")
    action = action if action in ACTIONS else ""
    words = request.GET.get("subject", "").strip()[:120]
    page = Paginator(records(action, words), RECORDS_A_PAGE).get_page(request.GET.get("page"))
    verdict = verify() if "check" in request.GET else None
    context = {
        "page": page,
        "action": action,
        "lines": audit_lines(page.object_list),
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
    response = StreamingHttpResponse(csv_lines(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="audit.csv"'
    return response
