"""The request ID of a Django request."""

from django.http import HttpRequest

from vf_edge.request_ids import choose_request_id


def request_id_of(request: HttpRequest) -> str:
    """Return the ID of a request. If ``RequestContextMiddleware`` has not assigned one, generate it."""
    known: str | None = getattr(request, "request_id", None)
    if known is None:
        known = choose_request_id(request.META.get("HTTP_X_REQUEST_ID", ""))
        request.request_id = known  # type: ignore[attr-defined]
    return known
