"""The internal side: health, metrics, the key set of assertions, and what Traefik fetches for its clients.

It listens on its own address, which no router reaches.
"""

import os
import time

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from vf_edge.cors import cors_middleware
from vf_edge.identity_headers import REQUEST_ID
from vf_edge.request_ids import choose_request_id

from ..answer.answers import page, problem
from .worker_parts import WorkerParts

RETRY_AFTER_SECONDS = 5
SERVICE_UNAVAILABLE = "The service isn't responding. Try again in a few seconds."

PARTS = web.AppKey("parts", WorkerParts)


def internal_app(parts: WorkerParts) -> web.Application:
    """The application for the internal listener."""
    app = web.Application()
    app[PARTS] = parts
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    app.router.add_get("/.well-known/jwks.json", key_set)
    app.router.add_get("/traefik/dynamic", traefik_dynamic)
    app.router.add_get("/traefik/unavailable", unavailable)
    return app


async def healthz(_request: web.Request) -> web.Response:
    """The process lives."""
    return web.json_response({"status": "ok"})


async def readyz(request: web.Request) -> web.Response:
    """Whether this worker can decide (else 503), and what it lacks."""
    parts = request.app[PARTS]
    missing, ready = what_is_missing(parts), is_ready(parts)
    if not parts.server.listening:
        missing.append("listener: not open")
    document = {"status": "ready" if ready else "not ready", "missing": missing}
    return web.json_response(document, status=200 if ready else 503)


def is_ready(parts: WorkerParts) -> bool:
    """True if this worker can decide requests for the built-in issuer, or for any issuer if there is none.

    An external issuer's missing key set doesn't affect readiness.
    """
    fetched = {name: issuer.source.fetched_at is not None for name, issuer in parts.verifier.issuers.items()}
    keys = fetched.get(parts.settings.issuer, any(fetched.values()))
    return keys and parts.gate.is_open() and parts.server.listening


def what_is_missing(parts: WorkerParts) -> list[str]:
    """A line for each thing without which some requests are denied."""
    missing = [
        f"key set of {issuer.policy.issuer}: never fetched"
        for issuer in parts.verifier.issuers.values()
        if issuer.source.fetched_at is None
    ]
    if not parts.gate.is_open():
        age = parts.gate.staleness()
        words = "never read" if age == float("inf") else f"last complete {age:.0f} s ago"
        missing.append(f"revocations: {words}")
    return missing


async def metrics(_request: web.Request) -> web.Response:
    """Prometheus text format, summed over the workers."""
    registry = REGISTRY
    if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
        registry = CollectorRegistry()
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return web.Response(body=generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def key_set(request: web.Request) -> web.Response:
    """The keys by which services verify assertions (RFC 7517)."""
    answer = web.json_response(request.app[PARTS].minter.key_set(), content_type="application/jwk-set+json")
    answer.headers["Cache-Control"] = "max-age=60"
    return answer


async def traefik_dynamic(request: web.Request) -> web.Response:
    """Dynamic configuration for Traefik's HTTP provider: the ``cors`` middleware with the current origins."""
    parts = request.app[PARTS]
    return web.json_response(cors_middleware(parts.origins.current, parts.settings.cors_headers))


def monotonic_age(moment: float | None) -> float:
    """Seconds since a monotonic moment; infinite if it never was."""
    return float("inf") if moment is None else time.monotonic() - moment


async def unavailable(request: web.Request) -> web.Response:
    """503 for Traefik's middleware ``service-away``, whose own 502 and 504 don't say when to retry (RFC 9110 §10.2.3).

    A page for a browser, problem details for any other client.
    """
    request_id = choose_request_id(request.headers.get(REQUEST_ID, ""))
    if "text/html" in request.headers.get("Accept", ""):
        answer = page(503, "Service unavailable", SERVICE_UNAVAILABLE, request_id)
    else:
        answer = problem(503, "service_unavailable", SERVICE_UNAVAILABLE, request_id)
    # aiohttp's own Server names its version and Python's.
    headers = answer.headers | {"Retry-After": str(RETRY_AFTER_SECONDS), "Server": "vf"}
    return web.Response(status=answer.status, body=answer.body, headers=headers)
