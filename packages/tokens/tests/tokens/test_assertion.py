"""Assertions are for one service and a minute (hostile rows 8, 23)."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vf_tokens import Identity, RequestBinding, TokenExpired, TokenInvalid, access, assertion

from .builders import ALICE, NOW, POLICY, claims_of, key_set, raw_token, signing_key

KEY = signing_key("ES256", 2)
KEYS = key_set(KEY)
TEXT = st.text(st.characters(codec="utf-8"), max_size=60)


def verify(token: str, audience: str = "billing", now: float = NOW + 1):
    return assertion.verify(token.encode(), KEYS, audience=audience, now=now)


def minted(**options):
    return assertion.mint(KEY, ALICE, **{"audience": "billing", "issued_at": NOW} | options)


def test_an_assertion_proves_the_identity_to_its_service():
    assert verify(minted()) == assertion.Assertion(ALICE, NOW + 60, None)


def test_an_assertion_names_the_operator_who_acts_as_the_user():
    identity = replace(ALICE, actor_id="usr_9")
    token = assertion.mint(KEY, identity, audience="billing", issued_at=NOW)
    assert claims_of(token)["act"] == {"sub": "usr_9"}
    assert verify(token).identity == identity


def test_an_assertion_with_a_malformed_actor_is_invalid():
    with pytest.raises(TokenInvalid):
        verify(raw_token(KEY, {**claims_of(minted()), "act": "usr_9"}, typ="edge+jwt"))


@given(TEXT, TEXT)
def test_any_name_arrives_exactly(username, email):
    identity = Identity("usr_1", username, email, (), "")
    assert verify(assertion.mint(KEY, identity, audience="billing", issued_at=NOW)).identity == identity


def test_a_captured_assertion_is_worthless_at_another_service():
    with pytest.raises(TokenInvalid):
        verify(minted(), audience="inventory")


def test_a_captured_assertion_is_worthless_after_a_minute():
    with pytest.raises(TokenExpired):
        verify(minted(), now=NOW + 60)


def test_a_longer_life_than_a_minute_cannot_be_minted():
    assert claims_of(minted(lifetime=3600))["exp"] == NOW + 60


def test_a_longer_life_than_a_minute_is_not_believed():
    claims = claims_of(minted()) | {"exp": NOW + 61}
    with pytest.raises(TokenInvalid):
        verify(raw_token(KEY, claims, typ="edge+jwt"))


def test_a_gateway_whose_clock_is_a_little_ahead_is_forgiven():
    assert verify(minted(), now=NOW - 5)
    with pytest.raises(TokenInvalid):
        verify(minted(), now=NOW - 6)


def test_an_access_token_is_not_an_assertion():
    token = access.mint(
        KEY, replace(POLICY, issuer="gateway-auth", audience="billing"), ALICE, token_id="t", issued_at=NOW, lifetime=60
    )
    with pytest.raises(TokenInvalid):
        verify(token)


def test_a_binding_names_the_one_request():
    binding = RequestBinding.of("POST", "/api/billing/pay?x=1")
    assert verify(minted(binding=binding)).binding == binding


def test_a_binding_is_the_hash_of_the_target():
    """SHA-256 of "/", worked out with another program."""
    assert RequestBinding.of("GET", "/").target_hash == "il7asoJjJEMhngUeSt4tHVu8Zxx4EFG_FDeJfL3-oPE"


def test_a_binding_to_the_longest_target_is_no_longer_than_another():
    tokens = {len(minted(binding=RequestBinding.of("GET", target))) for target in ("/", "/" + "x" * 65_536)}
    assert len(tokens) == 1


@given(TEXT, TEXT)
def test_bindings_to_different_targets_differ(one, other):
    assert (RequestBinding.of("GET", one) == RequestBinding.of("GET", other)) is (one == other)


CLAIMS_REFUSED = {
    "the issuer is another": {"iss": "https://issuer.example"},
    "the audience is a list": {"aud": ["billing"]},
    "the subject is empty": {"sub": ""},
    "the user name is missing": {"username": None},
    "the roles are a string": {"roles": "admin"},
    "the session is missing": {"sid": None},
    "the expiry is a string": {"exp": str(NOW + 60)},
    "the binding has no path": {"htm": "GET"},
    "the binding has no method": {"htu_s256": "il7asoJjJEMhngUeSt4tHVu8Zxx4EFG_FDeJfL3-oPE"},
    "the binding's path is a number": {"htm": "GET", "htu_s256": 1},
}


@pytest.mark.parametrize("changes", CLAIMS_REFUSED.values(), ids=CLAIMS_REFUSED.keys())
def test_a_well_signed_assertion_is_invalid_if(changes):
    claims = {name: value for name, value in (claims_of(minted()) | changes).items() if value is not None}
    with pytest.raises(TokenInvalid):
        verify(raw_token(KEY, claims, typ="edge+jwt"))


@pytest.mark.parametrize("typ", ["at+jwt", "JWT", None])
def test_a_well_signed_assertion_of_another_type_is_invalid(typ):
    with pytest.raises(TokenInvalid):
        verify(raw_token(KEY, claims_of(minted()), typ=typ))


def test_an_assertion_of_another_key_is_invalid():
    forger = replace(signing_key("ES256", 3), kid=KEY.kid)
    with pytest.raises(TokenInvalid):
        verify(assertion.mint(forger, ALICE, audience="billing", issued_at=NOW))
