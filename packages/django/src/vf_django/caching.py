"""Caches must keep people apart, although the service sees neither their cookies nor their tokens."""

from functools import lru_cache

from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.cache import get_max_age, has_vary_header, patch_vary_headers

from vf_edge.identity_headers import USER_ID, USER_ROLES

from .users import User

FOR_NO_CACHE = "no-store, private"
"""Both words: Django's own cache middleware looks at the second only."""

_SEEN_BY_BROWSERS = ("Authorization", "Cookie")
_SEEN_BY_THE_SERVICE = (USER_ID, USER_ROLES)


def kept_private(response: HttpResponseBase, user: User) -> HttpResponseBase:
    """``response``, for no cache to keep if it was made for somebody, unless the view says otherwise.

    Without ``Cache-Control`` a cache chooses for how long it keeps a 200 (RFC 9111 §4.2.2).
    """
    if user.is_authenticated:
        response.headers.setdefault("Cache-Control", FOR_NO_CACHE)
    return response


def vary_by_browser(response: HttpResponseBase) -> None:
    """Say to browsers, shared caches and Django's own that the answer depends on the credential."""
    response.headers["Vary"] = _joined(response.headers.get("Vary", ""), _SEEN_BY_BROWSERS)


def vary_by_user(response: HttpResponseBase) -> None:
    """The same, and by whom the edge vouches for: the edge may have removed the credential."""
    response.headers["Vary"] = _joined(response.headers.get("Vary", ""), _SEEN_BY_BROWSERS + _SEEN_BY_THE_SERVICE)


@lru_cache(maxsize=128)
def _joined(vary: str, names: tuple[str, ...]) -> str:
    """Django's own joining, done once for each ``Vary`` that the views of a service have."""
    answer = HttpResponse(headers={"Vary": vary} if vary else {})
    patch_vary_headers(answer, names)
    return answer.headers["Vary"]


def check_cached_view(request: HttpRequest, response: HttpResponseBase) -> None:
    """Refuse an answer of ``cache_page`` that was to differ by a credential that the edge removes.

    ``@cache_page`` with ``@vary_on_cookie`` or ``@vary_on_headers("Authorization")`` keeps people apart where
    services see those headers. Behind the edge everybody's are the same, and the first one's answer would be
    everybody's. Raises :class:`ImproperlyConfigured`.
    """
    if not hasattr(request, "_cache_update_cache"):  # Django's cache did not see the request
        return
    if not (response.has_header("Expires") and get_max_age(response)):  # it kept nothing
        return
    if not any(has_vary_header(response, name) for name in _SEEN_BY_BROWSERS):  # meant for everybody
        return
    if has_vary_header(response, USER_ID) or request.META.get("HTTP_COOKIE") or request.META.get("HTTP_AUTHORIZATION"):
        return
    raise ImproperlyConfigured(
        "A cached view varies by Cookie or Authorization, which the edge removes: all users would get one response. "
        f'Add @vary_on_headers("{USER_ID}", "{USER_ROLES}") below @cache_page.'
    )
