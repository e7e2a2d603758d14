"""One step of a profile, on either side: shown, checked, saved by itself. The first one makes the company."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.accounts.guards import lead_to_description
from profiles.accounts.selectors import company_of
from profiles.accounts.services.teams import AlreadyMemberError
from profiles.choices import Role, Side, Status
from profiles.companies.forms.investor import InvestorForm, OffersForm
from profiles.companies.forms.rows import SectionForm
from profiles.companies.forms.startup import STEP_FORMS
from profiles.companies.kinds import EDIT_LIMIT
from profiles.companies.selectors.status import status_of
from profiles.companies.services import companies
from profiles.companies.views.steps import STEPS, frame, show_reasons, step_after, step_url
from profiles.consents import services as consents
from profiles.drafts.draft_forms import handle_form
from profiles.guards import SignedInRequest, role_required
from profiles.limits import services as limits
from profiles.models import SIDES, Investor, Startup
from profiles.pages import message_on_error, page_with_form
from profiles.visibility.fields import Check, checked


def edit_section(
    request: SignedInRequest, side: Side, step: str, form_class: type[SectionForm]
) -> HttpResponse:
    """Show a step of the person's own company, or save it and go on.

    Whether a company is here already is told to curators, not to whoever types a name.
    """
    company = own_company(request, side)
    if company is None and step != next(iter(STEPS[side])):
        return lead_to_description(request)

    def make(sent: QueryDict | None) -> SectionForm:
        return form_class(sent, instance=own_company(request, side) or SIDES[side]())

    def save(form: SectionForm) -> HttpResponse:
        by, at = request.user, timezone.now()
        limits.take_token(EDIT_LIMIT, account=by, company=company, at=at)
        if company is None:
            stored = companies.create_company(side, changes=form.changes, by=by, at=at)
            messages.success(request, _("Saved as a draft. Nobody else sees it yet."))
        else:
            was, since = company.status, company.changed_at
            stored = companies.edit(
                company, changes=form.changes, rows=form.rows, by=by, at=at, unchanged_since=since
            )
            if was == Status.APPROVED and stored.status == Status.SUBMITTED:
                messages.warning(
                    request,
                    _("Saved. A curator checks the new name or number; until then it is on no list."),
                )
            else:
                messages.success(request, _("Saved."))
        if form.purposes is not None:  # the step asks for consents; withdrawing holds at once
            consents.set_all(company or stored, purposes=form.purposes, by=by, at=at)
        more = request.POST.get("more", "")
        is_more = more in form.sections  # another row of a list is wanted
        return redirect(f"{step_url(side, step)}#div_id_{more}" if is_more else step_after(side, step))

    def context(form: SectionForm) -> dict[str, Any]:
        stored = own_company(request, side)  # a form writes its input into the instance it was given
        state = status_of(stored) if stored else None
        if state:
            show_reasons(form, state.reasons)
        names = checked(side, Check.IDENTITY) & set(form.fields)
        is_checked = bool(stored and stored.status == Status.APPROVED and names)
        return {"is_checked_again": is_checked, **frame(side, step, state)}

    with message_on_error(request, {AlreadyMemberError: _("You belong to a company already.")}):
        return handle_form(request, make, "companies/section.html", save, context, record=company)
    return redirect("home")


def own_company(request: SignedInRequest, side: Side) -> Startup | Investor | None:
    """Return the person's company, if there is one yet; one of the other side has no such page."""
    company = company_of(request.user)
    if company is not None and company.side != side:
        raise Http404
    return company


@page_with_form
@role_required(Role.INVESTOR)
def investor_edit(request: SignedInRequest) -> HttpResponse:
    """Show the profile, or save it and go on to the theses."""
    return edit_section(request, Side.INVESTOR, "profile", InvestorForm)


@page_with_form
@role_required(Role.INVESTOR)
def offer_list(request: SignedInRequest) -> HttpResponse:
    """Show everything that is offered, or save it."""
    return edit_section(request, Side.INVESTOR, "offers", OffersForm)


@page_with_form
@role_required(Role.STARTUP)
def startup_edit(request: SignedInRequest, step: str) -> HttpResponse:
    """Show one step, or save it and go on."""
    if step not in STEP_FORMS:
        raise Http404
    return edit_section(request, Side.STARTUP, step, STEP_FORMS[step])
