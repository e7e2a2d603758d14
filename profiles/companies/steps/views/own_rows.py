"""What a company states row by row: listed, shown, compared with what is stored meanwhile, saved, deleted."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from profiles.catalogue.taxonomy.selectors.money import rate_for
from profiles.catalogue.visibility.access import Viewer, viewer_of
from profiles.catalogue.visibility.facts import own_line
from profiles.catalogue.visibility.fields import CATALOGUE
from profiles.choices import Side
from profiles.companies.held_edits.selectors import (
    last_edit,
    newest_rows,
    rows_by_key,
    show_newest,
    waiting_edit,
)
from profiles.companies.steps import services as companies
from profiles.companies.steps.forms.investor import DealForm, ThesisForm
from profiles.companies.steps.forms.rows import ROW_FORMS, RowForm
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
    LISTS,
    back_to_requests,
    frame,
    is_asked,
    lists_of,
    saved_words,
    step_url,
)
from profiles.guards import SignedInRequest
from profiles.models import Deal, Investor, Startup, Thesis
from profiles.pages import page_with_form
from profiles.people.accounts.guards import company_required
from profiles.platform.drafts.draft_forms import MakeForm, handle_form
from profiles.platform.limits import services as limits

Company = Startup | Investor


def edit_own_row(
    request: SignedInRequest,
    company: Company,
    make: MakeForm,
    template: str,
    service: Callable[..., Any],
    context: Callable[[Any], dict[str, Any]],
    *,
    step: str,
    done: str = "",
) -> HttpResponse:
    def save(form: Any) -> HttpResponse:
        by, at, since = request.user, timezone.now(), last_edit(company)
        limits.take_token(EDIT_LIMIT, account=by, company=company, at=at)
        asks_here = is_asked(status_of(company), step)
        service(company, values=form.changes, by=by, at=at, unchanged_since=since)
        company.refresh_from_db()
        messages.success(request, saved_words(company, at=at, otherwise=done))
        return redirect(back_to_requests(company.side) if asks_here else step_url(company.side, step))

    return handle_form(request, make, template, save, context, record=company)


@page_with_form
@company_required()
def row_edit(request: SignedInRequest, company: Company, kind: str, key: int | None = None) -> HttpResponse:
    """Show a row of a list of the company, or an empty one; correct or add it."""
    step = step_of(company, kind)
    stored = own_row(company, kind, key)
    manager = getattr(company, kind)

    def make(sent: QueryDict | None) -> RowForm:
        last_edit(company)  # read before the form is, so that whatever is saved since is noticed
        rows = rows_by_key(company, kind)
        row = rows.pop(key, None) if key else None
        form = ROW_FORMS[kind](sent, instance=row or manager.model(**{str(company.side): company}))
        form.others = rows.values()
        return form

    def context(_form: RowForm) -> dict[str, Any]:
        heading = own_line(kind, stored) if stored else LISTS[kind][1]
        around = {"heading": heading, "list_url": step_url(company.side, step)}
        return {**around, "waits": waiting_edit(company), **frame(company.side, step, status_of(company))}

    service = partial(companies.edit_row, name=kind, key=key)
    return edit_own_row(request, company, make, "companies/steps/row.html", service, context, step=step)


@require_POST
@company_required()
def row_remove(request: SignedInRequest, company: Company, kind: str, key: int) -> HttpResponse:
    step, at = step_of(company, kind), timezone.now()
    own_row(company, kind, key)
    limits.take_token(EDIT_LIMIT, account=request.user, company=company, at=at)
    companies.edit_row(company, kind, key=key, values=None, by=request.user, at=at)
    messages.success(request, _("Removed."))
    return redirect(step_url(company.side, step))


def step_of(company: Company, kind: str) -> str:
    """Return the step that has the list, or answer that there is no such page."""
    if kind not in ROW_FORMS or kind not in CATALOGUE[company.side]:
        raise Http404
    return CATALOGUE[company.side][kind].step


def own_row(company: Company, kind: str, key: int | None) -> Any:
    """Return a row of the company, or answer that there is no such page; None for a new one."""
    rows = rows_by_key(company, kind)
    if key is not None and key not in rows:
        raise Http404
    return rows[key] if key is not None else None


@require_safe
@company_required(Side.INVESTOR)
def offer_list(request: SignedInRequest, investor: Investor) -> HttpResponse:
    return list_page(request, investor, "offers", lists=lists_of(investor, "offers"))


def list_page(request: SignedInRequest, investor: Investor, step: str, **context: Any) -> HttpResponse:
    proposals = [proposal for proposal in proposals_of(investor) if proposal.step == step]
    context |= {"proposals": proposals, "waits": waiting_edit(investor)}
    context |= frame(Side.INVESTOR, step, status_of(investor))
    return render(request, f"companies/steps/{step}.html", context)


@require_safe
@company_required(Side.INVESTOR)
def deal_list(request: SignedInRequest, investor: Investor) -> HttpResponse:
    return list_page(request, investor, "deals", rows=deals_of(investor), create_url=reverse("deal_create"))


@page_with_form
@company_required(Side.INVESTOR)
def deal_edit(request: SignedInRequest, investor: Investor, pk: int | None = None) -> HttpResponse:
    """Show a deal that the investor stated itself, or an empty one; correct or record it."""
    deal = _own_deal(investor, pk)

    def make(sent: QueryDict | None) -> DealForm:
        return DealForm(sent, instance=_own_deal(investor, pk) or Deal(investor=investor))

    def context(_form: DealForm) -> dict[str, Any]:
        return {"deal": deal, **frame(Side.INVESTOR, "deals", status_of(investor))}

    service, done = partial(companies.save_deal, deal=deal), _("The deal has been recorded.")
    return edit_own_row(
        request, investor, make, "companies/steps/deal.html", service, context, step="deals", done=done
    )


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
    rows = newest_rows(investor, "theses")
    return list_page(request, investor, "theses", rows=rows, create_url=reverse("thesis_create"))


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

    service, done = partial(companies.save_thesis, thesis=thesis), _("The thesis has been saved.")
    return edit_own_row(
        request, investor, make, "companies/steps/thesis.html", service, context, step="theses", done=done
    )


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
