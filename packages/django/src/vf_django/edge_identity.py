"""The rule behind ``EdgeIdentityMiddleware``, independent of requests and clocks.

A service accepts ``X-User-*`` only with a matching assertion that the gateway signed for this service within its
lifetime. So requests sent directly to the service's port, injected headers, and assertions captured at another service
are rejected (docs/headers.md).
"""

import threading
from collections.abc import Mapping, MutableMapping

from vf_edge import identity_headers
from vf_tokens import Identity, RequestBinding, TokenError, TokenExpired, TokenInvalid, UnknownKey, assertion
from vf_tokens.compact import MAX_TOKEN_BYTES

from .key_sources import KeySource, KeysUnavailable

MAX_CACHED = 2048
"""Maximum number of verified assertions to keep; at most 16 MB with the longest tokens."""

_ENVIRON_NAMES = {"HTTP_" + name.upper().replace("-", "_"): name for name in identity_headers.IDENTITY_HEADERS}
_LISTS = frozenset({identity_headers.USER_ROLES})


class Unproven(Exception):
    """The headers claim an identity without valid proof. The message is the reason, for the log."""


class AssertionVerifier:
    """Verifies assertions for one service and caches the valid ones until they expire. Threads may share one."""

    def __init__(self, keys: KeySource, *, audience: str) -> None:
        self._keys = keys
        self._audience = audience
        self._verified: dict[str, assertion.Assertion] = {}
        self._trimming = threading.Lock()

    def trust(self, keys: KeySource) -> None:
        """Trust ``keys`` from now on. If they differ from the current ones, forget the cached assertions."""
        if keys is not self._keys:
            self._keys = keys
            self._verified = {}

    def verify(self, token: str, now: float) -> assertion.Assertion:
        """Return the verified assertion. Raises :class:`TokenError`, or :class:`KeysUnavailable` without keys.

        Only valid assertions are cached, so invalid ones cannot evict them. Expiry is checked at each use.
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
    """Return the identity headers of a WSGI environ by name, missing ones as empty.

    Raises :class:`Unproven` for what no gateway sends: a comma in a single value (servers join two headers of one name
    with a comma; commas in values are percent-encoded), raw non-ASCII, or another spelling of a name.
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
    """Remove rejected identity headers, so that no view reads them and no cache varies by them."""
    for key in _ENVIRON_NAMES:
        environ.pop(key, None)


def prove(
    headers: Mapping[str, str], verifier: AssertionVerifier, *, now: float, request: RequestBinding, must_bind: bool
) -> Identity | None:
    """Return the verified identity, or None if the headers claim none. Raises :class:`Unproven`."""
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
    if identity_headers.decode(headers, verified.identity.actor_id) != verified.identity:
        raise Unproven("the headers do not match the assertion")
    if verified.binding != request and (must_bind or verified.binding is not None):
        raise Unproven("the assertion is for another request")
    return verified.identity


def _refuse_aliases(environ: Mapping[str, object]) -> None:
    """Reject ``HTTP_X.USER.ID``, which some servers create from ``X.User.Id`` and code could mistake for
    ``X-User-Id``.
    """
    for key in environ:
        if key.startswith("HTTP_X") and key not in _ENVIRON_NAMES and _normalised(key) in _ENVIRON_NAMES:
            raise Unproven("an identity header is spelled in another way")


def _normalised(key: str) -> str:
    return "".join(character if character.isalnum() else "_" for character in key.upper())
