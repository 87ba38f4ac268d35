"""A service as a server sees it: the WSGI or ASGI application, and requests that no test client would make."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from wsgiref.util import setup_testing_defaults

Headers = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Answer:
    """What a client gets."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def over_wsgi(
    application: Any, target: str, *, method: str = "GET", headers: Headers = (), body: Any = b"", **environ: Any
) -> Answer:
    """One request. ``body`` may be a stream; its length is then what ``headers`` say."""
    from io import BytesIO

    path, _, query = target.partition("?")
    environ = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "HTTP_HOST": "localhost", **environ}
    environ["wsgi.input"] = BytesIO(body) if isinstance(body, bytes) else body
    if isinstance(body, bytes):
        environ.setdefault("CONTENT_LENGTH", str(len(body)))
    for name, value in headers:
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    setup_testing_defaults(environ)
    begun: list[tuple[str, Headers]] = []

    def start_response(status: str, sent: Headers, exc_info: Any = None) -> None:
        begun.append((status, sent))

    answered = application(environ, start_response)
    content = b"".join(answered)
    if hasattr(answered, "close"):
        answered.close()
    status, sent = begun[-1]
    return Answer(int(status.split()[0]), dict(sent), content)


def over_asgi(
    application: Any, target: str, *, method: str = "GET", headers: Headers = (), body: bytes = b"", **scope: Any
) -> Answer:
    """The same over ASGI 3."""
    path, _, query = target.partition("?")
    sent = [("host", "localhost"), ("content-length", str(len(body))), *headers]
    if "host" in [name.lower() for name, _ in headers]:
        del sent[0]
    whole = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name.lower().encode(), value.encode("latin-1")) for name, value in sent],
        **scope,
    }
    messages: list[dict[str, Any]] = []
    incoming = [{"type": "http.request", "body": body}]

    async def receive() -> dict[str, Any]:
        if incoming:
            return incoming.pop()
        await asyncio.sleep(3600)
        raise AssertionError

    async def send(message: dict[str, Any]) -> None:
        messages.append(message)

    asyncio.run(application(whole, receive, send))
    head = messages[0]
    names = {name.decode().title(): value.decode("latin-1") for name, value in head["headers"]}
    return Answer(head["status"], names, b"".join(message.get("body", b"") for message in messages[1:]))
