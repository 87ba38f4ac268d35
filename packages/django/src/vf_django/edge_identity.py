"""Is the identity in these headers proven? The rule behind ``EdgeIdentityMiddleware``, free of requests and clocks.

A service believes ``X-User-*`` only with an assertion that is signed by the gateway, fresh, for this service, and
says the same. So a request straight to the service's port, a header added on the way, or an assertion captured at
another service is worth nothing (docs/headers.md).
"""

import threading
from collections.abc import Mapping, MutableMapping

from vf_edge import identity_headers
from vf_tokens import Identity, RequestBinding, TokenError, TokenExpired, TokenInvalid, UnknownKey, assertion
from vf_tokens.compact import MAX_TOKEN_BYTES

from .key_sources import KeySource, KeysUnavailable

MAX_CACHED = 2048
"""Verified assertions kept; with the longest token that is 16 MB at the most."""

_ENVIRON_NAMES = {"HTTP_" + name.upper().replace("-", "_"): name for name in identity_headers.IDENTITY_HEADERS}
_LISTS = frozenset({identity_headers.USER_ROLES})


class Unproven(Exception):
    """The headers claim an identity that is not believed. The message is the reason, for the log."""


class AssertionVerifier:
    """Verifies assertions for one service and remembers the good ones until they expire. Threads may share one."""

    def __init__(self, keys: KeySource, *, audience: str) -> None:
        self._keys = keys
        self._audience = audience
        self._verified: dict[str, assertion.Assertion] = {}
        self._trimming = threading.Lock()

    def trust(self, keys: KeySource) -> None:
        """Believe ``keys`` from now on; if they are other ones, forget what was verified before."""
        if keys is not self._keys:
            self._keys = keys
            self._verified = {}

    def verify(self, token: str, now: float) -> assertion.Assertion:
        """The assertion in ``token``. Raises :class:`TokenError`, or :class:`KeysUnavailable` without keys.

        Only good assertions are remembered, so bad ones cannot push them out; expiry is checked at each use.
        """
        known = self._verified.get(token)
        if known is None:
            known = self._verify_signature(token, now)
            self._remember(token, known)
        if now >= known.expires_at:
            raise TokenExpired("the assertion has expired")
        return known

    def _verify_signature(self, token: str, now: float) -> assertion.Assertion:
        try:
            raw = token.encode("ascii")
        except UnicodeEncodeError as error:
            raise TokenInvalid("the assertion is not ASCII") from error
        try:
            return assertion.verify(raw, self._keys.current(), audience=self._audience, now=now)
        except UnknownKey:
            return assertion.verify(raw, self._keys.renewed(), audience=self._audience, now=now)

    def _remember(self, token: str, verified: assertion.Assertion) -> None:
        with self._trimming:
            self._verified[token] = verified
            while len(self._verified) > MAX_CACHED:
                del self._verified[next(iter(self._verified))]


def read_headers(environ: Mapping[str, object]) -> dict[str, str]:
    """The identity headers of a WSGI environ by name, absent ones as empty.

    Raises :class:`Unproven` for what no gateway sends: a comma in a single value (two headers of one name arrive
    joined by one; a legitimate comma is percent-encoded), raw non-ASCII, or another spelling of a name.
    """
    _refuse_aliases(environ)
    headers = {}
    for key, name in _ENVIRON_NAMES.items():
        value = environ.get(key, "")
        if not isinstance(value, str) or not value.isascii():
            raise Unproven(f"header {name} is not ASCII")
        if "," in value and name not in _LISTS:
            raise Unproven(f"header {name} is repeated")
        headers[name] = value
    return headers


def forget_headers(environ: MutableMapping[str, object]) -> None:
    """Remove a claim that is not believed: a view that reads a header, or a cache that varies by it, must not."""
    for key in _ENVIRON_NAMES:
        environ.pop(key, None)


def prove(
    headers: Mapping[str, str], verifier: AssertionVerifier, *, now: float, request: RequestBinding, must_bind: bool
) -> Identity | None:
    """The proven identity, or None if the headers claim none. Raises :class:`Unproven`."""
    if not any(headers.values()):
        return None
    token = headers[identity_headers.USER_ASSERTION]
    if not token:
        raise Unproven("there is no assertion")
    if len(token) > MAX_TOKEN_BYTES:
        raise Unproven("the assertion is too long")
    try:
        verified = verifier.verify(token, now)
    except (TokenError, KeysUnavailable) as error:
        raise Unproven(str(error)) from error
    if identity_headers.decode(headers) != verified.identity:
        raise Unproven("the headers do not say what the assertion says")
    if verified.binding != request and (must_bind or verified.binding is not None):
        raise Unproven("the assertion is for another request")
    return verified.identity


def _refuse_aliases(environ: Mapping[str, object]) -> None:
    """Some servers pass ``X.User.Id`` on as ``HTTP_X.USER.ID`` for a careless reader to find."""
    for key in environ:
        if key.startswith("HTTP_X") and key not in _ENVIRON_NAMES and _normalised(key) in _ENVIRON_NAMES:
            raise Unproven("an identity header is spelled in another way")


def _normalised(key: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in key.upper())
