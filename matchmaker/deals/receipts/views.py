"""Who read the own profile: for the members of its company."""

from django.conf import settings
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from matchmaker.deals.receipts import selectors
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from profiles.curation.reviews.kinds import EXPORT_LIMIT
from profiles.downloads import download
from profiles.guards import SignedInRequest
from profiles.platform.limits import services as limits


@current_company_required
@require_safe
def receipts(request: SignedInRequest, member: CurrentCompany) -> HttpResponse:
    number = request.GET.get("page", "1")
    context = {
        "receipts": selectors.receipts_page(member, number=number, today=timezone.now().date()),
        "kept_days": settings.RECEIPTS_KEPT_DAYS,
        "drawn": selectors.DAYS,
        "status_url": reverse(f"{member.side}_status"),
        "consents_url": reverse(f"{member.side}_consents"),
    }
    return render(request, "deals/receipts/receipts.html", context)


@current_company_required
@require_safe
def receipts_export(request: SignedInRequest, member: CurrentCompany) -> HttpResponseBase:
    limits.count_reading(EXPORT_LIMIT, account=request.user, at=timezone.now())
    return download(selectors.receipt_lines(member), "receipts.csv")
