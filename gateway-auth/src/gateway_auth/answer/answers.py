"""The answer to a decision, free of any server."""

from dataclasses import dataclass
from functools import cache
from html import escape
from string import Template

from vf_edge.identity_headers import REQUEST_ID
from vf_edge.problems import CONTENT_TYPE, Problem

from ..decision.decision import Decision
from ..denials import AmbiguousCookie, CookiesTooLarge, CredentialRequired, InvalidToken, RoleRequired
from .sign_in import SignInAddress

REALM = "vf"

_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>$title</title>
  <style>
    body { font: 1.125rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 15vh auto 0; padding: 0 1.5rem }
    code { overflow-wrap: anywhere }
  </style>
</head>
<body>
  <main>
    <h1>$title</h1>
    <p>$detail</p>
    <p><a href="">Try again</a></p>
    <p>Request ID: <code>$request_id</code></p>
  </main>
</body>
</html>
""")


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


def answer_to(decision: Decision, request_id: str, sign_in: SignInAddress) -> Answer:
    """200 with the identity headers, which Traefik copies into the request for the service, or a denial.

    A denied page load is redirected to the sign-in, also with two cookies of one name: there, one of them is deleted,
    or a page says what is wrong. A signed-in user without the role gets a page that names it. Anything else gets a
    problem (RFC 9457).
    """
    if decision.allowed:
        return Answer(200, {**decision.identity.values, REQUEST_ID: request_id})
    denial, request = decision.denial, decision.found("request")
    assert denial is not None  # noqa: S101  an undecided one has no answer yet
    if request is not None and request.navigation:
        if isinstance(denial, CredentialRequired | InvalidToken | AmbiguousCookie) and _may_sign_in(decision):
            location = sign_in.of(decision.request)
            return Answer(302, {"Location": location, "Cache-Control": "no-store", REQUEST_ID: request_id})
        if isinstance(denial, CookiesTooLarge):
            return page(denial.status, "Too many cookies", denial.detail, request_id)
        if isinstance(denial, RoleRequired) and _may_sign_in(decision):
            return page(denial.status, "Access denied", _role_missing(decision), request_id)
    return problem(denial.status, denial.code, denial.detail, request_id, denial.challenge, denial.retry_after)


def _may_sign_in(decision: Decision) -> bool:
    """Whether the route redirects to the sign-in. A client that sends ``Authorization`` is a program."""
    rule = decision.found("rule")
    return rule is not None and rule.login and not decision.headers.every(b"authorization")


def _role_missing(decision: Decision) -> str:
    """What to do about a missing role. The route's roles are an operator's words, never a client's."""
    roles = " or ".join(sorted(decision.rule.roles))
    return f"This page requires the role {roles}. Ask an operator for the role, or sign in as another user."


def problem(
    status: int, code: str, detail: str, request_id: str, challenge: str | None = None, retry_after: int | None = None
) -> Answer:
    """Problem details (RFC 9457), with the challenge of RFC 6750 §3."""
    fields, before, after = _problem_parts(status, code, detail, challenge, retry_after)
    return Answer(status, {**fields, REQUEST_ID: request_id}, before + request_id.encode() + after)


@cache
def _problem_parts(
    status: int, code: str, detail: str, challenge: str | None, retry_after: int | None
) -> tuple[dict[str, str], bytes, bytes]:
    """What is the same in all problems of a kind: the headers, and the body before and after the request ID."""
    fields = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store", REQUEST_ID: ""}
    if challenge is not None or status == 401:
        error = "" if challenge is None else f', error="{challenge}"'
        fields["WWW-Authenticate"] = f'Bearer realm="{REALM}"{error}'
    if retry_after is not None:
        fields["Retry-After"] = str(retry_after)
    marker = "-id-"
    before, _, after = Problem(status, code, detail).body(marker).partition(marker.encode())
    return fields, before, after


def page(status: int, title: str, detail: str, request_id: str) -> Answer:
    """An HTML document that loads nothing, for a browser. Only the request's ID is repeated in it."""
    fields = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
        "Cache-Control": "no-store",
        REQUEST_ID: request_id,
    }
    text = _PAGE.substitute(title=escape(title), detail=escape(detail), request_id=escape(request_id))
    return Answer(status, fields, text.encode())
