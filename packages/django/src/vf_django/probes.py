"""Probes by IP address, which ``ALLOWED_HOSTS`` can't list.

An orchestrator's probe and Prometheus send ``Host: 10.244.3.17:8000``, ``Host: [fd00::1]:8000`` or none. Django would
return 400, and a wildcard in ``ALLOWED_HOSTS`` would let a client choose the host that links and origins are built
with. So only the endpoints in :data:`vf_django.urls.internal_urlpatterns` accept any host: they build no link and read
no host. The edge doesn't route them.
"""

from django.http import HttpRequest
from django.urls import Resolver404, resolve

from . import internal_views

PATHS = frozenset({"/healthz", "/readyz", "/metrics"})

_VIEWS = frozenset({internal_views.healthz, internal_views.readyz, internal_views.prometheus})
_HOST = "localhost"
"""A fixed host, so that the client's value is never used."""


def let_probes_in(request: HttpRequest) -> None:
    """Accept any ``Host`` if the request is for one of the internal endpoints.

    ``SECURE_SSL_REDIRECT`` doesn't apply either: it would redirect a probe to https, where nothing listens.
    """
    if request.path_info in PATHS and _is_internal(request.path_info):
        request.get_host = lambda: _HOST  # type: ignore[method-assign]
        request.is_secure = lambda: True  # type: ignore[method-assign]


def _is_internal(path: str) -> bool:
    """Return True for the library's endpoints. A service may have a page of its own at ``/metrics``."""
    try:
        return resolve(path).func in _VIEWS
    except Resolver404:
        return False
