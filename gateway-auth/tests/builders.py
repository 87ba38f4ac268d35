"""What the tests of the edge share: keys, tokens, and requests as Traefik sends them."""

import asyncio
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from gateway_auth.decision.decision import Basis
from gateway_auth.decision.steps import decide
from gateway_auth.identity.assertions import AssertionMinter
from gateway_auth.origins import AllowedOrigins
from gateway_auth.request.lines import Asked, HeaderLines
from gateway_auth.revocation.state import RevocationGate, RevocationState
from gateway_auth.settings import GatewaySettings, load_settings
from gateway_auth.tokens.verifier import TokenVerifier, VerifiedToken
from vf_edge.cookies import DEFAULT_NAMES
from vf_runtime import Environment
from vf_tokens import (
    AccessPolicy,
    Identity,
    SigningKey,
    access,
    generate_pem,
    signing_key_from_pem,
    signing_key_from_secret,
)

ISSUER = "https://vfservices.localhost"
SECRET = "a shared secret of more than thirty-two bytes"
POLICY = AccessPolicy(ISSUER)
ALICE = Identity("usr_1", "alice", "alice@example.test", ("customer", "clerk"), "ses_1")
RULE = "audience=billing&mode=required"
OPTIONAL = "audience=billing&mode=optional"
Lines = list[tuple[bytes, bytes]]


def signing_key(number: int = 0) -> SigningKey:
    """The ES256 key of that number, made once a run."""
    return signing_key_from_pem(_pem(number))


@cache
def _pem(number: int) -> bytes:
    return generate_pem()


def settings(**variables: str) -> GatewaySettings:
    """Settings of a gateway that needs no other process: HS256, no Redis, no Traefik."""
    basic = {"VF_ASSERTION_KEY": _pem(0).decode(), "VF_JWT_SECRET": SECRET, "VF_REDIS_URL": "off"}
    return load_settings(Environment({name: value for name, value in (basic | variables).items() if value}))


def token(
    identity: Identity = ALICE,
    *,
    key: SigningKey | None = None,
    age: int = 10,
    lifetime: int = 300,
    token_id: str = "tok_1",
    **changes: Any,
) -> str:
    """An access token issued ``age`` seconds ago; ``changes`` replace parts of the identity."""
    return access.mint(
        key or signing_key_from_secret(SECRET),
        POLICY,
        replace(identity, **changes),
        token_id=token_id,
        issued_at=int(time.time()) - age,
        lifetime=lifetime,
    )


def lines(*more: tuple[str, str | bytes], without: Iterable[str] = (), **forwarded: str) -> Lines:
    """Header lines as Traefik sends them. ``method="POST"`` and so on change the ``X-Forwarded-*``."""
    values = {"method": "GET", "proto": "https", "host": "vfservices.localhost:8443", "uri": "/api/billing/?a=b"}
    named = [(f"X-Forwarded-{name.capitalize()}", value) for name, value in (values | forwarded).items()]
    named = [(name, value) for name, value in named if name not in without]
    return [(name.encode(), value if isinstance(value, bytes) else value.encode()) for name, value in [*named, *more]]


def basis(verifier: TokenVerifier, **parts: Any) -> Basis:
    """What a decision rests on, with everything but the issuers as plain as possible."""
    plain = {
        "revocations": RevocationGate(RevocationState(), closed=False, max_staleness=30),
        "minter": AssertionMinter((signing_key(),), 60),
        "origins": AllowedOrigins([], lambda: None),
        "cookie_names": DEFAULT_NAMES.credentials,
    }
    return Basis(verifier, **(plain | parts))


def verified(verifier: TokenVerifier, data: bytes, now: float) -> VerifiedToken:
    """The token, by a decision about a request that brings it. Raises what the decision refused it for."""
    asked = Asked("GET", "/verify", RULE, lines(("Authorization", b"Bearer " + data)))
    decision = decide(asked, basis(verifier), now)
    if decision.refusal is not None:
        raise decision.refusal
    return decision.token


def headers(*more: tuple[str, str | bytes], **options: Any) -> HeaderLines:
    return HeaderLines(lines(*more, **options))


def bearer(value: str) -> tuple[str, str]:
    return "Authorization", f"Bearer {value}"


def cookie(value: str, name: str = "jwt") -> tuple[str, str]:
    return "Cookie", f"{name}={value}"


def head(*more: tuple[str, str | bytes], rule: str = RULE, **options: Any) -> bytes:
    """The bytes of one request to the gateway."""
    text = b"".join(name + b": " + value + b"\r\n" for name, value in lines(*more, **options))
    return b"GET /verify?" + rule.encode() + b" HTTP/1.1\r\nHost: gateway\r\n" + text + b"\r\n"


@dataclass(frozen=True, slots=True)
class HttpAnswer:
    """One answer as it was on the wire."""

    status: int
    headers: dict[str, str]
    body: bytes
    raw: bytes

    @property
    def identity(self) -> dict[str, str]:
        """The identity headers but the assertion, which is another at each minting."""
        return {
            name: value
            for name, value in self.headers.items()
            if name.startswith("x-user-") and name != "x-user-assertion"
        }


class Client:
    """A raw connection, because a client library would tidy up what the tests send."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer

    def send(self, data: bytes) -> None:
        """Write, unless the server has ended the connection already."""
        if not self.writer.transport.is_closing():
            self.writer.write(data)

    async def ask(self, data: bytes, seconds: float = 5.0) -> HttpAnswer:
        self.send(data)
        return await self.answer(seconds)

    async def answer(self, seconds: float = 5.0) -> HttpAnswer:
        """The next answer. Raises :class:`ConnectionError` or EOFError if the connection ends instead."""
        async with asyncio.timeout(seconds):
            raw = await self.reader.readuntil(b"\r\n\r\n")
            status, *fields = raw.decode("latin-1").removesuffix("\r\n\r\n").split("\r\n")
            values = {name.lower(): value.strip() for name, _, value in (field.partition(":") for field in fields)}
            body = await self.reader.readexactly(int(values.get("content-length", "0")))
        return HttpAnswer(int(status.split(" ")[1]), values, body, raw + body)

    async def ended(self, seconds: float) -> bool:
        """True if the server closes the connection within ``seconds``."""
        try:
            async with asyncio.timeout(seconds):
                while await self.reader.read(65_536):
                    pass
        except TimeoutError:
            return False
        except ConnectionError:
            return True
        return True

    def close(self) -> None:
        self.writer.close()


async def connect(port: int) -> Client:
    return Client(*await asyncio.open_connection("127.0.0.1", port))
