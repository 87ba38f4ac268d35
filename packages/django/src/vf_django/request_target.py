"""The request target as the client sent it, which a bound assertion names."""

from django.http import HttpRequest
from django.utils.encoding import escape_uri_path


def request_target(request: HttpRequest) -> str:
    """Return path and query, not decoded: gunicorn, uWSGI and waitress keep both, ASGI servers keep the path
    (``raw_path``).

    Other servers' paths are encoded again. If the client percent-encoded a character without need, the result differs.
    """
    whole: str | None = request.META.get("RAW_URI") or request.META.get("REQUEST_URI")
    if whole:
        return whole
    raw_path: bytes | None = getattr(request, "scope", {}).get("raw_path")
    path = raw_path.decode("latin-1") if raw_path else escape_uri_path(request.path)
    query = request.META.get("QUERY_STRING", "")
    return f"{path}?{query}" if query else path
