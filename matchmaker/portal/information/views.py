"""The pages that say how the house is run. They show the same to everyone."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.urls import resolve
from django.utils.translation import override
from django.views.decorators.http import require_safe

from matchmaker.portal.information.selectors import public_pages, public_sections
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


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Let search engines read what everyone may read, and nothing of a demonstration."""
    by_language = [f"/{code}/" for code, _name in settings.LANGUAGES]
    addresses = [] if settings.DEMO else [*public_sections(), *by_language]
    context = {"addresses": addresses, "site_url": settings.SITE_URL.rstrip("/")}
    return render(request, "portal/information/robots.txt", context, content_type="text/plain")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    context = {
        "addresses": public_pages(),
        "languages": [code for code, _name in settings.LANGUAGES],
        "site_url": settings.SITE_URL.rstrip("/"),
    }
    return render(request, "portal/information/sitemap.xml", context, content_type="application/xml")


@require_safe
def in_language(request: HttpRequest, language: str, address: str) -> HttpResponse:
    """Show a public page in the language that its address names, whatever its reader has chosen."""
    found = f"/{address}"
    if found not in public_pages():
        raise Http404
    view, args, kwargs = resolve(found)
    request.path = request.path_info = found  # the links of the page lead back here in a chosen language
    request.LANGUAGE_CODE = language
    with override(language):
        answer: HttpResponse = view(request, *args, **kwargs)
    answer.headers["Content-Language"] = language
    return answer


@require_safe
def favicon(_request: HttpRequest) -> HttpResponse:
    return redirect(static("corridor/icon.svg"))
