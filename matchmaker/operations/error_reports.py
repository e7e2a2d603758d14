"""Reports of errors to the server that SENTRY_DSN names: which code failed in which request, and no data."""

from typing import Any

import sentry_sdk
from structlog.contextvars import get_contextvars

KEPT = ("event_id", "timestamp", "level", "platform", "logger", "transaction", "release", "sdk", "modules")
OF_AN_ERROR = ("type", "module", "stacktrace", "mechanism")


def begin(dsn: str) -> None:
    sentry_sdk.init(
        dsn=dsn,
        before_send=without_data,
        send_default_pii=False,
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        max_request_body_size="never",
    )


def without_data(event: Any, _hint: Any) -> Any:
    cleaned = {name: event[name] for name in KEPT if name in event}
    # Where no page fits, the address itself would stand in the place of its pattern.
    if event.get("transaction_info", {}).get("source") == "url":
        del cleaned["transaction"]
    errors = event.get("exception", {}).get("values", ())
    cleaned_errors = []
    for error in errors:
        cleaned_errors.append({name: error.get(name) for name in OF_AN_ERROR})
    cleaned["exception"] = {"values": cleaned_errors}
    if "logentry" in event:
        cleaned["logentry"] = {"message": event["logentry"].get("message")}  # without what was put into it
    cleaned["tags"] = {
        name: str(value) for name, value in get_contextvars().items() if name in ("request_id", "task")
    }
    return cleaned
