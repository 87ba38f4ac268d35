"""A WSGI application for test_slow_clients.py: the server is tested there, so no framework is needed."""

import time
from collections.abc import Callable, Iterable
from typing import Any


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """``/echo-length``: how long the body is; ``/large``: 8 MB; ``/slow``: 3 s; else "ok"."""
    path = environ["PATH_INFO"]
    if path == "/slow":
        time.sleep(3)
    body = b"ok"
    if path == "/large":
        body = b"x" * 8_000_000
    elif path == "/echo-length":
        body = b"%d" % len(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
    start_response("200 OK", [("Content-Length", str(len(body))), ("Content-Type", "text/plain")])
    return [body]
