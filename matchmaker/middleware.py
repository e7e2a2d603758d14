"""What happens around every view, where Django has no setting for it."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import page_not_found

from matchmaker.operations.views import healthz
from profiles.models import Investor, Startup

PROBED = "/healthz"
Handler = Callable[[HttpRequest], HttpResponse]
# SecurityMiddleware sets three of them too, but fails itself where it would lead a foreign host to HTTPS.
HEADERS = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
    "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def isolate(get_response: Handler) -> Handler:
    """Keep other sites from embedding our answers, browsers from keeping them, and pages from devices."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def answer_probes(get_response: Handler) -> Handler:
    """Let a probe ask by address whether this process lives: it knows no host name of ours."""

    def middleware(request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path_info == PROBED else get_response(request)

    return middleware


def refuse_unreadable(get_response: Handler) -> Handler:
    """Refuse what Django or PostgreSQL fail at only while a view reads it.

    That is an address or a cookie with a NUL byte (forms refuse theirs), and a form in another encoding than
    UTF-8.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        read = request.META.get("QUERY_STRING", ""), request.path, *request.COOKIES.values()
        if any("%00" in text or "\x00" in text for text in read):
            raise BadRequest("The address or a cookie holds a NUL byte.")
        charset = (request.content_params or {}).get("charset", "utf-8")
        if charset.lower() not in ("utf-8", "utf8"):
            raise BadRequest("Forms come in UTF-8.")
        return get_response(request)

    return middleware


def refuse_large(get_response: Handler) -> Handler:
    """Refuse a body that is too large before anything reads it: Django would write a file of it first.

    Too large is what exceeds the address's own limit, or every form's. A request that does not say how long
    its body is has none: it is not read.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        own = (most for start, most in settings.UPLOAD_BYTES if request.path_info.startswith(start))
        if length.isdecimal() and int(length[:20]) > next(own, settings.BODY_BYTES):
            return HttpResponse(render_to_string("413.html"), status=413)
        return get_response(request)

    return middleware


class SiteContextMiddleware(MiddlewareMixin):
    """Let `site` in templates be ours (context_processors.py) on allauth's pages too, which bring theirs."""

    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if response.context_data:
            response.context_data.pop("site", None)
        return response


class DeletedCompanyMiddleware(MiddlewareMixin):
    """Answer 404 where a company was deleted a moment ago, by somebody else."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Show that there is no such page; any other failure goes its way."""
        is_gone = isinstance(exception, (Startup.DoesNotExist, Investor.DoesNotExist))
        return page_not_found(request, exception) if is_gone else None
