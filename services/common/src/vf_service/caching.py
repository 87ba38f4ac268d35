"""``Cache-Control`` and ``ETag`` of API responses."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.http import ConditionalGetMiddleware

from vf_django.caching import FOR_NO_CACHE

PRIVATE = "private, no-cache"
"""For a response that a browser may keep, and must revalidate with its ``ETag`` before each use."""

PUBLIC = "public, no-cache"
"""The same, for a response that is equal for all users."""


class CachingMiddleware:
    """Marks responses below ``/api`` as not cacheable unless the view says otherwise, and revalidates the others.

    A view that sets :data:`PRIVATE` or :data:`PUBLIC` gets an ``ETag``, and 304 for a request that has it
    (RFC 9110 §13). Without ``Cache-Control``, a cache may keep a 200 for as long as it chooses (RFC 9111 §4.2.2).
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response
        self._conditional = ConditionalGetMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Complete the response."""
        response = self._get_response(request)
        if not request.path.startswith("/api"):
            return response
        response.headers.setdefault("Cache-Control", FOR_NO_CACHE)
        if response.headers["Cache-Control"] in (PRIVATE, PUBLIC):
            assert isinstance(response, HttpResponse)  # noqa: S101  these views stream nothing
            return self._conditional.process_response(request, response)
        return response
