"""Figures for Prometheus: what this machine's web processes answered, and what waits in the database."""

import os
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
    multiprocess,
)
from prometheus_client.core import REGISTRY, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from matchmaker.integrations import broker
from matchmaker.operations.selectors import health, ranking_age

REQUESTS = Counter("corridor_requests", "Answered requests", ["method", "route", "status"])
SECONDS = Histogram("corridor_request_seconds", "Seconds until the answer", ["route"])


def count_request(method: str, route: str, status: int, seconds: float) -> None:
    label = method if method in ("GET", "HEAD", "POST") else "other"
    REQUESTS.labels(label, route, status).inc()
    SECONDS.labels(route).observe(seconds)


class Health(Collector):
    def collect(self) -> Iterator[Metric]:
        now = timezone.now()
        state = health(at=now, broker=broker.answers())
        state |= {name: len(state[name]) for name in ("failing_tasks", "unserved_queues")}
        state["ranking_age_seconds"] = ranking_age(now)
        ages = GaugeMetricFamily("corridor_worker_age", "Seconds since a worker reported", labels=["worker"])
        for worker in state.pop("workers"):
            ages.add_metric([worker["name"]], worker["age_seconds"])
        yield ages
        for name, value in state.items():
            if value is not None:
                yield GaugeMetricFamily(f"corridor_{name}", name.replace("_", " "), value=float(value))


def is_operator(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "")
    return bool(settings.METRICS_TOKEN) and constant_time_compare(given, f"Bearer {settings.METRICS_TOKEN}")


@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    if not is_operator(request):
        raise Http404
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    found = CollectorRegistry()
    found.register(Health())
    return HttpResponse(generate_latest(registry) + generate_latest(found), content_type=CONTENT_TYPE_LATEST)
