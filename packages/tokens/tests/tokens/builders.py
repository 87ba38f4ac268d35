"""Keys and tokens that the tests of the token rules share."""

import json
from functools import cache
from typing import Any

from vf_tokens import AccessPolicy, Identity, KeySet, SigningKey, access, generate_pem, signing_key_from_pem
from vf_tokens import signing_key_from_secret as from_secret
from vf_tokens.compact import encode_segment

NOW = 1_800_000_000
SECRET = "a shared secret of more than thirty-two bytes"
POLICY = AccessPolicy("https://issuer.example")
ALICE = Identity("usr_1", "alice", "alice@example.test", ("customer", "clerk"), "ses_1")


def signing_key(algorithm: str, number: int = 0) -> SigningKey:
    """The key of that number, made once a run: RSA takes a tenth of a second."""
    return _made_once(algorithm, number)


@cache
def _made_once(algorithm: str, number: int) -> SigningKey:
    if algorithm == "HS256":
        return from_secret(f"{SECRET}{number}")
    return signing_key_from_pem(generate_pem(algorithm))


def key_set(*keys: SigningKey) -> KeySet:
    return KeySet([key.verification_key() for key in keys])


def access_token(key: SigningKey, **changes: Any) -> str:
    """A good access token of ``ALICE``, or one of the same form with some claims changed."""
    return raw_token(key, good_claims() | changes)


def good_claims() -> dict[str, Any]:
    minted = access.mint(signing_key("ES256"), POLICY, ALICE, token_id="tok_1", issued_at=NOW, lifetime=300)
    return claims_of(minted)


def raw_token(key: SigningKey, payload: dict[str, Any], **header: Any) -> str:
    return key.sign({"typ": "at+jwt"} | header, payload)


def assembled(header: str | bytes, payload: str | bytes, signature: bytes = b"sig!") -> bytes:
    """Three parts from any text, so that a test can write what no library would."""
    parts = (part.encode() if isinstance(part, str) else part for part in (header, payload))
    return b".".join([*map(encode_segment, parts), encode_segment(signature)])


def signed_text(key: SigningKey, header: str, payload: str) -> bytes:
    """As :func:`assembled`, with a right signature over that text."""
    import jwt

    signing_input = b".".join(encode_segment(part.encode()) for part in (header, payload))
    signature = jwt.get_algorithm_by_name(key.algorithm).sign(signing_input, key.private)
    return signing_input + b"." + encode_segment(signature)


def claims_of(token: str) -> dict[str, Any]:
    from vf_tokens.compact import parse

    return parse(token.encode()).payload


def header_text(key: SigningKey, **changes: Any) -> str:
    return json.dumps({"typ": "at+jwt", "alg": key.algorithm, "kid": key.kid} | changes)
