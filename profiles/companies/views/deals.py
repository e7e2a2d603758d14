"""An investor's deals on record."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from profiles.accounts.guards import company_required
from profiles.choices import Side
from profiles.companies.forms.deal import DealForm
from profiles.companies.selectors.status import status_of
from profiles.companies.selectors.theses import deals_of, own_deals_of
from profiles.companies.services import deals
from profiles.companies.views.own_rows import OwnRow, edit_own_row
from profiles.companies.views.steps import frame
from profiles.drafts.forms import TypedForm
from profiles.guards import SignedInRequest
from profiles.models import Deal, Investor

PAGE = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@company_required(Side.INVESTOR)
def deal_list(request: SignedInRequest, investor: Investor) -> HttpResponse:
    """Show the deals, newest first."""
    context = {"rows": deals_of(investor), "create_url": reverse("deal_create")}
    context |= frame(Side.INVESTOR, "deals", status_of(investor))
    return render(request, "companies/deals.html", context)


@PAGE
@company_required(Side.INVESTOR)
def deal_edit(request: SignedInRequest, investor: Investor, pk: int | None = None) -> HttpResponse:
    """Show a deal that the investor stated itself, or an empty one; correct or record it."""
    deal = _own_deal(investor, pk)

    def make(sent: QueryDict | None) -> DealForm:
        return DealForm(sent, instance=_own_deal(investor, pk) or Deal(investor=investor))

    def page(typed: TypedForm) -> HttpResponse:
        context = {"form": typed.form, "typed": typed, "deal": deal}
        context |= frame(Side.INVESTOR, "deals", status_of(investor))
        return render(request, "companies/deal.html", context, status=409 if typed.conflicts else 200)

    save = partial(deals.save, investor, deal=deal)
    return edit_own_row(request, investor, OwnRow(make, page, save, _("The deal is recorded."), "deal_list"))


def _own_deal(investor: Investor, pk: int | None) -> Deal | None:
    """Return the deal that is corrected, as stored; None for a new one."""
    return get_object_or_404(own_deals_of(investor), pk=pk) if pk is not None else None


@require_POST
@company_required(Side.INVESTOR)
def deal_delete(request: SignedInRequest, investor: Investor, pk: int) -> HttpResponse:
    """Delete a deal that the investor stated itself."""
    deal = get_object_or_404(own_deals_of(investor), pk=pk)
    deals.delete(investor, deal=deal, by=request.user, at=timezone.now())
    messages.success(request, _("The deal is deleted."))
    return redirect("deal_list")
