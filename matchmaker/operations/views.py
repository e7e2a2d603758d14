"""Is an installation alive, does it do its work; a mail taken up again; what is read when something fails."""

import logging
import sys
from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import RequestDataTooBig
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views import defaults
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from matchmaker.integrations import broker
from matchmaker.operations import metrics
from matchmaker.operations.selectors import health, version
from profiles.guards import SignedInRequest, curator_required
from profiles.platform.files import services as files
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.selectors import parked_mails

logger = logging.getLogger(__name__)

READY_PARTS = ("database", "migrations", "static", "files", "disk", "broker", "worker", "jobs")
FOR_OPERATORS = ("workers", "version", "free_bytes")


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when all parts of READY_PARTS do their work, else 503, always with the particulars."""
    state = health(at=timezone.now(), broker=broker.answers())
    is_ready = all(state[part] for part in READY_PARTS)
    parts = {"status": "ready" if is_ready else "not ready", **state, "version": version()}
    if not metrics.is_operator(request):
        parts = {name: value for name, value in parts.items() if name not in FOR_OPERATORS}
    return JsonResponse(parts, status=200 if is_ready else 503)


@curator_required
@require_POST
def mail_retry(request: SignedInRequest, pk: int) -> HttpResponse:
    mail = get_object_or_404(parked_mails(), pk=pk)
    notifications.retry(mail, by=request.user, at=timezone.now())
    messages.success(request, _("The email is queued to be sent again."))
    return redirect("runs")


RETRY_SECONDS = 10
# What SQLite says while another process holds it too long, its disk is full or cannot be written.
SQLITE_BUSY = ("database is locked", "database table is locked", "database or disk is full", "disk I/O error")
# What PostgreSQL says, by the first letters of its codes: lost connections, deadlocks, no room, locks and
# statements that took too long, a server that is stopping.
POSTGRES_BUSY = ("08", "40", "53", "55P03", "57")


def is_busy(error: BaseException | None) -> bool:
    if not isinstance(error, OperationalError):
        return False
    code = getattr(error.__cause__, "sqlstate", "")
    if code is None:  # psycopg has no code where there was no server to give one
        return True
    return code.startswith(POSTGRES_BUSY) if code else str(error) in SQLITE_BUSY


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if not isinstance(exception, RequestDataTooBig):
        return defaults.bad_request(request, exception)
    with suppress(OSError):
        drain(request)
    return HttpResponse(render_to_string("413.html"), status=413)


def drain(request: HttpRequest) -> None:
    """Take the rest of what a browser sends, without keeping it: before, it shows no answer."""
    while request.read(64 * 1024):
        pass


def server_error(request: HttpRequest) -> HttpResponse:
    error = sys.exc_info()[1]
    if not is_busy(error):
        return HttpResponse(render_to_string("500.html"), status=500)
    if is_full := files.is_full(error):
        logger.error("The database has no room.", exc_info=error)
    response = HttpResponse(render_to_string("503.html", {"is_full": is_full}), status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    return response
