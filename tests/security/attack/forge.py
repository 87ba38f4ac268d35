"""Tokens that must be rejected. With the platform's key, only one part is invalid; without it, the signature too."""

import base64
import hashlib
import hmac
import json
import secrets
import time
from typing import Any

import jwt

from vf_tokens import SigningKey, generate_pem, key_set_document, signing_key_from_pem

from .situation import MARK, Situation

Claims = dict[str, Any]


def segment(value: bytes) -> str:
    """Encode base64url without padding."""
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode("ascii")


def claims(situation: Situation, **changed: Any) -> Claims:
    """Return valid claims with changes; ``None`` removes a claim."""
    now = int(time.time())
    good = {
        "iss": situation.issuer,
        "aud": "vf-services",
        "sub": MARK,
        "username": MARK,
        "email": f"{MARK}@example.test",
        "roles": ["admin", "operator"],
        "sid": MARK,
        "jti": secrets.token_hex(8),
        "iat": now,
        "exp": now + 300,
        "use": "access",
    }
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def header(**changed: Any) -> dict[str, Any]:
    """Return a valid header with changes; ``None`` removes a member."""
    good = {"alg": "ES256", "typ": "at+jwt", "kid": "vf-attack"}
    return {name: value for name, value in {**good, **changed}.items() if value is not None}


def unsigned(token_header: dict[str, Any], payload: Claims, signature: bytes = b"\1" * 64) -> str:
    """Return a token with any header and any bytes as the signature."""
    return ".".join([*(segment(json.dumps(part).encode()) for part in (token_header, payload)), segment(signature)])


def signed(situation: Situation, token_header: dict[str, Any] | None = None, **changed: Any) -> str:
    """Return a token signed with the platform's key, with changed claims and additional header members."""
    return own_key(situation).sign({"typ": "at+jwt", **(token_header or {})}, claims(situation, **changed))


def signed_text(situation: Situation, payload: str, typ: str = "at+jwt") -> str:
    """Return a token signed with the platform's key whose payload is exactly this text."""
    return own_key(situation).sign_json(typ, payload.encode())


def signed_header_text(situation: Situation, header_text: str) -> str:
    """Return a token signed with the platform's key whose header is exactly this text."""
    key = own_key(situation)
    parts = f"{segment(header_text.encode())}.{segment(json.dumps(claims(situation)).encode())}"
    return f"{parts}.{segment(jwt.get_algorithm_by_name(key.algorithm).sign(parts.encode(), key.private))}"


def own_key(situation: Situation) -> SigningKey:
    """Return the platform's signing key. Cases that use it set ``near_miss``."""
    if situation.signing_key is None:
        raise LookupError("no signing key was given")
    return situation.signing_key


def with_public_key_as_secret(situation: Situation, kid: str | None = None) -> str:
    """Return an HS256 token with a public key as the secret."""
    key = own_key(situation)
    public = json.dumps(key_set_document([key])["keys"][0]).encode()
    parts = ".".join(
        segment(json.dumps(part).encode()) for part in (header(alg="HS256", kid=kid or key.kid), claims(situation))
    )
    return f"{parts}.{segment(hmac.digest(public, parts.encode(), hashlib.sha256))}"


def by_another_key(situation: Situation, **token_header: Any) -> str:
    """Return a token signed by an untrusted key, of the platform's own kind if that is known."""
    key = signing_key_from_pem(generate_pem(situation.signing_key.algorithm if situation.signing_key else "ES256"))
    return SigningKey(token_header.pop("kid", key.kid), key.algorithm, key.private).sign(
        {"typ": "at+jwt", **token_header}, claims(situation)
    )
