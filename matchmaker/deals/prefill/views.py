"""The page of what was found in the deck."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from matchmaker.deals.prefill import services
from matchmaker.deals.prefill.forms import ProposalsForm
from matchmaker.deals.prefill.selectors import newest_version, proposals_of_deck
from profiles.choices import Side
from profiles.companies.steps.kinds import EDIT_LIMIT
from profiles.companies.steps.selectors import is_begun_here
from profiles.guards import SignedInRequest
from profiles.models import Startup
from profiles.pages import form_page, page_with_form, sent_by_post
from profiles.people.accounts.guards import company_required
from profiles.platform.limits import services as limits


@page_with_form
@company_required(Side.STARTUP)
def deck_proposals(request: SignedInRequest, startup: Startup) -> HttpResponse:
    version = newest_version(startup)
    proposals = proposals_of_deck(startup, version) if version else []
    form = ProposalsForm(sent_by_post(request), proposals)
    following = "company_start" if is_begun_here(startup) else "startup_status"
    if form.is_bound and form.is_valid():
        by, at = request.user, timezone.now()
        limits.take_token(EDIT_LIMIT, account=by, company=startup, at=at)
        if form.chosen:
            services.add(startup, form.chosen, by=by, at=at)
            messages.success(request, _("Added from your deck. Please check it on this page."))
        return redirect(following)
    context: dict[str, Any] = {
        "version": version,
        "proposals": proposals,
        "following": following,
        "startup": startup,
    }
    if version:
        numbers = {proposal.page for proposal in proposals}
        context["pages"] = version.pages.filter(number__in=numbers)
        context["can_read"] = version.pages.exclude(text="").exists()
    return form_page(request, "deals/prefill/proposals.html", form, **context)
