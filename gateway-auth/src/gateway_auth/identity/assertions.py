"""Identity headers for a verified token: built once a token and audience, renewed before the assertion expires."""

from typing import Literal, NamedTuple

from vf_edge import identity_headers
from vf_tokens import Identity, RequestBinding, SigningKey, assertion, key_set_document

RENEWAL_SHARE = 1 / 6
"""An assertion is handed out until this share of its lifetime is left: 10 of 60 s for a slow service to read it."""


class IdentityHeaders(NamedTuple):
    """The headers of an allowed answer, and until when (seconds since 1970) they may be handed out."""

    values: dict[str, str]
    usable_until: float
    statement: bytes = b""
    """What the assertion says, for :meth:`AssertionMinter.sign` to say it again; empty if there is none."""


ANONYMOUS = IdentityHeaders(dict(identity_headers.ANONYMOUS), float("inf"))


class AssertionMinter:
    """Signs assertions with the first key; publishes the public halves of all."""

    def __init__(self, keys: tuple[SigningKey, ...], lifetime: int) -> None:
        self._keys = keys
        self._lifetime = lifetime
        self._until = (0, 0.0)

    def headers(
        self, identity: Identity, audience: str, now: float, binding: RequestBinding | None = None
    ) -> IdentityHeaders:
        """Identity headers with a fresh assertion for ``audience``."""
        statement = assertion.statement(identity, audience, binding)
        token, until = self.sign(statement, now)
        return IdentityHeaders(identity_headers.encode(identity, token), until, statement)

    def sign(self, statement: bytes, now: float) -> tuple[str, float]:
        """A fresh assertion of the same statement, and until when it may be handed out."""
        issued = int(now)
        token = assertion.sign(self._keys[0], statement, issued_at=issued, lifetime=self._lifetime)
        if self._until[0] != issued:  # one number for all of a second: the many verdicts that hold it stay small
            self._until = (issued, issued + self._lifetime * (1 - RENEWAL_SHARE))
        return token, self._until[1]

    def key_set(self) -> dict[Literal["keys"], object]:
        """The JWK Set that services fetch from the internal side."""
        return {"keys": key_set_document(self._keys)["keys"]}
