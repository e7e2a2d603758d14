"""The own card: on the screen as a QR code, and as a file."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from profiles.companies.cards.selectors import card_of
from profiles.guards import SignedInRequest
from profiles.models import Investor, Startup
from profiles.people.accounts.guards import member_role_required, redirect_to_onboarding


@require_safe
@member_role_required
def own_card(request: SignedInRequest, company: Startup | Investor | None) -> HttpResponse:
    if company is None:
        return redirect_to_onboarding(request)
    return render(request, "companies/cards/card.html", {"card": card_of(company), "company": company})


@require_safe
@member_role_required
def own_card_file(request: SignedInRequest, company: Startup | Investor | None) -> HttpResponse:
    if company is None:
        return redirect_to_onboarding(request)
    headers = {"Content-Disposition": 'attachment; filename="card.vcf"', "Cache-Control": "private, no-store"}
    return HttpResponse(card_of(company).vcard, content_type="text/vcard; charset=utf-8", headers=headers)
