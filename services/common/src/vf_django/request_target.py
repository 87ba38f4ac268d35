"""The request target as the client sent it, which a bound assertion names."""

from django.http import HttpRequest
from django.utils.encoding import iri_to_uri


def raw_path(request: HttpRequest) -> str:
    """The path without query and not decoded (RFC 9449 §4.2). Servers without ``RAW_URI`` give it encoded again."""
    target = request.META.get("RAW_URI") or request.META.get("REQUEST_URI") or iri_to_uri(request.path)
    path: str = target.partition("?")[0]
    return path
