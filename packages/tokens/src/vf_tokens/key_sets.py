"""Key sets (RFC 7517 §5): publishing, parsing, and the lookup of a token's key."""

import json
from collections.abc import Iterable, Mapping
from typing import Any

import jwt

from .errors import TokenInvalid, UnknownKey, UnusableKey
from .jwk import ALGORITHMS, algorithm_of, plain_name
from .keys import SigningKey, VerificationKey, verification_key

MAX_KID_CHARACTERS = 256


class KeySet:
    """Verification keys by key ID. Immutable: a rotation creates a new set."""

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
        """Return the key IDs in this set, for logs and ``explain``."""
        return tuple(self._by_kid)

    def find(self, header: Mapping[str, Any]) -> VerificationKey:
        """Return the key for a token with this header.

        Without ``kid``, a set with one key returns that key. Raises :class:`UnknownKey` if no key has the ID, and
        :class:`TokenInvalid` if ``kid`` is not a plain string or the key is for another algorithm.
        """
        algorithm = plain_name(header.get("alg"))
        for key in self._select(header.get("kid")):
            if algorithm == key.algorithm:
                return key
        raise TokenInvalid("the token's algorithm is not its key's")

    def _select(self, kid: object) -> Iterable[VerificationKey]:
        """Return the matching key. Keys of different kinds may share an ID (RFC 7517 §4.5)."""
        if kid is None:
            if len(self._keys) == 1:
                return self._keys
            raise TokenInvalid("the token names no key")
        if not isinstance(kid, str) or len(kid) > MAX_KID_CHARACTERS:
            raise TokenInvalid("the token's key ID is not a short string")
        keys = self._by_kid.get(kid)
        if keys is None:
            raise UnknownKey("the token names an unknown key")
        return keys.values()


def key_set_document(keys: Iterable[SigningKey]) -> dict[str, Any]:
    """Return the JWK Set (RFC 7517 §5) to publish, without shared secrets."""
    return {"keys": [key.public_jwk() for key in keys if key.algorithm != "HS256"]}


def parse_key_set(document: bytes | str, algorithms: Iterable[str] = ALGORITHMS) -> KeySet:
    """Parse a published JWK Set and keep the signature keys of the allowed ``algorithms``.

    Other keys are ignored, as RFC 7517 §5 requires. Shared secrets are never accepted from a published set. Raises
    :class:`UnusableKey` if nothing usable remains.
    """
    try:
        parsed = json.loads(document)
    except (ValueError, RecursionError) as error:
        raise UnusableKey("the document is not JSON", "not_json") from error
    try:
        entries = parsed["keys"]
        found = [key for entry in entries if (key := _key_from_jwk(entry, frozenset(algorithms)))]
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise UnusableKey("the document is JSON, but not a JWK Set", "not_a_key_set") from error
    names = [(key.kid, key.algorithm) for key in found if key.kid is not None]
    if len(set(names)) != len(names):
        raise UnusableKey("two keys of one kind in the set share one key ID", "repeated_key_id")
    if not found:
        raise UnusableKey(f"the key set contains no usable key among {_kinds(entries)}", "no_usable_key")
    return KeySet(found)


def _kinds(entries: list[Any]) -> str:
    """Return the contents of a set for a message: kinds and algorithms are public and few."""
    names = ("kty", "crv", "alg", "use")
    kinds = {
        " ".join(f"{name}={entry[name]:.16}" for name in names if isinstance(entry.get(name), str))
        for entry in entries
        if isinstance(entry, dict)
    }
    return f"{len(entries)} ({'; '.join(sorted(kinds)[:6])})" if entries else "none: it is empty"


def _key_from_jwk(entry: Any, allowed: frozenset[str]) -> VerificationKey | None:
    if not isinstance(entry, dict) or entry.get("kty") not in ("EC", "RSA", "OKP") or not _is_for_signatures(entry):
        return None
    kid = entry.get("kid")
    if kid is not None and not isinstance(kid, str):
        return None
    try:
        public = jwt.PyJWK(entry, _guess_algorithm(entry)).key
        algorithm = algorithm_of(public)
    except (jwt.PyJWTError, UnusableKey, ValueError, TypeError):
        return None  # one malformed key must not invalidate the other keys
    if algorithm not in allowed or plain_name(entry.get("alg")) not in (None, algorithm):
        return None
    return verification_key(kid, algorithm, public)


def _is_for_signatures(entry: Mapping[str, Any]) -> bool:
    """Check ``use`` and ``key_ops`` (RFC 7517 §4.2, §4.3). A member that is null counts as missing."""
    operations = entry.get("key_ops")
    may_verify = operations is None or (isinstance(operations, list) and "verify" in operations)
    return may_verify and entry.get("use") in (None, "sig")


def _guess_algorithm(entry: Mapping[str, Any]) -> str:
    return {"EC": "ES256", "RSA": "RS256", "OKP": "EdDSA"}[entry["kty"]]
