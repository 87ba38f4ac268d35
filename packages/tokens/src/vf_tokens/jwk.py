"""A single JWK (RFC 7517 §4): its members, its thumbprint, and the one algorithm that its kind of key is for."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from .compact import encode_segment
from .errors import UnusableKey

ALGORITHMS = ("ES256", "RS256", "EdDSA", "HS256")
"""Every algorithm that this project mints or accepts."""

MIN_RSA_BITS = 2048
"""Shortest RSA modulus (RFC 7518 §3.3)."""


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The JWK thumbprint (RFC 7638): the same key always has the same id."""
    required = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}
    members = {name: jwk[name] for name in required[jwk["kty"]]}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    return encode_segment(hashlib.sha256(canonical).digest()).decode("ascii")


def bare_jwk(algorithm: str, public: Any) -> dict[str, Any]:
    """The members that make the key, without its id and use."""
    jwk = dict(jwt.get_algorithm_by_name(algorithm).to_jwk(public, as_dict=True))
    return {name: value for name, value in jwk.items() if name in ("kty", "crv", "x", "y", "n", "e")}


def algorithm_of(public: Any) -> str:
    """The algorithm of a public key. Raises :class:`UnusableKey` for another kind, or a short one."""
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "EdDSA"
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= MIN_RSA_BITS:
        return "RS256"
    raise UnusableKey("the key is not P-256, Ed25519 or RSA of at least 2048 bits")


def plain_name(algorithm: object) -> object:
    """RFC 9864 names Ed25519 by its curve; a token or key that says so means what RFC 8037 calls EdDSA."""
    return "EdDSA" if algorithm == "Ed25519" else algorithm
