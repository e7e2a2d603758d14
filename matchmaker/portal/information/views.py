"""The pages that say how the house is run. They show the same to everyone."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from profiles.platform.drafts.services import RETENTION


@require_safe
def terms(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/information/terms.html")


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    context = {
        "draft_days": RETENTION.days,
        "receipt_days": settings.RECEIPTS_KEPT_DAYS,
        "text_service": urlsplit(settings.EMBEDDINGS_URL).hostname,
    }
    return render(request, "portal/information/privacy.html", context)


@require_safe
def contact(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/information/contact.html", {"contact_email": settings.CONTACT_EMAIL})


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/information/help.html")
