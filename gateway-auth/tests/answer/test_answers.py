"""The forms of an answer (RFC 6750, RFC 9457), and where a page navigation is sent (hostile rows 17, 33)."""

import json
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway_auth import denials as errors
from gateway_auth.answer.answers import Answer, answer_to
from gateway_auth.answer.sign_in import SignInAddress
from gateway_auth.decision.decision import Decision, Outcome
from gateway_auth.decision.steps import parse_rule
from gateway_auth.identity.assertions import ANONYMOUS
from gateway_auth.request.forwarded import read_forwarded
from gateway_auth.request.lines import Asked

from ..builders import bearer, cookie, headers, lines

ONE_ORIGIN = SignInAddress("vfservices.localhost", subdomains=False, ports={"http": 8000, "https": 8443})
SUBDOMAINS = SignInAddress("vfservices.localhost", subdomains=True, ports={"http": 8000, "https": 8443})
DEFAULT_PORTS = SignInAddress("vfservices.localhost", subdomains=True, ports={"http": 80, "https": 443})
PAGE = ("Sec-Fetch-Mode", "navigate")
AUTO = "audience=website&login=auto"
DENIALS = [
    errors.BadRequest,
    errors.AmbiguousCookie,
    errors.CredentialRequired,
    errors.InvalidToken,
    errors.OpaqueToken,
    errors.ExpiredToken,
    errors.RevokedToken,
    errors.RoleRequired,
    errors.CrossSiteRequest,
    errors.TooLarge,
    errors.CookiesTooLarge,
    errors.CannotDecide,
]
CHALLENGES = {
    errors.BadRequest: 'Bearer realm="vf", error="invalid_request"',
    errors.CredentialRequired: 'Bearer realm="vf"',
    errors.InvalidToken: 'Bearer realm="vf", error="invalid_token"',
    errors.OpaqueToken: 'Bearer realm="vf", error="invalid_token"',
    errors.ExpiredToken: 'Bearer realm="vf", error="invalid_token"',
    errors.RevokedToken: 'Bearer realm="vf", error="invalid_token"',
    errors.RoleRequired: 'Bearer realm="vf", error="insufficient_scope"',
    errors.CrossSiteRequest: None,
    errors.TooLarge: None,
    errors.CookiesTooLarge: None,
    errors.CannotDecide: None,
}


def navigated(
    denial=None, rule: str = AUTO, sign_in: SignInAddress = ONE_ORIGIN, more=(PAGE,), **forwarded: str
) -> Answer:
    denial = denial or errors.CredentialRequired("secret reason")
    return answer_to(refused(denial, rule, *more, **forwarded), "req-1", sign_in)


def refused(denial, rule: str, *more, **forwarded: str) -> Decision:
    """A decision that ended with ``denial`` at a step after all that can be read of the request was read."""
    decision = Decision(Asked("GET", "/verify", rule, lines(*more, **forwarded)), 0.0)
    decision.denial, decision.headers = denial, headers(*more, **forwarded)
    with suppress(errors.BadRequest):
        decision.rule = parse_rule(rule)
        decision.request = read_forwarded(decision.headers)
    return decision


def next_of(answer: Answer) -> str:
    return parse_qs(urlsplit(answer.headers["Location"]).query)["next"][0]


def test_an_anonymous_answer_has_every_identity_header_and_all_are_empty():
    decision = Decision(Asked("GET", "/verify", "audience=a", []), 0.0, outcome=Outcome.ANONYMOUS)
    decision.identity = ANONYMOUS
    answer = answer_to(decision, "req-1", ONE_ORIGIN)
    names = ["X-User-Id", "X-User-Name", "X-User-Email", "X-User-Roles", "X-User-Session", "X-User-Assertion"]
    assert answer == Answer(200, dict.fromkeys(names, "") | {"X-Request-Id": "req-1"})


@pytest.mark.parametrize(("denial", "challenge"), CHALLENGES.items(), ids=lambda value: getattr(value, "__name__", ""))
def test_the_challenge_says_what_rfc_6750_asks_for(denial, challenge):
    answer = answer_to(refused(denial("reason"), "audience=a"), "req-1", ONE_ORIGIN)
    assert answer.headers.get("WWW-Authenticate") == challenge


@pytest.mark.parametrize("denial", DENIALS)
def test_every_denial_is_a_problem_that_keeps_its_reason_to_itself(denial):
    answer = answer_to(refused(denial("the secret reason"), "audience=a"), "req-1", ONE_ORIGIN)
    document = json.loads(answer.body)
    assert document.keys() == {"type", "title", "status", "detail", "code", "request_id"}
    assert (document["status"], document["code"]) == (answer.status, denial.code)
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert b"the secret reason" not in answer.body


def test_every_denial_of_the_tree_is_in_these_tests():
    def below(kind):
        return {kind, *(deeper for child in kind.__subclasses__() for deeper in below(child))}

    assert below(errors.Denial) - {errors.Denial} == set(DENIALS)


def test_what_cannot_be_decided_says_when_to_try_again():
    assert int(navigated(errors.CannotDecide("")).headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    "denial",
    [
        errors.CredentialRequired,
        errors.InvalidToken,
        errors.ExpiredToken,
        errors.RevokedToken,
        errors.AmbiguousCookie,
    ],
)
def test_a_page_navigation_is_sent_to_sign_in_for(denial):
    answer = navigated(denial(""))
    assert answer.status == 302
    assert answer.headers["Location"] == "/api/auth/continue/?next=%2Fapi%2Fbilling%2F%3Fa%3Db"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body == b""


NOT_SENT = {
    "a route that never signs in": {"rule": "audience=website&login=never"},
    "a route that says nothing of it": {"rule": "audience=website"},
    "a rule that is wrong": {"rule": "login=auto"},
    "a script": {"more": [("Sec-Fetch-Mode", "cors")]},
    "a program": {"more": []},
    "a form": {"method": "POST"},
    "a WebSocket": {"proto": "wss"},
    "a Bearer": {"more": [PAGE, bearer("a")]},
    "a request without its address": {"uri": "evil"},
    "a lack of roles": {"denial": errors.RoleRequired("")},
    "another site's doing": {"denial": errors.CrossSiteRequest("")},
    "two Authorization headers": {"denial": errors.BadRequest("")},
    "two cookies for a script": {"denial": errors.AmbiguousCookie(""), "more": [("Sec-Fetch-Mode", "cors")]},
    "revocations that are too old": {"denial": errors.CannotDecide("")},
    "too large a header": {"denial": errors.TooLarge("")},
    "too large cookies": {"denial": errors.CookiesTooLarge("")},
}


@pytest.mark.parametrize("case", NOT_SENT.values(), ids=NOT_SENT.keys())
def test_nobody_is_sent_to_sign_in_for(case):
    assert navigated(**case).status in (400, 401, 403, 431, 503)


def test_a_user_with_too_many_cookies_gets_a_page_that_says_what_to_do():
    answer = navigated(denial=errors.CookiesTooLarge(""))
    assert (answer.status, answer.headers["Content-Type"]) == (431, "text/html; charset=utf-8")
    assert b"Delete this site&#x27;s cookies" in answer.body
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_a_script_with_too_many_cookies_gets_a_problem():
    answer = navigated(denial=errors.CookiesTooLarge(""), more=[("Sec-Fetch-Mode", "cors")])
    assert (answer.status, answer.headers["Content-Type"]) == (431, "application/problem+json")


def test_a_user_without_the_role_gets_a_page_that_names_it():
    rule = "audience=website&mode=required&roles=operator,admin&login=auto"
    answer = navigated(denial=errors.RoleRequired(""), rule=rule, more=[PAGE, cookie("a")])
    assert (answer.status, answer.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert b"This page requires the role admin or operator." in answer.body


@pytest.mark.parametrize(
    ("rule", "more"),
    [
        ("audience=identity&roles=operator&login=never", None),
        ("audience=website&roles=operator&login=auto", [("Sec-Fetch-Mode", "cors")]),
        ("audience=website&roles=operator&login=auto", [PAGE, bearer("a")]),
    ],
    ids=["a route for scripts", "a script", "a program"],
)
def test_the_missing_role_is_a_problem_for(rule, more):
    answer = navigated(denial=errors.RoleRequired(""), rule=rule, **({} if more is None else {"more": more}))
    assert (answer.status, answer.headers["Content-Type"]) == (403, "application/problem+json")


def test_a_head_navigation_is_sent_too():
    assert navigated(method="HEAD", more=[PAGE, cookie("old")]).status == 302


@pytest.mark.parametrize(
    "uri",
    ["//evil.test/", "/\\evil.test", "//evil.test@a/", "/" + "a" * 3000],
    ids=["slashes", "backslash", "user", "long"],
)
@pytest.mark.parametrize("sign_in", [ONE_ORIGIN, SUBDOMAINS], ids=["one-origin", "subdomains"])
def test_next_points_inside_although_the_request_was_for(uri, sign_in):
    target = next_of(navigated(sign_in=sign_in, uri=uri))
    assert target == "/" or target.startswith("https://vfservices.localhost:8443//")


def test_in_one_origin_the_sign_in_is_on_the_same_host_whatever_it_is():
    answer = navigated(host="traefik.vfservices.localhost", uri="/dashboard/")
    assert answer.headers["Location"] == "/api/auth/continue/?next=%2Fdashboard%2F"


def test_with_subdomains_the_sign_in_is_on_the_base_domain_and_comes_back():
    answer = navigated(sign_in=SUBDOMAINS, host="traefik.vfservices.localhost:8443", uri="/dashboard/")
    assert answer.headers["Location"].startswith("https://vfservices.localhost:8443/api/auth/continue/?next=")
    assert next_of(answer) == "https://traefik.vfservices.localhost:8443/dashboard/"


def test_a_default_port_is_left_out():
    answer = navigated(sign_in=DEFAULT_PORTS, host="vfservices.localhost")
    assert answer.headers["Location"].startswith("https://vfservices.localhost/api/auth/continue/")


@pytest.mark.parametrize(
    "host",
    [
        "evil.test",
        "vfservices.localhost.evil.test",
        "xvfservices.localhost",
        "[::1]:8443",
        "localhost",
        "vfservices.localhost.",
    ],
)
def test_with_subdomains_nobody_comes_back_to(host):
    assert next_of(navigated(sign_in=SUBDOMAINS, host=host)) == "/"
