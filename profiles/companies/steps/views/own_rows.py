"""Deals and theses of an investor: listed, shown, compared with what is stored meanwhile, saved, deleted."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from profiles.catalogue.taxonomy.selectors.money import rate_for
from profiles.catalogue.visibility.access import Viewer, viewer_of
from profiles.choices import Side
from profiles.companies.held_edits.selectors import last_edit, newest_rows, show_newest, waiting_edit
from profiles.companies.steps import services as companies
from profiles.companies.steps.forms.investor import DealForm, ThesisForm
from profiles.companies.steps.kinds import EDIT_LIMIT, FIT_LIMIT
from profiles.companies.steps.proposals import proposals_of
from profiles.companies.steps.selectors import (
    ThesisReach,
    deals_of,
    fit,
    fit_of,
    own_deals_of,
    status_of,
    theses_of,
)
from profiles.companies.steps.views.steps import (
    INVESTOR_PAGES,
    back_to_requests,
    frame,
    is_asked,
    saved_words,
)
from profiles.guards import SignedInRequest
from profiles.models import Deal, Investor, Thesis
from profiles.pages import page_with_form
from profiles.people.accounts.guards import company_required
from profiles.platform.drafts.draft_forms import MakeForm, handle_form
from profiles.platform.limits import services as limits

STEP_OF = {page: step for step, page in INVESTOR_PAGES.items()}


def edit_own_row(
    request: SignedInRequest,
    investor: Investor,
    make: MakeForm,
    template: str,
    service: Callable[..., Any],
    context: Callable[[Any], dict[str, Any]],
    *,
    then: tuple[str, str],
) -> HttpResponse:
    def save(form: Any) -> HttpResponse:
        by, at, since = request.user, timezone.now(), last_edit(investor)
        limits.take_token(EDIT_LIMIT, account=by, company=investor, at=at)
        asks_here = is_asked(status_of(investor), STEP_OF[then[1]])
        saved = service(investor, values=form.changes, by=by, at=at, unchanged_since=since)
        messages.success(request, saved_words(saved.investor, at=at, otherwise=then[0]))
        return redirect(back_to_requests(Side.INVESTOR) if asks_here else then[1])

    return handle_form(request, make, template, save, context, record=investor)


@require_safe
@company_required(Side.INVESTOR)
def deal_list(request: SignedInRequest, investor: Investor) -> HttpResponse:
    context = {"rows": deals_of(investor), "create_url": reverse("deal_create")}
    context |= frame(Side.INVESTOR, "deals", status_of(investor))
    return render(request, "companies/steps/deals.html", context)


@page_with_form
@company_required(Side.INVESTOR)
def deal_edit(request: SignedInRequest, investor: Investor, pk: int | None = None) -> HttpResponse:
    """Show a deal that the investor stated itself, or an empty one; correct or record it."""
    deal = _own_deal(investor, pk)

    def make(sent: QueryDict | None) -> DealForm:
        return DealForm(sent, instance=_own_deal(investor, pk) or Deal(investor=investor))

    def context(_form: DealForm) -> dict[str, Any]:
        return {"deal": deal, **frame(Side.INVESTOR, "deals", status_of(investor))}

    service, then = partial(companies.save_deal, deal=deal), (_("The deal has been recorded."), "deal_list")
    return edit_own_row(request, investor, make, "companies/steps/deal.html", service, context, then=then)


def _own_deal(investor: Investor, pk: int | None) -> Deal | None:
    """Return the deal that is corrected, as stored; None for a new one."""
    return get_object_or_404(own_deals_of(investor), pk=pk) if pk is not None else None


@require_POST
@company_required(Side.INVESTOR)
def deal_delete(request: SignedInRequest, investor: Investor, pk: int) -> HttpResponse:
    deal = get_object_or_404(own_deals_of(investor), pk=pk)
    companies.delete_row(investor, row=deal, by=request.user, at=timezone.now())
    messages.success(request, _("The deal has been deleted."))
    return redirect("deal_list")


@require_safe
@company_required(Side.INVESTOR)
def thesis_list(request: SignedInRequest, investor: Investor) -> HttpResponse:
    context: dict[str, Any] = {"rows": newest_rows(investor, "theses"), "waits": waiting_edit(investor)}
    context["create_url"] = reverse("thesis_create")
    context["proposals"] = [proposal for proposal in proposals_of(investor) if proposal.step == "theses"]
    context |= frame(Side.INVESTOR, "theses", status_of(investor))
    return render(request, "companies/steps/theses.html", context)


@page_with_form
@company_required(Side.INVESTOR)
def thesis_edit(request: SignedInRequest, investor: Investor, pk: int | None = None) -> HttpResponse:
    thesis = _own_thesis(investor, pk)

    def make(sent: QueryDict | None) -> ThesisForm:
        last_edit(investor)  # read before the form is, so that whatever is saved since is noticed
        return ThesisForm(sent, instance=_own_thesis(investor, pk) or Thesis(investor=investor))

    def context(form: ThesisForm) -> dict[str, Any]:
        viewer = viewer_of(request.user)
        counted = fit_of(thesis, viewer) if thesis and not form.is_bound else None
        if counted is None:
            typed = ThesisForm(form.data if form.is_bound else None, instance=Thesis(investor=investor))
            counted = fit_typed(typed, viewer)
        around = frame(Side.INVESTOR, "theses", status_of(investor))
        return {"thesis": thesis, "fit": counted, "waits": waiting_edit(investor), **around}

    service, then = (
        partial(companies.save_thesis, thesis=thesis),
        (_("The thesis has been saved."), "thesis_list"),
    )
    return edit_own_row(request, investor, make, "companies/steps/thesis.html", service, context, then=then)


def _own_thesis(investor: Investor, pk: int | None) -> Thesis | None:
    """Return the thesis that is edited, as its people last wrote it; None for a new one."""
    if pk is None:
        return None
    stored = get_object_or_404(theses_of(investor).select_related("investor__held_edit"), pk=pk)
    show_newest(stored.investor, "theses", stored)
    return stored


@require_POST
@company_required(Side.INVESTOR)
def thesis_delete(request: SignedInRequest, investor: Investor, pk: int) -> HttpResponse:
    thesis = get_object_or_404(theses_of(investor), pk=pk)
    companies.delete_row(investor, row=thesis, by=request.user, at=timezone.now())
    messages.success(request, _("The thesis has been deleted."))
    return redirect("thesis_list")


@require_POST
@company_required(Side.INVESTOR)
def thesis_fit(request: SignedInRequest, investor: Investor) -> HttpResponse:
    """Count for the values typed so far, without saving."""
    limits.take_token(FIT_LIMIT, account=request.user, at=timezone.now())
    pk = request.GET.get("thesis", "")
    edited = theses_of(investor).filter(pk=int(pk)).first() if pk.isdecimal() else None
    form = ThesisForm(request.POST, instance=edited or Thesis(investor=investor))
    counted = fit_typed(form, viewer_of(request.user))
    problems = [
        {"name": name, "label": form[name].label, "errors": errors}
        for name, errors in form.partial_errors.items()
    ]
    return render(request, "companies/steps/fit_typed.html", {"fit": counted, "told": problems})


def fit_typed(form: ThesisForm, viewer: Viewer) -> ThesisReach | None:
    form.is_valid()
    values: dict[str, Any] = dict(getattr(form, "cleaned_data", {}))
    rate = rate_for(values.get("ticket_currency") or "USD")
    for name in ("ticket_min", "ticket_max"):
        values[f"{name}_usd"] = rate.to_usd(values.get(name))
    return fit(values, viewer)
