"""Health and metrics endpoints for internal clients. Traefik never routes them."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from . import readiness


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """Return 200: the process is alive."""
    return JsonResponse({"status": "ok"})


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Return 200 if the service can serve requests; else 503 and the reasons."""
    missing = readiness.missing()
    document = {"status": "not ready" if missing else "ready", "missing": missing}
    return JsonResponse(document, status=503 if missing else 200)


@require_safe
def prometheus(request: HttpRequest) -> HttpResponse:
    """Return metrics in Prometheus's text format."""
    from . import metrics  # needs the extra ``metrics``

    return HttpResponse(metrics.exposition(), content_type=metrics.CONTENT_TYPE)
