"""The target of the attack suite, and what the attacker has."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

from vf_tokens import SigningKey

from .wire import Endpoint

MARK = "forged-9f3a"
"""Part of every forged value, so that a response shows whether a forgery came through."""

Line = tuple[str | bytes, str | bytes]
"""Name and value of a header line."""


@dataclass(frozen=True, slots=True)
class Account:
    """A valid access token, and the name of its owner."""

    token: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True)
class Situation:
    """A target. It builds the requests, so that each case contains only what is special about it."""

    endpoint: Endpoint
    authority: str
    """The ``Host`` header of a normal client."""
    base_domain: str
    protected: str = "/api/billing/summary/"
    """A path that needs a credential."""
    account: Account | None = None
    issuer: str = ""
    signing_key: SigningKey | None = None
    """The platform's own key, for tokens with a valid signature and one invalid part."""
    full: bool = False
    """True if the target is a VF Services platform, with its sign-in and other URLs."""

    def at(self, path: str) -> Self:
        """Return a copy with another protected path."""
        return replace(self, protected=path)

    @property
    def origin(self) -> str:
        """Return the origin of the target's own pages."""
        return f"{'https' if self.endpoint.tls_name else 'http'}://{self.authority}"

    @property
    def bearer(self) -> Line:
        """Return the valid token as ``Authorization``."""
        return ("Authorization", f"Bearer {self.token}")

    @property
    def cookie(self) -> Line:
        """Return the valid token as the browser sends it."""
        return ("Cookie", f"jwt={self.token}")

    @property
    def token(self) -> str:
        """Return the valid token. Cases that use it set ``signed_in``."""
        if self.account is None:
            raise LookupError("no account was given")
        return self.account.token

    def request(
        self,
        *lines: Line,
        method: str = "GET",
        target: str | bytes | None = None,
        host: str | bytes | None = None,
        body: bytes | None = None,
    ) -> bytes:
        """Return the bytes of one request. ``host=""`` omits the header; ``target`` defaults to the protected path."""
        authority = self.authority if host is None else host
        first: list[Line] = [("Host", authority)] if authority else []
        if body is not None:
            first.append(("Content-Length", str(len(body))))
        target = self.protected if target is None else target
        return head(f"{method} ".encode() + raw(target) + b" HTTP/1.1", [*first, *lines]) + (body or b"")


def head(first_line: bytes, lines: Iterable[Line]) -> bytes:
    """Return a request head, byte for byte."""
    return b"".join(
        [first_line, b"\r\n", *(raw(name) + b": " + raw(value) + b"\r\n" for name, value in lines), b"\r\n"]
    )


def raw(text: str | bytes) -> bytes:
    """Return text as the bytes to send."""
    return text if isinstance(text, bytes) else text.encode("utf-8")
