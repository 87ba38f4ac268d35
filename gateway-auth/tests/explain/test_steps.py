"""Each way to be refused shows the step at which it happens, and the answer is the decider's."""

from pathlib import Path

import pytest

from vf_tokens import generate_pem, signing_key_from_pem

from .conftest import NOW, Command, Issuer

REQUIRED = "audience=billing&mode=required"
HEAD = "GET /api/billing/summary/ HTTP/1.1\r\nHost: vfservices.localhost\r\n"


def test_a_good_token_passes_every_step(explain: Command, issuer: Issuer) -> None:
    run = explain("--audience", "billing", "--json", stdin=issuer.token())
    assert run.status == 0
    assert run.document["outcome"] == "allowed"
    assert run.failed_step() is None
    assert run.document["headers"]["X-User-Id"] == "u-1"


def test_no_credential_is_anonymous_where_none_is_required(explain: Command) -> None:
    run = explain("--request", "-", "--audience", "billing", "--mode", "optional", "--json", stdin=HEAD + "\r\n")
    assert (run.status, run.document["outcome"]) == (0, "anonymous")


def test_a_page_navigation_shows_where_it_is_sent(explain: Command) -> None:
    head = HEAD + "Accept: text/html\r\n\r\n"
    run = explain("--request", "-", "--audience", "website", "--login", "auto", "--json", stdin=head)
    assert (run.status, run.document["outcome"], run.document["status"]) == (1, "redirected", 302)
    assert run.document["headers"]["Location"].startswith("/api/auth/continue/?next=")


@pytest.mark.parametrize(
    ("claims", "step", "code"),
    [
        pytest.param({"exp": NOW - 1}, "claims", "token_expired", id="expired"),
        pytest.param({"iat": NOW + 60, "exp": NOW + 120}, "claims", "token_invalid", id="issued in the future"),
        pytest.param({"exp": NOW + 999_999}, "claims", "token_invalid", id="lives longer than the policy"),
        pytest.param({"exp": "soon"}, "claims", "token_invalid", id="exp is no number"),
        pytest.param({"aud": "another"}, "claims", "token_invalid", id="for another audience"),
        pytest.param({"use": "refresh"}, "claims", "token_invalid", id="for another use"),
        pytest.param({"sub": None}, "claims", "token_invalid", id="no subject"),
        pytest.param({"iss": "https://evil.test"}, "issuer", "token_invalid", id="issuer is not trusted"),
        pytest.param({"iss": ["x"]}, "issuer", "token_invalid", id="issuer is a list"),
    ],
)
def test_a_wrong_claim_fails_at_its_step(
    explain: Command, issuer: Issuer, claims: dict[str, object], step: str, code: str
) -> None:
    run = explain("--rule", REQUIRED, "--json", stdin=issuer.signed(**claims))
    assert (run.status, run.failed_step(), run.document["code"]) == (1, step, code)


@pytest.mark.parametrize(
    ("audience", "words"),
    [
        pytest.param(None, "The token has no aud: let the issuer set it. The audience must be vf-services", id="none"),
        pytest.param("another", "The audience must be vf-services", id="another"),
    ],
)
def test_a_wrong_audience_says_which_it_must_be(
    explain: Command, issuer: Issuer, audience: str | None, words: str
) -> None:
    run = explain("--rule", REQUIRED, "--json", stdin=issuer.signed(aud=audience))
    (advice,) = (step["advice"] for step in run.document["steps"] if step["outcome"] == "failed")
    assert advice.startswith(words)


def test_a_key_set_for_an_issuer_that_is_off_is_refused_in_one_line(
    explain: Command, issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "issuers.toml").write_text(
        f'[[issuer]]\nissuer = "https://other.test"\naudience = "a"\njwks_file = "{issuer.jwks}"\n'
    )
    monkeypatch.setenv("VF_ISSUERS_FILE", str(tmp_path / "issuers.toml"))
    monkeypatch.setenv("VF_JWT_ISSUER", "off")
    run = explain("--rule", REQUIRED, stdin=issuer.token())
    assert run.status == 2
    assert "--jwks stands in for VF_JWKS_URL, but VF_JWT_ISSUER is off" in run.err


def test_another_type_of_token_fails_by_its_header(explain: Command, issuer: Issuer) -> None:
    run = explain("--rule", REQUIRED, "--json", stdin=issuer.signed({"typ": "edge+jwt"}))
    assert (run.failed_step(), run.document["code"]) == ("token type", "token_invalid")


def test_an_unknown_key_names_the_ones_that_are_known(explain: Command, issuer: Issuer) -> None:
    known = issuer.key.kid
    issuer.key = signing_key_from_pem(generate_pem())
    run = explain("--rule", REQUIRED, "--json", stdin=issuer.token())
    assert run.failed_step() == "key"
    details = next(step["details"] for step in run.document["steps"] if step["step"] == "key")
    assert details["keys of the issuer"] == known


def test_a_changed_token_fails_at_the_signature(explain: Command, issuer: Issuer) -> None:
    head, _, signature = issuer.token().rsplit(".", 2)
    payload = issuer.signed(sub="u-2").split(".")[1]
    run = explain("--rule", REQUIRED, "--json", stdin=f"{head}.{payload}.{signature}")
    assert run.failed_step() == "signature"


@pytest.mark.parametrize("token", ["abc", "a.b.c", "a.b.", "e30.e30.", "x" * 8190])
def test_what_is_no_token_fails_at_its_form(explain: Command, token: str) -> None:
    assert explain("--rule", REQUIRED, "--json", stdin=token).failed_step() in ("token form", "headers")


def test_a_missing_role_names_both_sides(explain: Command, issuer: Issuer) -> None:
    run = explain("--audience", "traefik", "--roles", "operator,admin", "--json", stdin=issuer.token())
    assert (run.failed_step(), run.document["status"], run.document["code"]) == ("roles", 403, "role_required")
    details = run.document["steps"][-1]["details"]
    assert details == {
        "the access rule requires one of": "admin, operator",
        "the token has": "customer",
        "read from the claim": "roles",
    }


@pytest.mark.parametrize(
    ("lines", "step", "status"),
    [
        pytest.param("", "credential", 401, id="none"),
        pytest.param("Authorization: Basic eDp5\r\n", "credential", 401, id="Basic"),
        pytest.param("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", "credential", 400, id="two bearers"),
        pytest.param("Cookie: jwt=a; jwt=b\r\n", "credential", 400, id="two cookies of one name"),
        pytest.param(f"Cookie: jwt={'a' * 9000}\r\n", "credential", 431, id="a cookie of 9 kB"),
        pytest.param("Connection: Authorization\r\nAuthorization: Bearer a\r\n", "credential", 401, id="hop by hop"),
    ],
)
def test_a_bad_credential_is_told_without_being_shown(explain: Command, lines: str, step: str, status: int) -> None:
    run = explain("--request", "-", "--rule", REQUIRED, "--json", stdin=f"{HEAD}{lines}\r\n")
    assert (run.status, run.failed_step(), run.document["status"]) == (1, step, status)


def test_a_cookie_sent_by_another_site_is_refused_before_its_token_is_read(explain: Command, issuer: Issuer) -> None:
    head = (
        "POST /api/profile/ HTTP/1.1\r\nHost: vfservices.localhost\r\nOrigin: https://evil.test\r\n"
        f"Sec-Fetch-Site: cross-site\r\nCookie: jwt={issuer.token()}\r\n\r\n"
    )
    run = explain("--request", "-", "--audience", "identity", "--json", stdin=head)
    assert (run.failed_step(), run.document["code"]) == ("cross-site", "cross_site_request")


@pytest.mark.parametrize("method", ["PROPFIND", "QUERY", "custom"])
def test_a_request_may_have_any_method(explain: Command, issuer: Issuer, method: str) -> None:
    head = f"{method} /api/ HTTP/1.1\r\nHost: a.test\r\nAuthorization: Bearer {issuer.token()}\r\n\r\n"
    run = explain("--request", "-", "--audience", "billing", "--json", stdin=head)
    assert (run.status, run.document["steps"][2]["reason"]) == (0, f"{method} https://a.test/api/ (not a page load)")


def test_a_websocket_handshake_is_recognised(explain: Command, issuer: Issuer) -> None:
    handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nOrigin: https://evil.test\r\n"
    head = f"{HEAD}{handshake}Cookie: jwt={issuer.token()}\r\n\r\n"
    run = explain("--request", "-", "--audience", "billing", "--json", stdin=head)
    assert run.failed_step() == "cross-site"


def test_a_bad_cookie_is_shown_even_where_it_makes_the_request_anonymous(explain: Command, issuer: Issuer) -> None:
    head = f"{HEAD}Cookie: jwt={issuer.signed(exp=NOW - 1)}\r\n\r\n"
    run = explain("--request", "-", "--audience", "billing", "--mode", "optional", "--json", stdin=head)
    assert (run.status, run.failed_step(), run.document["outcome"]) == (0, "claims", "anonymous")


@pytest.mark.parametrize("rule", ["audience=", "audience=b&mode=maybe", "audience=b&audience=c", "x=1", "%"])
def test_a_mistake_in_the_rule_is_the_operators_to_mend(explain: Command, issuer: Issuer, rule: str) -> None:
    run = explain("--rule", rule, "--json", stdin=issuer.token())
    assert (run.status, run.failed_step(), run.document["status"]) == (1, "rule", 400)


def test_a_request_as_traefik_asks_brings_its_own_rule(explain: Command, issuer: Issuer) -> None:
    head = (
        f"GET /verify?{REQUIRED} HTTP/1.1\r\nHost: gateway-auth:8000\r\nX-Forwarded-Method: GET\r\n"
        "X-Forwarded-Proto: https\r\nX-Forwarded-Host: vfservices.localhost\r\nX-Forwarded-Uri: /api/billing/\r\n"
        f"Authorization: Bearer {issuer.token()}\r\n\r\n"
    )
    run = explain("--request", "-", "--json", stdin=head)
    assert (run.status, run.document["rule"]) == (0, REQUIRED)


def test_a_clients_forwarded_headers_are_dropped_as_traefik_drops_them(explain: Command, issuer: Issuer) -> None:
    head = f"{HEAD}X-Forwarded-Uri: /static/\r\nAuthorization: Bearer {issuer.token()}\r\n\r\n"
    run = explain("--request", "-", "--rule", REQUIRED, "--json", stdin=head)
    assert run.status == 0
    assert "/api/billing/summary/" in run.document["steps"][2]["reason"]


def test_the_cookie_prefix_of_the_platform_counts(
    explain: Command, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VF_COOKIE_PREFIX", "stg_")
    jar = f"Cookie: jwt=a; jwt=b; stg_jwt={issuer.token()}\r\n\r\n"
    run = explain("--request", "-", "--rule", REQUIRED, "--json", stdin=HEAD + jar)
    assert (run.status, run.document["outcome"]) == (0, "allowed")
    run = explain("--request", "-", "--rule", REQUIRED, stdin=HEAD + "Cookie: jwt=a\r\n\r\n")
    assert "no cookie stg_jwt, no cookie stg_jwt_token" in run.out
