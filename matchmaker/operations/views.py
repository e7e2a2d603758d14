"""Two addresses for whoever watches an installation: is it alive, and does it do its work?"""

from datetime import timedelta

from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from matchmaker.integrations import broker
from matchmaker.operations.selectors import health, version


def seconds(age: timedelta | None) -> float | None:
    """Return an age as JSON carries it."""
    return None if age is None else round(age.total_seconds(), 1)


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer that this process is alive; asks nothing of any other."""
    return JsonResponse({"status": "alive", "version": version()})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 when database, broker and worker do their work, else 503, always with the particulars."""
    state = health(at=timezone.now(), broker=broker.answers())
    parts = {
        "status": "ready" if state.ready else "not ready",
        "database": state.database,
        "broker": state.broker,
        "worker": state.worker,
        "worker_age_seconds": seconds(state.worker_age),
        "jobs": state.jobs,
        "oldest_job_age_seconds": seconds(state.oldest_job_age),
        "version": version(),
    }
    return JsonResponse(parts, status=200 if state.ready else 503)
