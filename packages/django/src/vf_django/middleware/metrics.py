"""Counts and times requests for Prometheus."""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class MetricsMiddleware:
    """Counts requests with bounded labels: the view's name instead of the path, and only known methods."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        from .. import metrics  # needs the extra ``metrics``, which a service without this middleware may lack

        self._get_response = get_response
        self._requests, self._duration = metrics.REQUESTS, metrics.DURATION

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Count and time one request."""
        started = time.perf_counter()
        response = self._get_response(request)
        method = request.method if request.method in _METHODS else "OTHER"
        match = request.resolver_match
        view = match.view_name if match else "unmatched"
        self._requests.labels(method, view, response.status_code).inc()
        self._duration.labels(method, view).observe(time.perf_counter() - started)
        return response
