"""The request target as the client sent it, which a bound assertion names."""

from django.http import HttpRequest
from django.utils.encoding import iri_to_uri


def request_target(request: HttpRequest) -> str:
    """Path and query, not decoded. A server that does not keep them (``RAW_URI``) gives them encoded again."""
    raw: str | None = request.META.get("RAW_URI") or request.META.get("REQUEST_URI")
    return raw or iri_to_uri(request.get_full_path())
