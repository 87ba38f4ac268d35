"""Whose settings, key set and claims an explanation rests on: a plain ``explain`` must not blame the token for them."""

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from vf_tokens import generate_pem, key_set_document, signing_key_from_pem

from .conftest import NOW, Command, Issuer

OTHER = signing_key_from_pem(generate_pem())
RULE = ("--rule", "audience=billing&mode=required", "--json")


class AnotherPlatform(BaseHTTPRequestHandler):
    """Publishes a key set of its own."""

    def do_GET(self) -> None:
        body = json.dumps(key_set_document([OTHER])).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing."""


@pytest.fixture
def another_platform() -> Iterator[str]:
    """A key set that answers; gives its URL."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), AnotherPlatform)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/.well-known/jwks.json"
    server.shutdown()
    server.server_close()


def step(document: dict, name: str) -> dict:
    return next(step for step in document["steps"] if step["step"] == name)


def test_a_key_set_at_the_default_address_is_called_one(explain: Command, issuer: Issuer) -> None:
    """Whether nothing listens there or another platform does: it is not the token's fault."""
    run = explain(*RULE, stdin=issuer.token(), jwks=False)
    key = step(run.document, "key")
    assert (run.status, run.failed_step()) == (1, "key")
    assert key["details"]["read from"] == (
        "http://127.0.0.1:8101/.well-known/jwks.json (the default: VF_JWKS_URL is not set)"
    )
    assert "VF_JWKS_URL is not set here" in key["advice"]
    assert "probably another platform's, and the token may be perfectly valid" in key["advice"]


def test_the_key_set_that_was_read_is_named_with_its_keys(
    explain: Command, issuer: Issuer, another_platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VF_JWKS_URL", another_platform)
    key = step(explain(*RULE, stdin=issuer.token(), jwks=False).document, "key")
    assert (key["details"]["read from"], key["details"]["keys of the issuer"]) == (another_platform, OTHER.kid)
    assert f"The key set of {another_platform} was read, and has no such key." in key["advice"]
    assert "Either these settings are not those of the platform that issued the token" in key["advice"]
    assert "is not set" not in key["advice"]


def test_a_key_set_that_cannot_be_read_says_why(
    explain: Command, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VF_JWKS_URL", "http://127.0.0.1:1/keys")
    key = step(explain(*RULE, stdin=issuer.token(), jwks=False).document, "key")
    assert key["details"]["could not be read"].startswith("no connection to 127.0.0.1")
    assert "no connection to 127.0.0.1" in key["advice"]


def test_an_unknown_issuer_is_not_blamed_where_none_was_named(
    explain: Command, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issuer.signed(iss="https://id.example.com")
    advice = step(explain(*RULE, stdin=token).document, "issuer")["advice"]
    assert advice.startswith("VF_JWT_ISSUER is not set here, so the trusted issuer is the development default.")
    monkeypatch.setenv("VF_JWT_ISSUER", "https://other.example.com")
    advice = step(explain(*RULE, stdin=token).document, "issuer")["advice"]
    assert advice == (
        "Trusted issuers: https://other.example.com. Set VF_JWT_ISSUER, or add the issuer to VF_ISSUERS_FILE."
    )


def test_an_issuer_that_follows_from_the_base_domain_is_no_default(
    explain: Command, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BASE_DOMAIN", "shop.example")
    advice = step(explain(*RULE, stdin=issuer.token()).document, "issuer")["advice"]
    assert advice.startswith("Trusted issuers: https://shop.example.")


@pytest.mark.parametrize("opaque", ["gho_16C7e42F292c6912E7710c838347Ae178B4a", "ya29.a0AfB_byC3yq"])
def test_an_opaque_token_is_called_one(explain: Command, opaque: str) -> None:
    run = explain(*RULE, stdin=opaque)
    assert (run.failed_step(), run.document["code"]) == ("token form", "token_opaque")
    assert step(run.document, "token form")["advice"].startswith("The gateway verifies JWTs only.")
    assert opaque not in run.out


ENTRY = """
[[issuer]]
issuer = "https://id.test"
audience = ["shop", "account"]
jwks_file = "{keys}"
"""


@pytest.fixture
def of_another_issuer(explain: Command, issuer: Issuer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Explains a token of another issuer, whose entry ends with ``fields``."""

    def run(fields: str, *rule: str, **claims: object):
        (tmp_path / "issuers.toml").write_text(ENTRY.format(keys=issuer.jwks) + fields)
        monkeypatch.setenv("VF_ISSUERS_FILE", str(tmp_path / "issuers.toml"))
        said = {"iss": "https://id.test", "aud": "shop", "sub": "1", "iat": NOW - 60, "exp": NOW + 240} | claims
        return explain(*(rule or RULE), stdin=issuer.key.sign({"typ": "JWT"}, said))

    return run


def test_a_wrong_path_to_the_roles_is_named_with_the_right_one(of_another_issuer) -> None:
    roles = {"realm_access": {"roles": ["clerk"]}, "groups": ["a"], "amr": ["pwd"]}
    asking = ("--rule", "audience=billing&mode=required&roles=clerk", "--json")
    run = of_another_issuer('roles = { claims = ["realm_access.role", "realm_access"] }', *asking, **roles)
    details = step(run.document, "roles")["details"]
    assert (run.failed_step(), run.document["code"]) == ("roles", "role_required")
    assert details["claim realm_access.role"] == "not in the token"
    assert details["claim realm_access"] == "an object, which is not searched for roles"
    assert details["lists of names are at"] == "realm_access.roles, groups"


def test_it_is_named_where_no_role_is_asked_too(of_another_issuer) -> None:
    run = of_another_issuer('claims = { roles = "role" }', groups=["a"])
    assert run.status == 0
    assert step(run.document, "roles")["details"]["claim role"] == "not in the token"


def test_what_was_dropped_is_counted(of_another_issuer) -> None:
    groups = ["g" * 71, "h" * 71, "CN=A,DC=b", "clerk", "clerk", "", 5]
    run = of_another_issuer('claims = { roles = "groups" }', groups=groups)
    assert run.status == 0
    assert step(run.document, "roles")["details"]["dropped"] == (
        "2 longer than 64 characters; 1 with a comma or a character that is not printable; 1 repeated; 1 empty"
    )
    assert "gggg" not in run.out


def test_roles_that_are_right_need_no_words(of_another_issuer) -> None:
    run = of_another_issuer('claims = { roles = "groups" }', groups=["clerk"])
    assert "details" not in step(run.document, "roles")


def test_a_refresh_token_is_told_from_a_wrong_setting(of_another_issuer) -> None:
    run = of_another_issuer("", token_type="refresh")
    assert run.failed_step() == "claims"
    assert step(run.document, "claims")["advice"].startswith("Present the access token")


def test_every_audience_is_named(of_another_issuer) -> None:
    advice = step(of_another_issuer("", aud="x").document, "claims")["advice"]
    assert advice.startswith("The audience must be shop or account: ")
