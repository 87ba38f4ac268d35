"""A single JWK (RFC 7517 §4): its members, its thumbprint, and the only algorithm for its kind of key."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from .compact import encode_segment
from .errors import UnusableKey

ALGORITHMS = ("ES256", "RS256", "EdDSA", "HS256")
"""Every algorithm with which this project signs or verifies."""

MIN_RSA_BITS = 2048
"""Minimum size of an RSA modulus (RFC 7518 §3.3)."""


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """Return the JWK thumbprint (RFC 7638), which is the same for the same key."""
    required = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}
    members = {name: jwk[name] for name in required[jwk["kty"]]}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    return encode_segment(hashlib.sha256(canonical).digest()).decode("ascii")


def bare_jwk(algorithm: str, public: Any) -> dict[str, Any]:
    """Return the members that define the key, without its ID and use."""
    jwk = dict(jwt.get_algorithm_by_name(algorithm).to_jwk(public, as_dict=True))
    return {name: value for name, value in jwk.items() if name in ("kty", "crv", "x", "y", "n", "e")}


def algorithm_of(public: Any) -> str:
    """Return the algorithm of a public key. Raises :class:`UnusableKey` for an unsupported kind, or a short key."""
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "EdDSA"
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= MIN_RSA_BITS:
        return "RS256"
    raise UnusableKey("the key is not P-256, Ed25519 or RSA of at least 2048 bits")


def plain_name(algorithm: object) -> object:
    """Return the algorithm name of RFC 8037: RFC 9864 names ``EdDSA`` by its curve, ``Ed25519``."""
    return "EdDSA" if algorithm == "Ed25519" else algorithm
