"""What happens around every view, where Django has no setting for it."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from io import BytesIO
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.files.uploadhandler import FileUploadHandler, SkipFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.http.multipartparser import MultiPartParser, MultiPartParserError
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import resolve
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.views.defaults import page_not_found
from structlog.contextvars import bind_contextvars, clear_contextvars

from matchmaker.operations import metrics
from matchmaker.operations.logs import route_of
from matchmaker.operations.views import drain, healthz, readyz
from matchmaker.registry import WHEN_NOT_FOUND
from profiles.models import Investor, Startup
from profiles.platform.drafts.services import FIELD, keep_typed, texts_to_keep, version_in

logger = logging.getLogger("corridor")

PROBES, MEASURED = {"/healthz": healthz, "/readyz": readyz}, "/metrics"
NOT_FOUND = 404
NUMBER = re.compile(r"[\w-]{8,64}")  # what a proxy may call a request
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


def log_requests(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        number = given if NUMBER.fullmatch(given) else uuid.uuid4().hex
        clear_contextvars()
        bind_contextvars(request_id=number)
        begun = time.monotonic()
        response = get_response(request)
        seconds, route = time.monotonic() - begun, route_of(request)
        response.headers["X-Request-ID"] = number
        metrics.count_request(request.method or "", route, response.status_code, seconds)
        level = logging.ERROR if response.status_code == 500 else logging.INFO
        about = {"method": request.method, "route": route, "status": response.status_code}
        session = getattr(request, "session", None)
        reader = str(session.get(SESSION_KEY, "")) if session is not None and session.accessed else ""
        about |= {"ms": round(seconds * 1000), "user": reader}
        logger.log(level, "request", extra=about)
        clear_contextvars()
        return response

    return middleware


def isolate(get_response: Handler) -> Handler:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response

    return middleware


def answer_probes(get_response: Handler) -> Handler:
    """Answer programs under any host name: they ask each machine by its address."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.path_info in PROBES:
            request.resolver_match = resolve(request.path_info)  # for the log
            return PROBES[request.path_info](request)
        if request.path_info == MEASURED and metrics.is_operator(request):
            return metrics.show(request)
        return get_response(request)

    return middleware


def refuse_unreadable(get_response: Handler) -> Handler:
    """Refuse what Django or PostgreSQL fail at only while a view reads it."""

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
    """Refuse a body that is too large before anything reads it: Django would write a file of it first."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        limit = next(
            (most for start, most in settings.UPLOAD_BYTES if request.path_info.startswith(start)), 0
        )
        if not length.isdecimal() or int(length[:20]) <= (limit or settings.BODY_BYTES):
            return get_response(request)
        words = {}
        if request.content_type in FORMS and int(length[:20]) <= MOST_DRAINED:
            words = kept_words(request) if limit and request.content_type == FORMS[0] else {}
            drain(request)
        return HttpResponse(render_to_string("413.html", words), status=413)

    return middleware


MOST_DRAINED = 64 * 1024 * 1024  # bytes
FORMS = "multipart/form-data", "application/x-www-form-urlencoded"


class NoFiles(FileUploadHandler):
    def new_file(self, *_args: Any, **_kwargs: Any) -> None:
        raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None: ...

    def file_complete(self, file_size: int | None) -> None: ...


def kept_words(request: HttpRequest) -> dict[str, Any]:
    beginning = request.read(settings.BODY_BYTES)
    sent: QueryDict = QueryDict()
    with suppress(MultiPartParserError, SuspiciousOperation):
        sent, _files = MultiPartParser(request.META, BytesIO(beginning), [NoFiles()], "utf-8").parse()
    version = version_in(sent)
    if version is None:
        return {}
    keep_typed(version, sent, at=timezone.now())
    typed = texts_to_keep(dict(sent.lists()))
    texts = [text for name, texts in typed.items() for text in texts if name != FIELD and text]
    return {"path": version.path, "texts": texts}


class SiteContextMiddleware(MiddlewareMixin):
    def process_template_response(self, request: HttpRequest, response: TemplateResponse) -> TemplateResponse:
        if response.context_data:
            response.context_data.pop("site", None)
        return response


class NotFoundMiddleware(MiddlewareMixin):
    """Answer 404 where a company was deleted a moment ago, and let capabilities answer instead of a 404."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Answer what the first capability answers that knows the address."""
        if response.status_code != NOT_FOUND or request.method != "GET":
            return response
        return next(filter(None, (answer(request) for answer in WHEN_NOT_FOUND)), response)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        is_gone = isinstance(exception, (Startup.DoesNotExist, Investor.DoesNotExist))
        return page_not_found(request, exception) if is_gone else None


class NoticeCookie(CookieStorage):
    cookie_name = settings.MESSAGES_COOKIE_NAME


class NoticeStorage(FallbackStorage):
    storage_classes = (NoticeCookie, SessionStorage)
