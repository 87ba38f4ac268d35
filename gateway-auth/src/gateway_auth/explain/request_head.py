"""The input of ``explain``: a request head as a client sent it or as Traefik asks, or only a token."""

import asyncio
import re
from dataclasses import dataclass

from aiohttp.base_protocol import BaseProtocol
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.http_parser import RawRequestMessage

from vf_edge.rule import VERIFY_PATH
from vf_runtime.terminal import UsageError

from ..serve.ordinary import parser_for

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
    """A GET of ``https://host/`` that brings ``token`` as its bearer token."""
    bare = re.sub(rb"(?i)^bearer +", b"", token.strip())
    if not bare:
        raise UsageError("no token was given")
    lines = ((b"Host", host.encode()), (b"Authorization", b"Bearer " + bare))
    return Question(
        "a bearer token without its request", lines + _forwarded(b"GET", "https", host.encode(), b"/"), None
    )


async def question_from_head(head: bytes, scheme: str) -> Question:
    """Read a request head. Raises :class:`UsageError`.

    ``GET /verify?…`` with ``X-Forwarded-*`` is taken as Traefik sent it; anything else as a client sent it.
    """
    message = await _parse(head)
    path, _, query = message.path.partition("?")
    lines = [(name.lower(), value) for name, value in message.raw_headers]
    if path == VERIFY_PATH and any(name == _FORWARDED + b"uri" for name, _ in lines):
        return Question("a request as the proxy asks about it", message.raw_headers, query)
    method = head.lstrip(b"\r\n").partition(b" ")[0]  # as it was sent: aiohttp's slower parser writes it in capitals
    return Question("a request as a client sends it", _as_traefik_asks(message.path, lines, method, scheme), None)


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


def _as_traefik_asks(target: str, lines: list[tuple[bytes, bytes]], method: bytes, scheme: str) -> Lines:
    """What Traefik makes of a client's request: hop-by-hop and forged headers gone, ``X-Forwarded-*`` its own."""
    hosts = [value for name, value in lines if name == b"host"]
    if len(hosts) != 1:
        raise UsageError("the request needs exactly one Host header: Traefik answers 400 by itself otherwise")
    host = hosts[0]
    absolute = _ABSOLUTE.fullmatch(target)
    if absolute:
        host, target = absolute[1].encode(), absolute[2] or "/"
    # RFC 9110 §7.6.1: a client can have any header removed by naming it in Connection.
    dropped = {word.strip().lower() for name, value in lines if name == b"connection" for word in value.split(b",")}
    dropped.add(b"connection")
    if any(name == b"upgrade" and value.lower() == b"websocket" for name, value in lines):
        scheme = {"http": "ws", "https": "wss"}[scheme]
    kept = tuple(line for line in lines if line[0] not in dropped and not line[0].startswith(_FORWARDED))
    return kept + _forwarded(method, scheme, host, target.encode("utf-8", "surrogateescape"))


def _forwarded(method: bytes, scheme: str, host: bytes, uri: bytes) -> Lines:
    values = {b"method": method, b"proto": scheme.encode(), b"host": host, b"uri": uri}
    return tuple((_FORWARDED + name, value) for name, value in values.items())
