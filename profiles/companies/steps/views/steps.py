"""The steps of a profile on both sides: shown, checked, saved one by one."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from profiles.catalogue.consents.selectors import is_undecided
from profiles.catalogue.visibility.facts import own_line
from profiles.catalogue.visibility.fields import CATALOGUE, Field
from profiles.choices import Purpose, Role, Side
from profiles.companies.held_edits.selectors import edit_of, last_edit, newest, rows_by_key, waiting_edit
from profiles.companies.steps import selectors
from profiles.companies.steps import services as companies
from profiles.companies.steps.forms.fields import Terms, repeated
from profiles.companies.steps.forms.investor import InvestorForm
from profiles.companies.steps.forms.rows import SectionForm
from profiles.companies.steps.forms.startup import STEP_FORMS
from profiles.companies.steps.kinds import EDIT_LIMIT, FIT_LIMIT
from profiles.companies.steps.proposals import TEXTS, proposals_in, proposals_of
from profiles.guards import SignedInRequest, role_required
from profiles.languages import language_code
from profiles.models import SIDES, Investor, Startup
from profiles.pages import page_with_form, redirect_here
from profiles.people.accounts.guards import company_required, member_role_required, redirect_to_onboarding
from profiles.people.accounts.selectors import company_of
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.limits import services as limits

STARTUP_STEPS: dict[str, Promise] = {
    "basics": gettext_lazy("Basics"),
    "product": gettext_lazy("Product and stage"),
    "needs": gettext_lazy("Needs"),
    "round": gettext_lazy("Funding round"),
    "consent": gettext_lazy("Data practices"),
}
INVESTOR_STEPS: dict[str, Promise] = {
    "profile": gettext_lazy("Profile"),
    "theses": gettext_lazy("Theses"),
    "offers": gettext_lazy("Offers"),
    "deals": gettext_lazy("Recorded deals"),
}
STEPS = {Side.STARTUP: STARTUP_STEPS, Side.INVESTOR: INVESTOR_STEPS}
INVESTOR_PAGES = {
    "profile": "investor_edit",
    "theses": "thesis_list",
    "offers": "offer_list",
    "deals": "deal_list",
}
# A few useful things are asked by a field of another name.
ANCHORS = {"summary": "summary_en", "ask": "ask_min"}


@dataclass(frozen=True)
class Step:
    label: Promise
    url: str
    state: selectors.Progress
    is_current: bool


def step_url(side: Side, step: str) -> str:
    if side is Side.STARTUP:
        return reverse("startup_edit", args=[step])
    return reverse(INVESTOR_PAGES[step])


def item_url(side: Side, field: Field | None) -> str:
    if field is None:
        return reverse(f"{side}_status")
    if field.name in Purpose.values:
        return reverse(f"{side}_consents")
    return f"{step_url(side, field.step)}#div_id_{ANCHORS.get(field.name, field.name)}"


def missing_url(profile: Startup | Investor, field: Field | None) -> str:
    """Return where to state what is missing: on the first page, as long as it is the company's own."""
    side = profile.side
    if field is None or not (field.is_needed and field.step and selectors.is_begun_here(profile)):
        return item_url(side, field)
    anchor = {"summary": f"summary_{language_code()}", "theses": "sectors"}.get(field.name, field.name)
    return f"{reverse('company_start')}#div_id_{anchor}"


def field_url(side: Side, field: str) -> str:
    """Return the address of a field named by a curator; of the first step if no step has it."""
    declared = CATALOGUE[side].get(field)
    step = declared.step if declared and declared.step else next(iter(STEPS[side]))
    return f"{step_url(side, step)}#div_id_{field}"


def is_asked(state: selectors.ProfileStatus, step: str) -> bool:
    declared = CATALOGUE[state.profile.side]
    return any(name in declared and declared[name].step == step for name in state.reasons)


def back_to_requests(side: Side) -> str:
    return f"{reverse(f'{side}_status')}#asked"


def parts_of(state: selectors.ProfileStatus) -> list[selectors.Part]:
    """Return the parts of a profile, first those that lack what a review needs or rankings read."""
    side, missing = Side(state.profile.side), state.completeness.missing
    useful = sorted(missing, key=lambda field: not (field.is_needed or field.is_scored))
    order = {step: at for at, step in reversed([*enumerate(field.step for field in useful)])}
    steps = [
        selectors.Part(
            STEPS[side][step],
            step_url(side, step),
            [(str(field.prompt), item_url(side, field)) for field in useful if field.step == step],
        )
        for step in sorted(STEPS[side], key=lambda step: order.get(step, len(useful)))
    ]
    more = [part for made in selectors.MORE_PARTS if (part := made(state.profile))]
    return sorted(steps + more, key=lambda part: not part.missing)


def stepper(side: Side, current: str, state: selectors.ProfileStatus) -> list[Step]:
    names = STEPS[side]
    missing, returned = state.completeness.missing, state.reasons.keys()
    far = selectors.progress_of(newest(state.profile), names, missing=missing, returned=returned)
    return [Step(label, step_url(side, step), far[step], step == current) for step, label in names.items()]


def step_after(side: Side, step: str, company: Startup | Investor | None = None) -> str:
    steps = list(STEPS[side])
    following = steps[steps.index(step) + 1 :]
    if following:
        return step_url(side, following[0])
    return reverse(f"{side}_consents" if company and is_undecided(company) else f"{side}_status")


def frame(side: Side, step: str, state: selectors.ProfileStatus) -> dict[str, Any]:
    names = list(STEPS[side])
    return {
        "profile_status": state,
        "steps": stepper(side, step, state),
        "number": names.index(step) + 1,
        "count": len(names),
        "title": STEPS[side][step],
        "side": side,
        "step": step,
        "following_url": step_after(side, step),
        "preview_url": reverse(f"{side}_preview"),
        "next_url": missing_url(state.profile, state.completeness.next_field),
    }


@dataclass(frozen=True)
class RowList:
    name: str
    title: Promise
    add: Promise
    rows: list[tuple[int, str]]  # by what names it in an address, how it reads


LISTS: dict[str, tuple[Promise, Promise]] = {
    "needs": (gettext_lazy("Needs"), gettext_lazy("Add a need (optional)")),
    "offers": (gettext_lazy("Offers"), gettext_lazy("Add an offer (optional)")),
    "traction": (gettext_lazy("Traction"), gettext_lazy("Add a figure (optional)")),
    "partners": (gettext_lazy("Partners you already have"), gettext_lazy("Add a partner (optional)")),
}


def lists_of(company: Startup | Investor, step: str) -> list[RowList]:
    declared = CATALOGUE[company.side]
    names = [name for name in LISTS if name in declared and declared[name].step == step]
    return [
        RowList(
            name,
            *LISTS[name],
            [(key, own_line(name, row)) for key, row in rows_by_key(company, name).items()],
        )
        for name in names
    ]


def show_reasons(form: BaseForm, reasons: Mapping[str, str]) -> None:
    for name in form.fields.keys() & reasons.keys():
        asked = form.fields[name]
        asked.help_text = format_html(
            '<span class="reason"><strong>{}</strong> <bdi>{}</bdi></span> {}',
            _("A curator asks:"),
            reasons[name],
            asked.help_text,
        )


def saved_words(company: Startup | Investor, *, at: datetime, otherwise: str = "") -> str:
    edit = edit_of(company)
    if edit is None or edit.changed_at != at:
        return otherwise or _("Saved.")
    return _(
        "Saved. A curator reviews your new texts and amounts first. Until then, others see the approved "
        "version."
    )


def links_of(profile: Startup | Investor, completeness: selectors.Completeness) -> Mapping[str, str]:
    side = profile.side
    first = next(iter(STEPS[side]))
    return {
        "edit": reverse("company_start") if selectors.is_begun_here(profile) else step_url(side, first),
        "next": missing_url(profile, completeness.next_field),
        "consent": reverse(f"{side}_consents"),
        "status": reverse(f"{side}_status"),
        "preview": reverse(f"{side}_preview"),
    }


def edit_section(
    request: SignedInRequest, side: Side, step: str, form_class: type[SectionForm]
) -> HttpResponse:
    """Show a step of the person's own company, or save it and go on."""
    company = own_company(request, side)
    if company is None:
        is_first = step == next(iter(STEPS[side]))
        return redirect("company_start") if is_first else redirect_to_onboarding(request)

    terms = Terms()

    def make(sent: QueryDict | None) -> SectionForm:
        last_edit(company)  # read before the form is, so that whatever is saved since is noticed
        return form_class(sent, instance=newest(own_company(request, side) or company), terms=terms)

    def save(form: SectionForm) -> HttpResponse:
        by, at, since = request.user, timezone.now(), last_edit(company)
        limits.take_token(EDIT_LIMIT, account=by, company=company, at=at)
        # Who mends what a curator asked for goes back to the list of it.
        asks_here = is_asked(selectors.status_of(company), step)
        stored = companies.edit(company, changes=form.changes, by=by, at=at, unchanged_since=since)
        messages.success(request, saved_words(stored, at=at))
        return redirect(back_to_requests(side) if asks_here else step_after(side, step, stored))

    def context(form: SectionForm) -> dict[str, Any]:
        state = selectors.status_of(company)  # not the form's instance, into which it writes its input
        show_reasons(form, state.reasons)
        return {
            "proposals": [proposal for proposal in proposals_of(company) if proposal.step == step],
            "waits": waiting_edit(company),
            "asks_here": is_asked(state, step),
            "lists": lists_of(company, step),
            **frame(side, step, state),
        }

    return handle_form(request, make, "companies/steps/section.html", save, context, record=company)


def own_company(request: SignedInRequest, side: Side) -> Startup | Investor | None:
    company = company_of(request.user)
    if company is not None and company.side != side:
        raise Http404
    return company


@page_with_form
@role_required(Role.INVESTOR)
def investor_edit(request: SignedInRequest) -> HttpResponse:
    return edit_section(request, Side.INVESTOR, "profile", InvestorForm)


@page_with_form
@role_required(Role.STARTUP)
def startup_edit(request: SignedInRequest, step: str) -> HttpResponse:
    if step not in STEP_FORMS:
        raise Http404
    return edit_section(request, Side.STARTUP, step, STEP_FORMS[step])


@require_POST
@member_role_required
def read_typed(request: SignedInRequest, company: Startup | Investor | None) -> HttpResponse:
    limits.take_token(FIT_LIMIT, account=request.user, at=timezone.now())
    profile = company or SIDES[Side(request.user.role)]()
    # No more of each than can be saved: what reading costs grows faster than what is read.
    longest = {field.name: field.max_length for field in profile._meta.fields}
    typed = [request.POST.get(name, "")[: longest[name]] for name in TEXTS]
    proposals = proposals_in(profile, typed)
    asks = request.POST.get("primary_sector") == ""
    return render(request, "companies/steps/_read.html", {"read": proposals, "asks_sector": asks})


@require_safe
@login_required
def amount(request: SignedInRequest) -> HttpResponse:
    """Repeat in figures the amount that is typed in a form."""
    typed = str(next(iter(request.GET.values()), ""))
    return HttpResponse(repeated(typed), content_type="text/plain")


@require_POST
@company_required()
def proposal_answer(request: SignedInRequest, company: Startup | Investor) -> HttpResponse:
    """Add to the profile what its description says, or never propose it again."""
    key, at = request.POST.get("key", ""), timezone.now()
    limits.take_token(EDIT_LIMIT, account=request.user, company=company, at=at)
    if "decline" in request.POST:
        companies.decline_proposal(company, key, by=request.user, at=at)
        messages.success(request, _("We will not suggest this again."))
    elif companies.accept_proposal(company, key, by=request.user, at=at):
        messages.success(request, _("Added to your profile. Check it and add details if you like."))
    else:
        messages.warning(
            request, _("Nothing was added: this is already in your profile, or your description has changed.")
        )
    return redirect_here(request.POST.get("next", ""))
