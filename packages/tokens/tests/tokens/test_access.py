"""Access tokens: each rule of the verifier, one broken rule a row (hostile rows 20, 21, 23 to 27)."""

import json
from dataclasses import replace

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from hypothesis import given
from hypothesis import strategies as st

from vf_tokens import (
    ALGORITHMS,
    AccessPolicy,
    ClaimMapping,
    Identity,
    TokenError,
    TokenExpired,
    TokenInvalid,
    access,
    assertion,
)

from .builders import (
    ALICE,
    NOW,
    POLICY,
    access_token,
    assembled,
    claims_of,
    good_claims,
    header_text,
    key_set,
    raw_token,
    signed_text,
    signing_key,
)

KEY = signing_key("ES256")
KEYS = key_set(KEY)
FOREIGN = replace(POLICY, types=None, use=None, strict_identity=False, audience_may_be_list=True)


def verify(token: str | bytes, policy: AccessPolicy = POLICY, now: float = NOW + 1):
    return access.verify(token.encode() if isinstance(token, str) else token, KEYS, policy, now)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_a_minted_token_proves_the_identity_with(algorithm):
    key = signing_key(algorithm)
    token = access.mint(key, POLICY, ALICE, token_id="tok_1", issued_at=NOW, lifetime=300)
    proved = access.verify(token.encode(), key_set(key), POLICY, NOW + 1)
    assert proved == access.AccessToken(ALICE, "tok_1", NOW, NOW + 300, POLICY.issuer)


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_another_library_reads_our_tokens_of(algorithm):
    key = signing_key(algorithm)
    token = access.mint(key, POLICY, ALICE, token_id="tok_1", issued_at=NOW, lifetime=300)
    public = key.verification_key().key
    claims = jwt.decode(
        token, public, [algorithm], audience="vf-services", options={"verify_exp": False, "verify_iat": False}
    )
    assert (claims["sub"], claims["roles"], claims["use"]) == ("usr_1", ["customer", "clerk"], "access")
    assert jwt.get_unverified_header(token) == {"typ": "at+jwt", "alg": algorithm, "kid": key.kid}


NAMES = st.text(st.characters(codec="utf-8"), max_size=60)
ROLE = st.text(st.characters(codec="utf-8"), min_size=1, max_size=64)


@given(NAMES, NAMES, st.lists(ROLE, max_size=8, unique=True))
def test_any_name_email_and_roles_arrive_exactly(username, email, roles):
    identity = Identity("usr_1", username, email, tuple(roles), "ses_1")
    token = access.mint(KEY, POLICY, identity, token_id="t", issued_at=NOW, lifetime=300)
    assert verify(token).identity == identity


def test_the_operator_who_acts_as_the_user_arrives():
    identity = replace(ALICE, actor_id="usr_9")
    token = access.mint(KEY, POLICY, identity, token_id="t", issued_at=NOW, lifetime=300)
    assert claims_of(token)["act"] == {"sub": "usr_9"}
    assert verify(token).identity == identity


CLAIMS_REFUSED = {
    "the issuer is another": {"iss": "https://evil.example"},
    "the issuer is a list": {"iss": [POLICY.issuer]},
    "the issuer is missing": {"iss": None},
    "the issuer has a slash more": {"iss": POLICY.issuer + "/"},
    "the audience is another": {"aud": "other"},
    "the audience is a list that holds ours": {"aud": ["vf-services"]},
    "the audience is missing": {"aud": None},
    "the audience is empty": {"aud": ""},
    "the use is refresh": {"use": "refresh"},
    "the use is missing": {"use": None},
    "the subject is empty": {"sub": ""},
    "the subject is a number": {"sub": 1},
    "the subject has a line end": {"sub": "usr_1\r\nX-User-Id: 2"},
    "the subject is very long": {"sub": "a" * 5000},
    "the subject is a list": {"sub": ["usr_1"]},
    "the user name is missing": {"username": None},
    "the user name is a number": {"username": 5},
    "the e-mail is missing": {"email": None},
    "the roles are missing": {"roles": None},
    "the roles are a string": {"roles": "admin"},
    "a role is a number": {"roles": [1]},
    "the session is missing": {"sid": None},
    "the actor is text": {"act": "usr_9"},
    "the actor is empty": {"act": {"sub": ""}},
    "the actor has no sub": {"act": {}},
    "the actor is a number": {"act": {"sub": 9}},
    "the actor has an actor": {"act": {"sub": "usr_9", "act": {"sub": "usr_8"}}},
    "the session is empty": {"sid": ""},
    "the token id is missing": {"jti": None},
    "the token id is a number": {"jti": 9},
    "the expiry is missing": {"exp": None},
    "the expiry is a string": {"exp": str(NOW + 300)},
    "the expiry is a float": {"exp": NOW + 300.0},
    "the expiry is 1e300": {"exp": 1e300},
    "the expiry is true": {"exp": True},
    "the expiry is negative": {"exp": -1},
    "the lifetime is past the policy": {"exp": NOW + 3601},
    "it is issued ahead of the skew": {"iat": NOW + 60},
    "it is issued at a float": {"iat": float(NOW)},
    "it is issued never": {"iat": None},
    "it is valid from ahead of the skew": {"nbf": NOW + 60},
    "it is valid from a string": {"nbf": "0"},
}


@pytest.mark.parametrize("changes", CLAIMS_REFUSED.values(), ids=CLAIMS_REFUSED.keys())
def test_a_well_signed_token_is_invalid_if(changes):
    with pytest.raises(TokenInvalid):
        verify(access_token(KEY, **changes))


@pytest.mark.parametrize("name", list(good_claims()))
def test_a_well_signed_token_is_invalid_without(name):
    claims = good_claims()
    del claims[name]
    with pytest.raises(TokenInvalid):
        verify(raw_token(KEY, claims))


def test_a_token_is_called_expired_only_when_nothing_else_is_wrong():
    with pytest.raises(TokenExpired):
        verify(access_token(KEY), now=NOW + 300)
    with pytest.raises(TokenInvalid):
        verify(access_token(KEY, aud="other"), now=NOW + 300)


HEADERS_REFUSED = {
    "alg is none": {"alg": "none"},
    "alg is None in another case": {"alg": "nOnE"},
    "alg is empty": {"alg": ""},
    "alg is null": {"alg": None},
    "alg is a list": {"alg": ["ES256"]},
    "alg is that of another key": {"alg": "RS256"},
    "alg is in lower case": {"alg": "es256"},
    "kid is a path": {"kid": "../../../dev/null"},
    "kid is SQL": {"kid": "' OR 1=1 --"},
    "kid is an address": {"kid": "http://127.0.0.1:1/jwks.json"},
    "kid is a number": {"kid": 1},
    "kid is a list": {"kid": ["a"]},
    "kid is a mapping": {"kid": {}},
    "kid is true": {"kid": True},
    "kid is empty": {"kid": ""},
    "kid has a line end": {"kid": "a\nlevel=critical"},
    "kid has a lone surrogate": {"kid": "\ud800"},
    "kid is long": {"kid": "a" * 4000},
    "there is an unknown critical extension": {"crit": ["x"]},
    "there is a critical extension that others know": {"crit": ["b64"], "b64": False},
    "typ is JWT": {"typ": "JWT"},
    "typ is an assertion's": {"typ": "edge+jwt"},
    "typ is missing": {"typ": None},
    "typ is a list": {"typ": ["at+jwt"]},
}


@pytest.mark.parametrize("changes", HEADERS_REFUSED.values(), ids=HEADERS_REFUSED.keys())
def test_a_well_signed_token_is_invalid_if_its_header_says(changes):
    token = signed_text(KEY, header_text(KEY, **changes), json.dumps(good_claims()))
    with pytest.raises(TokenInvalid):
        verify(token)


EMBEDDED_KEYS = {
    "jku": "http://127.0.0.1:1/",
    "x5u": "http://127.0.0.1:1/",
    "jwk": signing_key("ES256", 1).public_jwk(),
    "x5c": ["MIIB"],
}


@pytest.mark.parametrize("name", EMBEDDED_KEYS)
def test_a_key_that_the_token_brings_itself_is_not_looked_at(name):
    attacker = signing_key("ES256", 1)
    header = header_text(KEY, **{name: EMBEDDED_KEYS[name]})
    with pytest.raises(TokenInvalid):
        verify(signed_text(attacker, header, json.dumps(good_claims())))


def test_an_unsigned_token_is_invalid():
    with pytest.raises(TokenInvalid):
        verify(assembled(header_text(KEY, alg="none"), json.dumps(good_claims()), b""))


@pytest.mark.parametrize("form", ["pem", "der", "x", "jwk"])
def test_hs256_signed_with_the_public_key_is_invalid(form):
    public = KEY.verification_key().key
    spki = serialization.PublicFormat.SubjectPublicKeyInfo
    secret = {
        "pem": public.public_bytes(serialization.Encoding.PEM, spki),
        "der": public.public_bytes(serialization.Encoding.DER, spki),
        "x": KEY.public_jwk()["x"].encode(),
        "jwk": json.dumps(KEY.public_jwk()).encode(),
    }[form]
    forger = replace(signing_key("HS256"), private=secret, kid=KEY.kid)
    with pytest.raises(TokenInvalid):
        verify(raw_token(forger, good_claims()))


def test_a_token_of_another_key_is_invalid():
    forger = replace(signing_key("ES256", 1), kid=KEY.kid)
    with pytest.raises(TokenInvalid):
        verify(access_token(forger))


@given(st.binary(min_size=1, max_size=140))
def test_no_other_signature_is_right(signature):
    with pytest.raises(TokenInvalid):
        verify(assembled(header_text(KEY), json.dumps(good_claims()), signature))


SIGNED_ONCE = access_token(KEY)
"""One for all examples: an ES256 signature is another each time, and an example must be repeatable."""


@given(st.data())
def test_changing_any_one_character_makes_it_refused(data):
    token = SIGNED_ONCE
    position = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.sampled_from("ABCDabcd0123-_.= ").filter(lambda character: character != token[position]))
    with pytest.raises(TokenError):
        verify(token[:position] + other + token[position + 1 :])


def test_an_assertion_is_not_an_access_token():
    token = assertion.mint(KEY, ALICE, audience="vf-services", issued_at=NOW)
    for policy in (POLICY, replace(POLICY, issuer="gateway-auth")):
        with pytest.raises(TokenInvalid):
            verify(token, policy)


def keycloak_claims(**changes):
    claims = good_claims() | {
        "preferred_username": "al",
        "realm_access": {"roles": ["staff"]},
        "aud": ["x", "vf-services"],
    }
    for name in ("use", "username", "email", "roles", "sid", "jti"):
        del claims[name]
    return claims | changes


KEYCLOAK = replace(FOREIGN, mapping=ClaimMapping(username="preferred_username", roles="realm_access.roles"))


def test_claims_of_another_issuer_are_found_where_the_mapping_says():
    proved = verify(raw_token(KEY, keycloak_claims(), typ="JWT"), KEYCLOAK)
    assert proved.identity == Identity("usr_1", "al", "", ("staff",), "")
    assert proved.token_id == ""


def test_a_claim_whose_name_has_dots_wins_over_the_path():
    mapping = ClaimMapping(roles="https://example.test/roles")
    claims = keycloak_claims(**{"https://example.test/roles": ["web"]})
    assert verify(raw_token(KEY, claims), replace(FOREIGN, mapping=mapping)).identity.roles == ("web",)


def test_one_role_may_be_a_string():
    """So .NET's libraries write a single one. It stays whole: a space in it does not make two roles."""
    claims = keycloak_claims(realm_access={"roles": "Billing admin"})
    assert verify(raw_token(KEY, claims), KEYCLOAK).identity.roles == ("Billing admin",)


@pytest.mark.parametrize("name", ["scope", "scp"])
@pytest.mark.parametrize("value", ["openid staff openid", ["openid", "staff"]])
def test_scopes_are_words(name, value):
    claims = keycloak_claims(**{name: value})
    proved = verify(raw_token(KEY, claims), replace(FOREIGN, mapping=ClaimMapping(username="sub", roles=name)))
    assert proved.identity.roles == ("openid", "staff")


def test_the_audience_is_where_the_mapping_says():
    """Amazon Cognito's access tokens have no ``aud``; its ID tokens have one, and no ``client_id``."""
    policy = replace(FOREIGN, mapping=ClaimMapping(username="preferred_username", audience="client_id"))
    claims = keycloak_claims(client_id="vf-services")
    del claims["aud"]
    assert verify(raw_token(KEY, claims), policy).identity.user_id == "usr_1"
    for wrong in ({"client_id": "other"}, {"client_id": None, "aud": "vf-services"}):
        with pytest.raises(TokenInvalid):
            verify(raw_token(KEY, claims | wrong), policy)


FOREIGN_REFUSED = {
    "its subject is missing": {"sub": None},
    "its audience list lacks ours": {"aud": ["x"]},
    "its audience is a mapping": {"aud": {"vf-services": 1}},
    "its subject is a float": {"sub": 1.0},
    "its subject is true": {"sub": True},
    "its token id is empty": {"jti": ""},
    "its session is empty": {"sid": ""},
    "its session is a float": {"sid": 3.0},
}


@pytest.mark.parametrize("changes", FOREIGN_REFUSED.values(), ids=FOREIGN_REFUSED.keys())
def test_a_token_of_another_issuer_is_invalid_if(changes):
    with pytest.raises(TokenInvalid):
        verify(raw_token(KEY, keycloak_claims(**changes)), KEYCLOAK)


@pytest.mark.parametrize("value", [["al"], {}, 1.5, True, "a" * 321], ids=str)
@pytest.mark.parametrize(("claim", "left_out"), [("preferred_username", "username"), ("email", "email")])
def test_what_cannot_be_a_name_or_an_address_is_left_out(claim, left_out, value):
    proved = verify(raw_token(KEY, keycloak_claims(email_verified=True, **{claim: value})), KEYCLOAK)
    assert getattr(proved.identity, left_out) == ""
    assert proved.identity.user_id


@pytest.mark.parametrize("value", ["staff", None, [], 5])
def test_a_path_through_something_that_is_no_object_finds_nothing(value):
    assert verify(raw_token(KEY, keycloak_claims(realm_access=value)), KEYCLOAK).identity.roles == ()
