"""The answer to a decision, free of any server."""

from dataclasses import dataclass
from functools import cache

from vf_edge.identity_headers import REQUEST_ID
from vf_edge.problems import CONTENT_TYPE, Problem

from ..decision.decision import Decision
from ..denials import AmbiguousCookie, CookiesTooLarge, CredentialRequired, Denial, InvalidToken
from .pages import CONTENT_SECURITY_POLICY, page
from .sign_in import SignInAddress

REALM = "vf"


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, headers and body."""

    status: int
    headers: dict[str, str]
    body: bytes = b""


def answer_to(decision: Decision, request_id: str, sign_in: SignInAddress) -> Answer:
    """200 with the identity headers, which Traefik copies into the request for the service, or a denial."""
    if decision.allowed:
        return Answer(200, {**decision.identity.values, REQUEST_ID: request_id})
    assert decision.denial is not None  # noqa: S101  an undecided one has no answer yet
    return _denied(decision.denial, decision, request_id, sign_in)


def _denied(denial: Denial, decision: Decision, request_id: str, sign_in: SignInAddress) -> Answer:
    """A redirect to sign in for a page load, else a problem (RFC 9457) with its challenge (RFC 6750 §3).

    With two cookies of one name too: there the other one is deleted, or a page says what is wrong.
    """
    page_load = _is_page_load(decision)
    if page_load and isinstance(denial, (CredentialRequired, InvalidToken, AmbiguousCookie)) and _may_sign_in(decision):
        location = sign_in.of(decision.request)
        return Answer(302, {"Location": location, "Cache-Control": "no-store", REQUEST_ID: request_id})
    if page_load and isinstance(denial, CookiesTooLarge):
        return _page_of(denial, request_id)
    before, after = _problem_body(denial.status, denial.code, denial.detail)
    fields = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store", REQUEST_ID: request_id}
    if denial.challenge is not None:
        fields["WWW-Authenticate"] = f'Bearer realm="{REALM}", error="{denial.challenge}"'
    elif denial.status == 401:
        fields["WWW-Authenticate"] = f'Bearer realm="{REALM}"'
    if denial.retry_after is not None:
        fields["Retry-After"] = str(denial.retry_after)
    return Answer(denial.status, fields, before + request_id.encode() + after)


def broken(status: int, code: str, detail: str, request_id: str) -> Answer:
    """The answer to what was not decided: bytes that are no request, or a fault."""
    fields = {"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store", REQUEST_ID: request_id}
    return Answer(status, fields, Problem(status, code, detail).body(request_id))


def _may_sign_in(decision: Decision) -> bool:
    """Whether the route sends to the sign-in. With ``Authorization`` it is a program, whatever it accepts."""
    rule = decision.found("rule")
    return rule is not None and rule.login and not decision.headers.every(b"authorization")


def _is_page_load(decision: Decision) -> bool:
    """Whether a browser loads a page; a request that was not read is none."""
    request = decision.found("request")
    return request is not None and bool(request.navigation)


def _page_of(denial: Denial, request_id: str) -> Answer:
    fields = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": CONTENT_SECURITY_POLICY,
        "Cache-Control": "no-store",
        REQUEST_ID: request_id,
    }
    return Answer(denial.status, fields, page("Too many cookies", denial.detail, request_id).encode())


@cache
def _problem_body(status: int, code: str, detail: str) -> tuple[bytes, bytes]:
    """The body around the request's id: for each kind of denial it is the same every time."""
    marker = "-id-"
    before, _, after = Problem(status, code, detail).body(marker).partition(marker.encode())
    return before, after
