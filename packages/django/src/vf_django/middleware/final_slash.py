"""API URLs without their final slash."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.urls import is_valid_path

API = "/api"


class FinalSlashMiddleware:
    """Adds a missing final slash in place, without a redirect, to paths at and below ``/api``.

    Django's ``APPEND_SLASH`` redirects, and clients follow with a GET without the body: a sign-out would not end the
    session. Only a path that exists with a slash and not without gets one, so URL patterns, the API's index and OpenAPI
    use one form. Pages keep Django's redirect.

    Place it after the identity middleware, which compares the client's original path with the assertion, and before
    ``CommonMiddleware``, which redirects.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Add the slash if needed, and call the next middleware."""
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
