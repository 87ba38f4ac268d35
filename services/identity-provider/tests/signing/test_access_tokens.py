"""What a sign-in's access token says, whoever signs it."""

from datetime import UTC, datetime, timedelta

import pytest
from identity_provider.signing.access_tokens import mint_access_token, read_own_token
from identity_provider.signing.key_files import write_new_key
from identity_provider.signing.key_ring import key_ring

from vf_tokens import Identity
from vf_tokens.access import Authentication, verify
from vf_tokens.compact import parse

NOW = datetime(2026, 11, 22, 18, 14, 0, 500_000, tzinfo=UTC)
ALICE = Identity("usr_a", "alice", "alice@example.test", ("customer",), "ses_a")


@pytest.mark.parametrize("algorithm", ["ES256", "RS256", "EdDSA", "HS256"])
def test_a_token_of_each_algorithm_has_the_documented_claims(configure, tmp_path, algorithm):
    if algorithm != "HS256":
        write_new_key(tmp_path, algorithm=algorithm, now=NOW)
    configure(signing={"algorithm": algorithm, "shared_secret": "s" * 32, "keys_dir": tmp_path})
    minted = mint_access_token(ALICE, tokens_not_before=0, now=NOW)
    parsed = parse(minted.token.encode())
    issued = int(NOW.timestamp())
    assert parsed.header.keys() == {"typ", "alg", "kid"}
    assert (parsed.header["typ"], parsed.header["alg"]) == ("at+jwt", algorithm)
    assert parsed.payload.pop("jti").startswith("tok_")
    assert parsed.payload == {
        "iss": "https://vfservices.localhost", "aud": "vf-services", "sub": "usr_a", "username": "alice",
        "email": "alice@example.test", "roles": ["customer"], "sid": "ses_a", "iat": issued, "exp": issued + 300,
        "use": "access",
    }  # fmt: skip
    assert minted.expires_at.timestamp() == issued + 300
    keys, policy = key_ring().keys().verification, key_ring()._settings.policy
    assert verify(minted.token.encode(), keys, policy, NOW.timestamp()).identity == ALICE


def test_a_token_says_how_the_user_signed_in_and_its_readers_do_not_mind():
    proof = Authentication("aal2", ("pwd", "otp", "mfa"), 1_700_000_000)
    minted = mint_access_token(ALICE, tokens_not_before=0, now=NOW, authentication=proof)
    payload = parse(minted.token.encode()).payload
    assert [payload[name] for name in ("acr", "amr", "auth_time")] == ["aal2", ["pwd", "otp", "mfa"], 1_700_000_000]
    keys, policy = key_ring().keys().verification, key_ring()._settings.policy
    assert verify(minted.token.encode(), keys, policy, NOW.timestamp()).identity == ALICE


def test_no_two_tokens_have_one_id():
    tokens = [mint_access_token(ALICE, tokens_not_before=0, now=NOW).token.encode() for _ in range(2)]
    ids = {parse(token).payload["jti"] for token in tokens}
    assert len(ids) == 2


def test_after_a_revocation_in_the_same_second_a_token_is_dated_one_second_later():
    revoked = int(NOW.timestamp())
    minted = mint_access_token(ALICE, tokens_not_before=revoked, now=NOW)
    assert read_own_token(minted.token.encode(), now=NOW).issued_at == revoked + 1


def test_an_own_token_is_read_even_when_it_has_expired():
    token = mint_access_token(ALICE, tokens_not_before=0, now=NOW - timedelta(days=9)).token
    assert read_own_token(token.encode(), now=NOW).identity == ALICE


def test_user_text_arrives_exactly():
    odd = Identity("usr_a", 'a\r\nb,c%"\u202e😀', "x@y", ("r",), "ses_a")
    token = mint_access_token(odd, tokens_not_before=0, now=NOW).token
    assert read_own_token(token.encode(), now=NOW).identity == odd
