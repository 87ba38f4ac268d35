"""Tokens, assertions and key sets go both ways between this package and a library that shares no code with it."""

import json
from typing import Any

import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, Key, KeySet, OKPKey, RSAKey

from vf_tokens import AccessPolicy, ClaimMapping, Identity, TokenInvalid, access, assertion, key_set_document
from vf_tokens.key_sets import parse_key_set

from .builders import ALICE, NOW, POLICY, signing_key

pytestmark = pytest.mark.filterwarnings("ignore:EdDSA is deprecated")  # by RFC 9864; most of the world still says it

ASYMMETRIC = ("ES256", "RS256", "EdDSA")
OURS = [signing_key(algorithm) for algorithm in ASYMMETRIC]
PUBLISHED = KeySet.import_key_set(key_set_document(OURS))

THEIRS: dict[str, Key] = {
    "ES256": ECKey.generate_key("P-256", auto_kid=True),
    "RS256": RSAKey.generate_key(2048, auto_kid=True),
    "EdDSA": OKPKey.generate_key("Ed25519", auto_kid=True),
    "Ed25519": OKPKey.generate_key("Ed25519", auto_kid=True),
}
OTHERS = [ECKey.generate_key("P-384", auto_kid=True), OKPKey.generate_key("X25519", auto_kid=True)]
KEYCLOAK = AccessPolicy(
    "https://keycloak.example/realms/shop",
    "account",
    types=None,
    use=None,
    strict_identity=False,
    audience_may_be_list=True,
    mapping=ClaimMapping(username="preferred_username", roles="realm_access.roles"),
)


def read_by_them(token: str, issuer: str, audience: str) -> jwt.Token:
    found = jwt.decode(token, PUBLISHED, algorithms=list(ASYMMETRIC))
    rules: Any = {name: {"essential": True, "value": value} for name, value in {"iss": issuer, "aud": audience}.items()}
    jwt.JWTClaimsRegistry(now=NOW + 1, leeway=0, exp={"essential": True}, **rules).validate(found.claims)
    return found


@pytest.mark.parametrize("key", OURS, ids=ASYMMETRIC)
def test_they_read_our_access_token(key):
    token = access.mint(key, POLICY, ALICE, token_id="tok_1", issued_at=NOW, lifetime=300)
    found = read_by_them(token, POLICY.issuer, POLICY.audience)
    assert found.header == {"typ": "at+jwt", "alg": key.algorithm, "kid": key.kid}
    assert (found.claims["sub"], found.claims["roles"]) == ("usr_1", ["customer", "clerk"])


def test_they_read_our_assertion():
    token = assertion.mint(OURS[0], ALICE, audience="orders", issued_at=NOW)
    found = read_by_them(token, "gateway-auth", "orders")
    assert (found.header["typ"], found.claims["sub"]) == ("edge+jwt", "usr_1")
    with pytest.raises(JoseError):
        read_by_them(token, "gateway-auth", "billing")


@pytest.mark.parametrize("key", OURS, ids=ASYMMETRIC)
def test_they_refuse_our_token_once_it_was_altered(key):
    token = access.mint(key, POLICY, ALICE, token_id="tok_1", issued_at=NOW, lifetime=300)
    other = access.mint(key, POLICY, ALICE, token_id="tok_2", issued_at=NOW, lifetime=300)
    head, _, signature = token.split(".")
    with pytest.raises(JoseError):
        read_by_them(".".join((head, other.split(".")[1], signature)), POLICY.issuer, POLICY.audience)


def keycloak_token(algorithm: str, key: Key, **changes: Any) -> bytes:
    claims = {
        "iss": KEYCLOAK.issuer,
        "aud": ["realm-management", "account"],
        "sub": "f7c1",
        "typ": "Bearer",
        "azp": "shop",
        "sid": "s1",
        "jti": "onrtro:1",
        "scope": "openid profile",
        "preferred_username": "renée",
        "email": "renee@example.test",
        "realm_access": {"roles": ["offline_access", "operator"]},
        "resource_access": {"account": {"roles": ["view-profile"]}},
        "iat": NOW,
        "exp": NOW + 300,
    }
    return jwt.encode({"alg": algorithm, "typ": "JWT", "kid": key.kid}, claims | changes, key, [algorithm]).encode()


@pytest.mark.parametrize(("algorithm", "key"), THEIRS.items())
def test_we_read_their_token_by_their_key_set(algorithm, key):
    keys = parse_key_set(json.dumps(KeySet([*OTHERS, *THEIRS.values()]).as_dict(private=False)))
    proved = access.verify(keycloak_token(algorithm, key), keys, KEYCLOAK, NOW + 1)
    assert proved.identity == Identity(
        "f7c1", "renée", "renee@example.test", ("offline_access", "operator"), session_id="s1"
    )


@pytest.mark.parametrize(("algorithm", "key"), THEIRS.items())
def test_we_refuse_a_token_of_their_other_key(algorithm, key):
    others = [other for other in THEIRS.values() if other is not key]
    keys = parse_key_set(json.dumps(KeySet(others).as_dict(private=False)))
    with pytest.raises(TokenInvalid):
        access.verify(keycloak_token(algorithm, key), keys, KEYCLOAK, NOW + 1)
