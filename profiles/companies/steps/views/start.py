"""The first page of a new company. Saving it makes the company, and leads to consents and submission."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.choices import Side
from profiles.companies.held_edits.selectors import last_edit
from profiles.companies.steps import services as companies
from profiles.companies.steps.forms.rows import SectionForm
from profiles.companies.steps.forms.start import LATER, START_FORMS, StartForm
from profiles.companies.steps.kinds import EDIT_LIMIT
from profiles.companies.steps.proposals import proposals_of
from profiles.companies.steps.selectors import is_begun_here, named_like, status_of
from profiles.companies.steps.views.steps import STEPS, own_company, step_url
from profiles.guards import SignedInRequest
from profiles.models import SIDES, Investor, Startup
from profiles.pages import page_with_form, redirect_here
from profiles.people.accounts.guards import member_role_required
from profiles.people.accounts.selectors import members_of
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError

MOST_SAME = 5


@page_with_form
@member_role_required
def company_start(request: SignedInRequest, company: Startup | Investor | None) -> HttpResponse:
    side = Side(request.user.role)
    if company is not None and not is_begun_here(company):
        return redirect(step_url(side, next(iter(STEPS[side]))))

    def make(sent: QueryDict | None) -> StartForm:
        if company is not None:
            last_edit(company)  # read before the form is, so that whatever is saved since is noticed
        return START_FORMS[side](sent, instance=own_company(request, side) or SIDES[side]())

    def save(form: StartForm) -> HttpResponse:
        by, at = request.user, timezone.now()
        limits.take_token(EDIT_LIMIT, account=by, company=company, at=at)
        if company is None and unclaimed_same(side, form) and "is_another" not in request.POST:
            raise RefusedError(
                _("A company like this already has a profile. Check below whether it is yours.")
            )
        values: dict[str, Any] = {"changes": form.changes, "rows": form.rows, "thesis": form.thesis}
        since = last_edit(company) if company is not None else None
        companies.save_first_page(company, side, **values, by=by, at=at, unchanged_since=since)
        messages.success(request, _("Saved as a draft. The other side cannot see it yet."))
        return redirect_here(request.POST[LATER]) if LATER in request.POST else redirect(f"{side}_consents")

    def context(form: StartForm) -> dict[str, Any]:
        stored = own_company(request, side)  # a form writes its input into the instance it was given
        return {
            "side": side,
            "later": LATER,
            "may_move": stored is None or members_of(stored).count() == 1,
            "profile_status": status_of(stored) if stored else None,
            "parts": [(label, step_url(side, step)) for step, label in STEPS[side].items()] if stored else [],
            "proposals": proposals_of(stored) if stored else [],
            "same": unclaimed_same(side, form) if company is None and form.is_bound else [],
        }

    return handle_form(request, make, "companies/steps/start.html", save, context, record=company)


def unclaimed_same(side: Side, form: SectionForm) -> list[Startup | Investor]:
    """Return the imported companies without people that the form may describe."""
    values = getattr(form, "cleaned_data", {})
    names = (values.get(name, "") for name in ("name_en", "name_zh", "name_ur"))
    return list(named_like(SIDES[side], *names).filter(is_unclaimed=True)[:MOST_SAME])
