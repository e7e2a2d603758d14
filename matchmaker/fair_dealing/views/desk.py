"""The curators' pages: governance checks with a preview, screening lists, how deals are spread."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from matchmaker.choices import ScreeningDecision
from matchmaker.fair_dealing.forms import CheckForm, ScreeningForm
from matchmaker.fair_dealing.selectors import governance as checks
from matchmaker.fair_dealing.selectors import screening as found
from matchmaker.fair_dealing.selectors.concentration import by_sector
from matchmaker.fair_dealing.selectors.published import OF_CONCENTRATION, yardsticks
from matchmaker.fair_dealing.services.governance import revise_check
from matchmaker.fair_dealing.services.screening import decide_candidate
from profiles.drafts.draft_forms import handle_form, open_or_posted, render_form
from profiles.drafts.services import discard_draft
from profiles.guards import SignedInRequest, curator_required
from profiles.pages import page_with_form
from profiles.taxonomy.triggers import FACTS, OPERATORS


@curator_required
@require_safe
def governance(request: SignedInRequest) -> HttpResponse:
    """Show the table, those past their review date first."""
    return render(request, "fair_dealing/governance.html", {"checks": checks.checks_for_review()})


@curator_required
@page_with_form
def governance_check(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one check; preview which pairs an edit changes, or save it."""
    stored = get_object_or_404(checks.all_checks(), code=code)

    def make(sent: QueryDict | None) -> CheckForm:
        # Each its own row: a form writes into what it is given.
        return CheckForm(sent, instance=get_object_or_404(checks.all_checks(), code=code))

    draft_form = open_or_posted(request, make)
    form = draft_form.form
    if draft_form.may_save and "preview" not in request.POST:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        revise_check(stored, changes=changes, by=request.user, at=timezone.now())
        discard_draft(request)
        messages.success(request, _("Saved: %(code)s.") % {"code": stored.code})
        return redirect("governance")
    context = {
        "check": stored,
        "preview": checks.trigger_preview(stored.trigger, form.cleaned_data["trigger"])
        if draft_form.may_save
        else None,
        "language": [(name, label, OPERATORS[kind]) for name, (kind, label) in FACTS.items()],
    }
    return render_form(request, "fair_dealing/governance_check.html", draft_form, **context)


@curator_required
@require_safe
def screening(request: SignedInRequest) -> HttpResponse:
    """Show whose name resembles one on a published list and waits for a decision, and what was decided."""
    context = {
        "waiting": found.candidates(is_decided=False),
        "decided": found.candidates(is_decided=True),
        "lists": found.imported_lists(),
        "kept_days": settings.SCREENING_KEPT_DAYS,
    }
    return render(request, "fair_dealing/screening.html", context)


@curator_required
@page_with_form
def screening_candidate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show both names beside each other, and take a decision with its reason."""
    candidate = get_object_or_404(found.all_candidates(), pk=pk)
    start = {"decision": candidate.decision, "reason": candidate.reason}

    def make(sent: QueryDict | None) -> ScreeningForm:
        return ScreeningForm(sent, initial=start)

    def save(form: ScreeningForm) -> HttpResponse:
        said = {**form.cleaned_data, "decision": ScreeningDecision(form.cleaned_data["decision"])}
        decide_candidate(candidate, **said, by=request.user, at=timezone.now())
        messages.success(request, _("Written down. Nothing else happens by itself."))
        return redirect("screening")

    return handle_form(request, make, "fair_dealing/screening_candidate.html", save, {"candidate": candidate})


@curator_required
@require_safe
def concentration(request: SignedInRequest) -> HttpResponse:
    """Show how recorded deals are spread over partners, by sector and province."""
    context = {
        "sectors": by_sector(today=timezone.localdate()),
        "yardsticks": yardsticks(*OF_CONCENTRATION),
    }
    return render(request, "fair_dealing/concentration.html", context)
