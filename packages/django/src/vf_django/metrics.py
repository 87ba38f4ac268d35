"""Prometheus metrics of a service (docs/headers.md lists them)."""

import os
from collections.abc import Iterable

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    REGISTRY,
    CollectorRegistry,
    Counter,
    Histogram,
    Metric,
    generate_latest,
    multiprocess,
)
from prometheus_client.registry import Collector

REQUESTS = Counter(
    "vf_http_requests_total",
    "Requests by method, view and status.",
    ["method", "view", "status"],
    registry=None,
)
DURATION = Histogram(
    "vf_http_request_duration_seconds",
    "Response time.",
    ["method", "view"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=None,
)


class _WithoutCreated(Collector):
    """A collector of the two metrics without their ``_created`` gauges, which nothing reads.

    prometheus_client's own switch applies to the whole process, so only the service may set it.
    """

    def collect(self) -> Iterable[Metric]:
        """Return the metrics to export."""
        for metric in (REQUESTS, DURATION):
            for family in metric.collect():
                family.samples = [sample for sample in family.samples if not sample.name.endswith("_created")]
                yield family


REGISTRY.register(_WithoutCreated())

CONTENT_TYPE = CONTENT_TYPE_LATEST


def exposition() -> bytes:
    """Return all metrics in Prometheus's text format; those of all worker processes if ``PROMETHEUS_MULTIPROC_DIR`` is
    set.
    """
    if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
        return generate_latest()
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return generate_latest(registry)
