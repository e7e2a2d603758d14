"""The curators' pages: the table of checks, one check with a preview."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from matchmaker.fair_dealing.forms import CheckForm
from matchmaker.fair_dealing.selectors import governance as selector
from matchmaker.fair_dealing.services import governance as service
from profiles.guards import SignedInRequest, curator_required
from profiles.taxonomy.triggers import FACTS, OPERATORS


@curator_required
@require_safe
def governance(request: SignedInRequest) -> HttpResponse:
    """Show the table, those past their review date first."""
    lines = selector.check_lines(today=timezone.localdate())
    return render(request, "fair_dealing/governance.html", {"lines": lines})


@curator_required
@require_http_methods(["GET", "HEAD", "POST"])
def governance_check(request: SignedInRequest, code: str) -> HttpResponse:
    """Show one check; preview which pairs an edit changes, or save it."""
    stored = get_object_or_404(selector.all_checks(), code=code)
    check = get_object_or_404(selector.all_checks(), code=code)  # a form writes into what it is given
    form = CheckForm(request.POST if request.method == "POST" else None, instance=check)
    is_good = form.is_bound and form.is_valid()
    if is_good and "preview" not in request.POST:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        service.revise_check(stored, changes=changes, by=request.user, at=timezone.now())
        messages.success(request, _("Saved: %(code)s.") % {"code": stored.code})
        return redirect("governance")
    context = {
        "check": stored,
        "form": form,
        "preview": selector.trigger_preview(stored.trigger, form.cleaned_data["trigger"])
        if is_good
        else None,
        "language": [(name, label, OPERATORS[kind]) for name, (kind, label) in FACTS.items()],
    }
    return render(request, "fair_dealing/governance_check.html", context, status=422 if form.errors else 200)
