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
from profiles.companies.services.creation import create_company
from profiles.companies.views.steps import STEPS, frame, show_reasons, step_after, step_url
from profiles.consents import services as consents
from profiles.drafts.forms import TypedForm, typed_form, typed_page
from profiles.drafts.middleware import saved
from profiles.guards import SignedInRequest, role_required
from profiles.limits import services as limits
from profiles.limits.guards import refused, tell
from profiles.models import SIDES, Investor, Startup
from profiles.pages import page_with_form
from profiles.visibility.fields import Check, checked

Company = Startup | Investor


def edit_section(
    request: SignedInRequest, side: Side, step: str, form_class: type[SectionForm]
) -> HttpResponse:
    """Show a step of the person's own company, or save it and go on."""
    company = own_company(request, side)
    first = next(iter(STEPS[side]))
    if company is None and step != first:
        return lead_to_description(request)

    def make(sent: QueryDict | None) -> SectionForm:
        return form_class(sent, instance=own_company(request, side) or SIDES[side]())

    typed = typed_form(request, make)
    if not typed.may_save:
        return section_page(request, side, step, typed)
    try:
        return save_and_go_on(request, side, step, company, typed)
    except companies.ChangedMeanwhileError:
        return edit_section(request, side, step, form_class)  # compares again, with what is stored now


def save_and_go_on(
    request: SignedInRequest, side: Side, step: str, company: Company | None, typed: TypedForm
) -> HttpResponse:
    """Store a form that is right, and lead on; or say why not."""
    try:
        save_section(request, side, company, typed.form)
    except AlreadyMemberError:
        messages.info(request, _("You belong to a company already."))
        return redirect("home")
    except limits.LimitReachedError as refusal:
        tell(typed.form, refusal)
        return refused(section_page(request, side, step, typed), refusal)
    saved(request)
    return redirect(where_next(request, side, step, typed.form))


def where_next(request: SignedInRequest, side: Side, step: str, form: SectionForm) -> str:
    """Return the next step, or the list of this one in which another row is wanted."""
    more = request.POST.get("more", "")
    return f"{step_url(side, step)}#div_id_{more}" if more in form.sections else step_after(side, step)


def save_section(request: SignedInRequest, side: Side, company: Company | None, form: SectionForm) -> None:
    """Store what the form says, and say what follows; the first step makes the company.

    Whether a company is here already is told to curators, not to whoever types a name.
    """
    at = timezone.now()
    limits.take_token(EDIT_LIMIT, account=request.user, company=company, at=at)
    if company is None:
        agree(request, create_company(side, changes=form.changes, by=request.user, at=at), form)
        messages.success(request, _("Saved as a draft. Nobody else sees it yet."))
        return
    rows: dict[str, Any] = dict(form.rows)
    was, since = company.status, company.changed_at
    stored = companies.edit(
        company, changes=form.changes, rows=rows, by=request.user, at=at, unchanged_since=since
    )
    agree(request, company, form)
    if was == Status.APPROVED and stored.status == Status.SUBMITTED:
        messages.warning(
            request, _("Saved. A curator checks the new name or number; until then it is on no list.")
        )
    else:
        messages.success(request, _("Saved."))


def own_company(request: SignedInRequest, side: Side) -> Company | None:
    """Return the person's company, if there is one yet; one of the other side has no such page."""
    company = company_of(request.user)
    if company is not None and company.side != side:
        raise Http404
    return company


def section_page(request: SignedInRequest, side: Side, step: str, typed: TypedForm) -> HttpResponse:
    """Render a step around its form, with a curator's reasons beside the fields."""
    company = company_of(request.user)  # as stored: a form writes its input into the instance it was given
    form, state = typed.form, status_of(company) if company else None
    if state:
        show_reasons(form, state.reasons)
    names = checked(side, Check.IDENTITY) & set(form.fields)
    is_checked = bool(company and company.status == Status.APPROVED and names)
    around = {"is_checked_again": is_checked, **frame(side, step, state)}
    return typed_page(request, "companies/section.html", typed, **around)


def agree(request: SignedInRequest, company: Company, form: SectionForm) -> None:
    """Give and withdraw consents where the step asks for them; withdrawing holds at once."""
    if form.purposes is not None:
        consents.set_all(company, purposes=form.purposes, by=request.user, at=timezone.now())


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
