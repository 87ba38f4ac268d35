"""Headers that keep one user's response out of another user's cache, although the service sees neither cookies nor
tokens.
"""

from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_max_age, has_vary_header, patch_vary_headers

from vf_edge.identity_headers import USER_ID, USER_ROLES

from .users import User

FOR_NO_CACHE = "no-store, private"
"""Both directives: Django's own cache middleware reads only the second."""

_SEEN_BY_BROWSERS = ("Authorization", "Cookie")
_SEEN_BY_THE_SERVICE = (USER_ID, USER_ROLES)


def kept_private(response: HttpResponseBase, user: User) -> HttpResponseBase:
    """Return ``response``, marked as not cacheable if it was made for a signed-in user and the view sets no
    ``Cache-Control``.

    Without the header, a cache may keep a 200 for as long as it chooses (RFC 9111 §4.2.2).
    """
    if user.is_authenticated:
        response.headers.setdefault("Cache-Control", FOR_NO_CACHE)
    return response


def vary_by_browser(response: HttpResponseBase) -> None:
    """Tell browsers, shared caches and Django's cache that the response depends on the credential."""
    response.headers["Vary"] = _joined(response.headers.get("Vary", ""), _SEEN_BY_BROWSERS)


def vary_by_user(response: HttpResponseBase) -> None:
    """Add the credential and the identity headers to ``Vary``: the gateway may have removed the credential."""
    response.headers["Vary"] = _joined(response.headers.get("Vary", ""), _SEEN_BY_BROWSERS + _SEEN_BY_THE_SERVICE)


@lru_cache(maxsize=128)
def _joined(vary: str, names: tuple[str, ...]) -> str:
    """Return the joined ``Vary`` value, computed once for each value that the service's views set."""
    answer = HttpResponse(headers={"Vary": vary} if vary else {})
    patch_vary_headers(answer, names)
    return answer.headers["Vary"]


def check_cached_view(request: HttpRequest, response: HttpResponseBase) -> None:
    """Reject a response of ``cache_page`` that varies by a credential that the gateway removes.

    ``@cache_page`` with ``@vary_on_cookie`` or ``@vary_on_headers("Authorization")`` separates users only where the
    service receives those headers. Behind the gateway they are always empty, so the first user's response would be
    served to everyone. Raises :class:`ImproperlyConfigured`.
    """
    if not hasattr(request, "_cache_update_cache"):  # Django's cache did not see the request
        return
    if not (response.has_header("Expires") and get_max_age(response)):  # Django's cache stored nothing
        return
    if not any(has_vary_header(response, name) for name in _SEEN_BY_BROWSERS):  # the response is public
        return
    if has_vary_header(response, USER_ID) or request.META.get("HTTP_COOKIE") or request.META.get("HTTP_AUTHORIZATION"):
        return
    raise ImproperlyConfigured(
        "A cached view varies by Cookie or Authorization, which the edge removes: all users would get one response. "
        f'Add @vary_on_headers("{USER_ID}", "{USER_ROLES}") below @cache_page.'
    )
