"""The sign-in cookies: set and deleted with the same attributes (docs/headers.md)."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse

from vf_edge.cookies import ACCESS_COOKIE, REFRESH_COOKIE, SCRIPT_COOKIE
from vf_edge.redirects import is_within

from ..configuration import current
from .services import SignIn

REFRESH_PATH = "/api/auth/"
"""The refresh token travels to the sign-in endpoints only."""


@dataclass(frozen=True, slots=True)
class CookieForm:
    """Everything about a cookie but its value and age."""

    name: str
    path: str
    httponly: bool
    domain: str | None
    secure: bool
    samesite: Literal["Lax"] = "Lax"

    def set(self, response: HttpResponse, value: str, *, max_age: int | None) -> None:
        """Set it; without ``max_age`` it ends with the browser session."""
        response.set_cookie(
            self.name,
            value,
            max_age=max_age,
            path=self.path,
            domain=self.domain,
            secure=self.secure,
            httponly=self.httponly,
            samesite=self.samesite,
        )

    def delete(self, response: HttpResponse) -> None:
        """Delete it: a browser takes only a cookie of the same name, path and domain for the same one."""
        self.set(response, "", max_age=0)


def set_sign_in_cookies(response: HttpResponse, request: HttpRequest, sign_in: SignIn) -> None:
    """Hand the tokens to the browser."""
    settings = current().sessions
    max_age = settings.remember_lifetime if sign_in.session.remember else None
    values = {
        ACCESS_COOKIE: sign_in.access.token,
        SCRIPT_COOKIE: sign_in.access.token if settings.script_cookie else None,
        REFRESH_COOKIE: sign_in.refresh_token,
    }
    for form in forms(request):
        value = values[form.name]
        if value is not None:
            form.set(response, value, max_age=max_age)


def delete_sign_in_cookies(response: HttpResponse, request: HttpRequest) -> None:
    """Take all of them back, also one that a setting has switched off since."""
    for form in forms(request):
        form.delete(response)


def forms(request: HttpRequest) -> Iterator[CookieForm]:
    """The three cookies as this request's host and scheme want them."""
    domain, secure = _domain(request), must_be_secure(request)
    yield CookieForm(ACCESS_COOKIE, "/", httponly=True, domain=domain, secure=secure)
    yield CookieForm(SCRIPT_COOKIE, "/", httponly=False, domain=domain, secure=secure)
    yield CookieForm(REFRESH_COOKIE, REFRESH_PATH, httponly=True, domain=domain, secure=secure)


def must_be_secure(request: HttpRequest) -> bool:
    """``Secure`` always, except plain HTTP on this very machine in development."""
    return current().production or request.is_secure() or not is_within(_host(request), "localhost")


def _domain(request: HttpRequest) -> str | None:
    domain = current().sessions.cookie_domain
    # On a host outside of the domain ("localhost") a browser would refuse the cookie.
    return domain if domain and is_within(_host(request), domain) else None


def _host(request: HttpRequest) -> str:
    return request.get_host().partition(":")[0].rstrip(".")
