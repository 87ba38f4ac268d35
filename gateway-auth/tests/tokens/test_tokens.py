"""From bytes to a verified token: whose it is, and what is remembered (hostile rows 22 to 26)."""

import time
from dataclasses import replace

import pytest

from gateway_auth.decision.decision import Outcome
from gateway_auth.decision.steps import decide
from gateway_auth.identity.assertions import AssertionMinter
from gateway_auth.request.lines import Asked
from gateway_auth.tokens.key_source import FetchedKeys, FixedKeys
from gateway_auth.tokens.verifier import TokenVerifier, TrustedIssuer
from vf_tokens import (
    AccessPolicy,
    KeySet,
    RequestBinding,
    TokenExpired,
    TokenInvalid,
    UnknownKey,
    signing_key_from_secret,
)

from ..builders import ALICE, POLICY, RULE, SECRET, basis, bearer, lines, signing_key, token, verified

KEY = signing_key(1)
FOREIGN = replace(POLICY, issuer="https://keycloak.test", types=None, use=None, strict_identity=False)


def verifier(*more: TrustedIssuer, key=KEY, cache_bytes: int = 1_000_000) -> TokenVerifier:
    ours = TrustedIssuer(POLICY, FixedKeys(KeySet([key.verification_key()])))
    return TokenVerifier([ours, *more], cache_bytes)


def foreign(prefix: str, policy: AccessPolicy = FOREIGN) -> TrustedIssuer:
    return TrustedIssuer(policy, FixedKeys(KeySet([KEY.verification_key()])), prefix)


def foreign_token(**changes) -> bytes:
    claims = {"iss": FOREIGN.issuer, "aud": FOREIGN.audience, "sub": "usr_1", "iat": int(time.time()) - 5}
    return KEY.sign({}, claims | {"exp": int(time.time()) + 60} | changes).encode()


def test_a_good_token_is_verified_and_remembered():
    verifying = verifier()
    data = token(key=KEY).encode()
    first = verified(verifying, data, time.time())
    assert first.access.identity == ALICE
    assert verified(verifying, data, time.time()) is first


def test_a_remembered_token_still_expires():
    verifying = verifier()
    data = token(key=KEY, age=10, lifetime=30).encode()
    verified(verifying, data, time.time())
    with pytest.raises(TokenExpired):
        verified(verifying, data, time.time() + 21)


def test_bad_tokens_are_not_remembered():
    verifying = verifier()
    for number in range(50):
        with pytest.raises(TokenInvalid):
            verified(verifying, f"{token(key=KEY)}{number}".encode(), time.time())
    assert len(verifying.cache) == 0


def test_more_good_tokens_than_fit_do_not_pass_the_bound():
    verifying = verifier(key=signing_key_from_secret(SECRET), cache_bytes=200_000)
    for number in range(400):
        verified(verifying, token(token_id=f"tok_{number}").encode(), time.time())
    assert 0 < verifying.cache.size <= 200_000


@pytest.mark.parametrize("issuer", ["https://evil.test", None, ["https://vfservices.localhost"], {}, 1, ""])
def test_an_issuer_that_is_not_trusted_is_refused(issuer):
    with pytest.raises(TokenInvalid):
        verified(verifier(), KEY.sign({"typ": "at+jwt"}, {"iss": issuer}).encode(), time.time())


def test_an_unknown_key_of_a_trusted_issuer_names_the_issuer_to_ask():
    unreached = FetchedKeys("http://127.0.0.1:1/", ("ES256",), refresh_seconds=300, on_change=lambda: None)
    verifying = TokenVerifier([TrustedIssuer(POLICY, unreached)], 1_000_000)
    asked = Asked("GET", "/verify", RULE, lines(bearer(token(key=signing_key(2)))))
    decision = decide(asked, basis(verifying), time.time())
    assert (decision.outcome, decision.step) == (Outcome.UNDECIDED, "key")
    assert decision.issuer is verifying.issuers[POLICY.issuer]


def test_one_issuers_key_is_not_anothers():
    other = TrustedIssuer(FOREIGN, FixedKeys(KeySet([signing_key(2).verification_key()])))
    with pytest.raises(UnknownKey):
        verified(verifier(other), foreign_token(), time.time())


def test_a_foreign_subject_cannot_be_one_of_ours():
    identity = verified(verifier(foreign("kc|")), foreign_token(sid="s", jti="t"), time.time()).access
    assert (identity.identity.user_id, identity.identity.session_id, identity.token_id) == ("kc|usr_1", "kc|s", "kc|t")


def test_a_foreign_token_without_session_or_id_gets_none_from_the_prefix():
    access = verified(verifier(foreign("kc|")), foreign_token(), time.time()).access
    assert (access.identity.session_id, access.token_id) == ("", "")


def test_a_subject_that_its_prefix_makes_too_long_for_a_service_is_refused():
    with pytest.raises(TokenInvalid):
        verified(verifier(foreign("kc|")), foreign_token(sub="a" * 253), time.time())


@pytest.mark.parametrize(
    ("claims", "fits"),
    [
        ({"roles": [f"{number:02}{'r' * 62}" for number in range(64)]}, True),
        ({"username": "😀" * 320, "email": "😀" * 320}, True),
        ({"roles": [f"{number:02}{'😀' * 11}" for number in range(64)]}, False),
        ({"roles": [f"{number:02}{'é' * 40}" for number in range(64)], "username": "a" * 320}, False),
    ],
)
def test_an_identity_whose_headers_no_service_reads_is_refused(claims, fits):
    verifying = verifier(foreign(""))
    if not fits:
        with pytest.raises(TokenInvalid, match="too long"):
            verified(verifying, foreign_token(**claims), time.time())
        return
    identity = verified(verifying, foreign_token(**claims), time.time()).access.identity
    headers = AssertionMinter((KEY,), 60).headers(identity, "a" * 64, time.time(), RequestBinding.of("OPTIONS", "/"))
    assert max(map(len, headers.values.values())) <= 8100


def test_what_a_verified_token_claims_in_size_is_what_the_cache_counts():
    verifying = verifier()
    verified(verifying, token(key=KEY).encode(), time.time())
    assert verifying.cache.size >= len(token(key=KEY))
