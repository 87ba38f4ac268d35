"""An API answers an address without its final slash as it answers the address itself."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import is_valid_path

API = "/api"


class FinalSlashMiddleware:
    """Adds the final slash that a client left out, in place, for addresses at and below ``/api``.

    Django's own ``APPEND_SLASH`` redirects, and a client that follows sends a GET without the body: signing out would
    sign nobody out. Only an address that exists with a slash and not without gets one, so URL patterns, the API's own
    list and OpenAPI name one form. Pages keep Django's redirect.

    It stands behind the identity's middleware, which compares the path that the client asked for with the one that the
    edge vouches for, and before ``CommonMiddleware``, which redirects.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer the address that was meant."""
        if _lacks_slash(request):
            request.path += "/"
            request.path_info += "/"
        return self._get_response(request)


def _lacks_slash(request: HttpRequest) -> bool:
    path = request.path_info
    if path.endswith("/") or not (path == API or path.startswith(f"{API}/")):
        return False
    urlconf = getattr(request, "urlconf", None)
    return not is_valid_path(path, urlconf) and bool(is_valid_path(f"{path}/", urlconf))
