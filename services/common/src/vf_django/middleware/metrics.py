"""Counts and times requests for Prometheus."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from .. import metrics

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MetricsMiddleware:
    """Counts requests with bounded labels: the view's name instead of the path, and only known methods."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Count and time one request."""
        started = time.perf_counter()
        response = self._get_response(request)
        method = request.method if request.method in _METHODS else "OTHER"
        match = request.resolver_match
        view = match.view_name if match else "unmatched"
        metrics.REQUESTS.labels(method, view, response.status_code).inc()
        metrics.DURATION.labels(method, view).observe(time.perf_counter() - started)
        return response
