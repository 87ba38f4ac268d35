"""The session cookies: set and deleted with the same attributes (docs/headers.md).

A browser distinguishes cookies of one name by their ``Domain`` and ``Path`` and sends all of them, without saying which
is which. So another product on a parent domain, an older installation or the other layout can leave a second cookie,
and the gateway rejects ambiguous cookies. Code that sets or deletes our cookies also deletes those others.
"""

import ipaddress
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from django.http import HttpRequest, HttpResponse

from vf_edge import cookies
from vf_edge.redirects import is_within
from vf_service.endpoints import ALIAS, VERSIONED

from ..configuration import current
from .services import SignIn

REFRESH_PATH = "/api/auth/"
"""Only the sign-in endpoints receive the refresh token."""

MOST_DOMAINS = 6
"""Maximum number of parent domains for which a cookie is deleted, the shortest first: the client chooses ``Host``."""

MOST_PATHS = 12
"""Maximum number of paths for which a cookie is deleted, the shortest first."""


@dataclass(frozen=True, slots=True)
class CookieForm:
    """All attributes of a cookie except its value and age.

    A browser sends a cookie for ``/api/auth/`` there only, and the path ``/api/`` would send it to every service. So
    with ``versioned``, a cookie with a path below ``/api/`` is set and deleted for the versioned form of its path too.
    """

    name: str
    path: str
    httponly: bool
    domain: str | None
    secure: bool
    samesite: Literal["Lax"] = "Lax"
    versioned: bool = False

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the path, and before it the versioned form if the cookie exists for both."""
        if not self.versioned or not self.path.startswith(f"/{ALIAS}"):
            return (self.path,)
        return (f"/{VERSIONED}{self.path.removeprefix(f'/{ALIAS}')}", self.path)

    def set(self, response: HttpResponse, value: str, *, max_age: int | None) -> None:
        """Set the cookie. Without ``max_age``, it ends with the browser session."""
        for path in self.paths[:-1]:
            replace(self, path=path)._set_beside(response, value, max_age=max_age)
        self._set(response, value, max_age=max_age)

    def _set(self, response: HttpResponse, value: str, *, max_age: int | None) -> None:
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
        """Delete the cookie. A browser deletes only a cookie of the same name, path and domain."""
        self.set(response, "", max_age=0)

    def delete_beside(self, response: HttpResponse) -> None:
        """Delete the cookie in a header line of its own, whatever else the response sets under this name.

        Django keeps one cookie per name, so this one is stored under another key. Lines are sent in the order in which
        they were added: call this before you set the cookie that stays, for clients that don't distinguish the two.
        """
        self._set_beside(response, "", max_age=0)

    def _set_beside(self, response: HttpResponse, value: str, *, max_age: int | None) -> None:
        lines = HttpResponse()
        self._set(lines, value, max_age=max_age)
        response.cookies[f"{self.name} {self.domain} {self.path}"] = lines.cookies[self.name]


def set_sign_in_cookies(
    response: HttpResponse, request: HttpRequest, sign_in: SignIn, *, others: "Others | None" = None
) -> None:
    """Set the cookies for the tokens, and delete ``others``; by default if the request has two of one name."""
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
    if is_versioned(request):
        _mark(request).set(response, "1", max_age=max_age)


def delete_sign_in_cookies(response: HttpResponse, request: HttpRequest) -> None:
    """Delete all session cookies in every form they can have, including those that a setting has turned off."""
    Others(request, from_number=1).delete(response)
    for form in forms(request):
        form.delete(response)
    if is_versioned(request):
        _mark(request).delete(response)


def is_versioned(request: HttpRequest) -> bool:
    """Return True if the browser has the narrow cookies for the versioned form of their paths, or gets them now.

    It gets them when it first uses that form. Other clients keep one cookie of each name, which they may look up by it.
    """
    at_versioned = request.path.startswith(f"/{VERSIONED}")
    return at_versioned or bool(shown(request, current().sessions.cookie_names.versioned))


def narrow_form(request: HttpRequest, name: str, path: str = REFRESH_PATH, *, domain: str | None = None) -> CookieForm:
    """Return an HttpOnly cookie for sign-in endpoints, for this request's scheme and form of the path."""
    secure, versioned = must_be_secure(request), is_versioned(request)
    return CookieForm(name, path, httponly=True, domain=domain, secure=secure, versioned=versioned)


def _mark(request: HttpRequest) -> CookieForm:
    """Return the cookie that tells the alias about the cookies of the versioned form, so that it renews both."""
    names, domain = current().sessions.cookie_names, _domain(request)
    return replace(narrow_form(request, names.versioned, domain=domain), versioned=False)


def forms(request: HttpRequest) -> Iterator[CookieForm]:
    """Return the three cookies for this request's host and scheme."""
    names = current().sessions.cookie_names
    domain, secure = _domain(request), must_be_secure(request)
    yield CookieForm(names.access, "/", httponly=True, domain=domain, secure=secure)
    yield CookieForm(names.script, "/", httponly=False, domain=domain, secure=secure)
    yield narrow_form(request, names.refresh, domain=domain)


@dataclass(frozen=True, slots=True)
class Others:
    """Cookies with our names and another ``Domain`` or ``Path``, as far as a request reveals them."""

    request: HttpRequest
    from_number: int = 2
    """Minimum number of values of one name in the request: one may be ours, the second isn't."""
    seen_at: str = ""
    """An additional path at which the browser sent them."""

    def delete(self, response: HttpResponse) -> None:
        """Delete the cookies. Call this before setting our own."""
        for form in forms(self.request):
            self.delete_others_than(form, response)

    def delete_others_than(self, form: CookieForm, response: HttpResponse) -> None:
        """Delete other cookies with the name of ``form``."""
        number = len(shown(self.request, form.name))
        if number < self.from_number and not self.seen_at:
            return
        paths = dict.fromkeys(("/", *form.paths))
        if number > 1:
            paths |= dict.fromkeys(_paths_to(self.request.path))
        paths |= dict.fromkeys(_paths_to(self.seen_at))
        for domain in (None, *_domains(self.request)):
            for path in paths:
                if domain != form.domain or path not in form.paths:
                    replace(form, domain=domain, path=path).delete_beside(response)


def shown(request: HttpRequest, name: str) -> list[bytes]:
    """Return every value of the cookie ``name`` in the request, read strictly."""
    header = request.META.get("HTTP_COOKIE", "").encode("latin-1", "replace")
    return cookies.values(header, name.encode())


def must_be_secure(request: HttpRequest) -> bool:
    """Return True, except for plain HTTP on the local machine in development."""
    return current().production or request.is_secure() or not is_within(_host(request), "localhost")


def _domain(request: HttpRequest) -> str | None:
    domain = current().sessions.cookie_domain
    # On a host outside the domain ("localhost"), a browser would reject the cookie.
    return domain if domain and is_within(_host(request), domain) else None


def _domains(request: HttpRequest) -> list[str]:
    """Return the host and its parents, down to two labels, for which a browser lets the host set cookies."""
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
    """Return every ``Path`` of a cookie that a browser sends to ``path`` (RFC 6265 §5.1.4)."""
    if not path or ";" in path:
        return []
    pieces = path.split("/")
    parents: Iterable[str] = ("/".join(pieces[:length]) for length in range(2, len(pieces)))
    both = (spelling for parent in parents for spelling in (parent, f"{parent}/"))
    return list(dict.fromkeys(("/", *both, path)))[:MOST_PATHS]


def _host(request: HttpRequest) -> str:
    return request.get_host().partition(":")[0].rstrip(".").lower()
