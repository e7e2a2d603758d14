"""The own card: on the screen as a QR code, and as a file."""

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from profiles.companies.cards.selectors import card_of
from profiles.downloads import download
from profiles.guards import SignedInRequest
from profiles.models import Investor, Startup
from profiles.people.accounts.guards import company_required


@require_safe
@company_required()
def own_card(request: SignedInRequest, company: Startup | Investor) -> HttpResponse:
    return render(request, "companies/cards/card.html", {"card": card_of(company), "company": company})


@require_safe
@company_required()
def own_card_file(request: SignedInRequest, company: Startup | Investor) -> HttpResponseBase:
    return download(card_of(company).vcard, "card.vcf")
