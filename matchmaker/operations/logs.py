"""One line of log for each request and each task, which share the number of the request."""

import logging
import time
from typing import Any

from celery.signals import before_task_publish, task_postrun, task_prerun
from django.http import HttpRequest
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

logger = logging.getLogger("corridor")

PERIODIC = "matchmaker.periodic."


def route_of(request: HttpRequest) -> str:
    """Return the pattern of a request's address, without what fills it; "" where no page matched."""
    return request.resolver_match.route if request.resolver_match else ""


class WithoutAddresses(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        request = getattr(record, "request", None)
        if isinstance(request, HttpRequest):
            record.msg, record.args = "Internal server error: %s", (route_of(request),)
        return record.levelno >= logging.ERROR and bool(record.exc_info)


@before_task_publish.connect
def number_task(headers: dict[str, Any], **_signal: Any) -> None:
    headers["request_id"] = get_contextvars().get("request_id", "")


@task_prerun.connect
def begin_task(task: Any, task_id: str, **_signal: Any) -> None:
    clear_contextvars()
    bind_contextvars(task_id=task_id, request_id=getattr(task.request, "request_id", "") or "")
    task.request.begun = time.monotonic()


@task_postrun.connect
def end_task(task: Any, state: str, **_signal: Any) -> None:
    seconds = time.monotonic() - getattr(task.request, "begun", time.monotonic())
    is_small = task.name.startswith(PERIODIC) and state == "SUCCESS"  # it tells itself what takes long
    about = {"task": task.name, "state": state, "ms": round(seconds * 1000)}
    logger.log(logging.DEBUG if is_small else logging.INFO, "task", extra=about)
    clear_contextvars()
