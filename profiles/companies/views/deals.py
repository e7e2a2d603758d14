"""An investor's deals on record."""

from django.contrib import messages
from django.http import HttpResponse
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
from profiles.companies.views.steps import frame
from profiles.guards import SignedInRequest
from profiles.limits import services as limits
from profiles.limits.guards import refused, tell
from profiles.limits.table import Verb
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
    deal = get_object_or_404(own_deals_of(investor), pk=pk) if pk is not None else None
    data = request.POST if request.method == "POST" else None
    form = DealForm(data, instance=deal or Deal(investor=investor))
    if data is not None and form.is_valid():
        at = timezone.now()
        try:
            limits.take_token(Verb.EDIT, account=request.user, company=investor, at=at)
        except limits.LimitReachedError as refusal:
            tell(form, refusal)
            return refused(_deal_page(request, investor, form, deal), refusal)
        deals.save(investor, values=form.changes, deal=deal, by=request.user, at=at)
        messages.success(request, _("The deal is recorded."))
        return redirect("deal_list")
    return _deal_page(request, investor, form, deal)


def _deal_page(
    request: SignedInRequest, investor: Investor, form: DealForm, deal: Deal | None
) -> HttpResponse:
    """Render a deal around its form."""
    context = {"form": form, "deal": deal, **frame(Side.INVESTOR, "deals", status_of(investor))}
    return render(request, "companies/deal.html", context)


@require_POST
@company_required(Side.INVESTOR)
def deal_delete(request: SignedInRequest, investor: Investor, pk: int) -> HttpResponse:
    """Delete a deal that the investor stated itself."""
    deal = get_object_or_404(own_deals_of(investor), pk=pk)
    deals.delete(investor, deal=deal, by=request.user, at=timezone.now())
    messages.success(request, _("The deal is deleted."))
    return redirect("deal_list")
