"""The sign-in cookies: set and deleted with the same attributes (docs/headers.md).

A browser keeps cookies of one name apart by their ``Domain`` and ``Path`` and sends all of them, without saying which
is which. So another product on a parent domain, an older installation or the other layout can leave one beside ours,
and the edge refuses to choose. Whatever sets or deletes our cookies also deletes those others.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from django.http import HttpRequest, HttpResponse

from vf_edge import cookies
from vf_edge.redirects import is_within

from ..configuration import current
from .services import SignIn

REFRESH_PATH = "/api/auth/"
"""The refresh token travels to the sign-in endpoints only."""

MOST_DOMAINS = 6
"""Parent domains for which a cookie is deleted, the shortest first: ``Host`` is the client's to choose."""

MOST_PATHS = 12
"""Paths for which a cookie is deleted, the shortest first."""


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

    def delete_beside(self, response: HttpResponse) -> None:
        """Delete it in a line of its own, whatever else the response says of this name.

        Django keeps one cookie a name, so this one stands under another key. Lines go out in the order in which they
        were added: add this one before the cookie that stays, for clients that do not keep the two apart.
        """
        lines = HttpResponse()
        self.delete(lines)
        response.cookies[f"{self.name} {self.domain} {self.path}"] = lines.cookies[self.name]


def set_sign_in_cookies(
    response: HttpResponse, request: HttpRequest, sign_in: SignIn, *, others: "Others | None" = None
) -> None:
    """Hand the tokens to the browser, and delete ``others``; by default where the request has two of a name."""
    settings = current().sessions
    max_age = settings.remember_lifetime if sign_in.session.remember else None
    names = settings.cookie_names
    values = {
        names.access: sign_in.access.token,
        names.script: sign_in.access.token if settings.script_cookie else None,
        names.refresh: sign_in.refresh_token,
    }
    (others or Others(request)).delete(response)
    for form in forms(request):
        value = values[form.name]
        if value is not None:
            form.set(response, value, max_age=max_age)


def delete_sign_in_cookies(response: HttpResponse, request: HttpRequest) -> None:
    """Take all of them back, also one that a setting has switched off since, in each form that they can have."""
    Others(request, from_number=1).delete(response)
    for form in forms(request):
        form.delete(response)


def forms(request: HttpRequest) -> Iterator[CookieForm]:
    """The three cookies as this request's host and scheme want them."""
    names = current().sessions.cookie_names
    domain, secure = _domain(request), must_be_secure(request)
    yield CookieForm(names.access, "/", httponly=True, domain=domain, secure=secure)
    yield CookieForm(names.script, "/", httponly=False, domain=domain, secure=secure)
    yield CookieForm(names.refresh, REFRESH_PATH, httponly=True, domain=domain, secure=secure)


@dataclass(frozen=True, slots=True)
class Others:
    """Cookies of our names with another ``Domain`` or ``Path`` than ours, as far as a request can show them."""

    request: HttpRequest
    from_number: int = 2
    """How many values of a name the request must have: one may be our own, two are not."""
    seen_at: str = ""
    """A further path at which they were sent."""

    def delete(self, response: HttpResponse) -> None:
        """Delete them. Call it before our own cookies are set."""
        for form in forms(self.request):
            self.delete_others_than(form, response)

    def delete_others_than(self, form: CookieForm, response: HttpResponse) -> None:
        """Delete what has the name of ``form`` and is another cookie."""
        number = len(shown(self.request, form.name))
        if number < self.from_number and not self.seen_at:
            return
        paths = {"/": None, form.path: None}
        if number > 1:
            paths |= dict.fromkeys(_paths_to(self.request.path))
        paths |= dict.fromkeys(_paths_to(self.seen_at))
        for domain in (None, *_domains(self.request)):
            for path in paths:
                if (domain, path) != (form.domain, form.path):
                    replace(form, domain=domain, path=path).delete_beside(response)


def shown(request: HttpRequest, name: str) -> list[bytes]:
    """Every value of the cookie ``name`` in the request, read strictly."""
    header = request.META.get("HTTP_COOKIE", "").encode("latin-1", "replace")
    return cookies.values(header, name.encode())


def must_be_secure(request: HttpRequest) -> bool:
    """``Secure`` always, except plain HTTP on this very machine in development."""
    return current().production or request.is_secure() or not is_within(_host(request), "localhost")


def _domain(request: HttpRequest) -> str | None:
    domain = current().sessions.cookie_domain
    # On a host outside of the domain ("localhost") a browser would refuse the cookie.
    return domain if domain and is_within(_host(request), domain) else None


def _domains(request: HttpRequest) -> list[str]:
    """The host and its parents, down to two labels, for which a browser lets the host set cookies."""
    host = _host(request)
    if _is_address(host):
        return []
    labels = host.split(".")
    return [".".join(labels[-length:]) for length in range(2, len(labels) + 1)][:MOST_DOMAINS]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def _paths_to(path: str) -> list[str]:
    """Every ``Path`` of a cookie that a browser sends to ``path`` (RFC 6265 §5.1.4)."""
    if not path or ";" in path:
        return []
    pieces = path.split("/")
    parents: Iterable[str] = ("/".join(pieces[:length]) for length in range(2, len(pieces)))
    both = (spelling for parent in parents for spelling in (parent, f"{parent}/"))
    return list(dict.fromkeys(("/", *both, path)))[:MOST_PATHS]


def _host(request: HttpRequest) -> str:
    return request.get_host().partition(":")[0].rstrip(".").lower()
