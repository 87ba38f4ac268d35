"""Signing keys and verification keys (RFC 7518).

The algorithm belongs to the key, never to the token: a token whose header names another algorithm than its key is
rejected. This prevents ``alg: none`` and "HS256 signed with the public key".
"""

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import Algorithm

from .compact import encode_json, encode_segment
from .errors import UnusableKey
from .jwk import MIN_RSA_BITS, algorithm_of, bare_jwk, thumbprint

MIN_SECRET_BYTES = 32
"""Minimum length of an HS256 secret: the size of the hash (RFC 7518 §3.2)."""

_ECDSA_SHA256 = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key that verifies signatures of exactly one algorithm."""

    kid: str | None
    algorithm: str
    key: Any = field(repr=False)
    checker: Algorithm = field(repr=False)

    def verify(self, signing_input: bytes, signature: bytes) -> bool:
        """Return True if this key's private half created ``signature`` for ``signing_input``."""
        return self.checker.verify(signing_input, self.key, signature)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key (or shared secret) with its only algorithm and key ID."""

    kid: str
    algorithm: str
    private: Any = field(repr=False)
    headers: dict[str, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)
    """Encoded headers by ``typ``, a cache of :meth:`sign_json`."""

    def sign(self, header: dict[str, Any], payload: dict[str, Any]) -> str:
        """Sign ``payload`` as a compact JWS. ``alg`` and ``kid`` of the header come from this key."""
        return self._sign(self._encoded(header), encode_json(payload))

    def sign_json(self, typ: str, payload: bytes) -> str:
        """Sign a payload that is already JSON; the header contains only ``typ``, ``alg`` and ``kid``."""
        header = self.headers.get(typ)
        if header is None:
            header = self.headers[typ] = self._encoded({"typ": typ})
        return self._sign(header, payload)

    def _encoded(self, header: dict[str, Any]) -> bytes:
        return encode_segment(encode_json({**header, "alg": self.algorithm, "kid": self.kid}))

    def _sign(self, header: bytes, payload: bytes) -> str:
        signing_input = header + b"." + encode_segment(payload)
        signature = _sign(self.algorithm, self.private, signing_input)
        return (signing_input + b"." + encode_segment(signature)).decode("ascii")

    def verification_key(self) -> VerificationKey:
        """Return the key that verifies this key's signatures."""
        public = self.private if self.algorithm == "HS256" else self.private.public_key()
        return verification_key(self.kid, self.algorithm, public)

    def public_jwk(self) -> dict[str, Any]:
        """Return the public half as a JWK (RFC 7517 §4). Raises :class:`UnusableKey` for a shared secret."""
        if self.algorithm == "HS256":
            raise UnusableKey("a shared secret has no public half")
        return {**bare_jwk(self.algorithm, self.private.public_key()), **self._jwk_members()}

    def _jwk_members(self) -> dict[str, str]:
        return {"kid": self.kid, "alg": self.algorithm, "use": "sig"}


def verification_key(kid: str | None, algorithm: str, public: Any) -> VerificationKey:
    """Return the key that verifies signatures of ``public``'s private half under ``algorithm``."""
    return VerificationKey(kid, algorithm, public, jwt.get_algorithm_by_name(algorithm))


def signing_key_from_pem(pem: bytes) -> SigningKey:
    """Parse an unencrypted PKCS #8 private key. Its type determines the algorithm, its thumbprint the ``kid``."""
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKey("not an unencrypted PEM private key") from error
    algorithm = algorithm_of(private.public_key())
    return SigningKey(thumbprint(bare_jwk(algorithm, private.public_key())), algorithm, private)


def signing_key_from_secret(secret: str) -> SigningKey:
    """Return an HS256 key from a shared secret of at least :data:`MIN_SECRET_BYTES` bytes."""
    raw = secret.encode()
    if len(raw) < MIN_SECRET_BYTES:
        raise UnusableKey(f"an HS256 secret needs at least {MIN_SECRET_BYTES} bytes")
    kid = hashlib.sha256(b"vf-kid:" + raw).hexdigest()[:16]
    return SigningKey(kid, "HS256", raw)


def generate_pem(algorithm: str = "ES256") -> bytes:
    """Generate a private key for an asymmetric algorithm, as PKCS #8 PEM."""
    private: Any
    if algorithm == "ES256":
        private = ec.generate_private_key(ec.SECP256R1())
    elif algorithm == "EdDSA":
        private = ed25519.Ed25519PrivateKey.generate()
    elif algorithm == "RS256":
        private = rsa.generate_private_key(65537, MIN_RSA_BITS)
    else:
        raise UnusableKey(f"no private key exists for {algorithm}")
    encoding = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem: bytes = private.private_bytes(*encoding)
    return pem


def generate_secret() -> str:
    """Generate an HS256 secret."""
    return secrets.token_urlsafe(48)


def _sign(algorithm: str, private: Any, signing_input: bytes) -> bytes:
    if algorithm == "ES256":  # PyJWT's way from DER to the raw form (RFC 7518 §3.4) costs a third of the signing
        r, s = decode_dss_signature(private.sign(signing_input, _ECDSA_SHA256))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return jwt.get_algorithm_by_name(algorithm).sign(signing_input, private)
