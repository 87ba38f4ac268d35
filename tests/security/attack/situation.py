"""What a hostile request is aimed at, and what the attacker holds."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Self

from vf_tokens import SigningKey

from .wire import Endpoint

MARK = "forged-9f3a"
"""Stands in every forged value, so that one look at an answer shows whether a forgery came through."""

Line = tuple[str | bytes, str | bytes]
"""Name and value of a header line."""


@dataclass(frozen=True, slots=True)
class Account:
    """A good access token, and the name of the person that it belongs to."""

    token: str = field(repr=False)
    name: str


@dataclass(frozen=True, slots=True)
class Situation:
    """One target. Requests are built here, so that each case says only what is special about it."""

    endpoint: Endpoint
    authority: str
    """What an honest client writes into ``Host``."""
    base_domain: str
    protected: str = "/api/billing/summary/"
    """A path that needs a credential."""
    account: Account | None = None
    issuer: str = ""
    signing_key: SigningKey | None = None
    """The platform's own key, for near misses: right signature, one thing wrong."""
    full: bool = False
    """The target is a VF Services platform, with its sign-in and its other addresses."""

    def at(self, path: str) -> Self:
        """The same with another protected path."""
        return replace(self, protected=path)

    @property
    def origin(self) -> str:
        """The origin of the target's own pages."""
        return f"{'https' if self.endpoint.tls_name else 'http'}://{self.authority}"

    @property
    def bearer(self) -> Line:
        """The good token as ``Authorization``."""
        return ("Authorization", f"Bearer {self.token}")

    @property
    def cookie(self) -> Line:
        """The good token as the browser sends it."""
        return ("Cookie", f"jwt={self.token}")

    @property
    def token(self) -> str:
        """The good token; a case that uses it says so with ``signed_in``."""
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
        """The bytes of one request; ``host=""`` leaves the header out, ``target`` is the protected path by default."""
        authority = self.authority if host is None else host
        first: list[Line] = [("Host", authority)] if authority else []
        if body is not None:
            first.append(("Content-Length", str(len(body))))
        target = self.protected if target is None else target
        return head(f"{method} ".encode() + raw(target) + b" HTTP/1.1", [*first, *lines]) + (body or b"")


def head(first_line: bytes, lines: Iterable[Line]) -> bytes:
    """A request head, byte for byte."""
    return b"".join(
        [first_line, b"\r\n", *(raw(name) + b": " + raw(value) + b"\r\n" for name, value in lines), b"\r\n"]
    )


def raw(text: str | bytes) -> bytes:
    """Text as the bytes that go on the wire."""
    return text if isinstance(text, bytes) else text.encode("utf-8")
