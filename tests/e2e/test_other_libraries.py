"""Interoperability: a separate program reads the platform's tokens, and the gateway reads another issuer's."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, RSAKey

from runner import Platform
from tests.edge_client import EdgeClient

ISSUER = "https://keycloak.example/realms/shop"
AUDIENCE = "account"


def read(token: str, keys: KeySet, issuer: str, audience: str) -> jwt.Token:
    """Read a token as another program does: signature, issuer, audience, time."""
    found = jwt.decode(token, keys, algorithms=["ES256"])
    expected = {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": audience}}
    jwt.JWTClaimsRegistry(exp={"essential": True}, **expected).validate(found.claims)
    return found


def test_an_access_token_is_read_by_the_public_key_set(client: EdgeClient) -> None:
    token = client.sign_in("alice", include_token=True).json()["access_token"]
    answer = client.get("/.well-known/jwks.json")
    assert answer.headers["Content-Type"].startswith("application/jwk-set+json")
    keys = KeySet.import_key_set(answer.json())
    found = read(token, keys, "https://vfservices.localhost", "vf-services")
    assert (found.header["typ"], found.claims["username"]) == ("at+jwt", "alice")
    head, payload, signature = token.split(".")
    with pytest.raises(JoseError):
        read(f"{head}.{payload[:-4]}AAAA.{signature}", keys, "https://vfservices.localhost", "vf-services")


def test_an_assertion_is_read_by_the_internal_key_set(platform: Platform, client: EdgeClient) -> None:
    token = client.sign_in("alice", include_token=True).json()["access_token"]
    ports = platform.settings.ports
    forwarded = {"X-Forwarded-Method": "GET", "X-Forwarded-Proto": "http", "X-Forwarded-Host": "shop.example"}
    answer = httpx.get(
        platform.settings.url(ports.gateway, "/verify?audience=orders"),
        headers={**forwarded, "X-Forwarded-Uri": "/", "Authorization": f"Bearer {token}"},
    )
    keys = KeySet.import_key_set(
        httpx.get(platform.settings.url(ports.gateway_internal, "/.well-known/jwks.json")).json()
    )
    found = read(answer.headers["X-User-Assertion"], keys, "gateway-auth", "orders")
    assert (found.header["typ"], found.claims["username"]) == ("edge+jwt", "alice")


KEY = RSAKey.generate_key(2048, auto_kid=True)


@pytest.fixture(scope="module")
def with_another_issuer(
    start_platform: Callable[..., Platform], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EdgeClient]:
    """Return a platform that also trusts a Keycloak realm."""
    folder: Path = tmp_path_factory.mktemp("issuer")
    (folder / "keys.json").write_text(json.dumps(KeySet([KEY]).as_dict(private=False)))
    (folder / "issuers.toml").write_text(f"""
        [[issuer]]
        issuer = "{ISSUER}"
        audience = "{AUDIENCE}"
        jwks_file = "{folder / "keys.json"}"
        claims = {{ username = "preferred_username", roles = "realm_access.roles" }}
    """)
    with (
        start_platform(VF_ISSUERS_FILE=str(folder / "issuers.toml")) as platform,
        EdgeClient(platform.settings) as client,
    ):
        yield client


def their_token(**changes: object) -> str:
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": ["realm-management", AUDIENCE],
        "sub": "f7c1",
        "azp": "shop",
        "preferred_username": "renée",
        "email": "renee@example.test",
        "realm_access": {"roles": ["offline_access", "operator"]},
        "iat": now - 5,
        "exp": now + 60,
    }
    return jwt.encode({"alg": "RS256", "typ": "JWT", "kid": KEY.kid}, claims | changes, KEY)


def test_a_token_of_another_issuer_is_an_identity_of_that_issuer(with_another_issuer: EdgeClient) -> None:
    answer = with_another_issuer.get("/api/profile/", headers={"Authorization": f"Bearer {their_token()}"})
    assert answer.status_code == 200, answer.text
    profile = answer.json()
    assert (profile["id"], profile["username"]) == (f"{ISSUER}|f7c1", "renée")
    assert profile["roles"] == ["offline_access", "operator"]
    billing = with_another_issuer.get("/api/billing/summary/", headers={"Authorization": f"Bearer {their_token()}"})
    assert (billing.status_code, billing.json()["user"]) == (200, "renée")


REFUSED = {
    "for another audience": {"aud": ["realm-management"]},
    "of yesterday": {"iat": int(time.time()) - 90_000, "exp": int(time.time()) - 89_000},
    "of another realm": {"iss": f"{ISSUER}2"},
}


@pytest.mark.parametrize("changes", REFUSED.values(), ids=REFUSED.keys())
def test_a_token_of_another_issuer_is_refused(with_another_issuer: EdgeClient, changes: dict[str, object]) -> None:
    answer = with_another_issuer.get("/api/profile/", headers={"Authorization": f"Bearer {their_token(**changes)}"})
    assert answer.status_code == 401
