"""Signing keys, verification keys and key sets (RFC 7517, RFC 7518).

The algorithm belongs to the key, never to the token: a token whose header names another algorithm than
its key is refused, which ends ``alg: none`` and "HS256 signed with the public key" alike.
"""

import hashlib
import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from jwt.algorithms import Algorithm

from .compact import encode_json, encode_segment
from .errors import TokenInvalid, UnknownKey, UnusableKey

ALGORITHMS = ("ES256", "RS256", "EdDSA", "HS256")
"""Every algorithm that this project mints or accepts."""

MIN_SECRET_BYTES = 32
"""Shortest HS256 secret: the size of the hash (RFC 7518 §3.2)."""

MIN_RSA_BITS = 2048
"""Shortest RSA modulus (RFC 7518 §3.3)."""

MAX_KID_CHARACTERS = 256

_ECDSA_SHA256 = ec.ECDSA(hashes.SHA256())


@dataclass(frozen=True, slots=True)
class VerificationKey:
    """A key that checks signatures of exactly one algorithm."""

    kid: str | None
    algorithm: str
    key: Any = field(repr=False)
    checker: Algorithm = field(repr=False)

    def verify(self, signing_input: bytes, signature: bytes) -> bool:
        """True if ``signature`` was made over ``signing_input`` by this key's private half."""
        return self.checker.verify(signing_input, self.key, signature)


@dataclass(frozen=True, slots=True)
class SigningKey:
    """A private key (or shared secret) with the one algorithm and key id it signs under."""

    kid: str
    algorithm: str
    private: Any = field(repr=False)
    headers: dict[str, bytes] = field(default_factory=dict, init=False, repr=False, compare=False)
    """By ``typ``, what :meth:`sign_json` has encoded before."""

    def sign(self, header: dict[str, Any], payload: dict[str, Any]) -> str:
        """Sign ``payload`` as a compact JWS; ``alg`` and ``kid`` of the header come from this key."""
        return self._sign(self._encoded(header), encode_json(payload))

    def sign_json(self, typ: str, payload: bytes) -> str:
        """As :meth:`sign` with a header that holds only ``typ``, for a payload that is JSON already."""
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
        """The half that checks what this key signs."""
        public = self.private if self.algorithm == "HS256" else self.private.public_key()
        return _verification_key(self.kid, self.algorithm, public)

    def public_jwk(self) -> dict[str, Any]:
        """The public half as a JWK (RFC 7517 §4). Raises :class:`UnusableKey` for a shared secret."""
        if self.algorithm == "HS256":
            raise UnusableKey("a shared secret has no public half")
        return {**_bare_jwk(self.algorithm, self.private.public_key()), **self._jwk_members()}

    def _jwk_members(self) -> dict[str, str]:
        return {"kid": self.kid, "alg": self.algorithm, "use": "sig"}


class KeySet:
    """Verification keys by key id. Immutable; a rotation makes a new one."""

    def __init__(self, keys: Iterable[VerificationKey]) -> None:
        self._keys = tuple(keys)
        self._by_kid: dict[str, dict[str, VerificationKey]] = {}
        for key in self._keys:
            if key.kid is not None:
                self._by_kid.setdefault(key.kid, {})[key.algorithm] = key

    def __len__(self) -> int:
        return len(self._keys)

    @property
    def kids(self) -> tuple[str, ...]:
        """The key ids in this set, for logs and ``explain``."""
        return tuple(self._by_kid)

    def find(self, header: Mapping[str, Any]) -> VerificationKey:
        """The key for a token with this header.

        Without ``kid`` a set of one key answers. Raises :class:`UnknownKey` if no key has that id and
        :class:`TokenInvalid` if ``kid`` is not a plain string or the key is for another algorithm.
        """
        algorithm = _plain_name(header.get("alg"))
        for key in self._select(header.get("kid")):
            if algorithm == key.algorithm:
                return key
        raise TokenInvalid("the token's algorithm is not its key's")

    def _select(self, kid: object) -> Iterable[VerificationKey]:
        """One key, or one of each kind that share an id (RFC 7517 §4.5)."""
        if kid is None:
            if len(self._keys) == 1:
                return self._keys
            raise TokenInvalid("the token names no key")
        if not isinstance(kid, str) or len(kid) > MAX_KID_CHARACTERS:
            raise TokenInvalid("the token's key id is not a short string")
        keys = self._by_kid.get(kid)
        if keys is None:
            raise UnknownKey("the token names an unknown key")
        return keys.values()


def signing_key_from_pem(pem: bytes) -> SigningKey:
    """Read an unencrypted PKCS #8 private key; its type decides the algorithm, its thumbprint the ``kid``."""
    try:
        private = serialization.load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise UnusableKey("not an unencrypted PEM private key") from error
    algorithm = _algorithm_of(private.public_key())
    return SigningKey(thumbprint(_bare_jwk(algorithm, private.public_key())), algorithm, private)


def signing_key_from_secret(secret: str) -> SigningKey:
    """An HS256 key from a shared secret of at least :data:`MIN_SECRET_BYTES` bytes."""
    raw = secret.encode()
    if len(raw) < MIN_SECRET_BYTES:
        raise UnusableKey(f"an HS256 secret needs at least {MIN_SECRET_BYTES} bytes")
    kid = hashlib.sha256(b"vf-kid:" + raw).hexdigest()[:16]
    return SigningKey(kid, "HS256", raw)


def generate_pem(algorithm: str = "ES256") -> bytes:
    """A new private key for an asymmetric algorithm, as PKCS #8 PEM."""
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
    """A new HS256 secret."""
    return secrets.token_urlsafe(48)


def key_set_document(keys: Iterable[SigningKey]) -> dict[str, Any]:
    """The JWK Set (RFC 7517 §5) to publish; shared secrets are left out."""
    return {"keys": [key.public_jwk() for key in keys if key.algorithm != "HS256"]}


def parse_key_set(document: bytes | str, algorithms: Iterable[str] = ALGORITHMS) -> KeySet:
    """Read a published JWK Set, keeping the signature keys of the allowed ``algorithms``.

    Keys of other kinds are passed over, as RFC 7517 §5 asks; shared secrets are never taken from a
    published set. Raises :class:`UnusableKey` if nothing usable remains.
    """
    try:
        parsed = json.loads(document)
        entries = parsed["keys"]
        found = [key for entry in entries if (key := _key_from_jwk(entry, frozenset(algorithms)))]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnusableKey("not a JWK Set") from error
    names = [(key.kid, key.algorithm) for key in found if key.kid is not None]
    if len(set(names)) != len(names):
        raise UnusableKey("two keys of one kind in the set share one key id")
    if not found:
        raise UnusableKey("the key set holds no usable key")
    return KeySet(found)


def thumbprint(jwk: Mapping[str, Any]) -> str:
    """The JWK thumbprint (RFC 7638): the same key always has the same id."""
    required = {"EC": ("crv", "kty", "x", "y"), "RSA": ("e", "kty", "n"), "OKP": ("crv", "kty", "x")}
    members = {name: jwk[name] for name in required[jwk["kty"]]}
    canonical = json.dumps(members, separators=(",", ":"), sort_keys=True).encode()
    return encode_segment(hashlib.sha256(canonical).digest()).decode("ascii")


def _key_from_jwk(entry: Any, allowed: frozenset[str]) -> VerificationKey | None:
    if not isinstance(entry, dict) or entry.get("kty") not in ("EC", "RSA", "OKP") or not _is_for_signatures(entry):
        return None
    kid = entry.get("kid")
    if kid is not None and not isinstance(kid, str):
        return None
    try:
        public = jwt.PyJWK(entry, _guess_algorithm(entry)).key
        algorithm = _algorithm_of(public)
    except (jwt.PyJWTError, UnusableKey, ValueError, TypeError):
        return None  # one odd key must not take the good ones along
    if algorithm not in allowed or _plain_name(entry.get("alg")) not in (None, algorithm):
        return None
    return _verification_key(kid, algorithm, public)


def _is_for_signatures(entry: Mapping[str, Any]) -> bool:
    """By ``use`` and ``key_ops`` (RFC 7517 §4.2, §4.3); a member that is null says nothing."""
    operations = entry.get("key_ops")
    may_verify = operations is None or (isinstance(operations, list) and "verify" in operations)
    return may_verify and entry.get("use") in (None, "sig")


def _plain_name(algorithm: object) -> object:
    """RFC 9864 names Ed25519 by its curve; a token or key that says so means what RFC 8037 calls EdDSA."""
    return "EdDSA" if algorithm == "Ed25519" else algorithm


def _guess_algorithm(entry: Mapping[str, Any]) -> str:
    return {"EC": "ES256", "RSA": "RS256", "OKP": "EdDSA"}[entry["kty"]]


def _algorithm_of(public: Any) -> str:
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        return "ES256"
    if isinstance(public, ed25519.Ed25519PublicKey):
        return "EdDSA"
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= MIN_RSA_BITS:
        return "RS256"
    raise UnusableKey("the key is not P-256, Ed25519 or RSA of at least 2048 bits")


def _bare_jwk(algorithm: str, public: Any) -> dict[str, Any]:
    jwk = dict(jwt.get_algorithm_by_name(algorithm).to_jwk(public, as_dict=True))
    return {name: value for name, value in jwk.items() if name in ("kty", "crv", "x", "y", "n", "e")}


def _sign(algorithm: str, private: Any, signing_input: bytes) -> bytes:
    if algorithm == "ES256":  # PyJWT's way from DER to the raw form (RFC 7518 §3.4) costs a third of the signing
        r, s = decode_dss_signature(private.sign(signing_input, _ECDSA_SHA256))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
    return jwt.get_algorithm_by_name(algorithm).sign(signing_input, private)


def _verification_key(kid: str | None, algorithm: str, public: Any) -> VerificationKey:
    return VerificationKey(kid, algorithm, public, jwt.get_algorithm_by_name(algorithm))
