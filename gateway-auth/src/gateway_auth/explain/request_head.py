"""The input of ``explain``: a request head as a client sent it or as Traefik asks, or only a token."""

import asyncio
import re
from dataclasses import dataclass

from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawRequestMessage

from vf_edge.rule import VERIFY_PATH
from vf_runtime.terminal import UsageError

from ..serve.request_parser import parser_for

_LIMIT_BYTES = 131_072
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_ABSOLUTE = re.compile(r"(?i)[a-z][a-z0-9+.-]*://([^/?#]*)(/?.*)")
_EXPECTED = "start with a line such as GET /path HTTP/1.1; of what curl -v prints, take what stands behind '> '"
_FORWARDED = b"x-forwarded-"

Lines = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """What gateway-auth is asked: header lines as they reach it, and the rule's query."""

    subject: str
    lines: Lines
    query: str | None
    """The rule that came with the request; None if the caller must name one."""


def question_from_token(token: bytes, host: str) -> Question:
    """A GET of ``https://host/`` that brings ``token`` as its Bearer."""
    bare = re.sub(rb"(?i)^bearer +", b"", token.strip())
    if not bare:
        raise UsageError("no token was given")
    lines = ((b"Host", host.encode()), (b"Authorization", b"Bearer " + bare))
    return Question("a Bearer token alone", _as_forwarded(lines, b"GET", "https", host.encode(), b"/"), None)


async def question_from_head(head: bytes, scheme: str) -> Question:
    """Read a request head. Raises :class:`UsageError`.

    ``GET /verify?…`` with ``X-Forwarded-*`` is taken as Traefik sent it; anything else as a client sent it.
    """
    message = await _parse(head)
    path, _, query = message.path.partition("?")
    names = {name.lower() for name, _ in message.raw_headers}
    if path == VERIFY_PATH and _FORWARDED + b"uri" in names:
        return Question("a request as the proxy asks about it", message.raw_headers, query)
    method = head.lstrip(b"\r\n").partition(b" ")[0]  # as it was sent: aiohttp's slower parser writes it in capitals
    return _as_traefik_asks(message, method, scheme)


async def _parse(head: bytes) -> RawRequestMessage:
    """By the parser that serves, so that what it refuses is refused here."""
    lines = _HEAD_END.split(head.lstrip(b"\r\n"), maxsplit=1)[0].splitlines()
    data = b"\r\n".join(lines) + b"\r\n\r\n"
    loop = asyncio.get_running_loop()
    parser = parser_for(data)(
        BaseProtocol(loop),  # no connection: only a body would need one
        loop,
        _LIMIT_BYTES,
        max_line_size=_LIMIT_BYTES,
        max_field_size=_LIMIT_BYTES,
    )
    try:
        messages = parser.feed_data(data)[0]
    except (HttpProcessingError, ValueError) as error:
        if b" HTTP/" in lines[0] and not any(line.lower().startswith(b"host:") for line in lines):
            raise UsageError("the request needs a line such as Host: gateway-auth, as every one in HTTP/1.1") from None
        raise UsageError(
            f"the input is not a well-formed HTTP request head ({type(error).__name__}): {_EXPECTED}"
        ) from None
    if len(messages) != 1:
        raise UsageError(f"the input is not one HTTP request head: {_EXPECTED}")
    return messages[0][0]


def _as_traefik_asks(message: RawRequestMessage, method: bytes, scheme: str) -> Question:
    """What Traefik makes of a client's request: hop-by-hop and forged headers gone, ``X-Forwarded-*`` its own."""
    hosts = [value for name, value in message.raw_headers if name.lower() == b"host"]
    if len(hosts) != 1:
        raise UsageError("the request needs exactly one Host header: Traefik answers 400 by itself otherwise")
    target, host = message.path, hosts[0]
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute:
        host, target = absolute[1].encode(), absolute[2] or "/"
    dropped = _hop_by_hop(message.raw_headers)
    kept = tuple(
        (name, value)
        for name, value in message.raw_headers
        if name.lower() not in dropped and not name.lower().startswith(_FORWARDED)
    )
    if any(name.lower() == b"upgrade" and value.lower() == b"websocket" for name, value in message.raw_headers):
        scheme = {"http": "ws", "https": "wss"}[scheme]
    lines = _as_forwarded(kept, method, scheme, host, target.encode("utf-8", "surrogateescape"))
    return Question("a request as a client sends it", lines, None)


def _hop_by_hop(lines: Lines) -> set[bytes]:
    """RFC 9110 §7.6.1: a client can have any header removed by naming it in ``Connection``."""
    named = [value for name, value in lines if name.lower() == b"connection"]
    return {b"connection"} | {word.strip().lower() for value in named for word in value.split(b",")}


def _as_forwarded(lines: Lines, method: bytes, scheme: str, host: bytes, uri: bytes) -> Lines:
    return (
        *lines,
        (b"X-Forwarded-Method", method),
        (b"X-Forwarded-Proto", scheme.encode()),
        (b"X-Forwarded-Host", host),
        (b"X-Forwarded-Uri", uri),
    )
