"""One step of a profile, on either side: shown, checked, saved by itself. The first one makes the company."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles.choices import Side, Status
from profiles.forms.rows import SectionForm
from profiles.models import Investor, Startup
from profiles.selectors.policy import side_of
from profiles.selectors.profiles import company_of, duplicates_of
from profiles.selectors.reviews import MODELS
from profiles.selectors.standing import standing
from profiles.services import consents, profiles
from profiles.services.declared import DECLARED
from profiles.services.founding import found
from profiles.services.teams import AlreadyMemberError
from profiles.views.guards import SignedInRequest
from profiles.views.steps import STEPS, frame, show_reasons, step_after, step_url

Company = Startup | Investor
REGISTRATIONS = {Side.STARTUP: "registration_number", Side.INVESTOR: "registry_id"}


def edit_section(
    request: SignedInRequest, side: Side, step: str, form_class: type[SectionForm]
) -> HttpResponse:
    """Show a step of the person's own company, or save it and go on."""
    company = own_company(request, side)
    first = next(iter(STEPS[side]))
    if company is None and step != first:
        messages.info(request, _("First name your company."))
        return redirect(step_url(side, first))
    data = request.POST if request.method == "POST" else None
    form = form_class(data, instance=company or MODELS[side]())
    if data is None or not form.is_valid():
        return section_page(request, side, step, form)
    if company is None:
        return first_save(request, side, step, form)
    was_approved = company.status == Status.APPROVED
    stored = save(request, company, form)
    if was_approved and stored.status == Status.SUBMITTED:
        messages.warning(
            request, _("Saved. A curator checks the new name or number; until then it is on no list.")
        )
    else:
        messages.success(request, _("Saved."))
    following = step_url if "more" in request.POST else step_after
    return redirect(following(side, step))


def own_company(request: SignedInRequest, side: Side) -> Company | None:
    """Return the person's company, if there is one yet; one of the other side has no such page."""
    company = company_of(request.user)
    if company is not None and side_of(company) != side:
        raise Http404
    return company


def section_page(
    request: SignedInRequest, side: Side, step: str, form: SectionForm, **extra: Any
) -> HttpResponse:
    """Render a step around its form, with a curator's reasons beside the fields."""
    company = company_of(request.user)  # as stored: a form writes its input into the instance it was given
    state = standing(company) if company else None
    if state:
        show_reasons(form, state.reasons)
    names = DECLARED[side].identity & set(form.fields)
    is_checked = bool(company and company.status == Status.APPROVED and names)
    context = {"form": form, "is_checked_again": is_checked, **frame(side, step, state), **extra}
    return render(request, "profiles/section.html", context)


def first_save(request: SignedInRequest, side: Side, step: str, form: SectionForm) -> HttpResponse:
    """Make the company, unless it seems to be here already and nobody said that it is another one."""
    if "another" not in request.POST and is_similar(side, form.cleaned_data):
        return section_page(request, side, step, form, is_similar=True)
    now = timezone.now()
    try:
        company = found(side, changes=form.changes, by=request.user, at=now)
    except AlreadyMemberError:
        messages.info(request, _("You belong to a company already."))
        return redirect("home")
    agree(request, company, form)
    messages.success(request, _("Saved as a draft. Nobody else sees it yet."))
    return redirect(step_after(side, step))


def is_similar(side: Side, given: dict[str, Any]) -> bool:
    """Tell whether a company with such a name, website or registration is on record."""
    model: Any = MODELS[side]
    return duplicates_of(
        model,
        names=(given["name_en"], given["name_zh"], given["name_ur"]),
        website=given["website"],
        registration=given[REGISTRATIONS[side]],
    ).exists()


def save(request: SignedInRequest, company: Company, form: SectionForm) -> Company:
    """Store one step of a company; return the company as it is then."""
    rows: dict[str, Any] = dict(form.rows)
    stored = profiles.edit(company, changes=form.changes, rows=rows, by=request.user, at=timezone.now())
    agree(request, company, form)
    return stored


def agree(request: SignedInRequest, company: Company, form: SectionForm) -> None:
    """Give and withdraw consents where the step asks for them; withdrawing holds at once."""
    if form.purposes is not None:
        consents.set_all(company, purposes=form.purposes, by=request.user, at=timezone.now())
