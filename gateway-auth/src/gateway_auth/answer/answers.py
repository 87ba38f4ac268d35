"""The form of an answer: identity headers, a problem, or a redirect to sign in. Nothing is decided here."""

from dataclasses import dataclass
from urllib.parse import quote

from vf_edge.identity_headers import REQUEST_ID
from vf_edge.problems import CONTENT_TYPE, Problem
from vf_edge.redirects import safe_next

from ..decision.steps import Verdict
from ..denials import AmbiguousCookie, BadRequest, CookiesTooLarge, CredentialRequired, Denial, InvalidToken
from ..request.forwarded import ForwardedRequest, read_forwarded
from ..request.lines import HeaderLines
from ..request.rule import parse_rule
from .pages import CONTENT_SECURITY_POLICY, page

CONTINUE_PATH = "/api/auth/continue/"
REALM = "vf"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body, free of any server."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class SignInAddress:
    """Where a page navigation without a valid token is sent, by layout (docs/architecture.md)."""

    base_domain: str
    subdomains: bool
    ports: dict[str, int]
    """Public port by scheme."""

    def of(self, request: ForwardedRequest) -> str:
        """The address with ``next``; in one origin it stays on the host, whose cookies are its own."""
        if not self.subdomains:
            return f"{CONTINUE_PATH}?next={self._next(request.uri)}"
        target = self._next(f"{request.scheme}://{request.host}{request.uri}")
        port = self.ports[request.scheme]
        suffix = "" if port == {"http": 80, "https": 443}[request.scheme] else f":{port}"
        return f"{request.scheme}://{self.base_domain}{suffix}{CONTINUE_PATH}?next={target}"

    def _next(self, target: str) -> str:
        """``//evil.test/`` is a path to us and another host to a browser that is sent there."""
        return quote(safe_next(target, base_domain=self.base_domain), safe="")


def allowed(verdict: Verdict, request_id: str) -> Answer:
    """200 with the identity headers; Traefik copies them into the request for the service."""
    return Answer(200, {**verdict.headers.values, REQUEST_ID: request_id})


def denied(denial: Denial, request_id: str, headers: HeaderLines | None, query: str, sign_in: SignInAddress) -> Answer:
    """A redirect to sign in for a page navigation, else a problem (RFC 9457) with its challenge (RFC 6750 §3).

    With two cookies of one name too: there the other one is deleted, or a page says what is wrong.
    """
    if headers is not None and isinstance(denial, (CredentialRequired, InvalidToken, AmbiguousCookie)):
        location = _sign_in_location(headers, query, sign_in)
        if location is not None:
            return Answer(302, {"Location": location, "Cache-Control": "no-store", REQUEST_ID: request_id})
    if headers is not None and isinstance(denial, CookiesTooLarge) and _is_page_load(headers):
        return _page_of(denial, request_id)
    problem = Problem(denial.status, denial.code, denial.detail)
    fields = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store", REQUEST_ID: request_id}
    if denial.challenge is not None:
        fields["WWW-Authenticate"] = f'Bearer realm="{REALM}", error="{denial.challenge}"'
    elif denial.status == 401:
        fields["WWW-Authenticate"] = f'Bearer realm="{REALM}"'
    if denial.retry_after is not None:
        fields["Retry-After"] = str(denial.retry_after)
    return Answer(denial.status, fields, problem.body(request_id))


def _is_page_load(headers: HeaderLines) -> bool:
    try:
        return read_forwarded(headers).navigation
    except BadRequest:
        return False


def _page_of(denial: Denial, request_id: str) -> Answer:
    fields = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cache-Control": "no-store",
        REQUEST_ID: request_id,
    }
    return Answer(denial.status, fields, page("Too many cookies", denial.detail, request_id).encode())


def _sign_in_location(headers: HeaderLines, query: str, sign_in: SignInAddress) -> str | None:
    if headers.every(b"authorization"):  # a program, whatever it accepts
        return None
    try:
        rule, request = parse_rule(query), read_forwarded(headers)
    except BadRequest:
        return None
    if not rule.login or not request.navigation:
        return None
    return sign_in.of(request)
